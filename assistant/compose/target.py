"""How much by when: the figure, in the words that set it."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answer import Refusal
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note, tone_note
from assistant.evidence import Evidence
from assistant.figures import Finding, search_place, search_region
from assistant.inquiry import Inquiry
from corpus.regions import superiors
from retrieval.query import Query

_PLAN = re.compile(r"十[四五六]五")


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """The answer for one jurisdiction, or the reason why there is none."""
    query = inquiry.query
    if len(query.years) > 1:
        return _year_by_year(inquiry, citations)
    if query.places:
        place = query.places[-1]
        finding = search_place(inquiry, place)
        if not finding.figures:
            text = f"未收录{place.name}的相关文件，现有文件也没有给出{place.name}的这项数值。"
            return Composed(text, Refusal.NOT_HELD)
    else:
        finding = search_region(inquiry, query.regions[0] if query.regions else None)
    if finding.figures:
        return Composed(lines(finding, query, citations))
    refused = refuse(finding, query, citations, _held(inquiry, finding))
    return replace(refused, text=f"{refused.text}{_superior(inquiry, finding, citations)}")


def _held(inquiry: Inquiry, finding: Finding) -> str:
    """What there is of a jurisdiction: its documents, or only what was excerpted from them."""
    hits = inquiry.hits_of(finding.region)
    return (
        "指标摘录（非原文）" if hits and all(h.held.document.excerpt for h in hits) else "现有文件"
    )


def _superior(inquiry: Inquiry, finding: Finding, citations: Citations) -> str:
    """What the nearest superior with a figure sets, said to be the superior's; or nothing."""
    region = finding.region
    if region is None or not inquiry.topic.indicators:
        return ""
    found = (inquiry.known_figures(parent) for parent in superiors(region))
    above = next(filter(None, found), None)
    if above is None:
        return ""
    said = lines(Finding(None, tuple(above), differ=len(above) > 1), inquiry.query, citations)
    return f"\n上级的数值如下，不是{region.name}的：\n{said}"


def _year_by_year(inquiry: Inquiry, citations: Citations) -> Composed:
    """One figure a year asked about; a year without one says so. Nothing at all is a refusal."""
    asked = inquiry.query.years
    parts = [compose(inquiry.of_year(year), citations) for year in asked]
    refusals = [part.refusal for part in parts if part.refusal]
    texts = list(dict.fromkeys(line for part in parts for line in part.text.split("\n")))
    return Composed("\n".join(texts), refusals[0] if len(refusals) == len(parts) else None)


def lines(finding: Finding, query: Query, citations: Citations) -> str:
    """One line a figure; a year named earlier in the clause is put before it."""
    said = [
        f"{evidence.held.document.region_name}{status_note(evidence)}："
        f"{dated(evidence, query)}{tone_note(evidence)}。{citations.cite(evidence)}"
        for evidence in finding.figures
    ]
    if finding.differ:
        said.append("以上规定不同，较新、效力较高的文件在前。")
    return "\n".join(said)


def dated(evidence: Evidence, query: Query) -> str:
    """The quote, with the year in force before it where the quote does not name one."""
    year = next((y for y in evidence.years if not query.years or y in query.years), None)
    if year is None or str(year) in evidence.words or _PLAN.search(evidence.words):
        return evidence.words
    return f"到{year}年，{evidence.words}"


def refuse(
    finding: Finding, query: Query, citations: Citations, held: str = "现有文件"
) -> Composed:
    """Say that the documents held do not give the figure, and what they say instead."""
    where = f"{finding.region.name}的{held}" if finding.region else held
    years = "、".join(f"{year}年" for year in query.years)
    name = query.indicators[0] if len(query.indicators) == 1 else ""
    of_years = f"{years}{name}的具体数值" if years else f"{name or '这项'}数值"
    text = f"{where}没有给出{of_years}。"
    if finding.deferral is not None:
        quote = f"原文写的是：{finding.deferral.words}。{citations.cite(finding.deferral)}"
        return Composed(f"{text}\n{quote}", Refusal.DEFERRED)
    if finding.other_years is not None:
        other = finding.other_years
        said = "、".join(f"{year}年" for year in other.years)
        text += f"\n只写明{said}：{other.words}。{citations.cite(other)}"
    return Composed(text, Refusal.SILENT)
