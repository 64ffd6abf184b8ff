"""A question of several parts, taken apart."""

import pytest

from assistant.app import Assistant
from assistant.parts import parts_of, says_all


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "合肥2025年非化石能源占比和森林覆盖率分别是多少？",
            ("合肥2025年非化石能源占比是多少？", "合肥2025年森林覆盖率是多少？"),
        ),
        (
            "合肥要建多少个充电桩？由谁负责？",
            ("合肥要建多少个充电桩", "合肥要建多少个充电桩？由谁负责？"),
        ),
        (
            "合肥怎么推广节能车辆，由哪些部门负责？",
            ("合肥怎么推广节能车辆", "合肥怎么推广节能车辆，由哪些部门负责？"),
        ),
        ("合肥推广节能车辆由哪些部门负责？", ()),
        ("合肥推广节能车辆这项工作，由哪些部门负责？", ()),
        ("合肥2025年森林覆盖率是多少？", ()),
        ("安徽2030年风电、光伏总装机要多少？", ()),
        (
            "安徽2030年风电、太阳能发电总装机容量和森林覆盖率分别是多少？",
            ("安徽2030年风电、太阳能发电总装机容量是多少？", "安徽2030年森林覆盖率是多少？"),
        ),
        (
            "安徽2030年风光装机要多少？",
            ("安徽2030年风电装机要多少？", "安徽2030年光伏装机要多少？"),
        ),
        ("贵阳和合肥2025年森林覆盖率哪个高？", ()),
    ],
)
def test_parts(assistant: Assistant, question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(assistant.understand(question), assistant.holdings) == parts


def test_an_answer_that_names_each_indicator_says_all() -> None:
    parts = ("合肥2025年非化石能源占比是多少？", "合肥2025年森林覆盖率是多少？")
    assert says_all(parts, "非化石能源消费比重达到14.5%，森林覆盖率达到29.5%")
    assert not says_all(parts, "森林覆盖率达到29.5%")


def test_a_sum_of_wind_and_sun_says_both() -> None:
    parts = ("安徽2030年风电装机要多少？", "安徽2030年光伏装机要多少？")
    assert says_all(parts, "风电、太阳能发电总装机容量达到5100万千瓦以上")
    assert not says_all(parts, "光伏装机容量达到300万千瓦")
