import math

import pytest

from evals.retrieval.measures import measure

QRELS = {"q1": {"d1": 1, "d2": 1}, "q2": {"d3": 1}, "q3": {"d4": 1}}
RUN = {
    "q1": [("d9", 3.0), ("d1", 2.0), ("d8", 1.0)],
    "q2": [("d3", 1.0)],
}


def test_by_hand() -> None:
    found = measure(QRELS, RUN)
    assert found.queries == 3
    assert found.success_at[1] == pytest.approx(1 / 3)
    assert found.success_at[5] == pytest.approx(2 / 3)
    assert found.recall_at[5] == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert found.mrr == pytest.approx((1 / 2 + 1 + 0) / 3)
    ideal = 1 + 1 / math.log2(3)
    assert found.ndcg_at_10 == pytest.approx((1 / math.log2(3) / ideal + 1 + 0) / 3)


def test_a_run_that_finds_nothing() -> None:
    found = measure(QRELS, {})
    assert (found.success_at[20], found.mrr, found.ndcg_at_10) == (0, 0, 0)


def test_equal_scores_count_in_the_order_given() -> None:
    found = measure({"q1": {"a": 1}}, {"q1": [("z", 1.0), ("a", 1.0)]})
    assert found.mrr == 0.5
