"""What a search engine must do to stand behind a leg; every one passes the same contract tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.query import Query
from retrieval.scope import Conditions


@dataclass(frozen=True, slots=True)
class Scored:
    """A clause id and its score, higher is better."""

    clause_id: str
    score: float


class LexicalEngine(Protocol):
    """BM25 over the words of passages. Raises EngineError where its server does not answer."""

    @property
    def size(self) -> int:
        """How many passages are indexed."""

    def frequency(self, pair: str) -> int:
        """In how many passages a character pair, number or Latin word stands."""

    def holds(self, word: str) -> bool:
        """Whether a word stands in some passage, or a pair of characters in several."""

    def search(self, question: Query, conditions: Conditions, limit: int) -> list[Scored]:
        """The best clauses for a question that meet the conditions, best first."""


class VectorEngine(Protocol):
    """Nearest passages in one space. Raises EngineError where its server does not answer."""

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""

    def search(self, vector: Sequence[float], conditions: Conditions, limit: int) -> list[Scored]:
        """The nearest clauses that meet the conditions, best first; the score is the cosine."""

    def close(self) -> None:
        """Release what is open; it must not be searched any more."""


class HybridEngine(Protocol):
    """Both legs in one request. Raises EngineError where its server does not answer."""

    def search(
        self, question: Query, vector: Sequence[float], conditions: Conditions, limit: int
    ) -> tuple[list[Scored], list[Scored]]:
        """The best clauses by words and the nearest by vector, best first."""
