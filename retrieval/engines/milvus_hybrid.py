"""Words and vectors of a question in one request to Milvus: its hybrid search.

Three rankings meet there, filters inside each: Milvus' own full text (BM25 over what its jieba
analyzer cuts), our weighed words, the vectors. What they find is scored exactly here, each clause
by its words and by its vector, since the ranking stage wants to know both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.engines.bm25 import Statistics, Weights
from retrieval.engines.engine import Scored
from retrieval.engines.milvus import EF, FIRST, FULL_TEXT, LEAST, WORDS, Milvus, expression
from retrieval.passages import clause_of
from retrieval.query import Query
from retrieval.scope import Conditions

if TYPE_CHECKING:
    from pymilvus import AnnSearchRequest


class MilvusHybrid:
    """The legs of one space together."""

    def __init__(
        self,
        server: Milvus,
        collection: str,
        statistics: Statistics,
        field: str,
        dimensions: int,
    ) -> None:
        self._server = server
        self._collection = collection
        self._statistics = statistics
        self._field = field
        first = [_of_text("目标", "", 1), _of_vector([1.0] * dimensions, field, "", 1)]
        server.hybrid(collection, first, 1, ["key"], FIRST)

    def search(
        self, question: Query, vector: Sequence[float], conditions: Conditions, limit: int
    ) -> tuple[list[Scored], list[Scored]]:
        """The best clauses by words and by vector, best first. Raises EngineError."""
        words = self._statistics.of_question(question)
        weights = {**words, **self._statistics.preferences(question)}
        requests = list(
            self._requests(question, weights if words else {}, vector, conditions, limit)
        )
        if not requests:
            return [], []
        hits = self._server.hybrid(
            self._collection, requests, limit * len(requests), [WORDS, self._field]
        )
        said, near = [], []
        for hit in hits:
            held = hit["entity"]
            if _product(words, held[WORDS]) > LEAST:
                said.append(Scored(hit["key"], _product(weights, held[WORDS])))
            near.append(Scored(hit["key"], _cosine(vector, held[self._field])))
        return _best(said, limit), _best(near if any(vector) else [], limit)

    def _requests(
        self,
        question: Query,
        weights: Weights,
        vector: Sequence[float],
        conditions: Conditions,
        limit: int,
    ) -> Iterator[AnnSearchRequest]:
        inside = expression(conditions)
        text = " ".join([question.topic, *question.expansions]).strip()
        if weights:
            yield _request(weights, WORDS, {"metric_type": "IP"}, inside, limit)
        if weights and text:
            yield _of_text(text, inside, limit)
        if any(vector):
            yield _of_vector(vector, self._field, inside, limit)


def _of_text(text: str, inside: str, limit: int) -> AnnSearchRequest:
    return _request(text, FULL_TEXT, {"metric_type": "BM25"}, inside, limit)


def _of_vector(vector: Sequence[float], field: str, inside: str, limit: int) -> AnnSearchRequest:
    graph = {"metric_type": "COSINE", "params": {"ef": EF}}
    return _request(list(vector), field, graph, inside, limit)


def _request(
    asked: object, field: str, how: dict[str, Any], inside: str, limit: int
) -> AnnSearchRequest:
    from pymilvus import AnnSearchRequest

    return AnnSearchRequest([asked], field, how, limit, expr=inside)


def _product(weights: Weights, held: Mapping[int, float]) -> float:
    return sum(weight * held.get(number, 0.0) for number, weight in weights.items())


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return float(np.dot(one, other)) / (float(np.linalg.norm(one) * np.linalg.norm(other)) or 1.0)


def _best(scored: Iterable[Scored], limit: int) -> list[Scored]:
    """The best passage of each clause, best first; of equals the one that Milvus put first."""
    best: dict[str, Scored] = {}
    for one in sorted(scored, key=lambda scored: -scored.score):
        clause_id = clause_of(one.clause_id)
        best.setdefault(clause_id, Scored(clause_id, one.score))
    return list(best.values())[:limit]
