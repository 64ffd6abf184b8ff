"""BM25 as an inner product: what a passage's words weigh, and what a question's words ask for.

An engine that multiplies sparse vectors thus scores all fields, other wordings and preferences in
one exact search; its own full text would know one field, its own cutting of words (another in
each of its editions) and the statistics of a part of the passages. k1 and b are tantivy's.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from corpus.regions import gazetteer
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
from retrieval.query import Query
from retrieval.scope import Labels, labels_of
from retrieval.words import words

K1, B = 1.2, 0.75
PLACE = "place"  # the field of the names of places that stand in a passage
MARKS = ("region", "issuer", "year", "department", "level", PLACE)  # what may be preferred

Weights = dict[int, float]
Words = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Read:
    """A passage as it is indexed: its words by field, and its labels."""

    words: Words
    labels: Labels


def read(passage: Passage) -> Read:
    """Cut a passage into words, and label it; places count as labels."""
    found = terms_of(passage)
    places = [word for word in dict.fromkeys(found["text"]) if word in _names_of_places()]
    labels = {
        **labels_of(passage.held),
        "issuer": (issuer_of(passage),),
        PLACE: tuple(places),
    }
    return Read(found, labels)


@lru_cache(maxsize=1)
def _names_of_places() -> frozenset[str]:
    return frozenset(word for one in gazetteer().codes.values() for word in words(one.short))


class Counts:
    """Counts words while passages go by."""

    def __init__(self) -> None:
        self._passages = 0
        self._lengths: Counter[str] = Counter()
        self._holding: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, passage: Read) -> None:
        """Count a passage."""
        self._passages += 1
        for field, said in passage.words.items():
            self._lengths[field] += len(said)
            self._holding[field].update(set(said))
        for field in MARKS:
            self._holding[field].update(set(passage.labels[field]))

    def statistics(self) -> Statistics:
        """What was counted."""
        lengths = {f: total / self._passages for f, total in self._lengths.items()}
        return Statistics(self._passages, lengths, {f: dict(c) for f, c in self._holding.items()})


@dataclass(frozen=True)
class Statistics:
    """How many passages there are, how long a field is, in how many a word of it stands."""

    passages: int
    lengths: Mapping[str, float]
    holding: Mapping[str, Mapping[str, int]]

    @classmethod
    def loads(cls, kept: bytes) -> Statistics:
        """Read what `dumps` wrote."""
        return cls(**json.loads(zlib.decompress(kept)))

    def dumps(self) -> bytes:
        """All of it, compressed; the order of the words is kept, which numbers them."""
        said = {"passages": self.passages, "lengths": self.lengths, "holding": self.holding}
        return zlib.compress(json.dumps(said, ensure_ascii=False).encode())

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        """The dimension of each word of each field."""
        numbers: dict[str, dict[str, int]] = {}
        at = 0
        for field, holding in self.holding.items():
            numbers[field] = dict(zip(holding, range(at, at + len(holding)), strict=True))
            at += len(holding)
        return numbers

    def frequency(self, pair: str) -> int:
        """In how many passages a character pair, number or Latin word stands."""
        return self.holding["pairs"].get(pair, 0)

    def holds(self, word: str) -> bool:
        """Whether a word stands in some passage, or a pair of characters in several."""
        return word in self.holding["text"] or self.frequency(word) >= SEVERAL_PASSAGES

    def of_passage(self, passage: Read) -> Weights:
        """What its words weigh, each one by how often it stands there and in how much text."""
        weights: Weights = {}
        for field, said in passage.words.items():
            norm = K1 * (1 - B + B * len(said) / (self.lengths[field] or 1.0))
            for word, times in Counter(said).items():
                weights[self._numbers[field][word]] = times * (K1 + 1) / (times + norm)
        for field in MARKS:
            weights.update((self._numbers[field][label], 1.0) for label in passage.labels[field])
        return weights

    def of_question(self, question: Query) -> Weights:
        """What each word in each field counts, by how rare it is."""
        weights: dict[int, float] = defaultdict(float)
        for are_pairs, weight, said in wanted(question):
            for field, boost in FIELD_WEIGHTS.items():
                if are_pairs == (field == "pairs"):
                    for word in said:
                        if (number := self._numbers[field].get(word)) is not None:
                            weights[number] += weight * boost * self._rarity(field, word)
        return dict(weights)

    def preferences(self, question: Query) -> Weights:
        """What labels add to the score."""
        weights: dict[int, float] = defaultdict(float)
        for field, value, score in preferred(question):
            number = self._numbers[PLACE if field == "text" else field].get(value)
            if number is not None:
                weights[number] += score
        return dict(weights)

    def preferred(self, preferences: Weights, labels: Mapping[str, Iterable[str]]) -> float:
        """What the labels of a passage have added to its score."""
        numbers = (self._numbers[field].get(v, -1) for field in labels for v in labels[field])
        return sum(preferences.get(number, 0.0) for number in numbers)

    def _rarity(self, field: str, word: str) -> float:
        return idf(self.passages, self.holding[field][word])
