"""Figures of a reply against the gold ones and against the passages cited."""

from __future__ import annotations

import pytest

from evals.case import Number
from evals.metrics.citations import supports
from evals.metrics.numbers import is_said, unfounded
from evals.metrics.statements import statements
from evals.reply import Passage

TEXT = (
    "到2025年，全市风电装机达到40万千瓦以上，煤炭消费量控制在900万吨以内，占比为17.7%；上级为17%。"
)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("2025年风电装机达到40万千瓦以上", []),
        ("风电装机达到400兆瓦", []),
        ("高0.7个百分点", []),
        ("约占10%：90万吨", ["10%", "90万吨"]),
        ("2030年达到40万千瓦", ["2030"]),
        ("达到45万千瓦", ["45万千瓦"]),
        ("占比为17.7万吨", ["17.7万吨"]),
    ],
)
def test_what_the_texts_do_not_hold_is_named(said: str, missing: list[str]) -> None:
    assert unfounded([(said, TEXT)]) == missing


def test_a_share_of_two_figures_may_be_reckoned() -> None:
    texts = "全市控制在925万吨以内。全省控制在9000万吨以内。"
    assert unfounded([("约占全省的10.3%", texts)]) == []
    assert unfounded([("约占全省的11%", texts)]) == ["11%"]


def test_a_number_in_a_table_has_its_unit_in_the_head() -> None:
    table = "\t县区\n\t降幅\n（%）\n\n\t龙山区\n\t15.5\n\t8\n"
    assert unfounded([("龙山区下降15.5%", table)]) == []
    assert unfounded([("龙山区下降5.5%", table)]) == ["5.5%"]


@pytest.mark.parametrize(
    ("qualifier", "text", "right"),
    [
        ("不低于", "不低于70%", True),
        ("不低于", "70%以上", True),
        ("力争 以上", "70%以上", True),
        ("力争、左右", "70%左右", True),
        ("左右", "70%", False),
        ("", "70%", True),
        ("", "70%以上", False),
        ("突破", "超过70%", True),
        ("不超过", "不超过项目总经费的70%", True),
        ("以下", "分别在70%、20%以下", True),
    ],
)
def test_the_bound_must_be_the_gold_ones(qualifier: str, text: str, right: bool) -> None:
    number = Number(value="70", unit="%", qualifier=qualifier)
    assert is_said(number, statements(f"绿色出行比例为{text}。"), "") is right


def test_a_year_is_that_of_the_statement_else_of_what_is_around() -> None:
    number = Number(value="70", unit="%", year="2030")
    assert is_said(number, statements("绿色出行达到70%。"), "2030年绿色出行多少？")
    assert is_said(number, statements("绿色出行达到70%。"), "绿色出行多少？")
    assert not is_said(number, statements("绿色出行达到70%。"), "2025年绿色出行多少？")
    assert not is_said(number, statements("2025年绿色出行达到70%。"), "2030年绿色出行多少？")
    five_year = Number(value="70", unit="%", year="十四五")
    assert is_said(five_year, statements("2025年绿色出行达到70%。"), "")


def test_a_scope_must_be_named() -> None:
    number = Number(value="70", unit="%", scope="公共机构")
    assert is_said(number, statements("公共机构达到70%。"), "")
    assert not is_said(number, statements("全市达到70%。"), "")


def test_a_statement_follows_from_passages_that_hold_its_figures_and_words() -> None:
    passage = Passage(text=TEXT, title="某市方案", region="某市")
    assert supports("某市：到2025年，风电装机达到40万千瓦以上。", [passage])
    assert supports("某市更高，高0.7个百分点。", [passage])
    assert not supports("某市：到2025年，光伏装机达到45万千瓦以上。", [passage])
    assert not supports("某市大力发展海上牧场和休闲渔业。", [passage])
    assert not supports("某市：到2025年，风电装机达到40万千瓦以上。", [])
