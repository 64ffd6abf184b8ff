"""The measures of retrieval, computed by ir-measures (pytrec_eval underneath)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.errors import EvaluationError
from evals.retrieval.trec import Run, falling

CUTS = (1, 5, 10, 20)
Qrels = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Measures:
    """Averages over all judged questions, from 0 to 1; a question not in the run counts 0.

    `success_at[k]`: the share of questions with a right text among the first k; `recall_at[k]`:
    the share of a question's right texts among the first k.
    """

    queries: int
    success_at: dict[int, float]
    recall_at: dict[int, float]
    mrr: float
    ndcg_at_10: float


def measure(qrels: Qrels, run: Run) -> Measures:
    """Measure a run. Raises EvaluationError where the extra `evals` is not installed."""
    scored = {
        query_id: dict(falling(ranking)) for query_id, ranking in run.items() if query_id in qrels
    }
    sums: dict[str, float] = {}
    for name, value in _computed(qrels, scored):
        sums[name] = sums.get(name, 0.0) + value
    mean = {name: total / len(qrels) for name, total in sums.items()}
    return Measures(
        queries=len(qrels),
        success_at={k: mean.get(f"Success@{k}", 0.0) for k in CUTS},
        recall_at={k: mean.get(f"R@{k}", 0.0) for k in CUTS},
        mrr=mean.get("RR", 0.0),
        ndcg_at_10=mean.get("nDCG@10", 0.0),
    )


def of_query(grades: dict[str, int], ranking: Sequence[str]) -> dict[str, float]:
    """R@k, RR and nDCG@10 of one ranking of ids, best first.

    Raises EvaluationError where the extra `evals` is not installed.
    """
    scored = {"q": {id_: float(len(ranking) - at) for at, id_ in enumerate(ranking)}}
    found = dict(_computed({"q": grades}, scored))
    return {name: found.get(name, 0.0) for name in (*(f"R@{k}" for k in CUTS), "RR", "nDCG@10")}


def _computed(qrels: Qrels, scored: dict[str, dict[str, float]]) -> Iterator[tuple[str, float]]:
    """(measure, value) of each question."""
    try:
        import ir_measures
        from ir_measures import RR, R, Success, nDCG
    except ImportError as error:
        raise EvaluationError(
            "检索评测需要扩展 evals：uv sync --frozen --inexact --extra evals"
        ) from error
    wanted = [RR, nDCG @ 10, *(R @ k for k in CUTS), *(Success @ k for k in CUTS)]
    for metric in ir_measures.iter_calc(wanted, qrels, scored):
        yield str(metric.measure), metric.value
