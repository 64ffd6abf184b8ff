"""The last look before an answer leaves: every quote verbatim, every number proven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.answer import Citation
from retrieval.times import years_of
from retrieval.words import fold

_MARKER = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class UnprovenError(Exception):
    """An answer says what its citations do not; it must not be shown."""


def check(text: str, citations: Sequence[Citation]) -> None:
    """Raise UnprovenError where a quote is not verbatim, a marker has no citation, or a figure in
    a cited line stands neither in the quotes it cites nor, for a year, in their clauses."""
    by_marker = {citation.marker: citation for citation in citations}
    for citation in citations:
        start, end = citation.span
        if citation.clause_text[start:end] != citation.quote or not citation.quote:
            raise UnprovenError(f"引文与条款原文不符：[{citation.marker}]")
    for line in text.splitlines():
        markers = [int(number) for number in _MARKER.findall(line)]
        if any(marker not in by_marker for marker in markers):
            raise UnprovenError(f"引注没有对应条款：{line}")
        if markers:
            _check_numbers(_MARKER.sub("", line), [by_marker[marker] for marker in markers])


def _check_numbers(line: str, cited: Sequence[Citation]) -> None:
    proven: set[str] = set()
    for citation in cited:
        proven |= _numbers(citation.quote) | {str(y) for y in years_of(citation.clause_text)}
        proven |= _numbers(citation.document_title)
    for number in sorted(_numbers(line) - proven):
        raise UnprovenError(f"数字 {number} 不在所引原文中")


def _numbers(text: str) -> set[str]:
    """Numbers as printed, full-width digits folded; one broken by white space counts as whole."""
    return {
        n
        for form in (unicodedata.normalize("NFKC", text), fold(text))
        for n in _NUMBER.findall(form)
    }
