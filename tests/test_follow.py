"""When changes of other processes are followed."""

from __future__ import annotations

from assistant.follow import Follower


def test_a_change_is_followed_once_it_is_still() -> None:
    follower = Follower(served=3)
    assert not follower.is_due(3, False, 0.0)
    assert not follower.is_due(4, False, 1.0)
    assert not follower.is_due(5, False, 2.0)
    assert follower.is_due(5, False, 3.0)


def test_not_while_documents_are_taken_in() -> None:
    follower = Follower(served=3)
    assert [follower.is_due(4, True, at) for at in (0.0, 1.0, 2.0)] == [False] * 3
    assert follower.is_due(4, False, 3.0)


def test_though_not_for_ever() -> None:
    follower = Follower(served=3)
    due = [follower.is_due(4 + at, True, float(at)) for at in range(70)]
    assert due.index(True) == 61
