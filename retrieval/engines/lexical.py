"""Lexical search: BM25 in tantivy over words and character pairs, filters pushed down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from retrieval.engines.engine import Scored
from retrieval.engines.postings import Postings, Rows, among
from retrieval.engines.terms import (
    FIELD_WEIGHTS,
    SEVERAL_PASSAGES,
    idf,
    issuer_of,
    preferred,
    terms_of,
    wanted,
)
from retrieval.passages import Passage
from retrieval.query import Query as Question
from retrieval.scope import FIELDS, Conditions, labels_of

_HEAP_BYTES = 256 * 1024 * 1024  # few segments for a quarter of a million passages
_CLAUSES = "clauses.npy"  # the id of the clause of each passage
_TERMS = 20_000  # queries for a word in a field that are kept at hand
# Of a part of a large index: how many passages are found by their words for each that is wanted,
# and at most; what labels may add to them; the passages up to which a filter is left to tantivy.
_SPARE, _MOST = 5, 1000
_ADDED = 6.0
_FILTERED = 10_000
# Weight times rarity under which a word of a question is left out of a large index: in half a unit
# are words of the text that stand in three fifths of all passages, other wordings in a third.
_LITTLE = 0.5

Scores = NDArray[np.float64]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", fast=True)
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in (*FIELDS, "issuer"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Writer:
    """Writes an index into an empty folder, passage by passage."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._writer = tantivy.Index(_schema(), str(folder)).writer(_HEAP_BYTES, 1)
        self._clauses: list[str] = []

    def add(self, passage: Passage) -> None:
        """Put in the next passage."""
        self._writer.add_document(_document(len(self._clauses), passage))
        self._clauses.append(passage.held.id)

    def finish(self) -> None:
        """Make what was put in the index."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        np.save(self._folder / _CLAUSES, np.asarray(self._clauses, np.bytes_))


def _document(row: int, passage: Passage) -> tantivy.Document:
    return tantivy.Document(
        row=row,
        issuer=issuer_of(passage),
        **{field: " ".join(values) for field, values in terms_of(passage).items()},
        **{field: list(values) for field, values in labels_of(passage.held).items()},
    )


@dataclass(frozen=True, slots=True)
class PartOf:
    """What an index that is a part of a larger one has besides.

    `rarity` is what a word in a field weighs in the whole; `labels` number the rows of this part.
    """

    rarity: Callable[[str, str], float]
    labels: Postings


class LexicalIndex:
    """An index opened for searching; `fields` are those searched, and how a word in each counts."""

    def __init__(
        self,
        folder: Path,
        fields: Mapping[str, float] = FIELD_WEIGHTS,
        part_of: PartOf | None = None,
    ) -> None:
        self._fields = fields
        self._part_of = part_of
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self._term = lru_cache(maxsize=_TERMS)(self._built)
        self._clauses = np.load(folder / _CLAUSES, mmap_mode="r")

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
        by_words = Query.boolean_query([(Occur.Should, word) for word in words])
        rows, scores = self._by_words(by_words, question, conditions, limit) or self._found(
            self._labelled(by_words, question, conditions), limit
        )
        best: dict[str, float] = {}
        for clause_id, score in zip(self._clauses[rows].tolist(), scores.tolist(), strict=True):
            best.setdefault(clause_id.decode(), score)
        return [Scored(clause_id, score) for clause_id, score in best.items()]

    def _found(self, query: Query, limit: int) -> tuple[Rows, Scores]:
        """The rows of the best passages and their scores."""
        hits = self._searcher.search(query, limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.asarray(rows, np.int32), np.asarray([score for score, _ in hits], np.float64)

    def _by_words(
        self, query: Query, question: Question, conditions: Conditions, limit: int
    ) -> tuple[Rows, Scores] | None:
        """The best among the best by words alone; None where labels decide more than words.

        Of words alone tantivy leaves out, unread, what cannot be among the best (Ding and Suel
        2011); a label that many passages have, wanted or preferred, keeps it from that.
        """
        preferences = list(preferred(question))
        if self._part_of is None or not _are_light(preferences):
            return None
        labels, wanted_rows = self._part_of.labels, _SPARE * limit
        passing = labels.rows(conditions) if conditions else None
        if passing is not None:
            if len(passing) <= _FILTERED:
                return None
            wanted_rows = min(wanted_rows * self.size // len(passing), _MOST)
        rows, scores = self._found(query, wanted_rows)
        if passing is not None:
            admitted = among(rows, passing)
            if 2 * np.count_nonzero(admitted) < limit <= len(rows):
                return None
            rows, scores = rows[admitted], scores[admitted]
        for field, value, added in preferences:
            scores = scores + added * among(rows, labels.rows(((field, (value,)),)))
        best = np.argsort(-scores, kind="stable")[:limit]
        return rows[best], scores[best]

    def _labelled(self, query: Query, question: Question, conditions: Conditions) -> Query:
        """The words and all that the labels say, in one query."""
        parts = [(Occur.Must, query)]
        parts += [(Occur.Must, part) for part in self._filters(conditions)]
        parts += [(Occur.Should, self._constant(*one)) for one in preferred(question)]
        return Query.boolean_query(parts)

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
        return self._part_of is None or boost * self._part_of.rarity(field, value) >= _LITTLE

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
        if self._part_of and (here := self.standing(field, value)):
            boost *= self._part_of.rarity(field, value) / idf(self.size, here)
        return query if boost == 1.0 else Query.boost_query(query, boost)

    def _constant(self, field: str, value: str, score: float) -> Query:
        return Query.const_score_query(self._plain(field, value), score)

    def _plain(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)


def _are_light(preferences: Iterable[tuple[str, str, float]]) -> bool:
    """Whether what is preferred are labels, and they add little to what words add."""
    return (
        all(field in FIELDS for field, _, _ in preferences)
        and sum(added for _, _, added in preferences) <= _ADDED
    )
