"""From an understood question to ranked clauses: legs → fusion → ranking → grouping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.document import HeldClause, Metadata, Region
from corpus.regions import superiors
from corpus.targets.target import HeldTarget
from corpus.view import Size, View
from retrieval.breaker import Breaker
from retrieval.engines.engine import Scored
from retrieval.errors import EmbeddingError, EngineError, RerankError
from retrieval.found import Found, Hit
from retrieval.fuse import fuse
from retrieval.index import Index, VectorLeg
from retrieval.query import Query
from retrieval.rank import Legs, Ranker, best_sentence, learned, score
from retrieval.reading import Reading
from retrieval.same import groups
from retrieval.scope import EVERYTHING, Conditions, Labels, Scope, document_labels, labels_of
from retrieval.shelf import Shelf
from retrieval.topic import Topic, topic_of

_DEPTH = 50  # clauses that a leg is asked for
_RANKED = 70  # clauses that are ranked
_GROUPED = 30  # of them, looked through for provisions that say the same
_LEXICAL_WEIGHT = 1.0
_VECTOR_WEIGHT = 0.2
_RERANKED = 30  # clauses that a reranker is given
_PAIRS = 50_000  # character pairs whose frequency is kept at hand
_REGIONS = 256  # jurisdictions whose targets are kept at hand
_DOCUMENTS = 100  # documents that are kept at hand; about 100 KB each
_BY_DOCUMENT = ("region", "within", "level", "status", "document", "subject")
_LONGEST = 1500  # characters of each

Rerank = Callable[[str, Sequence[str]], list[float]]
"""Scores of texts for a question, in their order. Raises RerankError."""


@dataclass(slots=True)
class _Asked:
    """A question's vector in the first space that answered."""

    leg: VectorLeg | None
    vector: list[float]
    notes: list[str]

    def near(self, conditions: Conditions) -> list[Scored]:
        """Without the server of the vectors the words have to do."""
        try:
            return self.leg.index.search(self.vector, conditions, _DEPTH) if self.leg else []
        except EngineError:
            self.notes.append("向量检索服务未应答，本次只用字面检索")
            self.leg = None
            return []


