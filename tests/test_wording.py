import pytest

from assistant.wording import about, as_asked, document_span, head_of, subject_of, tail_of
from retrieval.query import Kind
from retrieval.understand import Holdings

NONE_HELD = Holdings(frozenset())


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("清湖2025年占比是22%左右对吧", "清湖2025年占比是多少"),
        ("清湖2030年排放要降75%以上", "清湖2030年排放要降多少"),
        ("清湖要建3600个充电桩", "清湖要建多少充电桩"),
        ("清湖到2025年", "清湖到2025年"),
        ("控制150米以上的办公楼", "控制150米以上的办公楼"),
        ("哪些区超过20%", "哪些区超过20%"),
    ],
)
def test_a_stated_figure_is_asked_for(question: str, asked: str) -> None:
    assert as_asked(question) == asked


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("清湖装配式2025年要占到多少？", "清湖装配式2025年"),
        ("清湖怎么控制办公楼", "清湖控制办公楼"),
        ("清湖推进哪些光伏项目？", "清湖推进光伏项目"),
        ("清湖的市级报告由哪两家牵头编", "清湖的市级报告"),
        ("清湖2025年装配式占比是30%吧", "清湖2025年装配式占比"),
        ("清湖森林覆盖率", "清湖森林覆盖率"),
    ],
)
def test_what_a_question_is_about(question: str, subject: str) -> None:
    assert subject_of(question) == subject


def test_the_words_that_ask() -> None:
    assert tail_of("清湖水泥归哪个科牵头？", Kind.RESPONSIBILITY) == "归哪个科牵头"
    assert tail_of("清湖怎么控制办公楼", Kind.MEASURE) == "有什么要求"


def test_the_document_that_opens_a_question() -> None:
    question = "清湖的工业方案里，短流程炼钢占比多少"
    span = document_span(question)
    assert span is not None
    assert question[slice(*span)] == "清湖的工业方案"
    assert head_of(question, NONE_HELD) == "清湖的工业方案里，"
    assert document_span("清湖有什么规划") is None
    assert document_span("《清湖意见》提出多少") == (0, 6)


@pytest.mark.parametrize("words", ["绿色建筑怎么推进", "抽水蓄能也是吗", "什么是碳汇", "怎么达峰"])
def test_a_thing_is_named(words: str) -> None:
    assert about(words)


@pytest.mark.parametrize("words", ["由哪几个部门负责？", "啥时候要报到省里去", "具体项目有哪些"])
def test_only_an_answer_is_asked_for(words: str) -> None:
    assert not about(words)
