"""What a system under test says, whatever system it is."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Question


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class Passage(_Kept):
    """A text that a system found: a clause, a chunk, a page. What it does not know is empty."""

    text: str
    title: str = ""
    region: str = ""
    path: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The text under its headings, as a reader sees it."""
        return "\n".join(part for part in (self.title, self.region, *self.path, self.text) if part)


class Cited(Passage):
    """A passage that `[marker]` in the reply stands for; `quote` is text[span], where it says so.

    A system that quotes nothing quotes the whole passage.
    """

    marker: int
    quote: str = ""
    span: tuple[int, int] | None = None


class Usage(_Kept):
    """Tokens of a chat model: sent to it and written by it."""

    sent: int = 0
    written: int = 0


class Reply(_Kept):
    """An answer or a refusal, what it cites and what it was made from.

    `ranked` are the passages found, best first, None where the system does not tell; `confidence`
    orders the answers of one system; `receipt` is whatever record the system gives of how.
    """

    text: str
    refused: bool = False
    reason: str | None = None
    citations: tuple[Cited, ...] = ()
    ranked: tuple[Passage, ...] | None = None
    confidence: float | None = None
    usage: Usage | None = None
    receipt: dict[str, Any] | None = None


class Row(_Kept):
    """A question as it was asked, and the reply, or why there is none."""

    id: str
    question: Question
    seconds: float = Field(description="of the last attempt, wall-clock")
    reply: Reply | None = None
    error: str = ""
