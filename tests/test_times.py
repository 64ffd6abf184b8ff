import pytest

from retrieval.times import with_full_years, without_years, year_mentions, years_of


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
        ("更新2000台、2030公里", ()),
        ("回收占比2030年要到多少，比2025年高", (2030,)),
    ],
)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert years_of(text) == years


def test_the_words_that_name_a_year() -> None:
    assert year_mentions("十四五末和2030年") == [(0, "十四五末", 2025), (5, "2030年", 2030)]


def test_what_is_left_without_years() -> None:
    assert without_years("到2030年森林覆盖率").split() == ["到", "森林覆盖率"]


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("清湖25年占比", "清湖2025年占比"),
        ("到30年底比20年降多少", "到2030年底比2020年降多少"),
        ("25和30年分别多少", "2025和2030年分别多少"),
        ("到三零年、二〇三〇年", "到2030年、2030年"),
        ("到三五年基本实现", "到2035年基本实现"),
        ("25年多少家，30年不低于多少", "2025年多少家，2030年不低于多少"),
    ],
)
def test_a_short_year_is_written_out(said: str, full: str) -> None:
    assert with_full_years(said) == full


@pytest.mark.parametrize(
    "span",
    [
        *("近30年来", "30年以上的住宅", "25年内建成", "25年后", "寿命25年的风机", "使用了30年"),
        *("未来30年", "成立30年", "30年树龄", "用25到30年", "三五年内", "二十五年", "十三五年均"),
    ],
)
def test_a_span_of_years_is_no_year(span: str) -> None:
    assert with_full_years(span) == span