class Search:
    """Both legs, their fusion and the ranking stage, over one view of the catalog and its index.

    With empty `weights` the order is that of the fusion; `rerank` orders the best anew.
    """

    def __init__(
        self,
        catalog: View,
        index: Index,
        *,
        weights: Mapping[str, float] | None = None,
        rerank: Rerank | None = None,
    ) -> None:
        self._index = index
        self._catalog = catalog
        self._shelf = Shelf(catalog)
        self.size = index.lexical.size  # passages
        self._weights = learned() if weights is None else weights
        self._rerank = rerank
        self._targets_in = lru_cache(maxsize=_REGIONS)(self._read_targets)
        self._document = lru_cache(maxsize=_DOCUMENTS)(catalog.document)
        self._extents: list[tuple[Metadata, int]] | None = None
        self._labels: dict[str, Labels] = {}  # of a document, once it was asked for
        self._embedding_breakers = [Breaker() for _ in index.vectors]
        self._rerank_breaker = Breaker()
        self.frequency = lru_cache(maxsize=_PAIRS)(index.lexical.frequency)

    @property
    def index(self) -> Index:
        """The index that is searched."""
        return self._index

    @property
    def embedder(self) -> VectorLeg:
        """The preferred space and what embeds texts in it."""
        return self._index.vectors[0]

    def targets(self, region: Region, scope: Scope = EVERYTHING) -> list[HeldTarget]:
        """The numeric targets that a jurisdiction's own documents set, as far as in scope."""
        rows = self._targets_in(region.code)
        return [row for row in rows if _admits(scope, row)] if scope != EVERYTHING else rows

    def _read_targets(self, code: str) -> list[HeldTarget]:
        return self._catalog.targets(regions=[code])

    def hit(self, clause_id: str) -> Hit | None:
        """A clause that the table of targets names, as if both legs had found it first."""
        reading = self._shelf.readings([clause_id]).get(clause_id)
        return Hit(reading.held, 1.0) if reading else None

    def targets_of(self, indicator: str, scope: Scope = EVERYTHING) -> list[HeldTarget]:
        """The numeric targets of one indicator of the list, of all jurisdictions in scope."""
        rows = self._catalog.targets(indicators=[indicator])
        return [row for row in rows if scope == EVERYTHING or _admits(scope, row)]

    def clauses(self, document_id: str) -> list[HeldClause]:
        """The clauses of a document, in order; [] where it is not held."""
        document = self._document(document_id)
        if document is None:
            return []
        known = document.metadata
        return [HeldClause(c, document.clause_text(c), known) for c in document.clauses]

    def outline(self, document_id: str) -> list[tuple[str, ...]]:
        """The heading paths of a document's clauses, in order; [] where it is not held."""
        document = self._document(document_id)
        return [clause.path for clause in document.clauses] if document else []

    def warm(self) -> None:
        """Read clauses before they are searched for, so that the first questions do not wait."""
        self._shelf.fill()
        self._with_extents()

    def extent(self, query: Query, scope: Scope = EVERYTHING) -> Size:
        """How many documents and clauses a search for this question looks through."""
        conditions = (*_of_documents(scope), *implied_conditions(query))
        admitted = [
            clauses
            for known, clauses in self._with_extents()
            if _meets(self._labels_of(known), conditions)
        ]
        return Size(len(admitted), sum(admitted))

    def _labels_of(self, known: Metadata) -> Labels:
        if known.id not in self._labels:
            self._labels[known.id] = document_labels(known)
        return self._labels[known.id]

    def documents(self) -> list[Metadata]:
        """Every document that is searched."""
        return [known for known, _ in self._with_extents()]

    def _with_extents(self) -> list[tuple[Metadata, int]]:
        """Every document and how many clauses it has; read once."""
        if self._extents is None:
            self._extents = self._catalog.extents()
        return self._extents

    def search(self, query: Query, scope: Scope = EVERYTHING, limit: int = 10) -> list[Hit]:
        """The best clauses, best first. The same question always gives the same order."""
        return list(self.find(query, scope, limit).candidates[:limit])

    def find(self, query: Query, scope: Scope = EVERYTHING, limit: int = 10) -> Found:
        """The best clauses and what can be said of them; at least `limit`, where there are.

        A jurisdiction or document that the question names is searched alone; others only fill up.
        """
        asked = self._asked(query)
        topic = topic_of(query, self.frequency, self.size)
        hits, notes = self._reranked(query, self._collected(query, topic, asked, scope, limit))
        if not implied_conditions(query):
            hits = self._grouped(query, topic, hits)
        return Found(tuple(hits), (*self._index.notes, *asked.notes, *notes))

    def candidates(self, query: Query, scope: Scope = EVERYTHING) -> list[Hit]:
        """All that the ranking stage ranks, best first, neither reranked nor grouped."""
        topic = topic_of(query, self.frequency, self.size)
        return self._collected(query, topic, self._asked(query), scope, 1)

    def _collected(
        self, query: Query, topic: Topic, asked: _Asked, scope: Scope, least: int
    ) -> list[Hit]:
        """What the question limits itself to, and what else there is where that is not enough."""
        wanted, implied = scope.conditions(), implied_conditions(query)
        hits = self._ranked(query, topic, asked, (*wanted, *implied))
        if implied and len(hits) < least:
            own = {hit.held.id for hit in hits}
            rest = self._ranked(query, topic, asked, wanted)
            hits += [hit for hit in rest if hit.held.id not in own]
        return hits

    def _asked(self, query: Query) -> _Asked:
        """Embed the question in the preferred space, else in the next."""
        notes: list[str] = []
        for leg, breaker in zip(self._index.vectors, self._embedding_breakers, strict=True):
            try:
                if not breaker.is_open:
                    vector = leg.embed(" ".join(query.topic.split()))
                    return _Asked(leg, vector, notes)
            except EmbeddingError:
                breaker.trip()
            notes.append(f"向量模型 {leg.space.model} 未应答，本次用内置向量")
        return _Asked(None, [], notes)

    def _ranked(
        self, query: Query, topic: Topic, asked: _Asked, conditions: Conditions
    ) -> list[Hit]:
        lexical, near = self._legs(query, asked, conditions)
        fused = fuse([(_LEXICAL_WEIGHT, lexical), (_VECTOR_WEIGHT, near)])[:_RANKED]
        readings = self._shelf.readings([scored.clause_id for scored in fused])
        by_words, by_vector = _places(lexical), _places(near)
        best = lexical[0].score if lexical else 1.0
        ranker = Ranker(query, topic)
        hits = [
            self._hit(ranker, reading, fused_score, by_words.get(id_), by_vector.get(id_), best)
            for id_, fused_score in ((one.clause_id, one.score) for one in fused)
            if (reading := readings.get(id_))
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _legs(
        self, query: Query, asked: _Asked, conditions: Conditions
    ) -> tuple[list[Scored], list[Scored]]:
        if asked.leg and asked.leg.hybrid:
            return asked.leg.hybrid.search(query, asked.vector, conditions, _DEPTH)
        return self._index.lexical.search(query, conditions, _DEPTH), asked.near(conditions)

    def _hit(
        self,
        ranker: Ranker,
        reading: Reading,
        fused: float,
        words: tuple[int, float] | None,
        vector: tuple[int, float] | None,
        best: float,
    ) -> Hit:
        word_rank, word_score = words or (None, None)
        vector_rank, cosine = vector or (None, None)
        if not self._weights:
            return Hit(reading.held, fused, word_rank, word_score, vector_rank, cosine)
        legs = Legs(word_rank, (word_score or 0.0) / best, vector_rank, cosine or 0.0)
        found = ranker.features(reading, legs)
        ranked = score(found, self._weights)
        return Hit(reading.held, ranked, word_rank, word_score, vector_rank, cosine, found)

    def _reranked(self, query: Query, hits: list[Hit]) -> tuple[list[Hit], tuple[str, ...]]:
        """The best in the order of the reranker; a reranker that fails changes nothing."""
        if self._rerank is None or not hits:
            return hits, ()
        first = hits[:_RERANKED]
        scores = self._rerank_scores(query, first)
        if scores is None:
            return hits, ("重排序服务未应答，本次用内置排序",)
        order = sorted(range(len(first)), key=lambda at: -scores[at])
        return [first[at] for at in order] + hits[_RERANKED:], ()

    def _rerank_scores(self, query: Query, hits: Sequence[Hit]) -> list[float] | None:
        """None where the reranker does not answer, or failed a moment ago."""
        if self._rerank is None or self._rerank_breaker.is_open:
            return None
        try:
            return self._rerank(query.text, [_shown(hit.held) for hit in hits])
        except RerankError:
            self._rerank_breaker.trip()
            return None

    def _grouped(self, query: Query, topic: Topic, hits: list[Hit]) -> list[Hit]:
        """One hit for each provision that several documents make; the others are its `same`."""
        first = hits[:_GROUPED]
        readings = self._shelf.readings([hit.held.id for hit in first])
        said = [
            (hit.held.document, best_sentence(readings[hit.held.id], topic, query.years))
            for hit in first
        ]
        grouped = [
            replace(first[leader], same=tuple(first[at].held for at in rest))
            for leader, *rest in groups(said)
        ]
        return grouped + hits[_GROUPED:]


def implied_conditions(query: Query) -> Conditions:
    """What a question limits itself to: documents it names, else jurisdictions.

    Of a place without documents those of its superiors may speak.
    """
    if query.documents:
        return (("document", query.documents),)
    return Scope(regions=implied_regions(query), inside=False).conditions()


def implied_regions(query: Query) -> tuple[Region, ...]:
    """The jurisdictions that a question limits itself to, where it names no document."""
    if query.regions or query.others:
        return (*query.regions, *query.others)
    above = (region for place in query.places for region in superiors(place))
    return tuple(dict.fromkeys(above))


def _places(ranking: Sequence[Scored]) -> dict[str, tuple[int, float]]:
    """Rank from 1 and score of each clause."""
    return {s.clause_id: (rank, s.score) for rank, s in enumerate(ranking, start=1)}


def _shown(held: HeldClause) -> str:
    """A clause under its title and headings, as a reranker reads it."""
    return f"{held.document.title}\n{' '.join(held.clause.path)}\n{held.text[:_LONGEST]}"


def _of_documents(scope: Scope) -> Conditions:
    """The limits that are decided by the document alone."""
    return tuple((name, values) for name, values in scope.conditions() if name in _BY_DOCUMENT)


def _meets(labels: Mapping[str, tuple[str, ...]], conditions: Conditions) -> bool:
    return all(not set(values).isdisjoint(labels[name]) for name, values in conditions)


def _admits(scope: Scope, row: HeldTarget) -> bool:
    labels = labels_of(HeldClause(row.clause, row.quote, row.document))
    if row.target.year:
        labels["year"] = (*labels["year"], str(row.target.year))
    return scope.admits(labels)
