"""What a search hands out: clauses with the reasons for their rank, and counts over them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpus.document import HeldClause
from retrieval.rank import Features
from retrieval.scope import NOTHING, labels_of

FACETS = ("region", "level", "year", "subject")


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found. Ranks count from 1 and are None where a leg did not find it.

    `features` are what `score` was made of; `same` are clauses of other documents that provide
    the same (同样规定), where the question names no jurisdiction.
    """

    held: HeldClause
    score: float
    lexical_rank: int | None = None
    lexical_score: float | None = None
    vector_rank: int | None = None
    vector_score: float | None = None
    features: Features = field(default_factory=dict, compare=False)
    same: tuple[HeldClause, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """All candidates of a search, best first: seventy at most, twice that where some fill up.

    `notes` say in Chinese which leg did not answer.
    """

    candidates: tuple[Hit, ...]
    notes: tuple[str, ...] = ()

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """How many candidates have each label of a field, the most frequent first."""
        labels = [labels_of(hit.held) for hit in self.candidates]
        counts = {name: Counter(v for of in labels for v in of[name]) for name in FACETS}
        return {
            name: sorted(
                ((value, n) for value, n in count.items() if value != NOTHING),
                key=lambda one: (-one[1], one[0]),
            )
            for name, count in counts.items()
        }
