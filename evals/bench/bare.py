"""The yardsticks: tantivy with one field of words, Chroma with nothing of our own on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from corpus.document import HeldClause
from retrieval.engines.vectors import collection_in
from retrieval.words import words

_HEAP_BYTES = 64 * 1024 * 1024
_FOUND = 10


class BareIndex:
    """The words of the clauses, in memory."""

    def __init__(self, clauses: Iterable[HeldClause]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(_HEAP_BYTES, 1)
        for held in clauses:
            writer.add_document(tantivy.Document(id=held.id, text=" ".join(words(held.text))))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, asked: Sequence[str]) -> list[str]:
        """Ids of the ten best clauses that hold any of the words asked."""
        schema = self._index.schema
        parts = [(Occur.Should, Query.term_query(schema, "text", word)) for word in asked]
        found = self._searcher.search(Query.boolean_query(parts), _FOUND, count=False)
        return [str(self._searcher.doc(address).get_first("id")) for _, address in found.hits]


class BareVectors:
    """The vectors of an index, in the collection that holds them."""

    def __init__(self, folder: Path) -> None:
        self._collection = collection_in(folder)

    def search(self, vector: Sequence[float]) -> list[str]:
        """Ids of the ten nearest passages."""
        found = self._collection.query(
            query_embeddings=[list(vector)], n_results=_FOUND, include=["distances"]
        )
        return list(found["ids"][0])
