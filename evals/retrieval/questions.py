"""Our own questions for retrieval, each with the clause that answers it.

A clause is named by document, jurisdiction and path, as its id changes with its text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.document import HeldClause
from evals.errors import EvaluationError

QUESTIONS = Path(__file__).parent / "questions.jsonl"
_TEACHING = 2 / 3  # share of the questions that teach


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands. `clause` is a path, joined by >."""

    document: str
    region: str
    clause: str

    def is_of(self, held: HeldClause) -> bool:
        """Whether this is the clause."""
        known = held.document
        return (
            known.title == self.document
            and known.region_name == self.region
            and " > ".join(held.clause.path) == self.clause
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the clauses that answer it, any of them."""

    question: str
    type: str
    answers: tuple[Place, ...]

    @property
    def teaches(self) -> bool:
        """Whether it is one to learn from; the same for ever, by a hash of its words."""
        digest = hashlib.sha256(self.question.encode()).digest()
        return digest[0] / 256 < _TEACHING


def read_questions(file: Path) -> list[Asked]:
    """Read a file of questions. Raises EvaluationError, naming file:line."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            places = tuple(Place(**place) for place in row["answers"])
            found.append(Asked(row["question"], row["type"], places))
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(
                f"{file}:{number} 应含 question、type 和 answers（document、region、clause）"
            ) from error
    return found


def relevant(asked: Asked, clauses: Sequence[HeldClause]) -> frozenset[str]:
    """Ids of the clauses that answer a question; empty where none of the documents is held."""
    return frozenset(
        held.id for held in clauses if any(place.is_of(held) for place in asked.answers)
    )
