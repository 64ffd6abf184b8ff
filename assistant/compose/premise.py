"""A question that supposes a figure: is it so, and who says it?"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answer import Refusal
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.compose.target import lines, refuse
from assistant.figures import Finding, search_region
from assistant.inquiry import Inquiry
from assistant.proof.claims import amounts_in, folded
from assistant.values import values
from retrieval.query import Kind, Query
from retrieval.topic import Topic, topic_of

_CONFIRMS = re.compile(
    r"对吗|对不对|对么|是不是|是吗|属实|真的|哪份|哪个文件|哪一份|出自|[吗么][?？]?\s*$"
)
# What a question adds to the figure it supposes, and no clause holds.
_ADDED = re.compile(
    r"(?:这个|该)?(?:数|数字|数值|目标|说法)?(?:是|对|对不|出自|属实|真的)*(?:哪份|哪一份|哪个|什么)?"
    r"(?:[省市区县国家]级)?(?:文件|规定)?(?:定的?|提的?|写的?|里的?)?[吗么]?[?？]?\s*$"
)

_PLAIN = (Kind.MEASURE, Kind.EXISTENCE)


def supposes_figure(query: Query, topic: Topic) -> bool:
    """Whether the question states a figure of a known indicator and asks if or where it stands."""
    return (
        query.kind is not Kind.COMPARISON
        and (
            query.kind in (Kind.MEASURE, Kind.EXISTENCE) or _CONFIRMS.search(query.text) is not None
        )
        and len(query.regions) == 1
        and bool(topic.indicators)
        and any(value.unit for value in values(query.text))
    )


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """Confirm the figure with its source, or say that it does not stand and what does."""
    inquiry = _without_supposition(inquiry)
    query = inquiry.query
    region = query.regions[0]
    supposed = {(v.number, v.unit) for v in values(query.text) if v.unit}
    finding = search_region(inquiry, region)
    proving = tuple(
        evidence
        for evidence in finding.figures
        if supposed & {(v.number, v.unit) for v in values(evidence.words)}
    )
    if proving:
        titles = "、".join(dict.fromkeys(f"《{e.held.document.title}》" for e in proving))
        return Composed(f"{lines(Finding(region, proving), query, citations)}\n出自{titles}。")
    if finding.figures:
        said = lines(finding, query, citations)
        return Composed(
            f"前提不成立，{region.name}的现有文件写的是：\n{said}", Refusal.FALSE_PREMISE
        )
    said = refuse(finding, query, citations).text
    return Composed(f"前提不成立：{said}", Refusal.FALSE_PREMISE)


def _without_supposition(inquiry: Inquiry) -> Inquiry:
    """The same inquiry, asked of the indicator alone: neither the figure nor 出自哪份文件."""
    query = inquiry.query
    plain = folded(query.topic)
    for figure in reversed(amounts_in(plain)):
        plain = plain[: figure.start] + " " + plain[figure.end :]
    asked = replace(query, topic=_ADDED.sub("", plain))
    topic = topic_of(asked, inquiry.search.frequency, inquiry.search.size)
    return inquiry if topic.is_empty else replace(inquiry, query=asked, topic=topic)
