"""Who is responsible: the departments that the clause names, as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Refusal
from assistant.compose.bearing import named_by_heading
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.compose.measure import sentences_wanted
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from corpus.departments import Bracket, brackets, departments_in, function_of
from retrieval.found import Hit
from retrieval.query import Kind

_NAMES_BODY = re.compile(
    r"委员会|领导小组|办公室|(?:国家|[省市区县])[\u4e00-\u9fff]{1,8}(?:委|厅|局)"
)
# 排在第一位的为牵头单位 says how to read the list, and names nobody.
_FIRST_LEADS = re.compile(r"首位|第一|在前")
# A body that the question takes to be responsible: 是省能源局牵头吧.
_SUPPOSED = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{2,12}?(?:部|委|局|厅|办|署|处))"
    r"(?:具体|主要|来)?(?:负责|牵头|主管)[^，。？?]{0,8}吧(?P<more>.*)"
)
_BEFORE_BODY = re.compile("[是由归省市区县]|国家")
_ENOUGH = 0.30
_NEARLY = 0.75
_SHORTEST = 3  # characters of a body's name
_MORE = 3  # characters behind a supposition that ask for more than whether it is so
_RELEVANT = 0.33  # share of the words asked that the clause must hold


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """The responsibility bracket of the clause asked about, and whether it was supposed rightly."""
    before = len(citations.evidence)
    answered = _answered(inquiry, citations)
    supposed = _SUPPOSED.search(inquiry.query.text)
    cited = {evidence.held.document.id for evidence in citations.evidence[before:]}
    if answered.refusal or supposed is None or not cited:
        return answered
    about = (hit.held.text for hit in inquiry.hits if hit.held.document.id in cited)
    body = _BEFORE_BODY.split(supposed["body"])[-1]
    if len(body) < _SHORTEST or any(_names(text, body) for text in (answered.text, *about)):
        return answered
    if len(supposed["more"]) < _MORE:
        return replace(answered, text=f"不是。{answered.text}")
    text = f"前提不成立，现有文件写的是：\n{answered.text}"
    return replace(answered, text=text, refusal=Refusal.FALSE_PREMISE)


def _names(text: str, body: str) -> bool:
    """Whether a text names a body, in full or by another wording of the table."""
    return body in text or function_of(body) in (function for function, _ in departments_in(text))


def _answered(inquiry: Inquiry, citations: Citations) -> Composed:
    query = inquiry.query
    region = query.regions[0] if query.regions else None
    place = inquiry.place
    wanted = sentences_wanted(Kind.MEASURE, 160)
    if place is None:
        hits, found = inquiry.hits_of(region), inquiry.evidence(wanted, region)
    else:
        found = [e for e in inquiry.named_evidence(wanted, place) if e.coverage >= _ENOUGH]
        spoken = {e.held.id for e in found}
        hits = [hit for hit in inquiry.hits_naming(place) if hit.held.id in spoken]
    ranked = _ranked(inquiry, hits)
    best = ranked[0][0] if ranked else 0.0
    for score, hit in ranked:
        if score < max(_ENOUGH, _NEARLY * best):
            break
        if inquiry.topic.relevance(_whole(hit)) < _RELEVANT:
            continue
        inside = next((e for e in found if e.held.id == hit.held.id), None)
        bracket = bracket_after(hit.held.text, inside.start if inside else 0)
        if bracket is not None:
            return _answer(hit, bracket, citations)
    said = next((e for e in found[:12] if _NAMES_BODY.search(e.quote) and e.coverage >= 0.5), None)
    if said is not None:
        return Composed(
            f"{said.held.document.region_name}{status_note(said)}：{said.words}。{citations.cite(said)}"
        )
    if place is not None:
        text = f"未收录{place.name}的相关文件，无法确认责任单位。"
        return Composed(text, Refusal.NOT_HELD)
    where = region.name if region else "现有"
    return Composed(f"{where}文件没有写明这项工作的责任单位。", Refusal.SILENT)


def _ranked(inquiry: Inquiry, hits: Sequence[Hit]) -> list[tuple[float, Hit]]:
    """Clauses by how much of the topic they hold; the heading counts again, and the rank."""
    scored = [
        (
            inquiry.topic.coverage(_whole(hit))
            + 0.5 * named_by_heading(hit.held, inquiry.topic)
            + 0.3 / (1 + rank),
            hit,
        )
        for rank, hit in enumerate(hits[:10])
    ]
    return sorted(scored, key=lambda pair: -pair[0])


def _whole(hit: Hit) -> str:
    """A clause with its title and headings."""
    held = hit.held
    return f"{held.document.title}{''.join(held.clause.path)}{held.text}"


def _answer(hit: Hit, bracket: Bracket, citations: Citations) -> Composed:
    proof = Evidence(
        hit,
        bracket.start,
        bracket.end,
        hit.held.text[bracket.start : bracket.end],
        (),
        1.0,
        hit.score,
    )
    named = _lead_first(proof.quote)
    where = f"{proof.held.document.region_name}{status_note(proof)}"
    return Composed(f"{where}：{named}。{citations.cite(proof)}")


def _lead_first(bracket: str) -> str:
    """The departments as printed, the part that names the lead before the others."""
    parts = re.split("[；;]", bracket[1:-1])
    leads = [part for part in parts if "牵头" in part and not _FIRST_LEADS.search(part)]
    return (
        "；".join(leads + [part for part in parts if part not in leads]) if leads else bracket[1:-1]
    )


def bracket_after(text: str, at: int) -> Bracket | None:
    """The first bracket of departments at or after `at`, else the last one of the clause."""
    found = list(brackets(text))
    return next((b for b in found if b.end > at), found[-1] if found else None)
