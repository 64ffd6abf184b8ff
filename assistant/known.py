"""Figures from the table of targets: the rows that a question asks for, each with its proof."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.asked import asks_how_much, units_counted
from assistant.evidence import Evidence
from assistant.values import CHANGES, values
from corpus.indicators import indicators_named
from corpus.targets.compare import is_whole
from corpus.targets.prose import prose
from corpus.targets.select import authority
from corpus.targets.target import Change, Flag, HeldTarget
from retrieval.exclusions import excludes
from retrieval.found import Hit
from retrieval.query import Query
from retrieval.topic import Topic, canonical, pairs_of
from retrieval.words import bigrams, fold, phrases

# The least share of a question's weight that a row must name, and of a row that a question must.
_ASKED = 0.72
_ASKED_OF_INDICATOR = 0.6  # where the question names one of the list
_SAID = 0.5
_SUM = re.compile(r"(?<!生产)总(?!部|书记|工会|公司)|合计")
_ALL_ASKED = 0.8  # of a row's words
_SPEAKS = 0.7  # of a question, in the words around a row
_SHORT = 45  # characters of a quote that is shown whole
_OPENING = 24  # characters before a row's words in the same part of its sentence
_MARK = 3  # characters of punctuation and noun by which a row may end behind its evidence
_NARROWS = 2  # letters that make a row one of a part: 本地, 崇明岛, and not 总
_CLEAR = 0.12  # by how much a row must be better than the next of other words


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the table that answers a question, and how surely, 0 to 1."""

    held: HeldTarget
    score: float


def known(query: Query, topic: Topic, rows: Sequence[HeldTarget]) -> list[Known]:
    """The rows that a question asks for, one a value, by authority; [] where none is clear."""
    text = _letters(query.text)
    titled = [row for row in rows if _letters(row.document.title) in text]
    fitting = [
        Known(row, _score(row, topic))
        for row in titled or rows
        if row.target.low is not None and _fits(row, query, topic)
    ]
    ranked = sorted(fitting, key=lambda found: -found.score)
    least = _ASKED_OF_INDICATOR if topic.indicators else _ASKED
    levels = [f for f in ranked if f.score >= least and _is_level_of(f, ranked[0])]
    if levels and not any(words.search(query.text) for words, _ in CHANGES):
        ranked = levels  # 装机多少 asks for no addition
    if not ranked or ranked[0].score < least:
        return []
    best = ranked[0]
    near = [
        found
        for found in ranked
        if found.score >= best.score - _CLEAR or _is_same_whole(found.held, best.held)
    ]
    near = _least_narrowed(_of_the_part_named(_of_the_sum_asked(near, query), query), query)
    if any(not _same(found.held, near[0].held) for found in near):
        return []
    near.sort(key=lambda found: authority(found.held.document))
    values = {_value(found.held): found for found in reversed(near)}
    return [found for found in near if found in values.values()]


def _of_the_sum_asked(near: list[Known], query: Query) -> list[Known]:
    """Of rows that differ, those that say 总, where the question does."""
    if not _SUM.search(query.text):
        return near
    return [found for found in near if _SUM.search(found.held.target.words)] or near


def _of_the_part_named(near: list[Known], query: Query) -> list[Known]:
    """Rows of the part that the question names (其中高品质…); of the whole where it names none."""
    parts = [found for found in near if Flag.SUBJECT_CARRIED in found.held.target.flags]
    named = [found for found in parts if _names_part(query, found.held)]
    whole = [found for found in near if found not in parts]
    return named or whole or near


def _least_narrowed(near: list[Known], query: Query) -> list[Known]:
    """Of rows of one indicator that differ, those whose words add least to the question's.

    崇明岛可再生能源发电量比重 is not asked for where Shanghai's is.
    """
    if len({found.held.target.indicator for found in near}) > 1:
        return near
    added = [_added(found.held, query) for found in near]
    return [f for f, one in zip(near, added, strict=True) if one < min(added) + _NARROWS]


def _added(row: HeldTarget, query: Query) -> int:
    """How many letters of a row's words stand neither in the question nor in its indicator."""
    known = {*_letters(query.text), *_letters(row.target.indicator)}
    for indicator in indicators_named(row.target.indicator):
        known.update(*map(_letters, (*indicator.synonyms, *indicator.words)))
    return sum(letter not in known for letter in _letters(row.target.words + row.target.scope))


def _names_part(query: Query, row: HeldTarget) -> bool:
    """Whether the question has words of a part that the whole has not."""
    region = row.document.region
    common = {*bigrams(row.target.words), *bigrams(region.name if region else "")}
    return bool((set(bigrams(row.target.scope)) - common) & set(bigrams(query.text)))


