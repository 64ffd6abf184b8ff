"""A chat model: any that LangChain knows, with bounds on time, length and attempts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from assistant.errors import ChatModelError, Fault, ModelSettingsError
from assistant.settings import Settings
from retrieval.breaker import Breaker

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_ATTEMPTS = 3
_LONGEST = 6000  # characters of an answer
_LONGEST_THOUGHT = 40_000  # characters that a model may think before it answers
_THOUGHT = ("<think>", "</think>")
_AGAIN = frozenset([408, 409, 425, 429])
_LEFT_ALONE = frozenset([Fault.TIMEOUT, Fault.DOWN, Fault.DENIED])


@dataclass(frozen=True, slots=True)
class Message:
    """One message of what is sent."""

    role: Literal["system", "user", "assistant"]
    text: str


Prompt = Sequence[Message]
_Said = TypeVar("_Said")


class ChatModel:
    """Streams what a model writes. What fails before its first word is tried again.

    `seconds` bound one answer, its attempts included; `context` is how many tokens of clauses
    it is sent; `pause` is before the second attempt, twice that before the third. A model that is
    down is left alone for `rest`.
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        *,
        seconds: float = 60.0,
        context: int = 6000,
        pause: float = 0.5,
        rest: float = 30.0,
    ) -> None:
        self.model = model
        self.name = name
        self.context = context
        self.seconds = seconds
        self._pause = pause
        self._breaker = Breaker(rest)
        self._failed_with = Fault.DOWN

    def write(self, prompt: Prompt) -> Iterator[str]:
        """The words of the answer as they come, without what was only thought.

        Raises ChatModelError; what came before stands.
        """
        return _bounded(_without_thought(self._written(prompt)))

    def checked(self, call: Callable[[], Iterator[_Said]]) -> Iterator[_Said]:
        """What a call of the model yields, its failures told apart. Raises ChatModelError."""
        if self._breaker.is_open:
            raise ChatModelError(self._failed_with)
        try:
            yield from call()
        except ChatModelError:
            raise
        except Exception as error:
            raise self._failure(error) from error

    def _written(self, prompt: Prompt) -> Iterator[str]:
        deadline = time.monotonic() + self.seconds
        for attempt in range(1, _ATTEMPTS + 1):
            began = False
            try:
                for piece in self.checked(lambda: self._pieces(prompt, deadline)):
                    began = True
                    yield piece
            except ChatModelError as error:
                pause = self._pause * 2 ** (attempt - 1)
                late = time.monotonic() + pause > deadline
                if began and error.fault is Fault.DOWN:
                    raise ChatModelError(Fault.CUT) from error
                if began or late or attempt == _ATTEMPTS or not _passes(error):
                    self._leave_alone(error.fault)
                    raise
                time.sleep(pause)
            else:
                return

    def _leave_alone(self, fault: Fault) -> None:
        if fault in _LEFT_ALONE and not self._breaker.is_open:
            self._failed_with = fault
            self._breaker.trip()

    def _pieces(self, prompt: Prompt, deadline: float) -> Iterator[str]:
        for chunk in self.model.stream([(one.role, one.text) for one in prompt]):
            if chunk.response_metadata.get("finish_reason") == "content_filter":
                raise ChatModelError(Fault.DECLINED)
            yield str(chunk.text)
            if time.monotonic() > deadline:
                raise ChatModelError(Fault.TIMEOUT)

    def _failure(self, error: Exception) -> ChatModelError:
        """Which fault a provider's exception is; providers share no base class."""
        status = getattr(error, "status_code", None)
        if "timeout" in type(error).__name__.lower() or isinstance(error, TimeoutError):
            return ChatModelError(Fault.TIMEOUT)
        if status == 429:
            return ChatModelError(Fault.BUSY)
        if status in (401, 403):
            return ChatModelError(Fault.DENIED)
        if "content_filter" in str(error):
            return ChatModelError(Fault.DECLINED)
        if isinstance(status, int) and 400 <= status < 500 and status not in _AGAIN:
            return ChatModelError(Fault.REFUSED, f"HTTP {status}")
        return ChatModelError(Fault.DOWN, type(error).__name__)


def _passes(error: ChatModelError) -> bool:
    """Whether to try again may help."""
    return error.fault in (Fault.BUSY, Fault.DOWN)


def _without_thought(pieces: Iterator[str]) -> Iterator[str]:
    """Drop <think>…</think> at the head, as reasoning models write it."""
    opening, closing = _THOUGHT
    head = ""
    for piece in pieces:
        head += piece
        begun = head.lstrip()
        if len(begun) < len(opening) and opening.startswith(begun):
            continue
        if begun.startswith(opening) and closing not in begun:
            if len(head) > _LONGEST_THOUGHT:
                raise ChatModelError(Fault.ENDLESS)
            continue
        yield begun.partition(closing)[2] if begun.startswith(opening) else head
        yield from pieces
        return
    if not head.lstrip().startswith(opening):
        yield head


def _bounded(pieces: Iterator[str]) -> Iterator[str]:
    """Stop a model that does not stop; refuse one that says nothing."""
    length = 0
    said = False
    for piece in pieces:
        said = said or bool(piece.strip())
        length += len(piece)
        yield piece
        if length > _LONGEST:
            raise ChatModelError(Fault.ENDLESS)
    if not said:
        raise ChatModelError(Fault.EMPTY)


def model_of(settings: Settings) -> ChatModel | None:
    """The chat model that is configured, by LangChain's name of it; None without one.

    Raises ModelSettingsError where its package is missing or its name is unknown.
    """
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    name = settings.chat_model if ":" in settings.chat_model else f"openai:{settings.chat_model}"
    options: dict[str, object] = {
        "temperature": 0,
        "timeout": min(settings.chat_timeout, 30.0),  # of one silence; the whole has its own bound
        "max_retries": 0,
    }
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key or settings.chat_base_url:  # a server of one's own may want no key
        options["api_key"] = settings.chat_api_key or "none"
    if name.startswith("openai:"):
        options["stream_usage"] = False  # not every server knows it
    try:
        model = init_chat_model(name, **options)  # type: ignore[call-overload]
    except ImportError as error:
        package = "openai" if name.startswith("openai:") else name.partition(":")[0]
        raise ModelSettingsError(
            f"CLAUSEWISE_CHAT_MODEL：{name} 需要 LangChain 的 {package} 组件，"
            f"请安装 langchain-{package} 后重试。"
        ) from error
    except Exception as error:  # whatever a provider's constructor raises is a wrong setting
        raise ModelSettingsError(
            f"CLAUSEWISE_CHAT_MODEL：无法使用 {name}，请核对名称、地址和密钥。"
        ) from error
    return ChatModel(
        model,
        name,
        seconds=settings.chat_timeout,
        context=settings.chat_context,
        pause=settings.chat_pause,
        rest=settings.chat_rest,
    )
