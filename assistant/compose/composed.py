"""What a composer hands back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Refusal
from assistant.evidence import Evidence
from assistant.passages import segments
from corpus.document import Status

_ASPIRES = re.compile(r"力争|争取|努力")
# 力争到2025年，…达到…: the part before only says when.
_ASPIRES_WHEN = re.compile(
    r"(?:力争|争取|努力)[^，。；]{0,6}(?:20\d\d年?[底末前]*|五”?[末期间时]*)$"
)


@dataclass(frozen=True, slots=True)
class Composed:
    """The text with its markers; a refusal carries its reason.

    `computed` says that it is a table with what follows from it, which no writer could better.
    """

    text: str
    refusal: Refusal | None = None
    computed: bool = False


def tone_note(evidence: Evidence) -> str:
    """力争 that stands before the words of a figure, in its sentence, and so not in them."""
    if _ASPIRES.search(evidence.words):
        return ""
    parts = [s for s in segments(evidence.held) if s.start < evidence.end]
    here = next((s for s in reversed(parts) if s.start <= evidence.start), None)
    before = [s for s in parts if here and s.sentence == here.sentence and s.start < here.start]
    lead = before[-1].text if before else ""
    return "（原文为“力争”）" if _ASPIRES_WHEN.search(lead) else ""


def status_note(evidence: Evidence) -> str:
    """A draft says so, and so does a card that stands in for the original."""
    document = evidence.held.document
    notes = ["征求意见稿"] if document.status is Status.DRAFT else []
    notes += ["指标摘录，非原文"] if document.excerpt else []
    return f"（{'；'.join(notes)}）" if notes else ""
