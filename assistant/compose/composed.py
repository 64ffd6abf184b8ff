"""What a composer hands back."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Refusal
from assistant.evidence import Evidence
from corpus.document import Status
from corpus.targets.prose import prose
from corpus.targets.signs import aspires


@dataclass(frozen=True, slots=True)
class Composed:
    """The text with its markers; a refusal carries its reason.

    `computed` says that it is a table with what follows from it, which no writer could better.
    """

    text: str
    refusal: Refusal | None = None
    computed: bool = False


def tone_note(evidence: Evidence) -> str:
    """力争 that stands in the part before the words of a figure, and so not in them."""
    quote = prose(evidence.quote).text
    text = prose(evidence.held.text[: evidence.end]).text
    said = aspires(quote, 0, len(quote))
    before = aspires(text, len(text) - len(quote), len(text))
    return "（原文为“力争”）" if before and not said else ""


def status_note(evidence: Evidence) -> str:
    """A draft says so, and so does a card that stands in for the original."""
    document = evidence.held.document
    notes = ["征求意见稿"] if document.status is Status.DRAFT else []
    notes += ["指标摘录，非原文"] if document.excerpt else []
    return f"（{'；'.join(notes)}）" if notes else ""
