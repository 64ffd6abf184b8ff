"""The figures that documents set: which, where, by when; or whose figure they defer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.asked import (
    asks_for_several,
    asks_of_one,
    asks_once,
    changes_asked,
    units_asked,
    units_counted,
)
from assistant.evidence import Evidence, Wanted, Window
from assistant.inquiry import Inquiry
from assistant.passages import SEGMENTS, Segment, continues
from corpus.document import Region, short_name
from corpus.indicators import indicators_in
from corpus.regions import NATION
from retrieval.exclusions import excludes
from retrieval.query import Kind, Query
from retrieval.topic import Topic

_MAXIMUM = 110
_ENOUGH = 0.5
_REMOTE = 0.1
_UNIT_RIGHT = 0.15
_UNIT_WRONG = -0.2
_TABLE = -0.4  # a row of a table, where no place inside the jurisdiction is asked about
# The least share of the topic that the words of a figure must hold themselves.
_LEAST = 0.15
_LEAST_OF_ONE = 0.3  # where one thing outside the list is asked for
_LEAST_UNPLACED = 0.55
_LEAST_UNFIT = 0.7
# The least share of the question's nouns that stand in or around a figure.
_NAMED = 0.6
_ROW_NAMED = 0.53  # the least share of the topic that the figure's row in the table names
_ROW_NAMED_AT_LENGTH = 0.35  # of a long question
_BEFORE = 80  # characters before a figure that may name what it is of
# The least coverage of a segment whose figure is of an indicator that the question does not name.
_FOREIGN = 0.6
_MOST = 3
# A further figure must add this share of the topic, or answer with a unit not yet given.
_ADDS = 0.12
_ALSO = 0.40

_DEFERRAL = re.compile(
    r"(?:完成|达到|落实|实现|执行|控制在|不低于|符合)[^，。；]{0,10}?"
    r"(?:国家|省|自治区|市级?|上级|中央)(?:级|政府)?[^，。；]{0,12}?"
    r"(?:下达|确定|要求|分解|规定|目标值|任务|指标)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a jurisdiction's documents say: figures, or whose figure they defer to, or neither.

    `other_years` is the same indicator in a year that was not asked about; `differ` says that
    the figures are of the same thing and do not agree.
    """

    region: Region | None
    figures: tuple[Evidence, ...] = ()
    deferral: Evidence | None = None
    other_years: Evidence | None = None
    differ: bool = False


def search_region(inquiry: Inquiry, region: Region | None) -> Finding:
    """Look in the jurisdiction's own documents, then for its name in those of its superiors.

    Where no jurisdiction is named, the nation's documents come first. The table of targets is
    asked before the clauses where one figure answers.
    """
    if region is None:
        national = _finding(inquiry, NATION, lambda wanted: inquiry.evidence(wanted, NATION))
        if national.figures:
            return national
    if region is not None and (inquiry.query.kind is Kind.COMPARISON or asks_of_one(inquiry.query)):
        known = inquiry.known_figures(region)
        if known:
            clauses = {evidence.held.id for evidence in known}
            return Finding(region, tuple(known), differ=len(clauses) > 1)
    finding = _finding(inquiry, region, lambda wanted: inquiry.evidence(wanted, region))
    if finding.figures or region is None:
        return finding
    deferrals = inquiry.evidence(_deferrals(inquiry.topic), region)
    deferral = next((e for e in deferrals if _right_year(e, inquiry.query) and _close(e)), None)
    if deferral is None and region.parents:
        elsewhere = search_place(inquiry, region)
        if elsewhere.figures:
            return elsewhere
    return Finding(region, deferral=deferral, other_years=finding.other_years)


def search_place(inquiry: Inquiry, place: Region) -> Finding:
    """Look for sentences about the place in the documents of others."""
    return _finding(inquiry, place, lambda wanted: inquiry.named_evidence(wanted, place))


def figure_of_each_document(inquiry: Inquiry, region: Region | None) -> list[Evidence]:
    """The best figure of each document of a jurisdiction, best first."""
    best: dict[str, Evidence] = {}
    for evidence in inquiry.evidence(_figures(inquiry), region):
        if _right_year(evidence, inquiry.query) and _close(evidence):
            best.setdefault(evidence.held.document.id, evidence)
    return list(best.values())


def _figures(inquiry: Inquiry, *, any_indicator: bool = False) -> Wanted:
    """Windows that end with a figure of the indicator asked; the unit asked for is better."""
    query, topic = inquiry.query, inquiry.topic
    counted = units_counted(query) if asks_of_one(query) else []
    units = [*units_asked(query), *units_counted(query)]
    changes = changes_asked(query)

    def value(window: Window) -> float:
        table = _TABLE if window[-1].row and not query.places else 0.0
        if not units:
            return table
        right = any(unit.search(window[-1].text) for unit in units)
        return table + (_UNIT_RIGHT if right else _UNIT_WRONG / len(units))

    def ends(segment: Segment) -> bool:
        if not segment.has_value or excludes(query.excluded, segment.text):
            return False
        if segment.row and short_name(segment.row) not in query.text:  # another district's figure
            return False
        return not counted or any(unit.search(segment.text) for unit in counted)

    def admits(window: Window) -> bool:
        return _changes_alike(changes, window) and (any_indicator or speaks_of(topic, window))

    return Wanted(admits, _MAXIMUM, value, ends=ends)


def _changes_alike(changes: Sequence[re.Pattern[str]], window: Window) -> bool:
    """降多少 asks for a fall and 新增多少 for an addition; a level answers neither."""
    if not changes:
        return True
    said = "".join([segment.text for segment in window])
    return all(change.search(said) for change in changes)


