"""The ordinary way, for comparison: chunks of fixed length, found by words, vectors, or both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import tantivy
from langchain_core.embeddings import Embeddings
from tantivy import Occur, Query

from retrieval.engines.engine import Scored
from retrieval.fuse import fuse
from retrieval.words import words

_LENGTH, _OVERLAP = 500, 50
_SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
_HEAP_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document."""

    id: str
    document_id: str
    text: str


def chunks(documents: Iterable[tuple[str, str]]) -> list[Chunk]:
    """Cut (id, text) pairs by LangChain's recursive splitter, 500 characters, 50 shared."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS, chunk_size=_LENGTH, chunk_overlap=_OVERLAP, keep_separator="end"
    )
    return [
        Chunk(f"{id_}-{number}", id_, text)
        for id_, whole in documents
        for number, text in enumerate(splitter.split_text(whole))
    ]


class Bm25:
    """BM25 over the words of (id, text) pairs, as tantivy has it, with nothing of our own."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(_HEAP_BYTES, 1)
        for id_, text in texts:
            writer.add_document(tantivy.Document(id=id_, text=" ".join(words(text))))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: str, limit: int = 10) -> list[str]:
        """Ids of the best texts for a question, best first."""
        return self.holding(list(dict.fromkeys(words(question))), limit)

    def holding(self, asked: Sequence[str], limit: int = 10) -> list[str]:
        """Ids of the best texts that hold any of these words, best first."""
        schema = self._index.schema
        parts = [(Occur.Should, Query.term_query(schema, "text", word)) for word in asked]
        found = self._searcher.search(Query.boolean_query(parts), limit, count=False)
        return [str(self._searcher.doc(address).get_first("id")) for _, address in found.hits]


class VectorChunks:
    """Cosine over the chunks' vectors, exact."""

    def __init__(self, cut: Sequence[Chunk], embeddings: Embeddings) -> None:
        self._ids = [chunk.id for chunk in cut]
        self._embeddings = embeddings
        vectors = embeddings.embed_documents([chunk.text for chunk in cut])
        matrix = np.asarray(vectors, np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        self._matrix = matrix / np.where(lengths > 0, lengths, 1)

    def search(self, question: str, limit: int) -> list[str]:
        """Ids of the nearest chunks, nearest first."""
        cosines = self._matrix @ np.asarray(self._embeddings.embed_query(question), np.float32)
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [self._ids[at] for at in order]


class HybridChunks:
    """Both, fused by reciprocal rank with equal weights."""

    def __init__(self, by_words: Bm25, by_vectors: VectorChunks) -> None:
        self._legs = (by_words, by_vectors)

    def search(self, question: str, limit: int) -> list[str]:
        """Ids of the best chunks, best first."""
        legs = [
            (1.0, [Scored(id_, 0.0) for id_ in leg.search(question, limit)]) for leg in self._legs
        ]
        return [scored.clause_id for scored in fuse(legs)[:limit]]
