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


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("石家庄2030年覆盖率多少，是市里的不是全河北的", "石家庄2030年覆盖率多少，是市里的"),
        ("占比2030年要到多少，不是2025年那个", "占比2030年要到多少"),
        ("新城（不是全区）的覆盖率，不问绿地，只问森林", "新城的覆盖率，只问森林"),
        ("目标（工业口径，不是全省的）是多少", "目标（工业口径）是多少"),
    ],
)
def test_what_is_not_asked_for_goes_with_its_bracket(text: str, meant: str) -> None:
    assert without_exclusions(text)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "目标是20%，不是25%吗？",
        "充电桩，是不是要3600个",
        "不是2025年，是2030年",
        "工业能耗，不是说要下降15%",
        "煤炭消费不高于多少",
    ],
)
def test_what_only_sounds_denied_stays(text: str) -> None:
    assert without_exclusions(text)[0] == text
