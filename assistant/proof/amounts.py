"""Whether the figures of a claim stand in the clauses, of the same thing, place and year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.known import Known, proof
from assistant.passages import Segment, continues, segments
from assistant.proof.claims import Claim, amounts_in, change_in, folded, names, paired
from assistant.proof.coverage import covered, of_its_own, uncovered
from corpus.document import Region
from corpus.indicators import indicators_named
from corpus.targets.figures import Figure
from corpus.targets.signs import aspires
from corpus.targets.target import Change, Comparison, HeldTarget
from retrieval.found import Hit
from retrieval.topic import canonical


@dataclass(frozen=True, slots=True)
class _Stated:
    """A figure as a clause states it. `subject` are the words that say what it is of.

    `words` are those of its row in the table of targets, "" without one; `beside` are the other
    figures of its part of the sentence, where it has no row to tell them apart.
    """

    figure: Figure
    years: tuple[int, ...]
    base: str
    subject: str
    scope: str
    change: Change
    aspires: bool
    evidence: Evidence
    words: str = ""
    beside: tuple[Figure, ...] = ()


def proof_of(claim: Claim, cited: Sequence[Hit], inquiry: Inquiry) -> list[Evidence] | str:
    """The words that prove each figure of a claim, or why one is not proven."""
    proofs: list[Evidence] = []
    for figure, years in paired(claim):
        printed = claim.text[figure.core : figure.rest]
        stated = [s for hit in cited for s in _stated(hit, inquiry)]
        same = [s for s in stated if _same_amount(figure, s.figure)]
        if not same:
            return f"所引条款没有{printed}"
        asked = years or inquiry.query.years
        faults = [
            _fault_of(claim, figure, asked, s, inquiry) or _fault_beside(claim, figure, s, stated)
            for s in same
        ]
        proof = next((s for s, fault in zip(same, faults, strict=True) if not fault), None)
        if proof is None:
            return faults[0]
        proofs.append(proof.evidence)
    return proofs


def _same_amount(said: Figure, stated: Figure) -> bool:
    return (said.low, said.high, said.unit) == (stated.low, stated.high, stated.unit)


def _fault_of(
    claim: Claim, figure: Figure, years: Sequence[int], stated: _Stated, inquiry: Inquiry
) -> str:
    """Why a figure of a clause is not the one claimed; empty where it is."""
    printed = claim.text[figure.core : figure.rest]
    if figure.comparison is not stated.figure.comparison and not _spelt_alike(claim, stated):
        return f"{printed}的限定词与条款不同"
    bound = claim.text[figure.rest : figure.end]
    if figure.comparison is Comparison.RANGE and bound not in folded(stated.evidence.words):
        return f"{printed}的限定词与条款不同"
    if claim.change is not (Change.NONE if stated.change is Change.NEW else stated.change):
        return f"{printed}是水平还是升降幅度，与条款不同"
    added = stated.change is Change.NEW and "新增" in stated.subject
    if added and "新增" not in claim.text:
        return f"{printed}在条款中是新增的"
    if stated.years and years and not set(years) & set(stated.years):
        return f"{printed}在条款中是{stated.years[0]}年的"
    if claim.bases and stated.base and stated.base not in claim.bases:
        return f"{printed}的基期与条款不同"
    if stated.aspires and not aspires(claim.text, 0, len(claim.text)):
        return f"{printed}在条款中是力争目标"
    region = stated.evidence.held.document.region
    if claim.places and region and not _is_of(claim, region, stated):
        return f"{printed}在条款中是{region.name}的"
    if _is_of_a_part(claim, stated, inquiry):
        return f"{printed}在条款中只是{stated.scope}的"
    return _fault_of_subject(claim, printed, stated)


def _fault_beside(claim: Claim, figure: Figure, stated: _Stated, others: Sequence[_Stated]) -> str:
    """Why the figure is rather that of something else which the clause names beside it."""
    printed = claim.text[figure.core : figure.rest]
    own = _likeness(claim, stated)
    amounts = [(f.low, f.high, f.unit) for f in claim.figures]
    rivals = [
        other
        for other in others
        if other.words
        and (other.figure.low, other.figure.high, other.figure.unit) not in amounts
        and other.evidence.held.id == stated.evidence.held.id
    ]
    named = {indicator.name for indicator in indicators_named(claim.words)}
    told = any(name in stated.words for name in named)
    nearer = next(
        (
            other
            for other in rivals
            if _likeness(claim, other) > own
            or (not told and any(name in other.words for name in named))
        ),
        None,
    )
    if stated.words and nearer:
        return f"{printed}在条款中是{stated.words}，不是{nearer.words}"
    alike = [f for f in stated.beside if f.unit == figure.unit and not _same_amount(f, figure)]
    if any((f.low, f.high, f.unit) not in amounts for f in alike):
        return f"条款在这里并列了几个数值，{printed}是哪一个的不能确定"
    return ""


def _likeness(claim: Claim, stated: _Stated) -> float:
    """How much of what the claim speaks of is in the words of a row."""
    return covered(of_its_own(canonical(claim.words)), canonical(f"{stated.words}{stated.scope}"))


def _spelt_alike(claim: Claim, stated: _Stated) -> bool:
    """A bound that the words of the claim give otherwise: 控制在8800万吨以内."""
    bound = stated.figure.comparison
    return bound is Comparison.AT_MOST and re.search(r"以内|不超过|控制在", claim.text) is not None


def _is_of(claim: Claim, region: Region, stated: _Stated) -> bool:
    return region in claim.places or any(
        place.short in stated.subject or place.short in stated.scope for place in claim.places
    )


def _is_of_a_part(claim: Claim, stated: _Stated, inquiry: Inquiry) -> bool:
    """Whether the figure is of a part (包河区, 新建) that neither claim nor question names."""
    said = canonical(claim.text + inquiry.query.text)
    parts = [stated.scope, *names(stated.scope)]
    region = stated.evidence.held.document.region
    own = {region.name, region.short} if region else set()
    return any(part and part not in own and covered(canonical(part), said) < 0.5 for part in parts)


def _fault_of_subject(claim: Claim, printed: str, stated: _Stated) -> str:
    held = stated.evidence.held
    named = {indicator.name for indicator in indicators_named(claim.words)}
    theirs = {indicator.name for indicator in indicators_named(stated.subject)}
    if named and theirs and not named & theirs:
        return f"{printed}在条款中是{'、'.join(sorted(theirs))}"
    around = "。".join((stated.subject, stated.scope, held.document.title, *held.clause.path))
    spare = uncovered(claim.words, around)
    return f"{printed}在条款中不是“{spare}”的" if spare else ""


def _stated(hit: Hit, inquiry: Inquiry) -> Iterator[_Stated]:
    """The figures of a clause: rows of the table first, then those that have no row."""
    rows = inquiry.rows_in(hit.held)
    for row in rows:
        if row.target.low is not None and row.target.high is not None:
            yield _of_row(hit, row)
    parts = segments(hit.held)
    for at, part in enumerate(parts):
        amounts = amounts_in(folded(part.text))
        if not amounts or any(_overlaps(row, part) for row in rows):
            continue
        first = at
        while first > 0 and continues(parts[first].text) and _one_sentence(parts, first):
            first -= 1
        subject = "，".join(one.text for one in (*parts[first:at], part))
        quote = evidence_at(hit, parts[first].start, part.end, part.years)
        for figure in amounts:
            yield _Stated(
                figure,
                part.years,
                "",
                f"{part.lead}。{subject}" if part.lead else subject,
                part.row,
                change_in(folded(part.text)),
                aspires(subject, 0, len(subject)),
                quote,
                beside=amounts,
            )


def _one_sentence(parts: Sequence[Segment], at: int) -> bool:
    return parts[at].sentence == parts[at - 1].sentence


def _overlaps(row: HeldTarget, part: Segment) -> bool:
    return row.target.start < part.end and part.start < row.target.end


def _of_row(hit: Hit, row: HeldTarget) -> _Stated:
    target = row.target
    low, high = target.low or Decimal(0), target.high or Decimal(0)
    figure = Figure(0, 0, 0, 0, low, high, target.unit, target.kind, target.comparison)
    years = (target.year,) if target.year else ()
    evidence = proof(Known(row, 1.0), hit)
    return _Stated(
        figure,
        years,
        target.base,
        "。".join((target.words, target.indicator, evidence.words)),
        target.scope,
        target.change,
        target.aspires,
        evidence,
        f"{target.words}{target.indicator}",
    )


def evidence_at(hit: Hit, start: int, end: int, years: tuple[int, ...]) -> Evidence:
    """text[start:end] of a clause."""
    return Evidence(hit, start, end, hit.held.text[start:end], years, 1.0, hit.score)
