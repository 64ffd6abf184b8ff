"""Whether the clauses that a sentence cites prove it. By rules alone; what is not sure is not.

Every figure must stand in a cited clause with the same unit, qualifier, direction, year, subject
and jurisdiction; every year, name, quotation and tone word must stand there; and no run of two
characters may say what the clauses do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.chat.sentences import Sentence
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import segments
from assistant.proof.amounts import evidence_at, proof_of
from assistant.proof.claims import claims_of
from assistant.proof.coverage import covered
from assistant.proof.words import faults_of_tone, faults_of_words
from retrieval.found import Hit
from retrieval.topic import canonical

_LONGEST_QUOTE = 300  # characters of the words that prove a sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence and what proves it; `fault` says in Chinese why it is not proven."""

    sentence: Sentence
    evidence: tuple[Evidence, ...] = ()
    fault: str = ""

    @property
    def proven(self) -> bool:
        return not self.fault


def prove(sentence: Sentence, clause: Callable[[int], Hit | None], inquiry: Inquiry) -> Verdict:
    """The verdict on one sentence of a model; `clause` finds what is behind a handle."""
    hits = [clause(handle) for handle in sentence.handles]
    cited = [hit for hit in hits if hit is not None]
    if not cited:
        return Verdict(sentence, fault="没有标出条款编号" if not hits else "条款编号不存在")
    if len(cited) < len(hits):
        return Verdict(sentence, fault="条款编号不存在")
    fault = next(faults_of_words(sentence.said, cited, inquiry), "")
    if fault:
        return Verdict(sentence, fault=fault)
    evidence: list[Evidence] = []
    for claim in claims_of(sentence.said):
        found = proof_of(claim, cited, inquiry)
        if isinstance(found, str):
            return Verdict(sentence, fault=found)
        evidence += found
    quotes = _quotes(evidence) or _nearest(sentence.said, cited)
    fault = next(faults_of_tone(sentence.said, quotes), "")
    return Verdict(sentence, tuple(quotes), fault)


def _quotes(found: Sequence[Evidence]) -> list[Evidence]:
    """One quote a clause: from the first words that prove to the last, where that is short."""
    quotes: list[Evidence] = []
    for clause in dict.fromkeys(evidence.held.id for evidence in found):
        own = [evidence for evidence in found if evidence.held.id == clause]
        start, end = min(e.start for e in own), max(e.end for e in own)
        if end - start <= _LONGEST_QUOTE:
            quotes.append(evidence_at(own[0].hit, start, end, own[0].years))
        else:
            quotes += {(e.start, e.end): e for e in own}.values()
    return quotes


def _nearest(said: str, cited: Sequence[Hit]) -> list[Evidence]:
    """Of each clause the sentence that holds most of what is said."""
    quotes = []
    for hit in cited:
        ranges: dict[int, tuple[int, int, tuple[int, ...]]] = {}
        for part in segments(hit.held):
            start, _, _ = ranges.get(part.sentence, (part.start, 0, ()))
            ranges[part.sentence] = (start, part.end, part.years)
        text = hit.held.text
        best = max(
            ranges.values(),
            key=lambda span: covered(canonical(said), canonical(text[span[0] : span[1]])),
            default=(0, len(text), ()),
        )
        quotes.append(evidence_at(hit, *best))
    return quotes
