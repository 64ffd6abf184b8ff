import pytest

from retrieval.exclusions import excludes, without_exclusions


@pytest.mark.parametrize(
    ("question", "rest", "excluded"),
    [
        ("老机房改造后PUE多少，不问新建的", "老机房改造后PUE多少", ("新建",)),
        ("要建几座公园？口袋公园不算。", "要建几座公园？", ("口袋公园",)),
        ("车辆里电动的（摩托车除外）占多少", "车辆里电动的占多少", ("摩托车",)),
        ("某片区（不是全区）多少", "某片区多少", ("全区",)),
    ],
)
def test_what_is_excluded(question: str, rest: str, excluded: tuple[str, ...]) -> None:
    assert without_exclusions(question) == (rest, excluded)


@pytest.mark.parametrize(
    "question",
    [
        "目标是不是14%",
        "不是2025年完成吗，要多少",
        "哪些项目不算高耗能？",
        "覆盖率多少，不是40%吧？",
    ],
)
def test_a_question_excludes_nothing(question: str) -> None:
    assert without_exclusions(question) == (question, ())


def test_a_text_that_leaves_it_out_itself_does_not_speak_of_it() -> None:
    assert excludes(("摩托车",), "新增摩托车200辆")
    assert not excludes(("摩托车",), "新增车辆(不含摩托车)200辆")
