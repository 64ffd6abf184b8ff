"""A question that supposes a figure: is it so, and who says it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.answer import Refusal
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.compose.target import lines, refuse
from assistant.evidence import Evidence, Wanted
from assistant.figures import Finding, search_region, speaks_of
from assistant.inquiry import Inquiry
from assistant.proof.claims import amounts_in, folded
from assistant.values import CHANGES, values
from corpus.document import Region
from corpus.indicators import indicators_named
from retrieval.query import Kind, Query
from retrieval.topic import Topic, topic_of

_CONFIRMS = re.compile(
    r"对吗|对不对|对么|对吧|是不是|是吗|属实|真的|这个数不|哪份|哪个文件|哪一份|出自|依据|[吗么][?？]?\s*$"
)
# Asked whether it is so, no is an answer; asked why or where it stands, it is none.
_WHETHER = re.compile(r"是不是|是否|对吗|对不对|对么|是吗|属实|准确吗|(?:是这个数|对)不[?？]?\s*$")
_WHY = re.compile(r"为什么|为何|为啥|凭什么|怎么会|干嘛|干吗")
# What a question adds to the figure it supposes, and no clause holds.
_ADDED = re.compile(
    r"(?:这个|该)?(?:数|数字|数值|目标|说法)?(?:是|对|对不|出自|属实|真的)*(?:哪份|哪一份|哪个|什么)?"
    r"(?:[省市区县国家]级)?(?:文件|规定)?(?:定的?|提的?|写的?|里的?)?[吗么]?[?？]?\s*$"
)
# Words of supposing, and of a bound, that a clause need not share.
_SUPPOSING = re.compile(
    r"有人说|听说|据说|据称|为什么|为何|为啥|凭什么|怎么会|干嘛|规定|要求|提出|决定"
    r"|至少|最低|保底|起码|最少|至多|最多|顶多|封顶|上限|下限|不低于|不超过"
)
_PARTS = re.compile(r"[,，;；。？?]")
_TITLE = re.compile(r"《[^》]*》")
_NOT = "不(?:[得能应准]|允许)?"
_MOST = re.compile(
    rf"{_NOT}(?:超过|高于|大于|突破)|以内|以下|最高|至多|最多|上限|封顶|控制在|≤|(?<![不得能应])低于"
)
_LEAST = re.compile(rf"{_NOT}(?:低于|少于)|至少|最低|保底|起码|最少|以上|≥|超过|高于|大于")
# The words of a question that alone say that its figure is a bound.
_STRONG = re.compile(r"至少|最低|保底|起码|最少|至多|最多|顶多|封顶")
_HOW = re.compile(r"怎么(?![样会])|如何|怎样|咋|措施|做法")
_HOW_MUCH = re.compile(r"多少|几|多[大高长]|百分之|呢")
_KINDS = (Kind.MEASURE, Kind.EXISTENCE, Kind.RESPONSIBILITY)
_BEFORE, _AFTER = 10, 5  # characters around a figure that may say which bound it is
_LARGE = 10**4  # what is counted in 万 or 亿 is a figure without a unit, too
_MAXIMUM = 110
_SURE = 0.55  # share of what is asked that a sentence must hold whose figure is set against it


@dataclass(frozen=True, slots=True)
class _Bounded:
    """A figure, and whether it is the least (1), the most (-1), or neither (0)."""

    number: Decimal
    unit: str
    bound: int


def supposes_figure(query: Query, topic: Topic) -> bool:
    """Whether the question states a figure and asks if, where or why it stands, or who does it."""
    if query.kind is Kind.COMPARISON or len(query.regions) != 1 or not _supposed(query):
        return False
    if _WHY.search(query.text) or _CONFIRMS.search(query.text):
        return True
    if topic.indicators:
        return query.kind in _KINDS or _HOW_MUCH.search(query.text) is None
    return query.kind is Kind.MEASURE and _STRONG.search(query.text) is not None


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """Confirm the figure with its source, or say that it does not stand and what does.

    None where it is not certain that it does not, and more is asked than whether it does.
    """
    query = inquiry.query
    region = query.regions[0]
    supposed = _supposed(query)
    plain = _without_supposition(inquiry, supposed)
    finding = search_region(plain, region) if plain.topic.indicators else Finding(region)
    figures = [e for e in finding.figures if _in_unit(e.words, supposed)]
    figures = figures or _figures_in_unit(plain, supposed, region)[:1]
    proving = [e for e in figures if _proves(e, supposed)]
    if proving:
        return _confirmed(Finding(region, tuple(proving)), plain, citations)
    if figures:
        said = lines(Finding(region, tuple(figures)), plain.query, citations)
        if _WHETHER.search(query.text):
            return Composed(f"不是。{region.name}的现有文件写的是：\n{said}")
        return Composed(
            f"前提不成立，{region.name}的现有文件写的是：\n{said}", Refusal.FALSE_PREMISE
        )
    if not plain.topic.indicators:
        return None
    if query.years:
        of_any_year = replace(plain, query=replace(plain.query, years=()))
        elsewhere = _figures_in_unit(of_any_year, supposed, region)
        same = next((e for e in elsewhere if _proves(e, supposed)), finding.other_years)
        finding = replace(finding, other_years=same)
    if query.kind is Kind.RESPONSIBILITY and not (finding.deferral or finding.other_years):
        return None
    said = refuse(finding, plain.query, citations).text
    return Composed(f"前提不成立：{said}", Refusal.FALSE_PREMISE)


def _confirmed(finding: Finding, plain: Inquiry, citations: Citations) -> Composed | None:
    """The figure and its documents, where nothing else is asked."""
    query = plain.query
    asks_so = _CONFIRMS.search(query.text) is not None
    asks_more = query.kind is Kind.RESPONSIBILITY or _HOW.search(query.text) is not None
    if not asks_so and (asks_more or not plain.topic.indicators):
        return None
    titles = "、".join(dict.fromkeys(f"《{e.held.document.title}》" for e in finding.figures))
    return Composed(f"{lines(finding, query, citations)}\n出自{titles}。")


def _figures_in_unit(
    plain: Inquiry, supposed: Sequence[_Bounded], region: Region
) -> list[Evidence]:
    """Sentences that hold most of what is asked and set a figure in the unit supposed.

    First those that set the one supposed.
    """
    wanted = Wanted(
        lambda window: speaks_of(plain.topic, window),
        _MAXIMUM,
        ends=lambda segment: _in_unit(segment.text, supposed),
    )
    years = set(plain.query.years)
    found = [
        e
        for e in plain.evidence(wanted, region)
        if plain.topic.coverage(f"{e.held.clause.path[-1]} {e.quote}") >= _SURE
        and (not years or not e.years or years & set(e.years))
    ]
    numbers = {one.number for one in supposed}
    return sorted(
        found,
        key=lambda e: (
            not _proves(e, supposed),
            numbers.isdisjoint(one.number for one in _bounded(e.words)),
        ),
    )


def _proves(evidence: Evidence, supposed: Sequence[_Bounded]) -> bool:
    """Whether it sets a figure that is supposed, not as the opposite bound."""
    return any(
        one.number == other.number and one.bound * other.bound >= 0
        for one in supposed
        for other in _bounded(evidence.words)
        if one.unit in ("", other.unit)
    )


def _is_stated(one: _Bounded) -> bool:
    """A figure with a unit, or a large one in 万 or 亿."""
    return bool(one.unit) or one.number >= _LARGE


def _in_unit(text: str, supposed: Sequence[_Bounded]) -> bool:
    """Whether a text sets a figure that may be set against one supposed."""
    return any(
        one.number == other.number or (one.unit and one.unit == other.unit)
        for one in supposed
        for other in _bounded(text)
        if one.unit in ("", other.unit)
    )


def _supposed(query: Query) -> list[_Bounded]:
    return [one for one in _bounded(query.text) if _is_stated(one)]


def _bounded(text: str) -> list[_Bounded]:
    """The figures of a text, each with the bound that the words around it make it."""
    plain = folded(text)
    found = []
    end = 0
    for value in values(plain):
        start = plain.find(value.printed, end)
        end = start + len(value.printed)
        before = _PARTS.split(plain[max(start - _BEFORE, 0) : start])[-1]
        around = f"{before}{value.printed}{_PARTS.split(plain[end : end + _AFTER])[0]}"
        most, least = _MOST.search(around), _LEAST.search(around)
        bound = -1 if most else 1 if least else 0
        found.append(_Bounded(value.number, value.unit, bound))
    return found


def _without_supposition(inquiry: Inquiry, supposed: Sequence[_Bounded]) -> Inquiry:
    """The same inquiry, asked of what the figure is said to be of, and of nothing else.

    An indicator that is counted in another unit is not what it is of.
    """
    query = inquiry.query
    whole = folded(_TITLE.sub(" ", query.topic))
    parts = [part for part in _PARTS.split(whole) if any(map(_is_stated, _bounded(part)))]
    said = "，".join(parts)
    if not parts or (inquiry.topic.indicators and not indicators_named(said)):
        said = whole
    for figure in reversed(amounts_in(said)):
        said = said[: figure.start] + " " + said[figure.end :]
    asked = replace(query, topic=_SUPPOSING.sub("", _ADDED.sub("", said)))
    topic = topic_of(asked, inquiry.search.frequency, inquiry.search.size)
    if topic.is_empty:
        return inquiry
    changes = any(words.search(query.text) for words, _ in CHANGES)
    units = {one.unit for one in supposed}
    fitting = tuple(i for i in topic.indicators if changes or i.unit in units)
    return replace(inquiry, query=asked, topic=replace(topic, indicators=fitting))
