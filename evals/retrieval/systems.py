"""The systems that are compared: ours, ours less one stage each, and the ordinary way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.indexes import open_index, spaces_of
from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.retrieval.baselines import Bm25, HybridChunks, VectorChunks, chunks
from retrieval.engines import postings, vectors
from retrieval.engines.engine import LexicalEngine, Scored
from retrieval.engines.terms import FIELD_WEIGHTS
from retrieval.engines.vectors import VectorIndex
from retrieval.index import Index, VectorLeg, ensure_index, lexical_in, shards_of
from retrieval.passages import passages
from retrieval.query import Query
from retrieval.scope import labels_of
from retrieval.search import Search
from retrieval.space import Space
from retrieval.understand import Holdings, understand
from retrieval.words import content_words

DEPTH = 50


@dataclass(frozen=True, slots=True)
class Unit:
    """What a system hands out: an id of its own, the text, and what it is a part of."""

    id: str
    text: str
    document_id: str


@dataclass(frozen=True, slots=True)
class System:
    """A way to find units for a question, best first; `units` are all that it could find."""

    name: str
    find: Callable[[str], Sequence[str]]
    units: Sequence[Unit]


@contextmanager
def systems(settings: Settings, *, ablations: bool = True) -> Iterator[list[System]]:
    """All systems over the catalog of a data directory. Ours comes first."""
    catalog = Catalog(settings.data, settings.database)
    try:
        with TemporaryDirectory() as scratch:
            yield list(_systems(catalog, settings, Path(scratch), ablations))
    finally:
        catalog.close()


def _systems(
    catalog: Catalog, settings: Settings, scratch: Path, ablations: bool
) -> Iterator[System]:
    index = open_index(catalog, settings)
    holdings = Holdings.of(catalog.documents())
    held = [Unit(h.id, h.text, h.document.id) for h in catalog.clauses()]

    def ours(
        name: str,
        search: Search,
        change: Callable[[Query], Query] = lambda query: query,
        known: Holdings = holdings,
    ) -> System:
        def find(question: str) -> list[str]:
            hits = search.search(change(understand(question, known)), limit=DEPTH)
            return [id_ for h in hits for id_ in (h.held.id, *(same.id for same in h.same))]

        return System(name, find, held)

    full = Search(catalog, index)
    yield ours("条析", full)
    if ablations:
        # Stages are taken out of the index in files, whichever engine the whole runs on.
        alone = settings.model_copy(
            update={"search": "local", "search_url": "", "search_token": ""}
        )
        in_files = index if settings.search == "local" else open_index(catalog, alone)
        folder = ensure_index(catalog, spaces_of(settings), settings.data)
        yield ours("　无辖区理解", full, without_places)
        yield ours("　无年份理解", full, lambda query: replace(query, years=()))
        yield ours("　无错字纠正", full, known=replace(holdings, spelling=None))
        yield ours("　无同义扩展", full, lambda query: replace(query, expansions=()))
        yield ours("　无排序阶段", Search(catalog, in_files, weights={}))
        yield ours("　无向量", Search(catalog, replace(in_files, vectors=())))
        silent = replace(in_files, lexical=_Silent(in_files.lexical))
        yield ours("　无字面检索", Search(catalog, silent))
        for name, fields in (("　无双字", {"pairs"}), ("　无标题与题名", {"path", "title"})):
            kept = {field: w for field, w in FIELD_WEIGHTS.items() if field not in fields}
            lexical = lexical_in(shards_of(folder), kept)
            yield ours(name, Search(catalog, replace(in_files, lexical=lexical)))
        plain = replace(in_files, vectors=(_without_context(catalog, scratch),))
        yield ours("　向量无上下文", Search(catalog, plain))
    yield from _baselines(catalog, index)


def _baselines(catalog: Catalog, index: Index) -> Iterator[System]:
    """Recursive chunks of 500 characters, 50 of overlap, found by words, by vectors, by both."""
    texts = {}
    for known in catalog.documents():
        document = catalog.document(known.id)
        if document is not None:
            texts[known.id] = document.text
    cut = chunks(texts.items())
    units = [Unit(chunk.id, chunk.text, chunk.document_id) for chunk in cut]
    by_words = Bm25((chunk.id, chunk.text) for chunk in cut)
    by_vectors = VectorChunks(cut, index.vectors[0].embeddings)
    for name, system in (
        ("500/50 切块 BM25", by_words),
        ("500/50 切块 向量", by_vectors),
        ("500/50 切块 混合", HybridChunks(by_words, by_vectors)),
    ):
        yield System(name, partial(system.search, limit=DEPTH), units)


def without_places(query: Query) -> Query:
    """Places as words like any other."""
    return replace(
        query,
        regions=(),
        others=(),
        places=(),
        documents=(),
        issuers=(),
        topic=query.text,
        terms=tuple(content_words(query.text)),
    )


class _Silent:
    """A lexical leg that finds nothing but still counts."""

    def __init__(self, counting: LexicalEngine) -> None:
        self.size = counting.size
        self.frequency = counting.frequency
        self.holds = counting.holds

    def search(self, *_: object) -> list[Scored]:
        return []


def _without_context(catalog: Catalog, scratch: Path) -> VectorLeg:
    """Vectors of the passages alone, without their titles and headings."""
    found = [passage for held in catalog.clauses() for passage in passages(held)]
    texts = [passage.text for passage in found]
    keys = [passage.key for passage in found]
    space = Space()
    embeddings = space.fit(texts, scratch / "space")
    rows = postings.Writer()
    for passage in found:
        rows.add(labels_of(passage.held))
    rows.write(scratch / "postings")
    writer = vectors.Writer(scratch / "vectors")
    writer.add(keys, keys, np.asarray(embeddings.embed_documents(texts), np.float32))
    writer.finish()
    index = VectorIndex(scratch / "vectors", postings.Postings(scratch / "postings"))
    return VectorLeg(space, embeddings, index)
