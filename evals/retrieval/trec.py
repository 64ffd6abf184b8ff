"""Runs in TREC's format: `query Q0 document rank score tag`, a line a document found."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from evals.case import text_of
from evals.errors import EvaluationError

Run = dict[str, list[tuple[str, float]]]
"""By question: (id, score) of what was found, best first."""


def read_run(file: Path) -> Run:
    """Read a run, sorted by score, then by rank. Raises EvaluationError, naming file:line."""
    found: dict[str, list[tuple[float, int, str]]] = {}
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        if not line.strip():
            continue
        cells = line.split()
        try:
            query_id, _, id_, rank, score, _ = cells
            found.setdefault(query_id, []).append((-float(score), int(rank), id_))
        except ValueError as error:
            raise EvaluationError(
                f"{file}:{number} 应为六列：问题 Q0 文档 名次 得分 系统名"
            ) from error
    if not found:
        raise EvaluationError(f"{file} 没有一条结果")
    return {
        query_id: [(id_, -score) for score, _, id_ in sorted(lines)]
        for query_id, lines in found.items()
    }


def write_run(run: Run, file: Path, tag: str) -> None:
    """Write a run. Evaluators sort by score, so equal scores are written as falling ones."""
    with file.open("w", encoding="utf-8") as lines:
        for query_id, ranking in run.items():
            for rank, (id_, score) in enumerate(falling(ranking), start=1):
                lines.write(f"{query_id} Q0 {id_} {rank} {score!r} {tag}\n")


def falling(ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranking with scores that say its order: as they are, or counted down to 1."""
    scores = [score for _, score in ranking]
    if all(left > right for left, right in pairwise(scores)):
        return ranking
    return [(id_, float(len(ranking) - at)) for at, (id_, _) in enumerate(ranking)]
