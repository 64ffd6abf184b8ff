import pytest

from retrieval.engines.engine import Scored
from retrieval.fuse import fuse


def ranking(*ids: str) -> list[Scored]:
    return [Scored(clause_id, 1.0) for clause_id in ids]


def test_score_is_the_weighted_sum_of_reciprocal_ranks() -> None:
    fused = fuse([(1.0, ranking("a", "b")), (0.5, ranking("b"))])
    assert {s.clause_id: s.score for s in fused} == {
        "b": pytest.approx(1 / 62 + 0.5 / 61),
        "a": pytest.approx(1 / 61),
    }


def test_found_by_both_legs_beats_found_by_one() -> None:
    assert [s.clause_id for s in fuse([(1, ranking("a", "b")), (1, ranking("b", "c"))])][0] == "b"


def test_ties_keep_the_order_of_the_first_leg() -> None:
    assert [s.clause_id for s in fuse([(1, ranking("a")), (1, ranking("b"))])] == ["a", "b"]


def test_no_leg_found_anything() -> None:
    assert fuse([(1.0, []), (0.3, [])]) == []
