from collections.abc import Callable
from typing import Any

import pytest

from assistant.answer import Answer, Mode
from assistant.page.chart import chart_of, chart_of_answer, plot_of
from assistant.target_views import (
    CellView,
    EntryView,
    Matrix,
    RowView,
    TargetCitation,
    TargetValue,
)
from corpus.document import Level
from corpus.targets.target import Kind


def entry(printed: str, low: str | None, **other: Any) -> EntryView:
    """A value as the table of targets has it."""
    status, whole = other.pop("status", "正式"), other.pop("whole", True)
    value = {
        "indicator": "森林覆盖率", "words": "森林覆盖率", "kind": Kind.SHARE, "comparison": "=",
        "change": "", "printed": printed, "low": low, "high": low, "unit": "%", "year": 2025,
        "period": "", "annual": False, "base": "", "scope": "", "aspires": False, "nature": "",
        "flags": [], **other,
    }  # fmt: skip
    citation = TargetCitation(
        document_id="d", document_title="方案", region="某市", status=status, excerpt=False,
        clause_id="c", clause_path=["一"], pages=[], source_url=None, quote="", span=(0, 1),
    )  # fmt: skip
    return EntryView(value=TargetValue(**value), whole=whole, citations=[citation])


def matrix(rows: dict[str, list[list[EntryView]]]) -> Matrix:
    """Jurisdictions by 2025 and 2030."""
    years: list[int | None] = [2025, 2030]
    return Matrix(
        indicator="森林覆盖率",
        years=years,
        notes=[],
        rows=[
            RowView(
                region=region,
                level=Level.CITY,
                cells=[
                    CellView(year=year, entries=entries, conflict=len(entries) > 1, silence=None)
                    for year, entries in zip(years, cells, strict=False)
                ],
            )
            for region, cells in rows.items()
        ],
    )


def bars(option: dict[str, Any]) -> list[tuple[str, float, str]]:
    """Series, value and what stands beside it, of each bar."""
    return [
        (series["name"], datum["value"], datum["label"]["formatter"] * datum["label"]["show"])
        for series in option["series"]
        for datum in series["data"]
        if datum
    ]


def test_bars_say_what_is_printed() -> None:
    option = chart_of(
        matrix(
            {
                "甲市": [
                    [entry("30%以上", "30", comparison="≥")],
                    [entry("31%", "31", aspires=True)],
                ],
                "乙市": [[entry("14.5%", "14.5", comparison="≥")]],
                "丙市": [[entry("20%", "20", status="征求意见稿")]],
            }
        )
    )
    assert option is not None
    assert bars(option) == [
        ("2025年", 30, "30%以上"),
        ("2025年", 14.5, "≥14.5%"),
        ("2025年", 20, "20%（征求意见稿）"),
        ("2030年", 31, "力争31%"),
    ]
    assert option["yAxis"]["data"] == ["甲市", "乙市", "丙市"]
    assert option["xAxis"]["name"] == "森林覆盖率（%）"
    assert option["legend"]["data"] == ["2025年", "2030年"]
    assert option["animation"] is False


def test_a_range_goes_on_from_its_low_to_its_high() -> None:
    ranged = entry("10-15%", "10", high="15", comparison="区间")
    option = chart_of(matrix({"甲市": [[ranged]], "乙市": [[entry("12%", "12")]]}))
    assert option is not None
    assert bars(option) == [
        ("2025年", 10, ""),
        ("2025年", 12, "12%"),
        ("2025年", 5, "10-15%"),
    ]
    assert len({series["stack"] for series in option["series"]}) == 1


def test_what_does_not_compare_is_left_out_and_named() -> None:
    plot = plot_of(
        matrix(
            {
                "甲市": [[entry("30%", "30")]],
                "乙市": [[entry("31%", "31")]],
                "丙市": [
                    [entry("0.12个百分点", "0.12", unit="个百分点", change="提高", base="2020")]
                ],
                "丁市": [[entry("50%", "50", whole=False)]],
                "戊市": [[entry("完成省下达目标", None)]],
            }
        )
    )
    assert plot is not None
    assert [bar.place for bar in plot.bars] == ["甲市", "乙市"]
    assert "1个数值口径或单位不同" in plot.note
    assert "丙市2025年比2020年提高0.12个百分点" in plot.note
    assert plot.summary.startswith("柱状图，森林覆盖率（%）：甲市2025年 30%；乙市2025年 31%")


