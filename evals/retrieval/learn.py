"""`python -m evals.retrieval.learn --data DIR`: learn the weights of the ranking stage.

The questions are our own (`questions.jsonl`), none of them a gold question. Two thirds teach, the
others say what it is worth; which is which is fixed by the words of the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from assistant.app import Assistant
from assistant.settings import Settings
from evals.errors import EvaluationError
from evals.retrieval.questions import QUESTIONS, Asked, read_questions, relevant
from retrieval import rank
from retrieval.found import Hit
from retrieval.search import Search

WEIGHTS = Path(rank.__file__).parent / "data" / "weights.json"
_NEGATIVES = 30  # wrong clauses a question, the best ranked first
_STRENGTH = 0.1  # inverse of the regularisation, for each question; by cross-validation
# Decided, not learned: of two jurisdictions of one name, the one that the answer speaks of leads.
_DECIDED = {"namesake": -3.0}


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its candidates and which of them are right."""

    asked: Asked
    hits: Sequence[Hit]
    right: frozenset[str]

    def rank(self, weights: Mapping[str, float]) -> int | None:
        """The rank of the first right candidate, from 1."""
        scores = [rank.score(hit.features, weights) for hit in self.hits]
        order = sorted(range(len(scores)), key=lambda at: -scores[at])
        ids = [self.hits[at].held.id for at in order]
        return next((place for place, id_ in enumerate(ids, 1) if id_ in self.right), None)


def main(
    data: Annotated[Path, typer.Option("--data", help="数据目录")] = Path("data"),
    write: Annotated[bool, typer.Option("--write", help="写入权重文件")] = False,
) -> None:
    """由自编问题学习排序权重，并在留出的问题上比较前后。"""
    examples = list(examples_of(read_questions(QUESTIONS), data))
    teaching = [example for example in examples if example.asked.teaches]
    held_out = [example for example in examples if not example.asked.teaches]
    weights = learn(teaching)
    for name, value in sorted(weights.items(), key=lambda one: -abs(one[1])):
        typer.echo(f"{name:18} {value:+.3f}   {rank.learned().get(name, 0.0):+.3f}")
    for label, some in (("学习", teaching), ("留出", held_out)):
        for words, those in (("现有", rank.learned()), ("新学", weights)):
            typer.echo(f"{label} {len(some)} 问 {words}：{_summary(some, those)}")
    if write:
        said = {"learned_on": len(teaching), "questions": QUESTIONS.name, "weights": weights}
        WEIGHTS.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def examples_of(questions: Iterable[Asked], data: Path) -> Iterable[Example]:
    """The candidates of each question, as the search finds them before they are grouped."""
    assistant = Assistant.open(Settings(data=data))
    search = assistant.search
    if search is None:
        raise EvaluationError(f"{data} 中没有文件，请先导入")
    clauses = list(assistant.catalog.clauses())
    try:
        for asked in questions:
            right = relevant(asked, clauses)
            hits = _candidates(search, assistant, asked)
            if any(hit.held.id in right for hit in hits):
                yield Example(asked, hits, right)
    finally:
        assistant.close()


def _candidates(search: Search, assistant: Assistant, asked: Asked) -> list[Hit]:
    return search.candidates(assistant.understand(asked.question))


def learn(examples: Sequence[Example]) -> dict[str, float]:
    """Logistic regression over the differences of a right and a wrong candidate's features."""
    from sklearn.linear_model import LogisticRegression

    names = [name for name in examples[0].hits[0].features if name not in _DECIDED]
    differences: list[NDArray[np.float64]] = []
    importance: list[float] = []
    for example in examples:
        right = [_row(hit, names) for hit in example.hits if hit.held.id in example.right]
        wrong = [_row(hit, names) for hit in example.hits if hit.held.id not in example.right]
        pairs = [good - bad for good in right for bad in wrong[:_NEGATIVES]]
        differences += pairs
        importance += [1 / len(pairs)] * len(pairs)
    rows = np.array(differences)
    model = LogisticRegression(C=_STRENGTH * len(examples), fit_intercept=False, max_iter=2000)
    both, signs = np.vstack([rows, -rows]), np.repeat([1, 0], len(rows))
    model.fit(both, signs, sample_weight=np.tile(importance, 2))
    learned = zip(names, model.coef_[0], strict=True)
    return {name: round(float(weight), 3) for name, weight in learned} | _DECIDED


def _row(hit: Hit, names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([hit.features[name] for name in names])


def _summary(examples: Sequence[Example], weights: Mapping[str, float]) -> str:
    ranks = [example.rank(weights) for example in examples]
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    five = sum(rank is not None and rank <= 5 for rank in ranks) / len(ranks)
    reciprocal = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return f"首条 {first:.3f}，前五 {five:.3f}，MRR {reciprocal:.3f}"


if __name__ == "__main__":
    typer.run(main)
