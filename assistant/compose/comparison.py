"""Two or more jurisdictions, or two documents of one, side by side: a citation in every cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Refusal
from assistant.compose import measure
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.compose.target import dated
from assistant.evidence import Evidence
from assistant.figures import (
    Finding,
    figure_of_each_document,
    search_place,
    search_region,
)
from assistant.inquiry import Inquiry
from assistant.values import Value, values
from corpus.document import Region
from retrieval.query import Kind, Query

_SHARE = re.compile(r"占.{0,20}(?:几|一|两|二|三|四|五|六|七|八|九)成|占.{0,12}百分之")
_HOW = re.compile(r"怎么(?!样)|如何|怎样|哪些(?:措施|举措|做法)")
_LONGEST = 160  # characters of a sentence in a cell
_TENTHS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Row:
    """What is compared, and the figure that was found for it, if any."""

    name: str
    region: Region | None
    evidence: Evidence | None
    finding: Finding
    value: Value | None
    held: bool = True


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """A table of what each says, then who is higher; of measures, what each does."""
    query = inquiry.query
    if _HOW.search(query.text) and (side_by_side := _measures(inquiry, citations)):
        return side_by_side
    if len(query.regions) + len(query.places) > 1:
        rows = [region_row(inquiry, region) for region in query.regions]
        rows += [_place_row(inquiry, place) for place in query.places]
    else:
        rows = _document_rows(inquiry)
    if not any(row.evidence for row in rows):
        if query.asks is not Kind.TARGET and (side_by_side := _measures(inquiry, citations)):
            return side_by_side
        names = "、".join(row.name for row in rows)
        if query.places and not query.regions:
            return Composed(f"未收录{names}的相关文件。", Refusal.NOT_HELD)
        return Composed(f"{names}的现有文件都没有给出这项数值。", Refusal.SILENT)
    lines = [*table(rows, query, citations), "", _conclusion(rows, query, citations)]
    return Composed("\n".join(lines).strip(), computed=True)


def table(rows: list[Row], query: Query, citations: Citations) -> list[str]:
    """The lines of a table: a row an object, a citation or a reason in every cell."""
    head = ["| 对象 | 规定 |", "| --- | --- |"]
    return head + [f"| {row.name} | {_cell(row, query, citations)} |" for row in rows]


def _measures(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """The sentence of each jurisdiction that says most of what is asked; None where none does."""
    wanted = measure.sentences_wanted(Kind.MEASURE, _LONGEST)
    found = [(r, next(iter(measure.good(inquiry, wanted, r)), None)) for r in inquiry.query.regions]
    if not any(evidence for _, evidence in found):
        return None
    rows = [
        f"| {region.name} | {_quoted(evidence, citations) if evidence else '现有文件未提到'} |"
        for region, evidence in found
    ]
    return Composed("\n".join(["| 对象 | 规定 |", "| --- | --- |", *rows]))


def _quoted(evidence: Evidence, citations: Citations) -> str:
    words = evidence.words.replace("|", "｜").replace("\n", " ")
    return f"{status_note(evidence)}{words}{citations.cite(evidence)}"


def region_row(inquiry: Inquiry, region: Region, *, held: bool = True) -> Row:
    """A jurisdiction and its figure."""
    finding = search_region(inquiry, region)
    evidence = finding.figures[0] if finding.figures else None
    return Row(region.name, region, evidence, finding, _value(evidence), held)


def _place_row(inquiry: Inquiry, place: Region) -> Row:
    """A place without documents: only what others' say of it."""
    finding = search_place(inquiry, place)
    evidence = finding.figures[0] if finding.figures else None
    return Row(place.name, place, evidence, finding, _value(evidence), held=evidence is not None)


def _document_rows(inquiry: Inquiry) -> list[Row]:
    """The best figure of each document of the one jurisdiction asked about."""
    region = inquiry.query.regions[0] if inquiry.query.regions else None
    rows = []
    for evidence in figure_of_each_document(inquiry, region):
        finding = Finding(region, (evidence,))
        title = evidence.held.document.title
        rows.append(Row(title, region, evidence, finding, _value(evidence)))
    return rows


def _value(evidence: Evidence | None) -> Value | None:
    """The figure of the last segment: windows end with theirs."""
    found = [v for v in values(evidence.words) if v.unit] if evidence else []
    return found[-1] if found else None


def _cell(row: Row, query: Query, citations: Citations) -> str:
    if row.evidence is not None:
        differing = row.finding.figures if row.finding.differ else (row.evidence,)
        return "；另有 ".join(_said(evidence, query, citations) for evidence in differing)
    if row.finding.deferral is not None:
        return f"未给数值，原文：{row.finding.deferral.words}{citations.cite(row.finding.deferral)}"
    return "现有文件未给出" if row.held else "未收录相关文件"


def _said(evidence: Evidence, query: Query, citations: Citations) -> str:
    value = _value(evidence)
    printed = f"**{value.printed}**：" if value else ""
    said = f"{dated(evidence, query)}{status_note(evidence)}"
    return f"{printed}{said}{citations.cite(evidence)}"


def resting_on(rows: Iterable[Row], citations: Citations) -> str:
    """The markers of the figures of some rows, in their order."""
    marks = {citations.cite(row.evidence) for row in rows if row.evidence}
    return "".join(sorted(marks, key=lambda mark: int(mark.strip("[]"))))


def _conclusion(rows: list[Row], query: Query, citations: Citations) -> str:
    """Who is higher and by how much, where the units agree, with the markers it rests on."""
    known = [(row, row.value) for row in rows if row.value is not None]
    if len(known) < 2 or len({value.unit for _, value in known}) > 1:
        return ""
    return _verdict(known, query) + resting_on((row for row, _ in known), citations)


def _verdict(known: list[tuple[Row, Value]], query: Query) -> str:
    ranked = sorted(known, key=lambda pair: -pair[1].number)
    (top, high), (_, low) = ranked[0], ranked[-1]
    if len(query.regions) + len(query.places) < 2:
        return (
            "两份文件数值相同。"
            if high.number == low.number
            else "各文件规定不同，应以所引原文为准。"
        )
    if _SHARE.search(query.text):
        return _share(known)
    if high.number == low.number:
        return "数值相同。"
    if len(ranked) == 2:
        return f"{_short(top)}更高，高{difference(high, low)}。"
    return f"{_short(top)}最高，从高到低：{'、'.join(_short(row) for row, _ in ranked)}。"


def _short(row: Row) -> str:
    """Spoken name; 吉林省 and 吉林市 keep theirs in full."""
    if row.region is None or row.region.short == "吉林":
        return row.name
    return row.region.short


def difference(high: Value, low: Value) -> str:
    """By how much two figures of one unit differ, as people say it."""
    difference = abs(high.number - low.number)
    if high.unit in ("%", "个百分点", "百分点"):
        return f"{difference.normalize():f}个百分点"
    for size, name in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
        if difference >= size:
            return f"{(difference / size).normalize():f}{name}{high.unit}"
    return f"{difference.normalize():f}{high.unit}"


def _share(known: list[tuple[Row, Value]]) -> str:
    (part_row, part), (whole_row, whole) = known[0], known[1]
    if part.number > whole.number:
        (part_row, part), (whole_row, whole) = (whole_row, whole), (part_row, part)
    share = part.number / whole.number * 100
    tenths = _TENTHS[int((share / 10).to_integral_value())]
    return f"{_short(part_row)}约占{whole_row.name}的{share:.1f}%，约{tenths}成。"
