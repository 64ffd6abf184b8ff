"""Clauses in Milvus: words and vectors of the passages in one collection, filters inside.

Distributed, on one machine, or milvus-lite in a file: the same calls. What milvus-lite lacks is
not used (expression templates).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from unicodedata import category
from warnings import catch_warnings, simplefilter

from retrieval.breaker import Breaker
from retrieval.engines.bm25 import MARKS, Statistics, Weights
from retrieval.engines.engine import Scored
from retrieval.engines.vectors import of_clauses
from retrieval.errors import EngineError, LostIndexError
from retrieval.passages import clause_of
from retrieval.query import Query
from retrieval.scope import Conditions

if TYPE_CHECKING:
    from pymilvus import AnnSearchRequest, MilvusClient

PATIENCE = 5.0  # seconds that a search may take
_REST = 5.0  # seconds that a server which did not answer is left alone
_NO_COLLECTION, _NOT_LOADED = 100, 101  # Milvus' numbers of what went wrong
SINGLE = ("region", "level", "status", "document", "subject", "issuer")  # of one label each
WORDS = "words"  # the field of the sparse vectors
FULL_TEXT = "full_text"  # the field that Milvus fills and searches itself
EF = 200
# Asked oftener whether they live, servers of their own defaults end a long call.
_OPTIONS = {"grpc.keepalive_time_ms": 300_000}
FIRST = 60.0  # seconds that the first search may take: milvus-lite reads its index then
LEAST = 1e-3  # of a score: less than any word adds

_T = TypeVar("_T")


class Milvus:
    """A server of Milvus, or a file of milvus-lite; connected to when it is first asked."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._token = token
        self._client: MilvusClient | None = None
        self._connecting = Lock()
        self._breaker = Breaker(_REST)

    def ask(self, call: Callable[[MilvusClient], _T]) -> _T:
        """What a call says. Raises EngineError, LostIndexError where its collection is gone."""
        if self._breaker.is_open:
            raise EngineError(_SILENT)
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        try:
            return call(self._connected())
        except (MilvusException, RpcError) as error:
            if getattr(error, "code", None) == _NO_COLLECTION:
                raise LostIndexError(_LOST) from error
            self._breaker.trip()
            raise EngineError(_SILENT) from error

    def _connected(self) -> MilvusClient:
        with self._connecting:
            if self._client is None:
                # What fails is raised and told; the library would print each failure besides.
                logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
                logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)
                from pymilvus import MilvusClient

                if self._url.endswith(".db"):
                    _prepare(Path(self._url).parent)
                self._client = MilvusClient(
                    self._url, token=self._token, timeout=PATIENCE, grpc_options=_OPTIONS
                )
            return self._client

    def search(
        self, collection: str, patience: float = PATIENCE, **wanted: Any
    ) -> list[dict[str, Any]]:
        """The hits of one question; a collection that the server put to rest is woken."""

        def found(client: MilvusClient) -> list[dict[str, Any]]:
            hits: list[dict[str, Any]] = client.search(collection, timeout=patience, **wanted)[0]
            return hits

        return self.ask(lambda client: awake(client, collection, found))

    def hybrid(
        self,
        collection: str,
        requests: list[AnnSearchRequest],
        limit: int,
        fields: list[str],
        patience: float = PATIENCE,
    ) -> list[dict[str, Any]]:
        """The hits of several rankings of one question, fused by their ranks."""

        def found(client: MilvusClient) -> list[dict[str, Any]]:
            from pymilvus import RRFRanker

            hits: list[dict[str, Any]] = client.hybrid_search(
                collection, requests, RRFRanker(), limit, fields, timeout=patience
            )[0]
            return hits

        return self.ask(lambda client: awake(client, collection, found))

    def read(
        self, collection: str, keys: Sequence[str], fields: Sequence[str], patience: float
    ) -> list[dict[str, Any]]:
        """Rows by their keys; those that are not there are left out."""

        def found(client: MilvusClient) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = client.get(
                collection, list(keys), output_fields=list(fields), timeout=patience
            )
            return rows

        return self.ask(lambda client: awake(client, collection, found))

    def insert(self, collection: str, rows: list[dict[str, Any]], patience: float) -> None:
        """Put rows into a collection."""
        self.ask(lambda client: client.insert(collection, rows, timeout=patience))

    def fail(self) -> NoReturn:
        """It does not do what it said. Raises EngineError."""
        self._breaker.trip()
        raise EngineError(_SILENT)

    def close(self) -> None:
        """Let go of the connection."""
        with self._connecting:
            if self._client is not None:
                self._client.close()
                self._client = None


