import pytest

from assistant.app import Assistant
from assistant.said import is_small_talk, taken_apart

BEFORE = "合肥市碳达峰实施方案里2025年森林覆盖率多少"


def test_a_turn_is_taken_apart(assistant: Assistant) -> None:
    said = taken_apart("那贵阳2030年的绿色出行比例呢", BEFORE, assistant.holdings)
    assert (said.place, said.year, said.thing) == ("贵阳", "2030年", "绿色出行比例")
    assert said.continues
    assert not said.is_bare


@pytest.mark.parametrize("turn", ["贵阳呢", "换成贵阳看看", "贵阳有没有这个目标", "那贵阳的数字呢"])
def test_a_turn_that_names_only_a_place(assistant: Assistant, turn: str) -> None:
    said = taken_apart(turn, BEFORE, assistant.holdings)
    assert said.is_bare
    assert said.place == "贵阳"


def test_a_year_that_is_compared_with_is_none_asked_for(assistant: Assistant) -> None:
    said = taken_apart("跟2020年比提高了多少", BEFORE, assistant.holdings)
    assert said.year == ""


def test_the_same_document_is_named_again(assistant: Assistant) -> None:
    said = taken_apart("这个方案里公交车怎么更新", BEFORE, assistant.holdings)
    assert said.document == "合肥市碳达峰实施方案"
    assert said.left == "公交车怎么更新"


@pytest.mark.parametrize("turn", ["再生水利用率呢", "行业碳排放呢", "那个数据中心呢"])
def test_what_opens_a_name_is_no_opening(assistant: Assistant, turn: str) -> None:
    said = taken_apart(turn, BEFORE, assistant.holdings)
    assert said.thing == turn.removesuffix("呢")


def test_another_matter_is_announced(assistant: Assistant) -> None:
    def elsewhere(turn: str) -> bool:
        return taken_apart(turn, BEFORE, assistant.holdings).elsewhere

    assert elsewhere("换个话题：公交车怎么更新")
    assert elsewhere("暂且不谈合肥，公交车怎么更新")
    assert not elsewhere("先不说森林了，公交车怎么更新")
    assert not elsewhere("公交车怎么更新")


def test_small_talk_asks_for_nothing() -> None:
    assert is_small_talk("好的，谢谢！")
    assert not is_small_talk("好的，贵阳呢")