def _deferrals(topic: Topic) -> Wanted:
    """Windows that leave the figure to a superior: 完成省下达目标."""
    return Wanted(
        lambda window: speaks_of(topic, window),
        _MAXIMUM,
        ends=lambda segment: _defers(segment.text),
    )


@lru_cache(maxsize=SEGMENTS)
def _defers(text: str) -> bool:
    return _DEFERRAL.search(text) is not None


def speaks_of(topic: Topic, window: Window) -> bool:
    """The last segment names the indicator asked, or continues the one before that does.

    Where none is asked for, its figure is not of one of which the question says little.
    """
    if not topic.indicators:
        last = window[-1].text
        return not indicators_in(last) or topic.coverage(last) >= _FOREIGN
    first = len(window) - 1
    while first > 0 and continues(window[first].text):
        first -= 1
    text = "，".join(segment.text for segment in window[first:])
    return any(indicator.stands_in(text) for indicator in topic.indicators)


def _finding(
    inquiry: Inquiry, region: Region | None, look: Callable[[Wanted], Sequence[Evidence]]
) -> Finding:
    """The first figure is of the indicator asked; a second ask may be of anything else."""
    query = inquiry.query
    found = look(_figures(inquiry))
    right = [e for e in found if _right_year(e, query) and _names_what_is_asked(e, inquiry)]
    others = (e for e in found if not _right_year(e, query) and e.score > _REMOTE)
    other = next((e for e in others if _names_what_is_asked(e, inquiry)), None)
    placed = bool(query.regions or query.places)
    if not right or not _close(right[0]) or right[0].coverage < _least(right[0], inquiry):
        return Finding(region, other_years=other if placed else None)
    if query.kind is Kind.COMPARISON or asks_once(query):
        return Finding(region, (right[0],), other_years=other)
    more: Sequence[Evidence] = right
    if inquiry.topic.indicators and asks_for_several(query):
        more = [e for e in look(_figures(inquiry, any_indicator=True)) if _right_year(e, query)]
    return Finding(region, _complete(right[0], more, inquiry), other_years=other)


def _names_what_is_asked(evidence: Evidence, inquiry: Inquiry) -> bool:
    """The figure's row in the table names most of what is asked, and so do the words around it.

    Only where one figure answers, and less of a long question; an indicator of the list has cues
    of its own for the words.
    """
    query, topic = inquiry.query, inquiry.topic
    if not asks_of_one(query):
        return True
    named, once = bool(topic.indicators), asks_once(query)
    if named and not once:
        return True
    by_rows = inquiry.named_by_rows(evidence)
    if by_rows is not None and by_rows < (_ROW_NAMED if once else _ROW_NAMED_AT_LENGTH):
        return False
    if named:
        return True
    if evidence.coverage < _LEAST_OF_ONE:
        return False
    held = evidence.held
    before = held.text[max(evidence.start - _BEFORE, 0) : evidence.end]
    around = " ".join((held.document.title, *held.clause.path, before, evidence.words))
    return not once or topic.named(around) >= _NAMED


def _least(evidence: Evidence, inquiry: Inquiry) -> float:
    """The coverage a first figure needs: more where its unit is not the one asked for.

    A place's own row of a table that names the indicator needs none.
    """
    query = inquiry.query
    if not (query.regions or query.places):
        return _LEAST_UNPLACED
    if evidence.fit < 0:
        return _LEAST_UNFIT
    return 0.0 if query.places and inquiry.topic.indicators else _LEAST


def _right_year(evidence: Evidence, query: Query) -> bool:
    return not query.years or not evidence.years or bool(set(evidence.years) & set(query.years))


def _close(evidence: Evidence) -> bool:
    return evidence.score >= _ENOUGH


def _complete(
    first: Evidence, more_found: Sequence[Evidence], inquiry: Inquiry
) -> tuple[Evidence, ...]:
    """The best figure, and others that answer a part of the question it leaves open.

    A figure of the same clause in another unit that was asked for (多少辆) is one, even where it
    names little of the question: the second figure often goes on without its subject.
    """
    topic = inquiry.topic
    units = [*units_asked(inquiry.query), *units_counted(inquiry.query)]
    first = next((e for e in more_found[:4] if _extends(e, first, topic)), first)
    chosen = [first]
    covered = topic.coverage(first.words)
    for evidence in more_found[:16]:
        if len(chosen) == _MOST or evidence.score < _ALSO:
            break
        if evidence.held.document.id != first.held.document.id or _overlaps(evidence, chosen):
            continue
        more = topic.coverage(" ".join([*(e.words for e in chosen), evidence.words]))
        if more - covered >= _ADDS or _in_another_unit(evidence, chosen, units):
            chosen.append(evidence)
            covered = more
    return tuple(sorted(chosen, key=lambda e: (e.held.id != first.held.id, e.held.id, e.start)))


def _in_another_unit(
    evidence: Evidence, chosen: Sequence[Evidence], units: Sequence[re.Pattern[str]]
) -> bool:
    return evidence.held.id == chosen[0].held.id and any(
        unit.search(evidence.words) and not any(unit.search(e.words) for e in chosen)
        for unit in units
    )


def _extends(evidence: Evidence, first: Evidence, topic: Topic) -> bool:
    """Whether it holds the first figure and answers more of the question."""
    return (
        evidence.held.id == first.held.id
        and evidence.start <= first.start
        and first.end <= evidence.end
        and topic.coverage(evidence.words) - topic.coverage(first.words) >= _ADDS
    )


def _overlaps(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    return any(
        e.held.id == evidence.held.id and e.start < evidence.end and evidence.start < e.end
        for e in chosen
    )
