"""The words of a question where they stand in a clause, and the passage that holds most of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.query import Query

_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]?")
_LONGEST = 160  # characters of a snippet
_BEFORE = 40  # of them before the first mark


@dataclass(frozen=True, slots=True)
class Snippet:
    """text[start:end] of a clause; `marks` are spans inside the clause's text, in order."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]


def marks(text: str, query: Query) -> tuple[tuple[int, int], ...]:
    """Spans of a text where words of the question, their synonyms or its years stand.

    A word may be broken by white space, as lines of a PDF break it.
    """
    pattern = _pattern(query)
    return tuple(found.span() for found in pattern.finditer(text)) if pattern else ()


def snippet(text: str, query: Query) -> Snippet:
    """The sentence that holds most marked characters; the first where none is marked."""
    found = marks(text, query)
    start, end = max(
        ((m.start(), m.end()) for m in _SENTENCE.finditer(text) if m.group().strip()),
        key=lambda span: (_weight(text, found, *span), -span[0]),
        default=(0, 0),
    )
    inside = [mark for mark in found if start <= mark[0] and mark[1] <= end]
    if end - start > _LONGEST:
        first = inside[0][0] if inside else start
        start = max(start, min(first - _BEFORE, end - _LONGEST))
        end = min(end, start + _LONGEST)
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    return Snippet(start, end, tuple(m for m in found if start <= m[0] and m[1] <= end))


def _weight(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """Characters of the different words marked between two offsets."""
    words = {text[left:right] for left, right in found if start <= left and right <= end}
    return sum(map(len, words))


def _pattern(query: Query) -> re.Pattern[str] | None:
    words = {w for w in (*query.terms, *query.expansions) if len(w) > 1}
    words |= {str(year) for year in query.years}
    if not words:
        return None
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    broken = (r"\s*".join(map(re.escape, word)) for word in longest_first)
    return re.compile("|".join(broken), re.IGNORECASE)
