"""Vector search: Chroma's graph over all passages, exact cosine inside a filter.

A graph with a filter is slow where the filter is narrow (80 ms for one jurisdiction among 80,000
passages), and Chroma collects the ids that pass where it is wide. So the rows that pass are found
first. Few are compared directly, which is 3 ms for 10,000 of them; of many the nearest are among
the nearest of all, so the graph is walked a bit farther, and what does not pass is left out.
Vectors are always passed in, nothing is downloaded; they are kept beside Chroma in one matrix, so
that an index can be written again without embedding.
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
from retrieval.engines.postings import Postings, Rows, among
from retrieval.passages import clause_of
from retrieval.scope import Conditions

_COLLECTION = "clauses"
_TABLES = "chroma.sqlite3"
_BATCH = 2000
# With these, 1,016 of 1,016 vectors find themselves; in a large index half of it takes half as
# long and finds the same (0.9999 of the nearest 50 among 50,000).
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
_LARGE_GRAPH = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 100}
_LARGE = 50_000  # rows
_MATRIX, _KEYS, _DIGESTS = "vectors.f32", "keys.npy", "digests.npy"
_FEW = 0.25  # share of the rows up to which they are copied out before they are compared
_COMPARED = 10_000  # rows up to which all that pass are compared
_SPARE, _MOST = 1.5, 1000  # of a walk with a filter: how many more are found, and how many at most

Vectors = NDArray[np.float32]
Cosines = NDArray[np.floating[Any]]

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


class Writer:
    """Writes an index into an empty folder: all in one order, vectors in batches.

    The matrix is written first, so that Chroma is told beforehand how many there are.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._keys: list[str] = []
        self._digests: list[str] = []

    def add(self, keys: Sequence[str], digests: Sequence[str], batch: Vectors) -> None:
        """Put in the next passages; a digest stands for the text that a vector was made from."""
        self._keys += keys
        self._digests += digests
        with (self._folder / _MATRIX).open("ab") as matrix:
            matrix.write(np.ascontiguousarray(_unit(batch)).data)

    def finish(self) -> None:
        """Make what was put in the index."""
        np.save(self._folder / _KEYS, np.asarray(self._keys, np.bytes_))
        np.save(self._folder / _DIGESTS, np.asarray(self._digests, np.bytes_))
        if self._keys:
            with _client(self._folder) as client:
                _fill(client, _matrix(self._folder, len(self._keys)))
            _freeze(self._folder / _TABLES)


def _fill(client: Any, matrix: Vectors) -> None:
    """Put the vectors into a collection, by their row; Chroma writes its graph once, at the end.

    It would do so every 1,000 rows, and leave the last out of the graph until it is opened.
    """
    graph = HNSW if len(matrix) < _LARGE else _LARGE_GRAPH
    most = max(2, len(matrix))
    written = {"sync_threshold": most, "batch_size": min(most, _BATCH)}
    collection = client.create_collection(
        _COLLECTION, embedding_function=None, configuration={"hnsw": {**graph, **written}}
    )
    for start in range(0, len(matrix), _BATCH):
        rows = matrix[start : start + _BATCH]
        ids = [str(start + row) for row in range(len(rows))]
        collection.add(ids=ids, embeddings=np.asarray(rows))
    if len(matrix) == 1:  # said twice, as a graph is not written down before there are two
        collection.update(ids=["0"], embeddings=np.asarray(matrix))


def _freeze(file: Path) -> None:
    """Let Chroma's database stay as it is: it notes every opening in a table, to see that it can.

    So the digest of the file holds for as long as the index does.
    """
    with closing(sqlite3.connect(file)) as tables:
        tables.execute(
            "CREATE TRIGGER frozen BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"
        )
        tables.commit()
        tables.execute("VACUUM")  # nine tenths are what was queued on its way to the graph


def _matrix(folder: Path, rows: int) -> Vectors:
    """A plain view: rows of a memmap are copied into another memmap, which takes 0.1 ms."""
    return np.asarray(np.memmap(folder / _MATRIX, np.float32, "r")).reshape(rows, -1)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def keys(folder: Path) -> list[str]:
    """The keys of the passages in an index, in its order."""
    return [key.decode() for key in np.load(folder / _KEYS).tolist()]


