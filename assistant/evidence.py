"""The words that prove an answer: windows of segments inside the clauses found, scored."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.passages import Segment, segments
from corpus.document import HeldClause
from retrieval.found import Hit
from retrieval.topic import Scale, Topic

_CONTEXT = 0.5
_YEAR_RIGHT = 0.30
_YEAR_UNKNOWN = 0.05
_YEAR_WRONG = -0.6
_RANK = 0.40
_HISTORY = -0.4
_LENGTH = 0.002
_KEPT = 60  # windows
_FACT = re.compile(
    r"已(?:达到|超过|建成|累计)|截至|“?十[二三]五”?(?:期间|时期|末|以来)|同比|20(?:1\d|2[01])年(?:底|末)?[，,]"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """text[start:end] of a clause. `words` say it: the quote itself, or a table row read out.

    `years` are those it speaks of, () where it names none; `fit` is what its kind made of it,
    below 0 where it is of another kind than asked (a share for an amount).
    """

    hit: Hit
    start: int
    end: int
    words: str
    years: tuple[int, ...]
    coverage: float
    score: float
    fit: float = 0.0

    @property
    def held(self) -> HeldClause:
        return self.hit.held

    @property
    def quote(self) -> str:
        return self.held.text[self.start : self.end]


Window = Sequence[Segment]


def _indifferent(_window: Window) -> float:
    return 0.0


def _any(_segment: Segment) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a window must be like to be evidence of a kind, and what makes it better.

    Windows run to `maximum` characters; with `whole_sentences` a sentence that fits is not cut.
    `ends` is asked once a segment whether a window may end with it, before `admits` is asked of
    each window.
    """

    admits: Callable[[Window], bool]
    maximum: int
    value: Callable[[Window], float] = _indifferent
    whole_sentences: bool = False
    ends: Callable[[Segment], bool] = _any


def find(hits: Iterable[Hit], topic: Topic, years: Sequence[int], wanted: Wanted) -> list[Evidence]:
    """The best window of each sentence of each hit, best first."""
    found: list[Evidence] = []
    scale = topic.scale
    for rank, hit in enumerate(hits):
        context = given = -1
        for window in _windows(segments(hit.held), wanted):
            if wanted.admits(window):
                if context < 0:
                    context = scale.pairs_in(_around(hit.held))
                    given = scale.words_in(hit.held.document.title)
                found.append(_score(hit, rank, window, scale, (context, given), years, wanted))
    return _best_of_each(sorted(found, key=lambda e: -e.score))


def _around(held: HeldClause) -> str:
    """The title and the headings over a clause."""
    return " ".join((held.document.title, *held.clause.path))


def _windows(parts: Sequence[Segment], wanted: Wanted) -> Iterator[Window]:
    """Runs of neighbouring segments of one sentence; whole ones where they are short enough."""
    whole: set[int] = set()
    if wanted.whole_sentences:
        for number, run in groupby(parts, key=lambda part: part.sentence):
            sentence = list(run)
            if sentence[-1].end - sentence[0].start <= wanted.maximum:
                whole.add(number)
                if wanted.ends(sentence[-1]):
                    yield sentence
    lasts = [at for at, part in enumerate(parts) if part.sentence not in whole]
    lasts = [at for at in lasts if wanted.ends(parts[at])]
    for first in range(lasts[-1] + 1 if lasts else 0):
        opening = parts[first]
        for last in lasts[bisect_left(lasts, first) :]:
            end = parts[last]
            if end.sentence != opening.sentence:
                break
            if end.end - opening.start > wanted.maximum and last > first:
                break
            yield parts[first : last + 1]


def _score(
    hit: Hit,
    rank: int,
    window: Window,
    scale: Scale,
    around: tuple[int, int],
    years: Sequence[int],
    wanted: Wanted,
) -> Evidence:
    last = window[-1]
    start, end = window[0].start, last.end
    text = last.text if len(window) == 1 else hit.held.text[start:end]
    context, given = around
    here = given
    for segment in window:
        here |= scale.pairs_in(segment.text)
    coverage, outside = scale.shares(here, scale.pairs_in(last.lead), context)
    named, _ = scale.shares(given, 0, 0)
    fit = wanted.value(window)
    score = (
        coverage
        + _CONTEXT * min(outside, 1.0)
        + _year(last.years, years)
        + fit
        + _RANK * (1 - named) / (1 + rank)
        - _LENGTH * (end - start)
        + (_HISTORY if _FACT.search(text) else 0.0)
    )
    return Evidence(hit, start, end, text, last.years, coverage, score, fit)


def _year(in_force: Sequence[int], asked: Sequence[int]) -> float:
    if not asked:
        return 0.0
    if not in_force:
        return _YEAR_UNKNOWN
    return _YEAR_RIGHT if set(in_force) & set(asked) else _YEAR_WRONG


def _best_of_each(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Drop windows that overlap a better one of the same clause."""
    kept: list[Evidence] = []
    spans: dict[str, list[tuple[int, int]]] = {}
    for evidence in ranked:
        taken = spans.setdefault(evidence.held.id, [])
        if not any(start < evidence.end and evidence.start < end for start, end in taken):
            taken.append((evidence.start, evidence.end))
            kept.append(evidence)
        if len(kept) == _KEPT:
            break
    return kept
