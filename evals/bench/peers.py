"""The same questions to others over the same texts: bare engines, and LangChain the ordinary way.

`python -m evals.bench.peers FOLDER [langchain]` measures what `building` made, in a process of its
own, so that memory is its own too, and prints it as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.catalog import Catalog
from evals.bench.building import SPACES
from evals.bench.measure import PATTERNS, times_ms
from evals.bench.memory import held
from evals.metrics.statistics import percentile
from evals.retrieval.baselines import Bm25, Chunk, chunks
from retrieval.build import SPACE, vectors_name
from retrieval.engines.vectors import collection_in, taken
from retrieval.index import ensure_index, shards_of
from retrieval.words import words

_FOUND = 10
_BATCH = 2000
_TIMES = 20  # that each question is asked
_COLLECTION, _TOOK = "chunks", "seconds.txt"


@dataclass(frozen=True, slots=True)
class Chunked:
    """LangChain's chunks: milliseconds of a search as (p50, p99), seconds to build, MiB held."""

    search: tuple[float, float]
    chunks: int
    build_s: float
    resident_mib: float


@dataclass(frozen=True, slots=True)
class Peers:
    """Milliseconds of a search, as (p50, p99); None for LangChain where it was left out."""

    tantivy: tuple[float, float]
    chroma: tuple[float, float]
    langchain: Chunked | None


class ChunkRetriever(BaseRetriever):
    """Chunks of fixed length in one collection of Chroma: what tutorials build."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    collection: Any
    embeddings: Embeddings
    k: int = _FOUND

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        found = self.collection.query(
            query_embeddings=[self.embeddings.embed_query(query)],
            n_results=self.k,
            include=["documents"],
        )
        pairs = zip(found["ids"][0], found["documents"][0], strict=True)
        return [Document(id=id_, page_content=text) for id_, text in pairs]


def peers(folder: Path, *, langchain: bool) -> Peers:
    """Measure them over the corpus in this folder; LangChain's index is kept beside it."""
    catalog = Catalog(folder)
    index = ensure_index(catalog, SPACES, folder, report=lambda _: None)
    embeddings = SPACES[0].load(index / SPACE)
    asked = [pattern.format("") for pattern in PATTERNS] * _TIMES
    by_chunks = _chunked(catalog, embeddings, folder, asked) if langchain else None
    shards = [collection_in(taken(shard / vectors_name(0))) for shard in shards_of(index)]
    by_vector = times_ms(partial(_nearest, shards), [embeddings.embed_query(q) for q in asked])
    bare = Bm25((clause.id, clause.text) for clause in catalog.clauses())
    by_words = times_ms(bare.holding, [words(question) for question in asked])
    catalog.close()
    return Peers(tantivy=_both(by_words), chroma=_both(by_vector), langchain=by_chunks)


def read(found: dict[str, Any]) -> Peers:
    """What was printed, as it was."""
    chunked = found.pop("langchain")
    return Peers(**found, langchain=Chunked(**chunked) if chunked else None)


def _chunked(
    catalog: Catalog, embeddings: Embeddings, folder: Path, asked: Sequence[str]
) -> Chunked:
    collection, build_s = _filled(catalog, embeddings, folder / "langchain")
    retriever = ChunkRetriever(collection=collection, embeddings=embeddings)
    times = times_ms(retriever.invoke, asked)
    return Chunked(_both(times), collection.count(), build_s, held().resident)


def _filled(catalog: Catalog, embeddings: Embeddings, folder: Path) -> tuple[Any, float]:
    """All documents in chunks; with Chroma's own settings. What is there already is taken."""
    folder.mkdir(exist_ok=True)
    took = folder / _TOOK
    collection = taken(folder).get_or_create_collection(_COLLECTION, embedding_function=None)
    if not took.exists():
        start = time.perf_counter()
        cut = _cut(catalog)
        while batch := list(islice(cut, _BATCH)):
            collection.add(
                ids=[chunk.id for chunk in batch],
                embeddings=np.asarray(embeddings.embed_documents([c.text for c in batch])),
                documents=[chunk.text for chunk in batch],
            )
        took.write_text(str(time.perf_counter() - start), encoding="utf-8")
    return collection, float(took.read_text(encoding="utf-8"))


def _cut(catalog: Catalog) -> Iterator[Chunk]:
    for known in catalog.documents():
        if document := catalog.document(known.id):
            yield from chunks([(known.id, document.text)])


def _nearest(shards: Sequence[Any], vector: Sequence[float]) -> object:
    """Chroma's own nearest, shard after shard, with nothing of ours."""
    return [
        shard.query(query_embeddings=[vector], n_results=_FOUND, include=["distances"])
        for shard in shards
    ]


def _both(times: Sequence[float]) -> tuple[float, float]:
    return percentile(times, 50), percentile(times, 99)


if __name__ == "__main__":
    found = peers(Path(sys.argv[1]), langchain="langchain" in sys.argv[2:])
    sys.stdout.write(json.dumps(asdict(found)))
