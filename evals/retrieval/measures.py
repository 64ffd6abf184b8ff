"""The measures of retrieval, computed by ir-measures (pytrec_eval underneath)."""

from __future__ import annotations

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
    try:
        import ir_measures
        from ir_measures import RR, R, Success, nDCG
    except ImportError as error:
        raise EvaluationError(
            "检索评测需要扩展 evals：uv sync --frozen --inexact --extra evals"
        ) from error
    wanted = [RR, nDCG @ 10, *(R @ k for k in CUTS), *(Success @ k for k in CUTS)]
    scored = {
        query_id: dict(falling(ranking)) for query_id, ranking in run.items() if query_id in qrels
    }
    of_each = ir_measures.iter_calc(wanted, qrels, scored)
    sums: dict[str, float] = {}
    for metric in of_each:
        sums[str(metric.measure)] = sums.get(str(metric.measure), 0.0) + metric.value
    mean = {name: total / len(qrels) for name, total in sums.items()}
    return Measures(
        queries=len(qrels),
        success_at={k: mean.get(str(Success @ k), 0.0) for k in CUTS},
        recall_at={k: mean.get(str(R @ k), 0.0) for k in CUTS},
        mrr=mean.get(str(RR), 0.0),
        ndcg_at_10=mean.get(str(nDCG @ 10), 0.0),
    )
