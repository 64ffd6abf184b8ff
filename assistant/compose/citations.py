"""Numbering the evidence of an answer."""

from __future__ import annotations

from assistant.answer import Citation, Source
from assistant.evidence import Evidence


class Citations:
    """Hands out markers; the same words of the same clause keep theirs."""

    def __init__(self) -> None:
        self._evidence: list[Evidence] = []

    def cite(self, evidence: Evidence) -> str:
        """The marker of this evidence, `[1]` for the first."""
        for number, known in enumerate(self._evidence, start=1):
            if (known.held.id, known.start, known.end) == (
                evidence.held.id,
                evidence.start,
                evidence.end,
            ):
                return f"[{number}]"
        self._evidence.append(evidence)
        return f"[{len(self._evidence)}]"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The words that are cited, in the order of their markers."""
        return tuple(self._evidence)

    def all(self) -> list[Citation]:
        """The citations in the order of their markers."""
        return [
            Citation.model_validate(
                {
                    **Source.fields_of(evidence.held, evidence.hit.score),
                    "marker": number,
                    "quote": evidence.quote,
                    "clause_text": evidence.held.text,
                    "span": (evidence.start, evidence.end),
                }
            )
            for number, evidence in enumerate(self._evidence, start=1)
        ]
