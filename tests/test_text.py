"""Whether an answer says a point: near misses first, what looks right and is not must not count."""

from __future__ import annotations

import pytest

from evals.metrics.text import bare, held, normalise, says, sentences


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        ("12亿千瓦以上", "风光装机达到 **12 亿千瓦** 以上。"),
        ("15.5%", "占比为１５．５％左右"),
        ("50%", "分别为52%、50%"),
        ("50%", "分别为52、50%"),
        ("2030年", "达到1.25[1]2030年后再提高"),
        ("60万吨/年以下", "60万吨 / 年以下的煤矿"),
        ("4-5个", "4—5个镇"),
        ("1000万吨", "1,000万吨"),
        ("“十四五”后期", "十四五后期"),
        ("市发改委", "市工信局、市发改委"),
        ("2025年", "1. 2025年前完成"),
        ("5个", "①5个"),
        ("400万千瓦", "装机400万千瓦，"),
        ("1.25", "PUE不高于1.25。"),
    ],
)
def test_a_point_is_held(point: str, answer: str) -> None:
    assert held(point, answer)


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        ("15%", "占比为15.5%"),
        ("15.5%", "占比为15%"),
        ("5.5%", "占比为15.5%"),
        ("5%", "占比为15.5%"),
        ("7%", "下降17%"),
        ("15.5%", "下降155%"),
        ("15.5%", "占比为15.5"),
        ("15.5", "占比为15.5%"),
        ("15", "PUE为15.5"),
        ("15.5%", "增加15.5个百分点"),
        ("15%", "增加15‰"),
        ("40万千瓦以上", "40万千瓦"),
        ("40万千瓦", "40万千瓦时"),
        ("40万千瓦", "140万千瓦"),
        ("100万吨", "1,100万吨"),
        ("省发展改革委", "省发展和改革委"),
    ],
)
def test_a_near_miss_is_not_held(point: str, answer: str) -> None:
    assert not held(point, answer)


def table(*rows: str) -> str:
    return "\n".join(["对比如下：", "| 地区 | 指标 | 目标 |", "|---|---|---|", *rows])


@pytest.mark.parametrize(
    ("point", "row"),
    [
        ("临海69%", "| 临海市 | 森林覆盖率 | 69%左右[1] |"),
        ("临海市不低于70%", "| 临海市 | 绿色出行比例 | 不低于70% |"),
        ("临海30%以上", "| 临海市 | 30 | %以上 |"),
        ("测试方案6000万千瓦左右", "| 《临海市测试方案》 | 2030年 | 6000 万千瓦左右 |"),
    ],
)
def test_a_table_row_holds_a_point_with_a_number(point: str, row: str) -> None:
    assert held(point, table(row))


@pytest.mark.parametrize(
    ("point", "rows"),
    [
        ("临海69%", ["| 临海市 | 覆盖率 | 56.5% |", "| 椒江区 | 覆盖率 | 69% |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69 |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69个百分点 |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69.5% |"]),
        ("临海30%", ["| 临海市 | 30万吨 | 15% |"]),
        ("临海30%以上", ["| 临海市 | 比例 | 30% |"]),
        ("临海市不低于70%", ["| 临海市 | 比例 | 70% |"]),
        ("临海更高", ["| 临海市 | 更高 | 69% |"]),
    ],
)
def test_a_row_without_place_number_or_unit_does_not_hold(point: str, rows: list[str]) -> None:
    assert not held(point, table(*rows))


def test_place_and_number_in_plain_words_are_no_row() -> None:
    assert not held("临海69%", "临海市森林覆盖率为69%")


def test_normalise_keeps_percent_and_decimal_point_and_drops_the_rest() -> None:
    assert normalise("（一） 占 比：15.5％！～ 1.25｜3‰") == "一占比15.5%1.25 3‰"


def test_a_point_said_in_one_of_its_ways_is_said() -> None:
    assert says(("27.40%", "27.4%"), "占比为27.4%")
    assert not says(("27.40%", "27.4%"), "占比为27.41%")


def test_bare_joins_what_a_page_break_split() -> None:
    assert bare("达到 15.第 16 页5%，") == "达到15.5%".replace(".", "")


def test_sentences_end_at_semicolons_too_and_empty_ones_are_none() -> None:
    assert sentences("到2025年达到20%；\n\n。到2030年达到25%") == [
        "到2025年达到20%；",
        "到2030年达到25%",
    ]
