"""The last look before an answer leaves: every quote verbatim, every number proven."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Citation
from retrieval.words import fold

_MARKER = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class UnprovenError(Exception):
    """An answer says what its citations do not; it must not be shown."""


def check(text: str, citations: Sequence[Citation]) -> None:
    """Raise UnprovenError where a quote is not verbatim, a marker has no citation, or a number
    in a cited line does not stand in the clauses the line cites."""
    by_marker = {citation.marker: citation for citation in citations}
    for citation in citations:
        start, end = citation.span
        if citation.clause_text[start:end] != citation.quote or not citation.quote:
            raise UnprovenError(f"引文与条款原文不符：[{citation.marker}]")
    for line in text.splitlines():
        markers = [int(number) for number in _MARKER.findall(line)]
        if any(marker not in by_marker for marker in markers):
            raise UnprovenError(f"引注没有对应条款：{line}")
        proven = fold("".join(by_marker[marker].clause_text for marker in markers))
        if markers:
            _check_numbers(_MARKER.sub("", line), proven)


def _check_numbers(line: str, proven: str) -> None:
    allowed = set(_NUMBER.findall(proven)) | _plan_years(proven)
    for number in _NUMBER.findall(fold(line)):
        if number not in allowed:
            raise UnprovenError(f"数字 {number} 不在所引条款中")


def _plan_years(text: str) -> set[str]:
    """十四五 proves 2025."""
    from retrieval.query import years_of

    return {str(year) for year in years_of(text)}
