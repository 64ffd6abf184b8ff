"""How much by when: the figure, in the words that set it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Refusal
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import Segment
from assistant.topic import Topic
from corpus.document import Region
from retrieval.query import Query

_MAXIMUM = 110
_MERGED = 200
_ENOUGH = 0.55
_MOST = 3
_ADDS = 0.12
_ALSO = 0.40

_DEFERRAL = re.compile(
    r"(?:完成|达到|落实|实现|执行|控制在|不低于|符合)[^，。；]{0,10}?(?:国家|省|自治区|市级?|上级|中央)(?:级|政府)?[^，。；]{0,12}?"
    r"(?:下达|确定|要求|分解|规定|目标值|任务|指标)"
)
# A segment that goes on with the subject of the one before it.
_CONTINUES = re.compile(
    r"\s*(?:到20|20\d\d年|并|进一步|力争|确保|争取|达到|提高|提升|控制|下降|降低|占|约|不低于|不超过|超过|稳定|保持|增加|增长|其中|比20|较20|到)"
)
_UNITS_ASKED = (
    (re.compile(r"百分之|百分比|几成|占比|比例|比重|份额|几个点|降幅|率|占.{0,12}多少|[降提].{0,6}多少"), re.compile(r"[%％‰]|百分")),
    (re.compile(r"装机|千瓦"), re.compile(r"千瓦|兆瓦")),
    (re.compile(r"多少亩"), re.compile(r"亩")),
    (re.compile(r"面积|平方米"), re.compile(r"平方|公顷|亩")),
    (re.compile(r"多少辆"), re.compile(r"辆")),
    (re.compile(r"[多几]少?家|[多几]少?户"), re.compile(r"家|户|个")),
    (re.compile(r"多少个|几个|多少座"), re.compile(r"个|座|家")),
    (re.compile(r"吨|用煤|煤炭消费总?量"), re.compile(r"吨")),
    (re.compile(r"产值|产出|投资|营收"), re.compile(r"元")),
    (re.compile(r"蓄积"), re.compile(r"立方米")),
    (re.compile(r"煤耗"), re.compile(r"克")),
)


@dataclass(frozen=True, slots=True)
class TargetWanted:
    """Windows that end with a figure and speak of the indicator asked, not of a near miss."""

    topic: Topic
    units: tuple[re.Pattern[str], ...]
    maximum: int = _MAXIMUM
    whole_sentences: bool = False

    def admits(self, window: Sequence[Segment]) -> bool:
        return window[-1].has_value and _speaks_of(self.topic, window)

    def value(self, window: Sequence[Segment]) -> float:
        if not self.units:
            return 0.0
        right = any(unit.search(window[-1].text) for unit in self.units)
        return 0.15 if right else -0.2 / len(self.units)


@dataclass(frozen=True, slots=True)
class DeferralWanted:
    """Windows that leave the figure to a superior: 完成省下达目标."""

    topic: Topic
    maximum: int = _MAXIMUM
    whole_sentences: bool = False

    def admits(self, window: Sequence[Segment]) -> bool:
        return _DEFERRAL.search(window[-1].text) is not None and _speaks_of(self.topic, window)

    def value(self, window: Sequence[Segment]) -> float:
        return 0.0


def _speaks_of(topic: Topic, window: Sequence[Segment]) -> bool:
    """The figure's own segment names the indicator, or continues the one before that does."""
    if not topic.indicators:
        return True
    first = len(window) - 1
    while first > 0 and _CONTINUES.match(window[first].text):
        first -= 1
    text = "，".join(segment.text for segment in window[first:])
    return any(indicator.stands_in(text) for indicator in topic.indicators)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a jurisdiction's documents say: figures, or whose figure they defer to, or neither."""

    region: Region | None
    figures: tuple[Evidence, ...] = ()
    deferral: Evidence | None = None
    other_years: Evidence | None = None


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """The answer for one jurisdiction, or the reason why there is none."""
    query = inquiry.query
    if query.places and not query.regions:
        finding = search_place(inquiry, query.places[-1])
        if not finding.figures:
            return Composed(f"未收录{query.places[-1].name}的相关文件，现有文件也没有给出这项数值。", Refusal.NOT_HELD)
    else:
        finding = search_region(inquiry, query.regions[0] if query.regions else None)
    if finding.figures:
        return Composed(lines(finding, query, citations))
    return refuse(finding, query, citations)