def files_kept(folder: Path) -> tuple[Path, Path]:
    """Where the digests and vectors of an index are kept."""
    return folder / _DIGESTS, folder / _MATRIX


def kept(folder: Path) -> tuple[list[str], Vectors]:
    """The digests and unit vectors that an index was built from."""
    digests = [digest.decode() for digest in np.load(folder / _DIGESTS).tolist()]
    return digests, _matrix(folder, len(digests))


def identity_of(folder: Path) -> str:
    """A name of an index that no other has."""
    return f"{folder.parent.name}-{folder.name}"


def collection_in(client: Any) -> Any:
    """Chroma's collection of an index."""
    return client.get_collection(_COLLECTION, embedding_function=None)


class VectorIndex:
    """An index opened for searching; `postings` number the same rows."""

    def __init__(self, folder: Path, postings: Postings) -> None:
        client = taken(folder)
        # Given back when it is closed, or else when nobody has it any more.
        self._release = weakref.finalize(self, _given_back, folder)
        self._release.atexit = False
        self._collection = collection_in(client)
        self._keys = np.load(folder / _KEYS, mmap_mode="r")
        self._matrix = _matrix(folder, len(self._keys))
        self._postings = postings
        self.identity = identity_of(folder)
        self._warm()

    def _warm(self) -> None:
        """The first walk loads the graph, the first product the numerics: no question's wait."""
        first = self._matrix[0]
        self._near(first.tolist(), 1)
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
            some = self._keys[start : start + _BATCH].tolist()
            yield [key.decode() for key in some], self._matrix[start : start + _BATCH]

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""
        if not conditions:
            return self._of_clauses(*self._near(vector, limit))
        rows = self._postings.rows(conditions)
        farther = (_SPARE, 4 * _SPARE) if len(rows) > _COMPARED else ()
        for spare in farther:
            wanted = int(spare * limit * len(self._keys) / len(rows))
            numbers, cosines = self._walked(vector, rows, limit, min(wanted, _MOST))
            if 2 * len(numbers) >= limit:
                return self._of_clauses(numbers, cosines)
        return self._of_clauses(*self._compared(np.asarray(vector, np.float32), rows, limit))

    def _compared(self, vector: Vectors, rows: Rows, limit: int) -> tuple[Rows, Cosines]:
        """The nearest of these rows, found by comparing all."""
        length = float(np.linalg.norm(vector))
        if not len(rows) or not length:
            return rows[:0], vector[:0]
        few = len(rows) < _FEW * len(self._keys)
        unit = vector / length
        # Not the product of a matrix: its threads wait for each other where cores are busy, 10 ms.
        cosines = (
            np.vecdot(self._matrix[rows], unit) if few else np.vecdot(self._matrix, unit)[rows]
        )
        first = np.argpartition(-cosines, limit)[:limit] if len(rows) > limit else slice(None)
        numbers, best = rows[first], cosines[first]
        order = np.lexsort((numbers, -best))
        return numbers[order], best[order]

    def _walked(
        self, vector: Sequence[float], rows: Rows, limit: int, count: int
    ) -> tuple[Rows, Cosines]:
        """The nearest of many rows: among so many nearest of all, of which a share passes."""
        numbers, cosines = self._near(vector, count)
        passing = np.flatnonzero(among(numbers, rows))[:limit]
        return numbers[passing], cosines[passing]

    def _near(self, vector: Sequence[float], limit: int) -> tuple[Rows, Cosines]:
        """The nearest of all rows, by the graph."""
        found = self._collection.query(
            query_embeddings=[list(vector)], n_results=limit, include=["distances"]
        )
        numbers = np.asarray([int(row) for row in found["ids"][0]], np.int32)
        return numbers, 1.0 - np.asarray(found["distances"][0], np.float64)

    def _of_clauses(self, numbers: Rows, cosines: Cosines) -> list[Scored]:
        found = (key.decode() for key in self._keys[numbers].tolist())
        return of_clauses(zip(found, cosines.tolist(), strict=True))


def of_clauses(found: Iterable[tuple[str, float]]) -> list[Scored]:
    """The best passage of each clause; the passages come best first."""
    best: dict[str, float] = {}
    for key, cosine in found:
        best.setdefault(clause_of(key), cosine)
    return [Scored(clause_id, cosine) for clause_id, cosine in best.items()]
