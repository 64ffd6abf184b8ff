"""Chat completions: OpenAI's conversation as our question, our answer as OpenAI's reply."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from anyio import to_thread
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from assistant.answer import (
    MAXIMUM_HISTORY,
    MAXIMUM_QUESTION,
    MAXIMUM_TURN,
    Answer,
    Mode,
    Question,
    Turn,
)
from assistant.api.openai.errors import BROKEN, error_of
from assistant.api.openai.shapes import ChatMessage, ChatRequest, Choice, Completion, Reply, Usage
from assistant.api.openai.words import Told, annotations_of, content_of, without_footnotes
from assistant.api.problems import refused
from assistant.ask import Line, Stage, Trace
from assistant.chat.budget import counter

NO_TASK = "条析只回答关于政策文件的问题，不处理界面附带的任务。请直接提问。"
# Open WebUI sends prompts of its own to the same model: titles, tags, follow-ups, and questions
# wrapped with files that it found itself. It does without where no JSON comes back.
_TASK = "### Task:"
_LOG = logging.getLogger(__name__)

Delta = dict[str, object]


@dataclass(frozen=True, slots=True)
class Head:
    """What is the same in every piece of one reply."""

    model: str
    fingerprint: str
    prompt_tokens: int
    # The id of an answer depends on its words, so a stream has one of its own.
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex[:16]}")
    created: int = field(default_factory=lambda: int(time.time()))

    @classmethod
    async def of(cls, request: ChatRequest, fingerprint: str) -> Head:
        """The head of the reply to a request."""
        sent = [message.text for message in request.messages]
        return cls(request.model, fingerprint, await to_thread.run_sync(_tokens, sent))

    def chunk(self, delta: Delta, finish: str | None = None) -> dict[str, object]:
        """One piece."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**self._chunk, "choices": [choice]}

    def usage_chunk(self, content: str) -> dict[str, object]:
        """The piece that says nothing but what all came to."""
        usage = Usage.of(self.prompt_tokens, _tokens([content]))
        return {**self._chunk, "choices": [], "usage": usage.model_dump()}

    @property
    def _chunk(self) -> dict[str, object]:
        return {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
        }


def is_task(request: ChatRequest) -> bool:
    """Whether a client asks for something of its own that is no question of a person."""
    return _asked(request)[1].text.lstrip().startswith(_TASK)


def question_of(request: ChatRequest, mode: Mode) -> Question:
    """The question and what was said before it. Raises RequestValidationError.

    What no user or assistant says is left out: a system message has nothing that it may change.
    """
    at, asked = _asked(request)
    place = f"messages.{at}.content"
    if not asked.is_text:
        raise refused(place, "只接受文字，不接受图片、音频或文件")
    turns = [turn for message in request.messages[:at] if (turn := _turn(message))]
    history = turns[-MAXIMUM_HISTORY:]
    try:
        return Question(question=asked.text, history=history, mode=mode)
    except ValidationError as error:
        found = [{**one, "loc": ("body", place)} for one in error.errors()]
        raise RequestValidationError(found) from error


def completion(head: Head, content: str, answer: Answer | None = None) -> Completion:
    """The whole reply: an answer, or a text of ours."""
    reply = Reply(content=content, clausewise=answer)
    if answer:
        reply.annotations = annotations_of(content, answer.citations)
    return Completion(
        id=f"chatcmpl-{answer.id}" if answer else head.id,
        created=head.created,
        model=head.model,
        system_fingerprint=head.fingerprint,
        choices=[Choice(message=reply)],
        usage=Usage.of(head.prompt_tokens, _tokens([content])),
    )


def answered(head: Head, answer: Answer) -> Completion:
    """The reply that an answer is."""
    return completion(head, content_of(answer), answer)


async def deltas(coming: AsyncIterator[Stage]) -> AsyncIterator[Delta]:
    """What each stage adds to a reply: lines as they are proven, then what stands under them."""
    told = Told()
    async for stage in coming:
        if isinstance(stage, Line):
            yield {"content": told.line(stage.text)}
        elif isinstance(stage, Trace):
            for piece in told.end(stage.answer):
                yield {"content": piece}
            annotations = annotations_of(told.text, stage.answer.citations)
            yield {
                "annotations": [annotation.model_dump() for annotation in annotations],
                "clausewise": stage.answer.model_dump(mode="json"),
            }


async def said(text: str) -> AsyncIterator[Delta]:
    """The one piece of a text of ours."""
    yield {"content": text}


async def chunks(
    head: Head, coming: AsyncIterator[Delta], *, with_usage: bool
) -> AsyncIterator[str]:
    """A reply as server-sent events; what goes wrong on the way is the last one."""
    content = ""
    try:
        yield _event(head.chunk({"role": "assistant", "content": ""}))
        async for delta in coming:
            content += str(delta.get("content", ""))
            yield _event(head.chunk(delta))
        yield _event(head.chunk({}, "stop"))
        if with_usage:
            yield _event(head.usage_chunk(content))
        yield "data: [DONE]\n\n"
    except Exception:
        _LOG.exception("a stream failed")
        yield _event(error_of(500, BROKEN).model_dump())


def _asked(request: ChatRequest) -> tuple[int, ChatMessage]:
    """The last message of the user, and where it stands. Raises RequestValidationError."""
    for at, message in reversed([*enumerate(request.messages)]):
        if message.role == "user":
            return at, message
    raise refused("messages", "没有 user 消息")


def _turn(message: ChatMessage) -> Turn | None:
    """What was said before, cut where it is too long; None where it counts for nothing."""
    text = message.text.strip()
    if message.role == "user" and text:
        return Turn(role="user", content=text[:MAXIMUM_QUESTION])
    if message.role == "assistant" and text:
        return Turn(role="assistant", content=without_footnotes(text)[:MAXIMUM_TURN])
    return None


def _tokens(texts: list[str]) -> int:
    return sum(map(counter(), texts))


def _event(content: object) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