def search_region(inquiry: Inquiry, region: Region | None) -> Finding:
    """Look in the jurisdiction's own documents, then for its name in those of its superiors."""
    finding = _finding(inquiry, region, inquiry.evidence(_wanted(inquiry), region))
    if finding.figures or region is None:
        return finding
    deferrals = inquiry.evidence(DeferralWanted(inquiry.topic), region)
    deferral = next((e for e in deferrals if _right_year(e, inquiry.query) and _close(e)), None)
    if deferral is None and region.parents:
        elsewhere = search_place(inquiry, region)
        if elsewhere.figures:
            return elsewhere
    return Finding(region, deferral=deferral, other_years=finding.other_years)


def search_place(inquiry: Inquiry, place: Region) -> Finding:
    """Look for sentences about the place in the documents of others."""
    return _finding(inquiry, place, inquiry.named_evidence(_wanted(inquiry), place))


def _wanted(inquiry: Inquiry) -> TargetWanted:
    asked = inquiry.query.text
    return TargetWanted(
        inquiry.topic, tuple(unit for question, unit in _UNITS_ASKED if question.search(asked))
    )


def _finding(inquiry: Inquiry, region: Region | None, found: Sequence[Evidence]) -> Finding:
    query = inquiry.query
    right = [e for e in found if _right_year(e, query)]
    good = right if right and _close(right[0]) else []
    other = next((e for e in found if not _right_year(e, query) and e.score > 0.1), None)
    return Finding(region, _complete(good, inquiry.topic), other_years=other)


def _right_year(evidence: Evidence, query: Query) -> bool:
    return not query.years or not evidence.years or bool(set(evidence.years) & set(query.years))


def _close(evidence: Evidence) -> bool:
    return evidence.score >= _ENOUGH


def _complete(good: Sequence[Evidence], topic: Topic) -> tuple[Evidence, ...]:
    """The best figure, and others that answer a part of the question it leaves open."""
    chosen: list[Evidence] = list(good[:1])
    covered = topic.coverage(" ".join(e.quote for e in chosen))
    for evidence in good[1:16]:
        if len(chosen) == _MOST or evidence.held.document.id != chosen[0].held.document.id:
            continue
        if evidence.score < _ALSO:
            break
        more = topic.coverage(" ".join([*(e.quote for e in chosen), evidence.quote]))
        if more - covered >= _ADDS:
            chosen.append(evidence)
            covered = more
    return tuple(sorted(chosen, key=lambda e: (e is not chosen[0] and e.held.id != chosen[0].held.id, e.start)))


def lines(finding: Finding, query: Query, citations: Citations) -> str:
    """One line a figure; a year named earlier in the clause is put before it."""
    return "\n".join(
        f"{evidence.held.document.region_name}{status_note(evidence)}：{dated(evidence, query)}。{citations.cite(evidence)}"
        for evidence in finding.figures
    )


def dated(evidence: Evidence, query: Query) -> str:
    """The quote, with the year in force before it where the quote does not name one."""
    year = next((y for y in evidence.years if not query.years or y in query.years), None)
    if year is None or str(year) in evidence.quote or re.search(r"十[四五六]五", evidence.quote):
        return evidence.quote
    return f"到{year}年，{evidence.quote}"


def refuse(finding: Finding, query: Query, citations: Citations) -> Composed:
    """Say that the documents held do not give the figure, and what they say instead."""
    where = f"{finding.region.name}的现有文件" if finding.region else "现有文件"
    years = "、".join(f"{year}年" for year in query.years)
    text = f"{where}没有给出{years}的具体数值。" if years else f"{where}没有给出这项数值。"
    if finding.deferral is not None:
        quote = f"原文写的是：{finding.deferral.quote}。{citations.cite(finding.deferral)}"
        return Composed(f"{text}\n{quote}", Refusal.DEFERRED)
    if finding.other_years is not None:
        other = finding.other_years
        said = "、".join(f"{year}年" for year in other.years)
        text += f"\n只写明{said}：{other.quote}。{citations.cite(other)}"
    return Composed(text, Refusal.SILENT)


def documents_figures(inquiry: Inquiry, region: Region | None) -> list[Evidence]:
    """The best figure of each document of a jurisdiction, best first."""
    found = inquiry.evidence(_wanted(inquiry), region)
    best: dict[str, Evidence] = {}
    for evidence in found:
        if _right_year(evidence, inquiry.query) and _close(evidence):
            best.setdefault(evidence.held.document.id, evidence)
    return list(best.values())
