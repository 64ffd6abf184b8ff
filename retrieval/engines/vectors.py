"""Vector search: Chroma's graph over all passages, exact cosine inside a filter.

A graph with a filter is slow where the filter is narrow (80 ms for one jurisdiction among 80,000
passages), and Chroma collects the ids that pass where it is wide. So the rows that pass are found
first and compared directly, which is 25 ms for 70,000 of them. Vectors are always passed in,
nothing is downloaded; they are kept beside Chroma in one matrix, so that an index can be written
again without embedding.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.engines.engine import Scored
from retrieval.engines.postings import Postings
from retrieval.passages import clause_of
from retrieval.scope import Conditions

_COLLECTION = "clauses"
_BATCH = 2000
# With these, 1,016 of 1,016 vectors find themselves.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
_WRITTEN_AT = 1000  # vectors added, after which the graph is written down
_MATRIX, _KEYS, _DIGESTS = "vectors.npy", "keys.txt", "digests.txt"
_FEW = 0.25  # share of the rows up to which they are copied out before they are compared

Vectors = NDArray[np.float32]

# The clients that are open in this process, and how many use each. Chroma shares the files of a
# folder between its clients and lets go of them with the first that is closed.
_open: dict[Path, tuple[Any, int]] = {}
_opening = RLock()  # a collection of garbage may give one back while another is taken


def taken(folder: Path) -> Any:
    """The client of a folder, for as long as it is not given back."""
    with _opening:
        client, users = _open.get(folder) or (_client_of(folder), 0)
        _open[folder] = (client, users + 1)
        return client


def _given_back(folder: Path) -> None:
    """The last to give it back closes the files."""
    with _opening:
        client, users = _open.pop(folder)
        if users > 1:
            _open[folder] = (client, users - 1)
        else:
            client.close()


@contextmanager
def _client(folder: Path) -> Iterator[Any]:
    """The client of a folder, meanwhile."""
    opened = taken(folder)
    try:
        yield opened
    finally:
        _given_back(folder)


def _client_of(folder: Path) -> Any:
    settings = client_settings()
    import chromadb

    return chromadb.PersistentClient(str(folder), settings)


def client_settings(**others: Any) -> Any:
    """Of every client of Chroma: nothing is told to anybody.

    Chroma takes a second to import, so that is done where vectors are touched.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, **others)


def build(
    folder: Path,
    keys: Sequence[str],
    digests: Sequence[str],
    batches: Iterable[Vectors],
) -> None:
    """Write an index into an empty folder: all in one order, vectors in batches.

    A digest stands for the text that a vector was made from.
    """
    with _client(folder) as client:
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": _graph(len(keys))}
        )
        matrix = _filled(collection, folder / _MATRIX, keys, batches)
    if matrix is not None:
        matrix.flush()
    _freeze(folder)
    (folder / _KEYS).write_text("\n".join(keys), encoding="ascii")
    (folder / _DIGESTS).write_text("\n".join(digests), encoding="ascii")


def _graph(passages: int) -> dict[str, object]:
    """So that a small graph is written down too: files of one that is not change when read."""
    at_once = max(2, min(_WRITTEN_AT, passages))
    return {**HNSW, "sync_threshold": at_once, "batch_size": min(100, at_once)}


def _freeze(folder: Path) -> None:
    """Let Chroma's database stay as it is: it notes every opening in a table, to see that it can.

    So the digest of the file holds for as long as the index does.
    """
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        database.execute(
            "CREATE TRIGGER frozen BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"
        )
        database.commit()


def _filled(
    collection: Any, file: Path, keys: Sequence[str], batches: Iterable[Vectors]
) -> np.memmap[Any, np.dtype[np.float32]] | None:
    """Put the vectors into a collection and into one matrix; None where there are none."""
    matrix: np.memmap[Any, np.dtype[np.float32]] | None = None
    at = 0
    for vectors in _resized(batches):
        unit = _unit(vectors)
        if matrix is None:
            shape = (len(keys), unit.shape[1])
            matrix = np.lib.format.open_memmap(file, "w+", np.float32, shape)
            _allot(file)
        matrix[at : at + len(unit)] = unit
        collection.add(ids=list(keys[at : at + len(unit)]), embeddings=unit)
        at += len(unit)
    if at == 1:  # said twice, as a graph is not written down before there are two
        collection.update(ids=list(keys), embeddings=unit)
    return matrix


