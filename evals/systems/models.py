"""Chat models behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import ValidationError

from assistant.answer import Answer, Question
from evals.errors import EvaluationError
from evals.metrics.abstention import refuses
from evals.reply import Reply, Usage
from evals.systems.clausewise import reply_of
from evals.systems.system import BusyError

_AGAIN = frozenset([408, 409, 425, 429, 500, 502, 503, 504])
_SECONDS = 300.0

Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a model wrote, what it used, and the rest of its answer."""

    text: str
    usage: Usage
    body: Mapping[str, Any]


class Endpoint:
    """`POST /chat/completions` of one model, temperature 0."""

    def __init__(self, model: str, url: str, key: str = "") -> None:
        self.model = model
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_SECONDS)

    def say(self, messages: Messages) -> Said:
        """What the model answers. Raises BusyError, EvaluationError."""
        asked = {"model": self.model, "messages": list(messages), "temperature": 0}
        try:
            response = self._http.post("/chat/completions", json=asked)
        except httpx.TransportError as error:
            raise BusyError(f"{self._http.base_url} 未应答（{type(error).__name__}）") from error
        if response.status_code in _AGAIN:
            after = response.headers.get("retry-after", "")
            wait = float(after) if after.isdecimal() else 0.0
            raise BusyError(f"模型 {self.model} 应答 {response.status_code}", wait)
        if response.is_error:
            raise EvaluationError(f"模型 {self.model} 拒绝提问：{response.status_code}")
        try:
            body = response.json()
            text = str(body["choices"][0]["message"]["content"] or "")
            used = body.get("usage") or {}
            usage = Usage(
                sent=used.get("prompt_tokens") or 0, written=used.get("completion_tokens") or 0
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise EvaluationError(f"模型 {self.model} 的应答不合 OpenAI 格式") from error
        return Said(text, usage, body)

    def close(self) -> None:
        """Release the connections."""
        self._http.close()


class Model:
    """A chat model asked as it is, with nothing but the conversation.

    One that answers as this assistant does (`message.clausewise`) is taken at its whole word.
    """

    width = 4

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = f"openai:{endpoint.model}"
        self._endpoint = endpoint

    def ask(self, question: Question) -> Reply:
        """Answer one question."""
        said = self._endpoint.say(messages(question))
        own = said.body["choices"][0]["message"].get("clausewise")
        if own is None:
            return Reply(text=said.text, refused=refuses(said.text), usage=said.usage)
        try:
            answer = Answer.model_validate(own)
        except ValidationError as error:
            raise EvaluationError("message.clausewise 不是本程序的回答") from error
        return reply_of(answer, None, lambda _: None).model_copy(update={"usage": said.usage})

    def close(self) -> None:
        """Release the connections."""
        self._endpoint.close()


def messages(question: Question) -> list[dict[str, str]]:
    """The conversation as chat messages, the question last."""
    earlier = [{"role": turn.role, "content": turn.content} for turn in question.history]
    return [*earlier, {"role": "user", "content": question.question}]
