"""What is suggested to be asked: it is answered, and near to what was refused."""

from collections.abc import Callable

from assistant.answer import Answer, Question
from assistant.app import Assistant
from assistant.suggestions import instead

Ask = Callable[..., Answer]


def test_what_is_suggested_is_answered(assistant: Assistant, ask: Ask) -> None:
    assert len(assistant.suggested) >= 3
    assert len(set(assistant.suggested)) == len(assistant.suggested)
    assert all(ask(text).citations for text in assistant.suggested)


def refused(assistant: Assistant, text: str) -> list[str]:
    trace = assistant.trace(Question(question=text))
    assert trace.answer.refused
    return instead(assistant, trace.query, trace.answer)


def test_other_years_of_what_was_asked_come_first(assistant: Assistant, ask: Ask) -> None:
    found = refused(assistant, "合肥2035年森林覆盖率是多少？")
    assert found[0] == "合肥市2025年森林覆盖率的目标是多少？"
    assert not any(ask(text).refused for text in found)


def test_the_superior_of_a_place_that_is_not_held(assistant: Assistant) -> None:
    found = refused(assistant, "芜湖2025年煤炭消费量控制在多少？")
    assert found[0] == "安徽省2025年煤炭消费量控制在多少？"


def test_nothing_is_suggested_beside_the_point(assistant: Assistant) -> None:
    assert refused(assistant, "今天天气怎么样") == []
