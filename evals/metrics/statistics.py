"""How sure a figure is: bootstrap intervals, and a paired test between two runs, by scipy.

Efron & Tibshirani, An Introduction to the Bootstrap, 1993; for tests in this field Dror et al.,
The Hitchhiker's Guide to Testing Statistical Significance in NLP, ACL 2018.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from evals.metrics.score import Ratio

CONFIDENCE = 0.95
_RESAMPLES = 1000
_PERMUTATIONS = 9999
_SEED = 20260101


class Estimate(BaseModel):
    """A share from 0 to 1 over `n` questions, and its 95% interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    n: int


def estimate(values: Sequence[Ratio]) -> Estimate | None:
    """The sum of the counts over the sum of what they are out of; None over nothing.

    The interval is the bootstrap's over questions (percentiles); where all questions agree, which
    leaves a bootstrap nothing to vary, it is Wilson's.
    """
    from scipy import stats

    counts = np.array(values, dtype=np.float64).reshape(-1, 2)
    counts = counts[counts[:, 1] > 0]
    if not len(counts):
        return None
    held, total = counts[:, 0], counts[:, 1]
    value = float(held.sum() / total.sum())
    if value in (0.0, 1.0):
        wilson = stats.binomtest(round(value * len(counts)), len(counts)).proportion_ci(
            CONFIDENCE, "wilson"
        )
        return Estimate(value=value, low=wilson.low, high=wilson.high, n=len(counts))
    drawn = np.random.default_rng(_SEED).integers(0, len(counts), (_RESAMPLES, len(counts)))
    means = held[drawn].sum(axis=1) / total[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value=value, low=float(low), high=float(high), n=len(counts))


class Difference(BaseModel):
    """By how much a measure differs between two runs over the questions of both.

    `p` is that of a two-sided paired permutation test; `better` and `worse` count questions.
    """

    model_config = ConfigDict(frozen=True)

    before: float
    after: float
    n: int
    better: int
    worse: int
    p: float


def difference(before: Sequence[Ratio], after: Sequence[Ratio]) -> Difference | None:
    """Compare a measure question by question; None where no question has it in both runs."""
    from scipy import stats

    pairs = [
        (b[0] / b[1], a[0] / a[1]) for b, a in zip(before, after, strict=True) if b[1] and a[1]
    ]
    if not pairs:
        return None
    old, new = np.array(pairs, dtype=np.float64).T
    changes = new - old
    p = 1.0  # also over one question, which can as well go the other way
    if changes.any() and len(changes) > 1:
        p = float(
            stats.permutation_test(
                (changes,),
                _mean,
                permutation_type="samples",
                n_resamples=_PERMUTATIONS,
                vectorized=True,
                rng=_SEED,
            ).pvalue
        )
    return Difference(
        before=float(old.mean()),
        after=float(new.mean()),
        n=len(pairs),
        better=int((changes > 0).sum()),
        worse=int((changes < 0).sum()),
        p=p,
    )


def _mean(changes: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(changes.mean(axis=axis))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed.

    >>> percentile([40.0, 10.0, 30.0, 20.0], 50)
    20.0
    """
    return float(np.percentile(values, percent, method="inverted_cdf"))
