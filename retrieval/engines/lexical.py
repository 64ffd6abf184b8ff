"""Lexical search: BM25 in tantivy over words and character pairs, filters pushed down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import log
from pathlib import Path

import tantivy
from tantivy import DocAddress, Occur, Query

from retrieval.engines.engine import Scored
from retrieval.engines.terms import (
    FIELD_WEIGHTS,
    SEVERAL_PASSAGES,
    issuer_of,
    preferred,
    terms_of,
    wanted,
)
from retrieval.passages import Passage
from retrieval.query import Query as Question
from retrieval.scope import FIELDS, Conditions, labels_of

_HEAP_BYTES = 256 * 1024 * 1024  # few segments for a quarter of a million passages
# What is kept at hand: the query for a word in a field, the id of a passage's clause.
_TERMS, _CLAUSES = 20_000, 20_000
# Weight times rarity under which a word of a question is left out of a large index: in half a unit
# are words of the text that stand in three fifths of all passages, other wordings in a third.
_LITTLE = 0.5


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in (*FIELDS, "issuer"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Writer:
    """Writes an index into an empty folder, passage by passage."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = tantivy.Index(_schema(), str(folder)).writer(_HEAP_BYTES, 1)

    def add(self, passage: Passage) -> None:
        """Put in the next passage."""
        self._writer.add_document(_document(passage))

    def finish(self) -> None:
        """Make what was put in the index."""
        self._writer.commit()
        self._writer.wait_merging_threads()


def _document(passage: Passage) -> tantivy.Document:
    return tantivy.Document(
        id=passage.held.id,
        issuer=issuer_of(passage),
        **{field: " ".join(values) for field, values in terms_of(passage).items()},
        **{field: list(values) for field, values in labels_of(passage.held).items()},
    )


def idf(size: int, frequency: int) -> float:
    """The rarity of a word that stands in `frequency` of `size` passages, as BM25 has it."""
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


class LexicalIndex:
    """An index opened for searching; `fields` are those searched, and how a word in each counts.

    `rarity` is what a word in a field weighs where this index is a part of a larger one.
    """

    def __init__(
        self,
        folder: Path,
        fields: Mapping[str, float] = FIELD_WEIGHTS,
        rarity: Callable[[str, str], float] | None = None,
    ) -> None:
        self._fields = fields
        self._rarity = rarity
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._term = lru_cache(maxsize=_TERMS)(self._built)
        self._clause_id = lru_cache(maxsize=_CLAUSES)(self._stored_id)

    @property
    def size(self) -> int:
        """How many passages are indexed."""
        return int(self._searcher.num_docs)

    def frequency(self, pair: str) -> int:
        """In how many passages a character pair, number or Latin word stands."""
        return self.standing("pairs", pair)

    def holds(self, word: str) -> bool:
        """Whether a word stands in some passage, or a pair of characters in several."""
        return self.standing("text", word) > 0 or self.frequency(word) >= SEVERAL_PASSAGES

    def standing(self, field: str, word: str) -> int:
        """In how many passages a word stands in a field."""
        return int(self._searcher.doc_freq(field, word))

    def search(self, question: Question, conditions: Conditions, limit: int) -> list[Scored]:
        """The best clauses for a question that meet the conditions, best first."""
        words = self._wanted(question)
        if not words:
            return []
        parts = [(Occur.Must, Query.boolean_query([(Occur.Should, part) for part in words]))]
        parts += [(Occur.Must, part) for part in self._filters(conditions)]
        parts += [(Occur.Should, part) for part in self._preferences(question)]
        found = self._searcher.search(Query.boolean_query(parts), limit, count=False)
        best: dict[str, float] = {}
        for score, address in found.hits:
            best.setdefault(self._clause_id(address.segment_ord, address.doc), float(score))
        return [Scored(clause_id, score) for clause_id, score in best.items()]

    def _wanted(self, question: Question) -> list[Query]:
        """Each word in each field; in a part of a larger index without those that can add little,
        if others are left: they take most of the time (0.962 of the first five stay the same)."""
        found = [
            (self._term(field, value, weight * boost), self._adds(field, value, weight * boost))
            for are_pairs, weight, values in wanted(question)
            for field, boost in self._fields.items()
            if are_pairs == (field == "pairs")
            for value in values
        ]
        return [query for query, adds in found if adds] or [query for query, _ in found]

    def _adds(self, field: str, value: str, boost: float) -> bool:
        return self._rarity is None or boost * self._rarity(field, value) >= _LITTLE

    def _preferences(self, question: Question) -> list[Query]:
        return [self._constant(field, value, score) for field, value, score in preferred(question)]

    def _filters(self, conditions: Conditions) -> list[Query]:
        """A filter admits or not; it adds nothing to the score."""
        return [
            Query.const_score_query(
                Query.boolean_query([(Occur.Should, self._plain(field, v)) for v in values]), 0
            )
            for field, values in conditions
        ]

    def _built(self, field: str, value: str, boost: float) -> Query:
        query = self._plain(field, value)
        if self._rarity and (here := self.standing(field, value)):
            boost *= self._rarity(field, value) / idf(self.size, here)
        return query if boost == 1.0 else Query.boost_query(query, boost)

    def _constant(self, field: str, value: str, score: float) -> Query:
        return Query.const_score_query(self._plain(field, value), score)

    def _plain(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)

    def _stored_id(self, segment: int, document: int) -> str:
        return str(self._searcher.doc(DocAddress(segment, document)).get_first("id"))
