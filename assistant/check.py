"""The last look before an answer leaves: every quote verbatim, every number proven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Citation
from assistant.proof.claims import amounts_in, folded
from assistant.proof.reckoned import is_reckoned
from retrieval.times import years_of
from retrieval.words import fold

_MARKER = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class UnprovenError(Exception):
    """An answer says what its citations do not; it must not be shown."""


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one line of an answer: its markers, and in Chinese what is wrong, if any."""

    line: str
    markers: tuple[int, ...]
    fault: str = ""


def check(text: str, citations: Sequence[Citation]) -> None:
    """Raise UnprovenError where a quote is not verbatim, a marker has no citation, or a figure in
    a cited line stands neither in the quotes it cites nor, for a year, in their clauses, and is
    not reckoned from two of them either."""
    for citation in citations:
        if not is_verbatim(citation):
            raise UnprovenError(f"引文与条款原文不符：[{citation.marker}]")
    for checked in checks(text, citations):
        if checked.fault:
            raise UnprovenError(checked.fault)


def is_verbatim(citation: Citation) -> bool:
    """Whether the quote is what stands in the clause at its span."""
    start, end = citation.span
    return bool(citation.quote) and citation.clause_text[start:end] == citation.quote


def checks(text: str, citations: Sequence[Citation]) -> list[Check]:
    """The verdict on each line that is not empty."""
    by_marker = {citation.marker: citation for citation in citations}
    return [_checked(line, by_marker) for line in text.splitlines() if line.strip()]


def _checked(line: str, by_marker: dict[int, Citation]) -> Check:
    markers = tuple(dict.fromkeys(int(number) for number in _MARKER.findall(line)))
    if any(marker not in by_marker for marker in markers):
        return Check(line, markers, f"引注没有对应条款：{line}")
    if not markers:
        return Check(line, markers)
    cited = [by_marker[marker] for marker in markers]
    unproven = _unproven_number(_MARKER.sub("", line), cited)
    return Check(line, markers, f"数字 {unproven} 不在所引原文中" if unproven else "")


def _unproven_number(line: str, cited: Sequence[Citation]) -> str:
    """A number of the line that the quotes do not hold, as printed or in another writing of it.

    Who compares two clauses may say by how much their figures differ.
    """
    proven: set[str] = set()
    for citation in cited:
        proven |= _numbers(citation.quote) | {str(y) for y in years_of(citation.clause_text)}
        proven |= _numbers(citation.document_title)
    if not _numbers(line) - proven:
        return ""
    given = [f for c in cited for f in amounts_in(folded(c.quote))]
    spelt = {(f.low, f.high, f.unit) for f in given}
    plain = folded(line)
    for figure in reversed(amounts_in(plain)):
        stands = (figure.low, figure.high, figure.unit) in spelt
        if stands or (len(cited) > 1 and is_reckoned(figure, given)):
            plain = plain[: figure.core] + " " + plain[figure.rest :]
    return next(iter(sorted(_numbers(plain) - proven)), "")


def _numbers(text: str) -> set[str]:
    """Numbers as printed, full-width digits folded; one broken by white space counts as whole."""
    return {
        n
        for form in (unicodedata.normalize("NFKC", text), fold(text))
        for n in _NUMBER.findall(form)
    }