def _prepare(folder: Path) -> None:
    """A folder for a file of milvus-lite, whose jieba keeps its dictionary there, not in /tmp."""
    folder.mkdir(parents=True, exist_ok=True)
    with catch_warnings():
        simplefilter("ignore")  # it asks for its files in an old way
        import jieba
    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(folder)


_SILENT = "检索服务 Milvus 没有应答，请稍后再试。"
_LOST = "检索服务 Milvus 中没有这份索引，正在重建，请稍后再试。"


def awake(client: MilvusClient, collection: str, call: Callable[[MilvusClient], _T]) -> _T:
    """What a call gives; the collection is loaded first where the engine has put it aside."""
    from pymilvus.exceptions import MilvusException

    try:
        return call(client)
    except MilvusException as error:
        if error.code != _NOT_LOADED:
            raise
        client.load_collection(collection, timeout=PATIENCE)
        return call(client)


def expression(conditions: Conditions) -> str:
    """Conditions in Milvus' language; what they ask for stays text, whatever it holds."""
    return " and ".join(
        f"{field} in {_listed(values)}"
        if field in SINGLE
        else f"array_contains_any({field}, {_listed(values)})"
        for field, values in conditions
    )


def _listed(values: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, values))}]"


def quoted(value: str) -> str:
    """A text in quotation marks; what no label holds (control characters) asks for nothing."""
    if any(category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in value):
        return '""'
    return json.dumps(value, ensure_ascii=False)


class MilvusLexical:
    """The lexical leg: BM25 by inner product, see `bm25`."""

    def __init__(self, server: Milvus, collection: str, statistics: Statistics) -> None:
        self._server = server
        self._collection = collection
        self._statistics = statistics
        self.frequency = statistics.frequency
        self.holds = statistics.holds
        self._found({0: 1.0}, (), 1, FIRST)

    @property
    def size(self) -> int:
        """How many passages are indexed."""
        return self._statistics.passages

    def search(self, question: Query, conditions: Conditions, limit: int) -> list[Scored]:
        """The best clauses for a question that meet the conditions, best first."""
        words = self._statistics.of_question(question)
        if not words:
            return []
        preferences = self._statistics.preferences(question)
        hits = self._found({**words, **preferences}, conditions, limit)
        best: dict[str, float] = {}
        for hit in hits:
            score = float(hit["distance"])
            if score - self._liked(preferences, hit["entity"]) > LEAST:
                best.setdefault(clause_of(hit["key"]), score)
        return [Scored(clause_id, score) for clause_id, score in best.items()]

    def _found(
        self, weights: Weights, conditions: Conditions, limit: int, patience: float = PATIENCE
    ) -> list[dict[str, Any]]:
        return self._server.search(
            self._collection,
            patience,
            data=[weights],
            anns_field=WORDS,
            limit=limit,
            filter=expression(conditions),
            search_params={"metric_type": "IP"},
            output_fields=list(MARKS),
        )

    def _liked(self, preferences: Weights, entity: Mapping[str, Any]) -> float:
        """What a passage has by its labels alone: without any of the words it is not found."""
        if not preferences:
            return 0.0
        labels = {mark: [entity[mark]] if mark in SINGLE else entity[mark] for mark in MARKS}
        return self._statistics.preferred(preferences, labels)


class MilvusVectors:
    """A vector leg: the graph of one space."""

    def __init__(self, server: Milvus, collection: str, field: str, dimensions: int) -> None:
        self._server = server
        self._collection = collection
        self._field = field
        self._dimensions = dimensions

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""
        return self._dimensions

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""
        if not any(vector):
            return []
        hits = self._server.search(
            self._collection,
            data=[list(vector)],
            anns_field=self._field,
            limit=limit,
            filter=expression(conditions),
            search_params={"metric_type": "COSINE", "params": {"ef": EF}},
            output_fields=["key"],
        )
        return of_clauses((hit["key"], float(hit["distance"])) for hit in hits)

    def close(self) -> None:
        """The connection is that of all indexes, and stays."""
