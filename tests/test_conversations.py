"""Conversations: whose they are, how they are found, and that they last."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.access.principal import Principal, Role
from assistant.answer import Answer
from assistant.conversations import Conversations

FIRST = Principal("account:甲", "甲", Role.READER)
SECOND = Principal("account:乙", "乙", Role.READER)
PUBLIC = frozenset({"public"})
Ask = Callable[..., Answer]


@pytest.fixture
def kept(tmp_path: Path, database: str) -> Iterator[Conversations]:
    opened = Conversations(tmp_path, database)
    yield opened
    opened.close()


def say(kept: Conversations, who: Principal, ask: Ask, *questions: str) -> str:
    started = kept.start(who, questions[0])
    for question in questions:
        assert kept.add(who, started.id, ask(question), "v1", PUBLIC)
    return started.id


def test_they_last_and_hold_the_whole_answer(
    kept: Conversations, ask: Ask, tmp_path: Path, database: str
) -> None:
    id_ = say(kept, FIRST, ask, "合肥2025年森林覆盖率是多少？", "贵阳2025年森林覆盖率？")
    again = Conversations(tmp_path, database)
    first, second = again.exchanges(FIRST, id_)
    assert first.answer.id == ask("合肥2025年森林覆盖率是多少？").id
    assert first.answer.citations[0].quote == "森林覆盖率达到29.5%"
    assert (second.version, second.collections) == ("v1", PUBLIC)
    assert first.at.tzinfo is not None
    again.close()


def test_nobody_has_anothers(kept: Conversations, ask: Ask) -> None:
    id_ = say(kept, FIRST, ask, "合肥2025年森林覆盖率是多少？")
    assert kept.of(SECOND) == []
    assert kept.get(SECOND, id_) is None
    assert kept.exchanges(SECOND, id_) == []
    assert kept.add(SECOND, id_, ask("贵阳？"), "v1", PUBLIC) is None
    kept.rename(SECOND, id_, "夺来")
    kept.cut(SECOND, id_, 0)
    kept.delete(SECOND, id_)
    found = kept.get(FIRST, id_)
    assert found is not None
    assert found.title == "合肥2025年森林覆盖率是多少？"
    assert len(kept.exchanges(FIRST, id_)) == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [("", 2), ("森林", 1), ("29.5%", 1), ("绿色 贵阳", 1), ("绿色 合肥", 0), ("%", 2), ("_", 0)],
)
def test_they_are_found_by_words(kept: Conversations, ask: Ask, words: str, found: int) -> None:
    say(kept, FIRST, ask, "合肥2025年森林覆盖率是多少？")
    say(kept, FIRST, ask, "贵阳2030年绿色出行比例多少？")
    assert len(kept.of(FIRST, words)) == found


def test_what_is_cut_is_gone_with_all_behind_it(kept: Conversations, ask: Ask) -> None:
    id_ = say(kept, FIRST, ask, "合肥2025年森林覆盖率？", "贵阳2025年森林覆盖率？", "安徽2025年？")
    second = kept.exchanges(FIRST, id_)[1]
    kept.cut(FIRST, id_, second.id)
    assert [one.answer.question for one in kept.exchanges(FIRST, id_)] == ["合肥2025年森林覆盖率？"]


def test_names_are_of_one_short_line(kept: Conversations) -> None:
    id_ = kept.start(FIRST, "第一行\n第二行\x00" + "长" * 100).id
    found = kept.get(FIRST, id_)
    assert found is not None
    assert found.title.startswith("第一行 第二行 长")
    assert len(found.title) == 60
    kept.rename(FIRST, id_, "  ")
    assert kept.get(FIRST, id_) == found
    kept.rename(FIRST, id_, "四平的目标")
    assert [one.title for one in kept.of(FIRST)] == ["四平的目标"]


def test_a_deleted_one_takes_what_was_said_with_it(kept: Conversations, ask: Ask) -> None:
    id_ = say(kept, FIRST, ask, "合肥2025年森林覆盖率是多少？")
    kept.delete(FIRST, id_)
    assert kept.of(FIRST) == []
    assert kept.exchanges(FIRST, id_) == []
    assert kept.add(FIRST, id_, ask("贵阳？"), "v1", PUBLIC) is None


def test_of_somebody_who_is_no_more_nothing_is_left(kept: Conversations, ask: Ask) -> None:
    say(kept, FIRST, ask, "合肥2025年森林覆盖率是多少？")
    other = say(kept, SECOND, ask, "贵阳2025年森林覆盖率是多少？")
    assert kept.forget(FIRST.id) == 1
    assert kept.of(FIRST) == []
    assert [one.id for one in kept.of(SECOND)] == [other]
