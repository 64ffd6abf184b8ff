"""What a reply claims: statements with the markers that stand with them."""

from __future__ import annotations

import pytest

from evals.metrics.abstention import area, refuses, risk_coverage
from evals.metrics.statements import statements


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.text, one.markers) for one in statements(text)]


def test_a_marker_belongs_to_its_sentence_before_or_after_the_full_stop() -> None:
    text = "风电达到40万千瓦[1]。光伏达到50万千瓦。[2][3]核电不发展[1, 3]"
    assert said(text) == [
        ("风电达到40万千瓦。", (1,)),
        ("光伏达到50万千瓦。", (2, 3)),
        ("核电不发展", (1, 3)),
    ]


def test_rows_of_a_table_are_statements_named_by_its_head() -> None:
    text = (
        "| 对象 | 2025年 |\n| --- | --- |\n| 甲市 | **20%**[1] |\n| 乙市 | 30%[2] |\n合计两市达标。"
    )
    assert said(text) == [
        ("对象：甲市，2025年：20%", (1,)),
        ("对象：乙市，2025年：30%", (2,)),
        ("合计两市达标。", ()),
    ]


@pytest.mark.parametrize(
    "text",
    ["# 主要目标", "规定如下：", "好的", "", "| 甲 | 乙 |\n|--|--|", "现有文件没有给出该数值。"],
)
def test_headings_lead_ins_and_denials_claim_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "is_refusal"),
    [
        ("资料未提及", True),
        ("抱歉，根据现有资料无法确定该目标。", True),
        ("I don't know.", True),
        ("", True),
        ("不低于20%。", False),
        ("未来五年力争达到20%，不断提高能效。", False),
        ("资料未提及2030年。" + "到2025年，风电装机达到40万千瓦以上。" * 10, False),
    ],
)
def test_a_short_denial_is_a_refusal(text: str, is_refusal: bool) -> None:
    assert refuses(text) is is_refusal


def test_risk_rises_with_coverage_where_the_unsure_are_wrong() -> None:
    points = risk_coverage([(0.9, True), (0.2, False), (0.5, True)], asked=4)
    assert [(one.coverage, one.risk) for one in points] == [
        (0.25, 0),
        (0.5, 0),
        (0.75, pytest.approx(1 / 3)),
    ]
    assert area(points) == pytest.approx(1 / 9)
    assert area([]) is None
