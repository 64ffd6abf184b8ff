from decimal import Decimal

import pytest

from corpus.targets.figures import figures
from corpus.targets.target import Comparison, Kind


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "comparison"),
    [
        ("达到25%左右", "25", "25", "%", Comparison.ABOUT),
        ("不低于1.2亿千瓦", "12000", "12000", "万千瓦", Comparison.AT_LEAST),
        ("控制在925万吨以内", "925", "925", "万吨", Comparison.AT_MOST),
        ("60%~70%", "60", "70", "%", Comparison.RANGE),
        ("1-2万辆", "10000", "20000", "辆", Comparison.RANGE),
        ("1,200个以上", "1200", "1200", "个", Comparison.AT_LEAST),
        ("295克标准煤/千瓦时", "295", "295", "克标准煤/千瓦时", Comparison.EQUAL),
        ("PUE不高于1.25", "1.25", "1.25", "", Comparison.AT_MOST),
        ("一半以上", "50", "50", "%", Comparison.AT_LEAST),
        ("四分之一以上", "25", "25", "%", Comparison.AT_LEAST),
        ("超过八成", "80", "80", "%", Comparison.AT_LEAST),
    ],
)
def test_value_unit_and_qualifier(
    text: str, low: str, high: str, unit: str, comparison: Comparison
) -> None:
    (found,) = figures(text)
    assert (found.low, found.high, found.unit) == (Decimal(low), Decimal(high), unit)
    assert found.comparison is comparison


@pytest.mark.parametrize(
    "text", ["第3条", "“1+N”体系", "5G基站", "CO2", "12月31日", "15分钟", "专栏4", "建成"]
)
def test_what_is_no_amount(text: str) -> None:
    assert figures(text) == []


def test_savings_are_not_about() -> None:
    (found,) = figures("年节约1%用能量")
    assert (found.comparison, found.start) == (Comparison.EQUAL, 3)


def test_the_printed_span_takes_in_its_qualifiers() -> None:
    text = "装机达到500万千瓦以上。"
    (found,) = figures(text)
    assert text[found.start : found.end] == "500万千瓦以上"
    assert text[found.core : found.rest] == "500万千瓦"
    assert found.kind is Kind.CAPACITY
