"""TREC's formats: runs, `query Q0 document rank score tag`, and qrels, `query 0 document grade`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from evals.case import text_of
from evals.errors import EvaluationError

Run = dict[str, list[tuple[str, float]]]
"""By question: (id, score) of what was found, best first."""

Qrels = dict[str, dict[str, int]]
"""By question: the grade of each text that was judged."""

GRADE = re.compile(r"-?[0-9]+")


def read_run(file: Path) -> Run:
    """Read a run, sorted by score, then by rank. Raises EvaluationError, naming file:line."""
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for at, cells in _rows(file):
        try:
            query_id, _, id_, rank, score, _ = cells
            placed = (-float(score), int(rank))
        except ValueError:
            placed = (math.nan, 0)
        if not math.isfinite(placed[0]):
            raise EvaluationError(f"{at} 应为六列：问题 Q0 文档 名次 得分 系统名")
        if found.setdefault(query_id, {}).setdefault(id_, placed) is not placed:
            raise EvaluationError(f"{at} 文档 {id_} 在问题 {query_id} 下重复出现")
    if not found:
        raise EvaluationError(f"{file} 没有一条结果")
    return {
        query_id: [(id_, -score) for (score, _), id_ in sorted((at, id_) for id_, at in of.items())]
        for query_id, of in found.items()
    }


def write_run(run: Run, file: Path, tag: str) -> None:
    """Write a run. Evaluators sort by score, so equal scores are written as falling ones."""
    ranked = {query_id: falling(ranking) for query_id, ranking in run.items()}
    file.write_text(run_text(ranked, tag), encoding="utf-8")


def run_text(run: Run, tag: str) -> str:
    """A run as it is written. Raises EvaluationError for an id that the format cannot hold."""
    return "".join(
        f"{_word(query_id)} Q0 {_word(id_)} {rank} {score!r} {tag}\n"
        for query_id, ranking in run.items()
        for rank, (id_, score) in enumerate(ranking, start=1)
    )


def read_qrels(file: Path) -> Qrels:
    """Read judgements. Raises EvaluationError, naming file:line."""
    found: Qrels = {}
    for at, cells in _rows(file):
        if len(cells) != 4 or not GRADE.fullmatch(cells[3]):
            raise EvaluationError(f"{at} 应为四列：问题 0 文档 整数分值")
        query_id, _, id_, grade = cells
        if found.setdefault(query_id, {}).setdefault(id_, int(grade)) != int(grade):
            raise EvaluationError(f"{at} 与前面对 {query_id}、{id_} 的评判不一致")
    if not found:
        raise EvaluationError(f"{file} 没有一条评判")
    return found


def qrels_text(qrels: Qrels) -> str:
    """Judgements as they are written. Raises EvaluationError for an id the format cannot hold."""
    return "".join(
        f"{_word(query_id)} 0 {_word(id_)} {grade}\n"
        for query_id, grades in qrels.items()
        for id_, grade in grades.items()
    )


def falling(ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranking with scores that say its order: as they are, or counted down to 1."""
    scores = [score for _, score in ranking]
    if all(left > right for left, right in pairwise(scores)):
        return ranking
    return [(id_, float(len(ranking) - at)) for at, (id_, _) in enumerate(ranking)]


def _rows(file: Path) -> Iterator[tuple[str, list[str]]]:
    """(file:line, cells) of every line that is not empty."""
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        if line.strip():
            yield f"{file}:{number}", line.split()


def _word(id_: str) -> str:
    """An id: cells are told apart by white space, so it must have none."""
    if id_.split() != [id_]:
        raise EvaluationError(f"编号“{id_}”为空或含空白，TREC 格式写不下，请先改编号")
    return id_
