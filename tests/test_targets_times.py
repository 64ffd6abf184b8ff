import pytest

from corpus.targets.times import times


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2025年,", [(2025, "", "")]),
        ("“十四五”末,", [(2025, "", "")]),
        ("“十五五”期间,", [(2030, "十五五", "")]),
        ("2021—2025年,", [(2025, "2021-2025", "")]),
        ("2025、2030年分别", [(2025, "", ""), (2030, "", "")]),
        ("比2020年下降", [(None, "", "2020")]),
        ("在2020年的基础上", [(None, "", "2020")]),
        ("以2015年为基准年", [(None, "", "2015")]),
        ("较“十三五”末下降", [(None, "", "2020")]),
        ("较上年下降", [(None, "", "上年")]),
    ],
)
def test_years_periods_and_bases(text: str, expected: list[tuple[int | None, str, str]]) -> None:
    expected = [
        (year, f"{p}五" if p in ("十四", "十五") else p, base) for year, p, base in expected
    ]
    assert [(t.year, t.period, t.base) for t in times(text)] == expected


@pytest.mark.parametrize(
    "text", ["《2030年前某方案》", "甲政发〔2022〕15号", "2025万吨", "面积2030亩"]
)
def test_what_names_no_time(text: str) -> None:
    assert times(text) == []


def test_the_year_of_the_peak_is_known_as_such() -> None:
    (found,) = times("确保2030年前实现碳达峰")
    assert found.peaking
    (other,) = times("2030年前全部完成改造")
    assert not other.peaking
