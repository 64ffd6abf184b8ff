"""Writing the files of an index: each shard in one pass over its documents, a batch at a time.

A small corpus is one shard, written here; of a large one every shard is written by a process of
its own, as many at a time as there are cores.
"""

from __future__ import annotations

import multiprocessing
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from corpus.document import HeldClause, content_id
from corpus.view import Place, View
from retrieval.engines import lexical, postings, vectors
from retrieval.engines.vectors import Vectors
from retrieval.errors import IndexingError
from retrieval.passages import Passage, passages
from retrieval.scope import labels_of
from retrieval.space import FITTED_ON, Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

SHARD = 600_000  # clauses at most, about
SPACE, LEXICAL, POSTINGS = "space", "lexical", "postings"
_BATCH = 1000  # passages


@dataclass(frozen=True, slots=True)
class Earlier:
    """Vectors that older indexes hold: a folder of them, and the space that they are in."""

    folder: Path
    identity: str


@dataclass(frozen=True, slots=True)
class _Shard:
    """What a shard is made of, and the folder that it is written into."""

    documents: tuple[str, ...]
    spaces: tuple[Space, ...]
    fitted: Path
    folder: Path
    earlier: tuple[Earlier, ...]


def write(
    catalog: View,
    spaces: Sequence[Space],
    folder: Path,
    earlier: Sequence[Earlier],
    shard_size: int,
) -> list[str]:
    """Write an index of all that the catalog holds; returns the names of its shards.

    Raises EmbeddingError where a model fails, IndexingError where a process that writes does.
    """
    documents = [known.id for known in catalog.documents()]
    clauses = catalog.size().clauses
    step = max(1, clauses // FITTED_ON)
    sample = [one.in_context for one in _passages(catalog.clauses_of(documents[::step]))]
    for space in spaces:
        space.fit(sample, folder / SPACE)
    shards = [
        _Shard(some, tuple(spaces), folder / SPACE, folder / uuid.uuid4().hex[:8], tuple(earlier))
        for some in _divided(documents, -(-clauses // shard_size))
    ]
    if len(shards) == 1:
        _write(catalog, shards[0])
    else:
        _write_all(catalog.place, shards)
    return [shard.folder.name for shard in shards]


def _divided(documents: Sequence[str], parts: int) -> list[tuple[str, ...]]:
    """The documents by a hash of their ids; those of a part in their order."""
    found: list[list[str]] = [[] for _ in range(max(1, parts))]
    for id_ in documents:
        found[crc32(id_.encode()) % len(found)].append(id_)
    return [tuple(some) for some in found if some]


def _write_all(place: Place, shards: Sequence[_Shard]) -> None:
    """Every shard by a process of its own; where one fails, no other is begun."""
    with ProcessPoolExecutor(
        min(len(shards), os.cpu_count() or 1),
        multiprocessing.get_context("spawn"),
        _end_with_parent,
        max_tasks_per_child=1,
    ) as pool:
        try:
            for done in as_completed([pool.submit(_write_at, place, shard) for shard in shards]):
                done.result()
        except BrokenProcessPool as error:
            raise IndexingError("建立索引的进程意外结束，请重试") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Nobody waits for a shard any more where who ordered it was killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _write_at(place: Place, shard: _Shard) -> None:
    with place.opened() as catalog:
        _write(catalog, shard)


def _write(catalog: View, shard: _Shard) -> None:
    """The files of a shard, batch by batch."""
    words, rows = lexical.Writer(shard.folder / LEXICAL), postings.Writer()
    legs = [_Leg(space, number, shard) for number, space in enumerate(shard.spaces)]
    for batch in _batches(_passages(catalog.clauses_of(shard.documents))):
        for passage in batch:
            words.add(passage)
            rows.add(labels_of(passage.held))
        for leg in legs:
            leg.add(batch)
    words.finish()
    rows.write(shard.folder / POSTINGS)
    for leg in legs:
        leg.finish()


class _Leg:
    """The vectors of a shard in one space; those that an older index holds are kept."""

    def __init__(self, space: Space, number: int, shard: _Shard) -> None:
        self._space = space
        self._embeddings = space.load(shard.fitted)
        self._writer = vectors.Writer(shard.folder / vectors_name(number))
        self._known = {} if space.is_built_in else _known(shard.earlier, space, self._embeddings)

    def add(self, batch: Sequence[Passage]) -> None:
        """Embed the next passages."""
        texts = [passage.in_context for passage in batch]
        digests = [content_id(text) for text in texts]
        pairs = zip(texts, digests, strict=True)
        new = [text for text, digest in pairs if digest not in self._known]
        made = iter(self._space.embed_documents(self._embeddings, new) if new else ())
        rows = [self._kept(digest) if digest in self._known else next(made) for digest in digests]
        self._writer.add([p.key for p in batch], digests, np.asarray(rows, np.float32))

    def finish(self) -> None:
        """Make the graph of what was embedded."""
        self._writer.finish()

    def _kept(self, digest: str) -> Vectors:
        matrix, row = self._known[digest]
        found: Vectors = matrix[row]
        return found


def vectors_name(number: int) -> str:
    """The folder of a shard's vectors in the space of this number."""
    return f"vectors-{number}"


def _known(
    earlier: Iterable[Earlier], space: Space, embeddings: Embeddings
) -> dict[str, tuple[Vectors, int]]:
    """Where a vector of this space is, by the digest of its text.

    Not vectors of another length than the model makes now: it was exchanged behind its address.
    """
    found: dict[str, tuple[Vectors, int]] = {}
    same = [one for one in earlier if one.identity == space.identity]
    width = space.width(embeddings) if same else 0
    for one in same:
        digests, matrix = vectors.kept(one.folder)
        if matrix.shape[1] == width:
            found.update((digest, (matrix, row)) for row, digest in enumerate(digests))
    return found


def _passages(clauses: Iterable[HeldClause]) -> Iterator[Passage]:
    return (passage for held in clauses for passage in passages(held))


def _batches(found: Iterator[Passage]) -> Iterator[list[Passage]]:
    while batch := list(islice(found, _BATCH)):
        yield batch