def test_a_conflict_is_said_beside_the_bar() -> None:
    option = chart_of(
        matrix({"甲市": [[entry("30%", "30"), entry("32%", "32")]], "乙市": [[entry("20%", "20")]]})
    )
    assert option is not None
    assert bars(option)[0] == ("2025年", 30, "30%（另有32%）")


def test_the_axis_says_what_a_change_is_against() -> None:
    down = {"change": "下降", "base": "2020"}
    cells = {"甲市": [[entry("14%", "14", **down)]], "乙市": [[entry("13%", "13", **down)]]}
    option = chart_of(matrix(cells))
    assert option is not None
    assert option["xAxis"]["name"] == "森林覆盖率比2020年下降（%）"


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"甲市": [[entry("30%", "30")]]},
        {"甲市": [[entry("30%", "30")]], "乙市": [[entry("3万亩", "3", unit="万亩")]]},
        {"甲市": [[entry("14%", "14", base="2020")]], "乙市": [[entry("14%", "14", base="2005")]]},
        {"甲市": [[entry("30%", "30"), entry("31%", "31")]]},
    ],
)
def test_no_chart_of_fewer_than_two_that_compare(rows: dict[str, list[list[EntryView]]]) -> None:
    assert chart_of(matrix(rows)) is None


def test_what_is_printed_is_no_template() -> None:
    option = chart_of(matrix({"甲市": [[entry("{b}30%", "30")]], "乙市": [[entry("20%", "20")]]}))
    assert option is not None
    assert "{" not in bars(option)[0][2]


def test_a_comparison_in_an_answer(ask: Callable[..., Answer]) -> None:
    option = chart_of_answer(ask("贵阳和合肥2025年非化石能源消费比重哪个高？"))
    assert option is not None
    assert bars(option) == [("", 21, "21%（征求意见稿）"), ("", 14.5, "14.5%")]
    assert option["yAxis"]["data"] == ["贵阳市", "合肥市"]


def test_a_ranking_in_an_answer(ask: Callable[..., Answer]) -> None:
    option = chart_of_answer(ask("哪些市2025年非化石能源消费比重最高？"))
    assert option is not None
    assert option["xAxis"]["name"] == "2025年非化石能源消费比重（%）"
    assert [bar[1] for bar in bars(option)] == [21, 14.5]


def said(*rows: str) -> Answer:
    """An answer with a table of these cells for 甲市, 乙市 …"""
    lines = ["| 对象 | 规定 |", "| --- | --- |"]
    lines += [f"| {name}市 | {row} |" for name, row in zip("甲乙丙", rows, strict=False)]
    return Answer(
        id="a", question="？", mode=Mode.EXTRACTIVE, refused=False, refusal_reason=None,
        answer="\n".join(lines), citations=[], related=[], timings_ms={},
    )  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        ("**30%**：达到30%[1]", "未收录相关文件"),
        ("**30%**：达到30%[1]", "**3万亩**：达到3万亩[2]"),
        ("**14%**：比2020年下降14%[1]", "**30%**：达到30%[2]"),
        ("**14%**：到2025年达到14%[1]", "**30%**：到2030年达到30%[2]"),
        ("**14%**：比2020年下降14%[1]", "**15%**：比2005年下降15%[2]"),
        ("推广新能源汽车，占比30%[1]", "新建充电桩，占比40%[2]"),
    ],
)
def test_no_chart_of_answers_that_do_not_compare(rows: tuple[str, ...]) -> None:
    assert chart_of_answer(said(*rows)) is None


def test_an_answer_that_compares() -> None:
    option = chart_of_answer(said("**30%**：到2025年达到30%[1]", "**31%**：到2025年达到31%[2]"))
    assert option is not None
    assert option["xAxis"]["name"] == "数值（%）"
