from collections.abc import Callable

import pytest

from assistant.answer import Answer, Turn
from assistant.app import Assistant
from assistant.followup import complete


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["合肥2025年森林覆盖率多少？"], "贵阳呢？", "贵阳2025年森林覆盖率多少？"),
        (["合肥2025年绿色出行比例多少？"], "那2030年呢？", "合肥2030年绿色出行比例多少？"),
        (["合肥2025年森林覆盖率多少？"], "绿色出行比例呢？", "合肥2025年绿色出行比例呢？"),
        (
            ["合肥怎么控制超高层建筑？"],
            "由哪几个部门负责？",
            "合肥怎么控制超高层建筑，由哪几个部门负责？",
        ),
        (
            ["贵阳2025年非化石能源占比？", "2030年呢？"],
            "再往后，2060年要到多少？",
            "贵阳2060年非化石能源占比？",
        ),
        (["合肥2025年森林覆盖率多少？"], "安徽2030年风光装机多少？", "安徽2030年风光装机多少？"),
        ([], "贵阳呢？", "贵阳呢？"),
        (
            ["合肥2025年森林覆盖率多少？"],
            "各市2025年非化石能源占比多少？",
            "各市2025年非化石能源占比多少？",
        ),
        (["合肥2025年森林覆盖率多少？"], "贵杨市呢？", "贵阳市2025年森林覆盖率多少？"),
        (["合肥2025年森林覆盖率多少？"], "川渝呢？", "川渝2025年森林覆盖率多少？"),
        (["合肥2025年森林覆盖率多少？"], "东京2030年呢？", "东京2030年森林覆盖率多少？"),
    ],
)
def test_a_follow_up_is_made_whole(
    assistant: Assistant, history: list[str], question: str, whole: str
) -> None:
    turns = [Turn(role="user", content=turn) for turn in history]
    assert complete(question, turns, assistant.holdings).text == whole


def test_answers_in_the_history_are_not_questions(assistant: Assistant) -> None:
    turns = [
        Turn(role="user", content="合肥2025年森林覆盖率多少？"),
        Turn(role="assistant", content="贵阳2030年绿色出行比例70%"),
    ]
    assert complete("安徽呢", turns, assistant.holdings).text == "安徽2025年森林覆盖率多少？"


def test_my_province_is_that_of_the_place_spoken_of(ask: Callable[..., Answer]) -> None:
    answer = ask("我省2030年非化石能源消费比重是多少？", "合肥2025年森林覆盖率多少？")
    assert "23%" in answer.answer
    assert answer.citations[0].region == "安徽省"
