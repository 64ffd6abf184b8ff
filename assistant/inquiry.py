"""One question being looked into: where to search for it and what counts as its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from assistant.evidence import Evidence, Wanted, find
from assistant.known import known, named_by_rows, proof
from assistant.passages import segments
from corpus.departments import brackets
from corpus.document import HeldClause, Region
from corpus.orders import orders_a_machine
from corpus.targets.target import HeldTarget
from retrieval.found import Hit
from retrieval.query import Kind, Query
from retrieval.scope import Scope
from retrieval.search import Search
from retrieval.topic import Topic

_DEPTH = 40
# How a body goes on that is named after where it sits.
_BODY_OF = "中心支行|支行|分行|监管局|证监局|海关|海事局|铁路局|分局|大学|学院|电网公司|供电公司"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, its topic, and the means to look for evidence."""

    query: Query
    topic: Topic
    search: Search
    scope: Scope
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()  # which leg of the search did not answer
    rows: dict[str, list[HeldTarget]] = field(default_factory=dict)  # of a jurisdiction, once read
    answers: dict[Query, tuple[Hit, ...]] = field(default_factory=dict)  # of searches made

    def of_year(self, year: int) -> Inquiry:
        """The same question asked of one year."""
        return replace(self, query=replace(self.query, years=(year,)))

    def evidence(self, wanted: Wanted, region: Region | None = None) -> list[Evidence]:
        """Evidence of the jurisdiction's own documents, or of any where none is named."""
        return find(self.hits_of(region), self.topic, self.query.years, wanted)

    def named_evidence(self, wanted: Wanted, place: Region) -> list[Evidence]:
        """Evidence about a place in the documents of others: its sentence names the place."""
        found = find(self.hits_naming(place), self.topic, self.query.years, wanted)
        return [evidence for evidence in found if names_place(_sentence(evidence), place)]

    def hits_naming(self, place: Region) -> list[Hit]:
        """Clauses of the superiors of a place that speak of it."""
        query = replace(self.query, regions=(), places=(place,))
        near = [hit for hit in self.found(query) if _near(hit, place)]
        return [hit for hit in near if names_place(hit.held.text, place)]

    @property
    def place(self) -> Region | None:
        """The place without documents that is asked about; not one that is asked with another."""
        query = self.query
        named = query.places[-1] if query.places else None
        if named is None or query.kind is Kind.COMPARISON:
            return None
        inside = any(named.within(region.name) for region in query.regions)
        return named if inside or not query.regions else None

    def known_figures(self, region: Region) -> list[Evidence]:
        """What the table of targets says of a jurisdiction; [] where unclear.

        Where documents differ, each value once, by the authority of its document.
        """
        rows = self.rows_of(region)
        issued = [row for row in rows if row.document.issuer in self.query.issuers]
        found = known(self.query, self.topic, issued or rows)
        proofs = ((row, self.search.hit(row.held.target.clause_id)) for row in found)
        return [proof(row, hit) for row, hit in proofs if hit]

    def named_by_rows(self, evidence: Evidence) -> float | None:
        """The share of the topic that the table names for a figure; None where it has no row."""
        region = evidence.held.document.region
        if region is None:
            return None
        return named_by_rows(self.query, self.topic, self.rows_of(region), evidence)

    def rows_in(self, held: HeldClause) -> list[HeldTarget]:
        """What the table of targets has of one clause."""
        region = held.document.region
        rows = self.rows_of(region) if region else []
        return [row for row in rows if row.target.clause_id == held.id]

    def rows_of(self, region: Region) -> list[HeldTarget]:
        """What the table of targets has of one jurisdiction; read once a question."""
        if region.code not in self.rows:
            self.rows[region.code] = self.search.targets(region, self.scope)
        return self.rows[region.code]

    def found(self, query: Query, limit: int = _DEPTH) -> list[Hit]:
        """The clauses for another question that may be evidence; searched for once a question."""
        if limit != _DEPTH:
            return trusted(self.search.search(query, self.scope, limit))
        if query not in self.answers:
            self.answers[query] = tuple(trusted(self.search.search(query, self.scope, limit)))
        return list(self.answers[query])

    def hits_of(self, region: Region | None) -> list[Hit]:
        """The clauses found, of one jurisdiction where it is given."""
        if region is None:
            return list(self.hits)
        if self.query.regions == (region,):
            found: Sequence[Hit] = self.hits
        else:
            found = self.found(self.query.only(region))
        own = [hit for hit in found if hit.held.document.region == region]
        issued = [hit for hit in own if hit.held.document.issuer in self.query.issuers]
        return issued or own


def open_inquiry(query: Query, topic: Topic, search: Search, scope: Scope) -> Inquiry:
    """Search once for the whole question."""
    found = search.find(query, scope, _DEPTH)
    hits = tuple(trusted(found.candidates[:_DEPTH]))
    return Inquiry(query, topic, search, scope, hits, found.notes, answers={query: hits})


def trusted(hits: Iterable[Hit]) -> list[Hit]:
    """Without the clauses that give orders to a program: those are no evidence."""
    return [hit for hit in hits if not orders_a_machine(hit.held.text)]


def names_place(text: str, place: Region) -> bool:
    """Whether a text speaks of a place, not only of a body named after it (人行南昌支行)."""
    named = re.compile(rf"{re.escape(place.short)}(?![\u4e00-\u9fff]{{0,2}}(?:{_BODY_OF}))")
    outside = list(text)
    for bracket in brackets(text):
        outside[bracket.start : bracket.end] = " " * (bracket.end - bracket.start)
    return named.search("".join(outside)) is not None


def _near(hit: Hit, place: Region) -> bool:
    """Whether the document is of an ancestor of the place, or of the nation, or of the place."""
    region = hit.held.document.region
    return region is not None and (region.name in place.parents or region.within(place.name))


def _sentence(evidence: Evidence) -> str:
    """The sentence in which the evidence stands."""
    parts = segments(evidence.held)
    numbers = {s.sentence for s in parts if s.start < evidence.end and s.end > evidence.start}
    return "，".join(s.text for s in parts if s.sentence in numbers)
