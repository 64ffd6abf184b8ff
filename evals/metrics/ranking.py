"""Retrieval as a reply's ranking shows it, computed by ir-measures (pytrec_eval underneath)."""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.citations import groups, proves
from evals.metrics.registry import MEASURES
from evals.originals import Gold
from evals.reply import Passage
from evals.retrieval.measures import of_query


def measures(gold: Gold, ranked: Sequence[Passage]) -> dict[str, float]:
    """recall@k, reciprocal rank and nDCG@10 of one ranking, best passage first.

    Clauses that prove the same are one: what is to be found is one of them, or, for a comparison,
    one for each place.
    """
    wanted = groups(gold)
    left = dict(wanted)
    run: list[str] = []
    for at, passage in enumerate(ranked):
        proven = next((place for place, proofs in left.items() if proves(passage, proofs)), None)
        if proven is not None:
            del left[proven]
        run.append(f"proof {proven}" if proven is not None else f"other {at}")
    found = of_query({f"proof {place}": 1 for place in wanted}, run)
    return {name: value for name, value in found.items() if name in MEASURES}
