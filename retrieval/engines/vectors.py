"""Vector search in Chroma, embedded; vectors are always passed in, nothing is downloaded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.document import HeldClause
from retrieval.engines.lexical import Scored
from retrieval.passages import Passage, clause_of
from retrieval.query import years_of
from retrieval.scope import Scope

_COLLECTION = "clauses"
_BATCH = 2000
# With these, 1,016 of 1,016 vectors find themselves.
_HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}


def _client(folder: Path) -> Any:
    """Chroma takes a second to import, so that is done where vectors are touched."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


def build(folder: Path, found: Sequence[Passage], vectors: Sequence[Sequence[float]]) -> None:
    """Write an index of the passages' vectors, given in the same order, into an empty folder."""
    collection = _client(folder).create_collection(
        _COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
    )
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        collection.add(
            ids=[passage.key for passage in batch],
            embeddings=[list(vector) for vector in vectors[start : start + _BATCH]],
            metadatas=[_metadata(passage.held) for passage in batch],
        )


def _metadata(held: HeldClause) -> dict[str, str | bool]:
    """Chroma filters on single values: membership becomes one flag a value."""
    known = held.document
    region = known.region
    flags = [f"in:{name}" for name in ([region.name, *region.parents] if region else [])]
    flags += [f"year:{year}" for year in years_of(held.text)]
    return {"document": known.id, "level": known.level.value, **dict.fromkeys(flags, True)}


class VectorIndex:
    """An index opened for searching."""

    def __init__(self, folder: Path) -> None:
        self._collection = _client(folder).get_collection(_COLLECTION, embedding_function=None)

    def search(self, vector: Sequence[float], scope: Scope, limit: int) -> list[Scored]:
        """The nearest clauses within a scope, best first; the score is the cosine."""
        found = self._collection.query(
            query_embeddings=[list(vector)],
            n_results=limit,
            where=_where(scope),
            include=["distances"],
        )
        best: dict[str, float] = {}
        for key, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            best.setdefault(clause_of(key), 1.0 - float(distance))
        return [Scored(clause_id, score) for clause_id, score in best.items()]


def _where(scope: Scope) -> dict[str, Any] | None:
    parts: list[dict[str, Any]] = []
    if scope.regions:
        parts.append(_any([{f"in:{name}": True} for name in scope.regions]))
    if scope.levels:
        parts.append({"level": {"$in": [level.value for level in scope.levels]}})
    if scope.document_ids:
        parts.append({"document": {"$in": list(scope.document_ids)}})
    if scope.years:
        parts.append(_any([{f"year:{year}": True} for year in scope.years]))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"$and": parts}


def _any(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return conditions[0] if len(conditions) == 1 else {"$or": conditions}
