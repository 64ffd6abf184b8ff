import pytest

from assistant.asked import asks_how_much, asks_of_one, asks_once
from retrieval.query import Query
from retrieval.understand import Holdings, understand


def _query(question: str) -> Query:
    return understand(question, Holdings(frozenset()))


@pytest.mark.parametrize(
    ("question", "once", "of_one"),
    [
        ("2025年建多少座公园", True, True),
        ("搞公交示范，到2025年要多少辆", False, True),
        ("市级及以上机关占多少", True, True),
        ("蓄积量，覆盖率分别多少", False, False),
        ("蓄积量和覆盖率多少", False, False),
    ],
)
def test_one_thing_or_several(question: str, once: bool, of_one: bool) -> None:
    query = _query(question)
    assert (asks_once(query), asks_of_one(query)) == (once, of_one)


@pytest.mark.parametrize(("question", "does"), [("要降几个点", True), ("为什么要提高到75%", False)])
def test_asking_how_much(question: str, does: bool) -> None:
    assert asks_how_much(_query(question)) is does
