"""Vectors on a Chroma server that several processes share: it walks its graph, filters stay here.

Inside a filter the rows that pass are compared exactly, as ever, from the matrix in the data
directory; of it the server's collection is a copy, named after it and made again where it is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from retrieval.breaker import Breaker
from retrieval.engines.engine import Scored, VectorEngine
from retrieval.engines.vectors import HNSW, Vectors, client_settings, identity_of, of_clauses
from retrieval.errors import EngineError, LostIndexError
from retrieval.scope import Conditions

if TYPE_CHECKING:
    from retrieval.index import Index

_PATIENCE = 5.0  # seconds that a search may take
_SLOW = 600.0  # seconds that a batch of vectors may take to be put in
_REST = 5.0  # seconds that a server which did not answer is left alone
_SILENT = "向量检索服务 Chroma 没有应答"
_LOST = "向量检索服务 Chroma 中没有这份索引，正在重建"

_T = TypeVar("_T")


class KeptVectors(VectorEngine, Protocol):
    """An index in files, which can give out what it was built from."""

    @property
    def identity(self) -> str:
        """A name that no other index has."""

    @property
    def size(self) -> int:
        """How many vectors there are."""

    def rows(self) -> Iterator[tuple[list[str], Vectors]]:
        """The keys and unit vectors, in batches."""


class Chroma:
    """A server; connected to when it is first asked. `owner` tells one data directory's apart."""

    def __init__(self, url: str, owner: str, patience: float = _PATIENCE) -> None:
        self._url = url
        self._owner = owner
        self._patience = patience
        self._client: Any = None
        self._connecting = Lock()
        self._breaker = Breaker(_REST)
        self.prefix = f"clausewise-{owner}-"

    def ask(self, call: Callable[[Any], _T]) -> _T:
        """What a call says. Raises EngineError, LostIndexError where the collection is gone."""
        if self._breaker.is_open:
            raise EngineError(_SILENT)
        from chromadb.errors import ChromaError, NotFoundError
        from httpx import HTTPError

        try:
            return call(self._connected())
        except NotFoundError as error:
            raise LostIndexError(_LOST) from error
        except (ChromaError, HTTPError, ValueError) as error:  # ValueError: not reached at first
            self._breaker.trip()
            raise EngineError(_SILENT) from error

    def _connected(self) -> Any:
        with self._connecting:
            if self._client is None:
                import chromadb

                at = urlsplit(self._url)
                is_safe = at.scheme == "https"
                client = chromadb.HttpClient(
                    at.hostname or "",
                    at.port or (443 if is_safe else 80),
                    is_safe,
                    settings=client_settings(
                        # One that was kept may be of a server that is no more.
                        chroma_http_max_keepalive_connections=0
                    ),
                )
                # It would wait for ever, and has no setting for it.
                client._server._session.timeout = self._patience  # type: ignore[attr-defined]
                self._client = client
            return self._client

    def patient(self) -> Chroma:
        """The same server, given more time."""
        return Chroma(self._url, self._owner, _SLOW)

    def close(self) -> None:
        """Let go of the connection."""
        with self._connecting:
            if self._client is not None:
                self._client.close()
                self._client = None


class ServedVectors:
    """An index in files whose graph is walked by a server."""

    def __init__(self, server: Chroma, kept: KeptVectors) -> None:
        self._server = server
        self._kept = kept
        self._name = f"{server.prefix}{kept.identity}"
        self._collection: Any = None
        self._filling = Lock()

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""
        return self._kept.dimensions

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""
        if conditions:
            return self._kept.search(vector, conditions, limit)
        try:
            found = self._server.ask(lambda client: self._walked(client, vector, limit))
        except LostIndexError:
            self._collection = None
            Thread(target=self._fill_again, daemon=True).start()
            raise
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return of_clauses((key, 1.0 - float(distance)) for key, distance in pairs)

    def _walked(self, client: Any, vector: Sequence[float], limit: int) -> Any:
        if self._collection is None:
            collection = client.get_collection(self._name, embedding_function=None)
            if collection.count() < self._kept.size:
                raise LostIndexError(_LOST)
            self._collection = collection
        return self._collection.query(
            query_embeddings=[list(vector)], n_results=limit, include=["distances"]
        )

    def held(self) -> tuple[int, int]:
        """How many vectors there are, and how many of them on the server. Raises EngineError."""
        try:
            return self._kept.size, self._server.ask(self._counted)
        except LostIndexError:
            return self._kept.size, 0

    def _counted(self, client: Any) -> int:
        return int(client.get_collection(self._name, embedding_function=None).count())

    def fill(self) -> None:
        """Put the vectors on the server, as far as they are not there. Raises EngineError."""
        with self._filling:
            server = self._server.patient()
            try:
                server.ask(self._put)
            finally:
                server.close()

    def _put(self, client: Any) -> None:
        collection = client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": HNSW}
        )
        if collection.count() == self._kept.size:
            return
        for keys, vectors in self._kept.rows():
            collection.upsert(ids=keys, embeddings=vectors)
            first = vectors[0]
        # The first walk loads what was put in: no question's wait.
        collection.query(query_embeddings=[first], n_results=1, include=["distances"])

    def _fill_again(self) -> None:
        """The server came back without it."""
        if self._filling.locked():
            return
        try:
            self.fill()
        except EngineError:
            return  # the next question tries again

    def close(self) -> None:
        """Release what is open; it must not be searched any more."""
        self._kept.close()


def on_server(index: Index, server: Chroma, folders: Iterable[Path]) -> Index:
    """An index in files with the graphs of its vectors on a server, which is filled first.

    A server that does not answer is filled once it does. `folders` are those of all vectors in
    the data directory; what the server holds of others goes.
    """
    legs = []
    for leg in index.vectors:
        served = ServedVectors(server, cast("KeptVectors", leg.index))
        with suppress(EngineError):
            served.fill()
        legs.append(replace(leg, index=served))
    with suppress(EngineError):
        server.ask(lambda client: _sweep(client, server.prefix, set(map(identity_of, folders))))
    return replace(index, vectors=tuple(legs))


def held_of(index: Index, server: Chroma) -> tuple[int, int]:
    """How many vectors an index has in all, and how many the server holds. Raises EngineError."""
    legs = [ServedVectors(server, cast("KeptVectors", leg.index)) for leg in index.vectors]
    counts = [leg.held() for leg in legs]
    return sum(kept for kept, _ in counts), sum(there for _, there in counts)


def _sweep(client: Any, prefix: str, kept: Collection[str]) -> None:
    for collection in client.list_collections():
        if collection.name.startswith(prefix) and collection.name.removeprefix(prefix) not in kept:
            client.delete_collection(collection.name)
