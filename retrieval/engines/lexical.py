"""Lexical search: BM25 in tantivy over words and character pairs, filters pushed down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from retrieval.passages import Passage
from retrieval.query import Query as Question
from retrieval.query import years_of
from retrieval.scope import Scope
from retrieval.words import bigrams, words

_HEAP_BYTES = 64 * 1024 * 1024

# Weight of a word by the field it stands in; of a wording by who chose it.
_FIELDS = {"text": 1.0, "pairs": 0.5, "path": 1.2, "title": 0.8}
_EXPANSION = 0.5
_JURISDICTION = 30.0
_ISSUER = 12.0
_PLACE_NAMED = 14.0
_NATIONAL = 2.0
_YEAR = 3.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A clause id and its score, higher is better."""

    clause_id: str
    score: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in ("document", "region", "ancestors", "level", "issuer", "year"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def build(folder: Path, found: Iterable[Passage]) -> None:
    """Write an index of the passages into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(_schema(), str(folder))
    writer = index.writer(_HEAP_BYTES, 1)
    for passage in found:
        writer.add_document(_document(passage))
    writer.commit()
    writer.wait_merging_threads()


def _document(passage: Passage) -> tantivy.Document:
    held = passage.held
    known = held.document
    region = known.region
    path = " ".join(held.clause.path)
    return tantivy.Document(
        id=held.id,
        text=" ".join(words(passage.text)),
        pairs=" ".join(bigrams(passage.text)),
        path=" ".join(words(path)),
        title=" ".join(words(f"{known.issuer or ''} {known.title}")),
        document=known.id,
        region=region.code if region else "-",
        ancestors=" ".join([region.name, *region.parents] if region else ["-"]),
        level=known.level.value,
        issuer=known.issuer or "-",
        year=" ".join(map(str, years_of(held.text))),
    )


class LexicalIndex:
    """An index opened for searching."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    @property
    def size(self) -> int:
        """How many passages are indexed."""
        return int(self._searcher.num_docs)

    def frequency(self, pair: str) -> int:
        """In how many passages a character pair, number or Latin word stands."""
        return int(self._searcher.doc_freq("pairs", pair))

    def search(self, question: Question, scope: Scope, limit: int) -> list[Scored]:
        """The best clauses for a question within a scope, best first."""
        wanted = self._wanted(question)
        if not wanted:
            return []
        parts = [(Occur.Must, Query.boolean_query([(Occur.Should, part) for part in wanted]))]
        parts += [(Occur.Must, part) for part in self._filters(scope)]
        parts += [(Occur.Should, part) for part in self._preferences(question)]
        found = self._searcher.search(Query.boolean_query(parts), limit, count=False)
        best: dict[str, float] = {}
        for score, address in found.hits:
            best.setdefault(str(self._searcher.doc(address).get_first("id")), float(score))
        return [Scored(clause_id, score) for clause_id, score in best.items()]

    def _wanted(self, question: Question) -> list[Query]:
        """Each word in each field; other wordings of the same thing count half."""
        parts: list[Query] = []
        for weight, terms, pairs in (
            (1.0, question.terms, bigrams(question.topic)),
            (
                _EXPANSION,
                tuple(dict.fromkeys(w for e in question.expansions for w in words(e))),
                list(dict.fromkeys(p for e in question.expansions for p in bigrams(e))),
            ),
        ):
            for field, boost in _FIELDS.items():
                values: Sequence[str] = pairs if field == "pairs" else terms
                parts += [self._term(field, value, weight * boost) for value in values]
        return parts

    def _preferences(self, question: Question) -> list[Query]:
        """What raises a clause: its jurisdiction, its issuer, the places and years it names."""
        parts = [self._constant("region", r.code, _JURISDICTION) for r in question.regions]
        parts += [self._constant("issuer", issuer, _ISSUER) for issuer in question.issuers]
        parts += [self._constant("year", str(year), _YEAR) for year in question.years]
        for place in question.places:
            for word in words(place.short):
                parts.append(self._constant("text", word, _PLACE_NAMED))
        if not question.regions:
            parts.append(self._constant("level", "national", _NATIONAL))
        return parts

    def _filters(self, scope: Scope) -> list[Query]:
        allowed = {
            "ancestors": scope.regions,
            "level": [level.value for level in scope.levels],
            "document": scope.document_ids,
            "year": [str(year) for year in scope.years],
        }
        return [
            Query.boolean_query([(Occur.Should, self._term(field, v, 1.0)) for v in values])
            for field, values in allowed.items()
            if values
        ]

    def _term(self, field: str, value: str, boost: float) -> Query:
        query = Query.term_query(self._index.schema, field, value)
        return query if boost == 1.0 else Query.boost_query(query, boost)

    def _constant(self, field: str, value: str, score: float) -> Query:
        return Query.const_score_query(Query.term_query(self._index.schema, field, value), score)
