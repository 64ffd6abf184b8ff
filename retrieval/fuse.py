"""Reciprocal-rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), with a weight a leg."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.engines.engine import Scored

_K = 60


def fuse(legs: Sequence[tuple[float, Sequence[Scored]]]) -> list[Scored]:
    """Fuse (weight, ranking) pairs: Σ weight / (60 + rank), ranks from 1, best first.

    Ties keep the order of the first leg that holds them.
    """
    scores: dict[str, float] = {}
    for weight, ranking in legs:
        for rank, scored in enumerate(ranking, start=1):
            scores[scored.clause_id] = scores.get(scored.clause_id, 0.0) + weight / (_K + rank)
    fused = [Scored(clause_id, score) for clause_id, score in scores.items()]
    return sorted(fused, key=lambda scored: -scored.score)
