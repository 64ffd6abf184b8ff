"""An index in parts: each is searched by itself, and the best of all are the best.

A document is in one part, so a clause is found once. What a word weighs is reckoned over all
parts, so that their scores can be compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from retrieval.engines.engine import Scored
from retrieval.engines.lexical import LexicalIndex, PartOf
from retrieval.engines.postings import Postings
from retrieval.engines.terms import FIELD_WEIGHTS, SEVERAL_PASSAGES, idf
from retrieval.engines.vectors import VectorIndex, Vectors
from retrieval.query import Query
from retrieval.scope import Conditions

_WORDS = 50_000  # words whose rarity is kept at hand

Part = TypeVar("Part")


class LexicalShards:
    """The lexical indexes in these folders as one, each with the labels of its rows."""

    def __init__(
        self,
        folders: Iterable[tuple[Path, Postings]],
        fields: Mapping[str, float] = FIELD_WEIGHTS,
    ) -> None:
        rarity = lru_cache(maxsize=_WORDS)(self._idf)
        self._parts = [
            LexicalIndex(folder, fields, PartOf(rarity, labels)) for folder, labels in folders
        ]

    @cached_property
    def size(self) -> int:
        """How many passages are indexed."""
        return sum(part.size for part in self._parts)

    def frequency(self, pair: str) -> int:
        """In how many passages a character pair, number or Latin word stands."""
        return self._standing("pairs", pair)

    def holds(self, word: str) -> bool:
        """Whether a word stands in some passage, or a pair of characters in several."""
        return self._standing("text", word) > 0 or self.frequency(word) >= SEVERAL_PASSAGES

    def search(self, question: Query, conditions: Conditions, limit: int) -> list[Scored]:
        """The best clauses for a question that meet the conditions, best first."""
        return _best(self._parts, lambda part: part.search(question, conditions, limit), limit)

    def _standing(self, field: str, word: str) -> int:
        return sum(part.standing(field, word) for part in self._parts)

    def _idf(self, field: str, word: str) -> float:
        return idf(self.size, self._standing(field, word))


class VectorShards:
    """Vector indexes of one space as one."""

    def __init__(self, parts: Sequence[VectorIndex]) -> None:
        self._parts = parts
        self.identity = parts[0].identity

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return sum(part.size for part in self._parts)

    def rows(self) -> Iterator[tuple[list[str], Vectors]]:
        """The keys and unit vectors, in batches."""
        for part in self._parts:
            yield from part.rows()

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""
        return self._parts[0].dimensions

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""
        return _best(self._parts, lambda part: part.search(vector, conditions, limit), limit)

    def close(self) -> None:
        """Release what is open; it must not be searched any more."""
        for part in self._parts:
            part.close()


def _best(
    parts: Iterable[Part], search: Callable[[Part], list[Scored]], limit: int
) -> list[Scored]:
    """The best of what all parts found; of equals that of the earlier part, so in fixed order."""
    found = [scored for one in _searchers().map(search, parts) for scored in one]
    return sorted(found, key=lambda scored: -scored.score)[:limit]


@lru_cache(maxsize=1)
def _searchers() -> ThreadPoolExecutor:
    """The engines let go of the interpreter while they search."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="shard")
