import pytest

from retrieval.times import without_years, year_mentions, years_of


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("到2025年", (2025,)),
        ("十四五末", (2025,)),
        ("“十五五”期间", (2030,)),
        ("2030年前", (2030,)),
        ("2025年比2020年下降", (2025,)),
        ("短流程占比2030年要多少", (2030,)),
        ("在2020年基础上到2030年", (2030,)),
        ("推广2000万亩、2025吨", ()),
    ],
)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert years_of(text) == years


def test_the_words_that_name_a_year() -> None:
    assert year_mentions("十四五末和2030年") == [(0, "十四五末", 2025), (5, "2030年", 2030)]


def test_what_is_left_without_years() -> None:
    assert without_years("到2030年森林覆盖率").split() == ["到", "森林覆盖率"]
