"""How sure a figure is: the intervals and tests are what a statistician expects."""

from __future__ import annotations

import pytest

from evals.metrics.statistics import difference, estimate


def test_the_estimate_is_the_count_over_what_it_is_out_of() -> None:
    found = estimate([(1, 1), (0, 1), (3, 4), (0, 0)])
    assert found is not None
    assert found.value == pytest.approx(4 / 6)
    assert found.n == 3
    assert found.low <= found.value <= found.high
    assert estimate([(0, 0)]) is None
    assert estimate([]) is None


def test_more_questions_make_the_interval_narrower_and_the_same_each_time() -> None:
    few, many = estimate([(1, 1), (0, 1)] * 10), estimate([(1, 1), (0, 1)] * 200)
    assert few is not None
    assert many is not None
    assert many.high - many.low < (few.high - few.low) / 3
    assert estimate([(1, 1), (0, 1)] * 10) == few


def test_where_all_questions_agree_the_interval_is_not_a_point() -> None:
    found = estimate([(1, 1)] * 30)
    assert found is not None
    assert found.value == found.high == 1
    assert 0.85 < found.low < 0.92  # Wilson, 30 of 30: 0.886


def test_a_clear_difference_is_significant_and_chance_is_not() -> None:
    clear = difference([(0, 1)] * 20 + [(1, 1)] * 20, [(1, 1)] * 40)
    assert clear is not None
    assert (clear.before, clear.after, clear.better, clear.worse) == (0.5, 1, 20, 0)
    assert clear.p < 0.001
    chance = difference([(0, 1), (1, 1)] * 10, [(1, 1), (0, 1)] * 10)
    assert chance is not None
    assert (chance.better, chance.worse) == (10, 10)
    assert chance.p > 0.5
    same = difference([(1, 1)] * 5, [(1, 1)] * 5)
    assert same is not None
    assert same.p == 1


def test_only_questions_of_both_are_compared() -> None:
    found = difference([(1, 1), (0, 0)], [(0, 1), (1, 1)])
    assert found is not None
    assert found.n == 1
    assert difference([(0, 0)], [(1, 1)]) is None