def _is_level_of(found: Known, best: Known) -> bool:
    """A level, and of the same indicator where the best row is of one of the list."""
    name = best.held.target.indicator
    target = found.held.target
    return target.change is Change.NONE and (not name or target.indicator == name)


def named_by_rows(
    query: Query, topic: Topic, rows: Sequence[HeldTarget], evidence: Evidence
) -> float | None:
    """The share of a topic that the rows inside the words of some evidence name.

    Where a question asks how much, evidence that says most of it speaks for a row without words
    but those asked for. None where the table has no row there.
    """
    inside = [
        row
        for row in rows
        if row.target.clause_id == evidence.held.id
        and row.target.start < evidence.end
        and evidence.start < row.target.end <= evidence.end + _MARK
    ]
    shares = [_asked(row, topic) for row in inside]
    speaks = evidence.coverage >= _SPEAKS and (
        not query.years or set(query.years).intersection(evidence.years)
    )
    if speaks and asks_how_much(query) and any(_says_only(row, topic) for row in inside):
        shares.append(evidence.coverage)
    return max(shares, default=None)


def proof(found: Known, hit: Hit) -> Evidence:
    """A row as evidence: the words that set it, from where its subject begins."""
    held, target = found.held, found.held.target
    start, words = target.start, held.quote
    if _is_table(held):
        words = "：".join(filter(None, (target.scope, f"{target.words}{target.printed}")))
    elif len(words) > _SHORT or len(values(words)) > 1:
        start += _subject_start(held)
        words = hit.held.text[start : target.end]
    years = (target.year,) if target.year else ()
    return Evidence(hit, start, target.end, words, years, found.score, found.score)


def _is_table(held: HeldTarget) -> bool:
    return "\t" in held.quote or "\n\n" in held.quote


def _subject_start(held: HeldTarget) -> int:
    """Where in a long quote the part of the sentence with the row's words and figure begins."""
    quote = prose(held.quote)
    at = min(quote.text.rfind(held.target.words), quote.text.rfind(held.target.printed))
    if at <= 0:
        return 0
    opening = re.split(r"[,;:。]", quote.text[:at])[-1]
    return quote.origins[at - len(opening) if len(opening) <= _OPENING else at]


def _fits(row: HeldTarget, query: Query, topic: Topic) -> bool:
    """Year, indicator, unit and direction agree, and it is not what the question excludes."""
    target = row.target
    if query.years and target.year not in query.years:
        return False
    if excludes(query.excluded, f"{target.scope} {target.words}"):
        return False
    names = {indicator.name for indicator in topic.indicators}
    if names and target.indicator and target.indicator not in names:
        return False
    if any(not unit.search(target.printed) for unit in units_counted(query)):
        return False
    return all(target.change is change for words, change in CHANGES if words.search(query.text))


def _score(row: HeldTarget, topic: Topic) -> float:
    """Share of the topic that the row names, lowered where the row says more than was asked."""
    own = [pair for pair in pairs_of(row.target.words) if len(pair) > 1]
    named = sum(pair in topic.weights for pair in own) / len(own) if own else 0.0
    return _asked(row, topic) - max(_SAID - named, 0.0)


def _says_only(row: HeldTarget, topic: Topic) -> bool:
    """Whether a row has no words, or nearly none, but those asked for."""
    own = [pair for word in phrases(canonical(row.target.words)) for pair in bigrams(word)]
    return sum(pair in topic.weights for pair in own) >= _ALL_ASKED * len(own)


def _asked(row: HeldTarget, topic: Topic) -> float:
    """Share of the topic that the row, by any of its indicator's names, and its headings name."""
    target = row.target
    said = f"{target.scope}{target.words}{target.indicator}{target.change.value}"
    if target.indicator and is_whole(row):
        said += " ".join(
            name for i in topic.indicators if i.name == target.indicator for name in i.synonyms
        )
    return topic.coverage(f"{said} {row.document.title} {row.clause.heading}")


def _value(row: HeldTarget) -> tuple[object, ...]:
    """55%左右 and 55%以上 differ."""
    return row.target.low, row.target.high, row.target.comparison


@lru_cache(maxsize=10_000)
def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _same(one: HeldTarget, other: HeldTarget) -> bool:
    """Whether two rows are of the same thing, so that differing values are a conflict."""
    a, b = one.target, other.target
    if (a.year, a.change, a.unit, a.scope) != (b.year, b.change, b.unit, b.scope):
        return False
    return _is_same_whole(one, other) or canonical(a.words) == canonical(b.words)


def _is_same_whole(one: HeldTarget, other: HeldTarget) -> bool:
    """Whether two rows are of one indicator of the list, for all of their jurisdiction."""
    a, b = one.target, other.target
    return (
        bool(a.indicator)
        and (a.indicator, a.year, a.change, a.unit) == (b.indicator, b.year, b.change, b.unit)
        and is_whole(one)
        and is_whole(other)
    )
