from decimal import Decimal

import pytest

from assistant.values import values


@pytest.mark.parametrize(
    ("text", "printed", "number", "unit"),
    [
        ("控制在925万吨以内", "925万吨以内", Decimal(9250000), "吨"),
        ("达到１.２亿千瓦以上", "1.2亿千瓦以上", Decimal("120000000.0"), "千瓦"),
        ("装机1000兆瓦", "1000兆瓦", Decimal(1000000), "千瓦"),
        ("比2020年下降14.5%左右", "14.5%左右", Decimal("14.5"), "%"),
        ("不低于75%", "不低于75%", Decimal(75), "%"),
        ("提高0.19个百分点", "0.19个百分点", Decimal("0.19"), "个百分点"),
    ],
)
def test_a_figure_with_unit_and_qualifier(
    text: str, printed: str, number: Decimal, unit: str
) -> None:
    (value,) = [v for v in values(text) if v.unit]
    assert (value.printed, value.number, value.unit) == (printed, number, unit)


def test_dates_are_no_figures() -> None:
    assert values("到2025年，“十四五”期间，3月5日前") == []


def test_figures_come_in_order() -> None:
    assert [v.printed for v in values("2025年30%、2030年40%以上")] == ["30%", "40%以上"]


def test_an_amount_that_looks_like_a_year_is_an_amount() -> None:
    (found,) = values("总装机容量达到2000万千瓦以上")
    assert (found.printed, found.unit) == ("2000万千瓦以上", "千瓦")
    assert [v.printed for v in values("2025、2030年分别达到8%")] == ["8%"]
