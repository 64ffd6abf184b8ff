"""What a composer hands back."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Refusal
from assistant.evidence import Evidence
from corpus.document import Status


@dataclass(frozen=True, slots=True)
class Composed:
    """The text with its markers; a refusal carries its reason."""

    text: str
    refusal: Refusal | None = None


def status_note(evidence: Evidence) -> str:
    """A draft says so."""
    return "（征求意见稿）" if evidence.held.document.status is Status.DRAFT else ""
