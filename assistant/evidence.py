"""The words that prove an answer: windows of segments inside the clauses found, scored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.passages import Segment, segments
from corpus.document import HeldClause
from retrieval.found import Hit
from retrieval.topic import Topic, pairs_of

_CONTEXT = 0.5
_YEAR_RIGHT = 0.30
_YEAR_UNKNOWN = 0.05
_YEAR_WRONG = -0.6
_RANK = 0.40
_HISTORY = -0.4
_LENGTH = 0.002
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a window must be like to be evidence of a kind, and what makes it better.

    Windows run to `maximum` characters; with `whole_sentences` a sentence that fits is not cut.
    """

    admits: Callable[[Window], bool]
    maximum: int
    value: Callable[[Window], float] = _indifferent
    whole_sentences: bool = False


def find(hits: Iterable[Hit], topic: Topic, years: Sequence[int], wanted: Wanted) -> list[Evidence]:
    """The best window of each sentence of each hit, best first."""
    found: list[Evidence] = []
    for rank, hit in enumerate(hits):
        context = context_coverage(hit.held, topic)
        for window in _windows(segments(hit.held), wanted):
            if wanted.admits(window):
                found.append(_score(hit, rank, window, topic, context, years, wanted))
    return _best_of_each(sorted(found, key=lambda e: -e.score))


def context_coverage(held: HeldClause, topic: Topic) -> frozenset[str]:
    """The topic's pairs that stand in the headings and the title."""
    around = pairs_of(" ".join((held.document.title, *held.clause.path)))
    return frozenset(pair for pair in topic.weights if pair in around)


def _windows(parts: Sequence[Segment], wanted: Wanted) -> Iterable[Window]:
    """Runs of neighbouring segments of one sentence; whole ones where they are short enough."""
    whole: set[int] = set()
    if wanted.whole_sentences:
        for number, run in groupby(parts, key=lambda part: part.sentence):
            sentence = list(run)
            if sentence[-1].end - sentence[0].start <= wanted.maximum:
                whole.add(number)
                yield sentence
    for first in range(len(parts)):
        if parts[first].sentence in whole:
            continue
        for last in range(first, len(parts)):
            window = parts[first : last + 1]
            if window[-1].sentence != window[0].sentence:
                break
            if window[-1].end - window[0].start > wanted.maximum and last > first:
                break
            yield window


def _score(
    hit: Hit,
    rank: int,
    window: Window,
    topic: Topic,
    context: frozenset[str],
    years: Sequence[int],
    wanted: Wanted,
) -> Evidence:
    start, end = window[0].start, window[-1].end
    text = window[0].text if len(window) == 1 else hit.held.text[start:end]
    here = frozenset().union(*(pairs_of(segment.text) for segment in window))
    lead = pairs_of(window[-1].lead) if window[-1].lead else frozenset()
    inside = outside = 0.0
    for pair, weight in topic.weights.items():
        if pair in here:
            inside += weight
        elif pair in lead:
            outside += weight * 2
        elif pair in context:
            outside += weight
    coverage = inside / topic.total
    in_force = window[-1].years
    fit = wanted.value(window)
    score = (
        coverage
        + _CONTEXT * min(outside / topic.total, 1.0)
        + _year(in_force, years)
        + fit
        + _RANK / (1 + rank)
        - _LENGTH * (end - start)
        + (_HISTORY if _FACT.search(text) else 0.0)
    )
    return Evidence(hit, start, end, text, in_force, coverage, score, fit)


def _year(in_force: Sequence[int], asked: Sequence[int]) -> float:
    if not asked:
        return 0.0
    if not in_force:
        return _YEAR_UNKNOWN
    return _YEAR_RIGHT if set(in_force) & set(asked) else _YEAR_WRONG


def _best_of_each(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Drop windows that overlap a better one of the same clause."""
    kept: list[Evidence] = []
    for evidence in ranked:
        overlaps = any(
            other.held.id == evidence.held.id
            and other.start < evidence.end
            and evidence.start < other.end
            for other in kept
        )
        if not overlaps:
            kept.append(evidence)
        if len(kept) == 60:
            break
    return kept