def _allot(file: Path) -> None:
    """Have the disk give all the room now: for want of it later, writing would end the process."""
    with file.open("r+b") as opened:
        os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)


def _resized(batches: Iterable[Vectors]) -> Iterator[Vectors]:
    """Batches no larger than Chroma takes."""
    for batch in batches:
        yield from (batch[start : start + _BATCH] for start in range(0, len(batch), _BATCH))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def keys(folder: Path) -> list[str]:
    """The keys of the passages in an index, in its order."""
    return _lines(folder / _KEYS)


def files_kept(folder: Path) -> tuple[Path, Path]:
    """Where the digests and vectors of an index are kept."""
    return folder / _DIGESTS, folder / _MATRIX


def kept(folder: Path) -> tuple[list[str], Vectors]:
    """The digests and unit vectors that an index was built from."""
    return _lines(folder / _DIGESTS), np.load(folder / _MATRIX, mmap_mode="r")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").split("\n")


def identity_of(folder: Path) -> str:
    """A name of an index that no other has."""
    return f"{folder.parent.name}-{folder.name}"


def collection_in(client: Any) -> Any:
    """Chroma's collection of an index."""
    return client.get_collection(_COLLECTION, embedding_function=None)


class VectorIndex:
    """An index opened for searching; `postings` number the same rows."""

    def __init__(self, folder: Path, postings: Postings) -> None:
        self._collection = collection_in(taken(folder))
        # Given back when it is closed, or else when nobody has it any more.
        self._release = weakref.finalize(self, _given_back, folder)
        self._release.atexit = False
        self._keys = _lines(folder / _KEYS)
        # A plain view: rows of a memmap are copied into another memmap, which takes 0.1 ms.
        self._matrix = np.asarray(np.load(folder / _MATRIX, mmap_mode="r"))
        self._postings = postings
        self.identity = identity_of(folder)
        if self._keys:
            self._warm()

    def _warm(self) -> None:
        """The first walk loads the graph, the first product the numerics: no question's wait."""
        first = self._matrix[0]
        self._walked(first.tolist(), 1)
        self._compared(first, np.arange(len(self._keys), dtype=np.int32), 1)

    def close(self) -> None:
        """Release Chroma's files; it must not be searched any more."""
        self._release()

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""
        return int(self._matrix.shape[1])

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return len(self._keys)

    def rows(self) -> Iterator[tuple[list[str], Vectors]]:
        """The keys and unit vectors, in batches."""
        for start in range(0, len(self._keys), _BATCH):
            yield self._keys[start : start + _BATCH], self._matrix[start : start + _BATCH]

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""
        if not conditions:
            return self._walked(vector, limit)
        return self._compared(
            np.asarray(vector, np.float32), self._postings.rows(conditions), limit
        )

    def _compared(self, vector: Vectors, rows: NDArray[np.int32], limit: int) -> list[Scored]:
        length = float(np.linalg.norm(vector))
        if not len(rows) or not length:
            return []
        few = len(rows) < _FEW * len(self._keys)
        unit = vector / length
        cosines = self._matrix[rows] @ unit if few else (self._matrix @ unit)[rows]
        first = np.argpartition(-cosines, limit)[:limit] if len(rows) > limit else slice(None)
        numbers, best = rows[first], cosines[first]
        order = np.lexsort((numbers, -best))
        return of_clauses((self._keys[numbers[at]], float(best[at])) for at in order)

    def _walked(self, vector: Sequence[float], limit: int) -> list[Scored]:
        found = self._collection.query(
            query_embeddings=[list(vector)], n_results=limit, include=["distances"]
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return of_clauses((key, 1.0 - float(distance)) for key, distance in pairs)


def of_clauses(found: Iterable[tuple[str, float]]) -> list[Scored]:
    """The best passage of each clause; the passages come best first."""
    best: dict[str, float] = {}
    for key, cosine in found:
        best.setdefault(clause_of(key), cosine)
    return [Scored(clause_id, cosine) for clause_id, cosine in best.items()]
