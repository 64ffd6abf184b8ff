"""The hard cases of numeric targets, each in a sentence made up for it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Clause, Level, Region
from corpus.targets.extract import clause_targets
from corpus.targets.target import Change, Comparison, Flag, Kind, Target

CITY = Region("999900", "甲市", Level.CITY, ("乙省", "全国"))


def read(text: str, *path: str) -> list[Target]:
    """The targets of a clause of this text."""
    labels = path or ("二、主要目标",)
    clause = Clause("c1", 0, None, "", "", labels, 0, len(text), (1,))
    return list(clause_targets(clause, text, CITY))


def rows(text: str, *path: str) -> list[tuple[str, str, str]]:
    """Words, figure and time of each."""
    return [(t.words, t.printed, t.when) for t in read(text, *path)]


def only(text: str, *path: str) -> Target:
    (found,) = read(text, *path)
    return found


def test_a_share_with_its_year_and_proof() -> None:
    text = "全面推进转型。到 2025 年，非化石能源消费比重力争达到２１％左右，为达峰奠定基础。"
    found = only(text)
    assert (found.indicator, found.year, found.low, found.unit) == (
        "非化石能源消费比重",
        2025,
        Decimal(21),
        "%",
    )
    assert (found.kind, found.comparison, found.aspires) == (Kind.SHARE, Comparison.ABOUT, True)
    assert text[found.start : found.end] == "到 2025 年，非化石能源消费比重力争达到２１％左右"


def test_a_change_names_its_base() -> None:
    found = only("到2030年,单位地区生产总值二氧化碳排放比2005年下降65%以上。")
    assert (found.kind, found.change, found.base) == (Kind.CHANGE, Change.DOWN, "2005")
    assert found.comparison is Comparison.AT_LEAST


def test_a_fall_to_a_level_is_a_level() -> None:
    found = only("到2025年,煤炭消费比重下降至52%以下。")
    assert (found.change, found.comparison) == (Change.NONE, Comparison.AT_MOST)


def test_points_are_a_change() -> None:
    found = only("到2030年,森林覆盖率比2020年提高0.3个百分点。")
    assert (found.kind, found.change, found.unit) == (Kind.CHANGE, Change.UP, "个百分点")


def test_paired_subjects() -> None:
    assert rows("到2025年,能效和碳效两项,风电、光伏发电装机容量分别达到30万千瓦、50万千瓦。") == [
        ("风电装机容量", "30万千瓦", "2025"),
        ("光伏发电装机容量", "50万千瓦", "2025"),
    ]


def test_paired_years() -> None:
    assert rows("2025年和2030年,秸秆综合利用率分别达到88%、92%以上。") == [
        ("秸秆综合利用率", "88%", "2025"),
        ("秸秆综合利用率", "92%以上", "2030"),
    ]


def test_one_value_for_each_of_two() -> None:
    assert rows("到2025年,污泥处置率、垃圾焚烧率均达到90%。") == [
        ("污泥处置率", "90%", "2025"),
        ("垃圾焚烧率", "90%", "2025"),
    ]


def test_a_list_that_cannot_be_paired_says_so() -> None:
    found = read("到2025年,三类园区改造比例分别达到60%、70%。")
    assert [t.flags for t in found] == [(Flag.UNPAIRED,), (Flag.UNPAIRED,)]


def test_the_year_holds_over_semicolons_until_the_next() -> None:
    assert rows("到2025年,森林覆盖率达到30%;湿地保护率达到55%;到2030年,达到60%以上。") == [
        ("森林覆盖率", "30%", "2025"),
        ("湿地保护率", "55%", "2025"),
        ("湿地保护率", "60%以上", "2030"),
    ]


def test_the_year_that_opens_a_sentence_holds_for_the_next() -> None:
    found = read("到2025年,体系初步建立。森林覆盖率达到30%。")
    assert [(t.year, Flag.YEAR_CARRIED in t.flags) for t in found] == [(2025, True)]


def test_the_peak_year_dates_nothing_else() -> None:
    found = read("为2030年前实现碳达峰奠定基础。到2025年,森林覆盖率达到30%。湿地保护率达到55%。")
    assert [t.year for t in found] == [2025, 2025]


def test_a_heading_gives_the_year() -> None:
    assert only("森林覆盖率达到30%。", "二、2025年目标").year == 2025


def test_a_period() -> None:
    found = only("“十四五”期间,新增风电装机120万千瓦以上。")
    assert (found.period, found.year, found.change) == ("十四五", 2025, Change.NEW)
    assert found.low == Decimal(120)


@pytest.mark.parametrize(
    ("printed", "low", "high", "unit"),
    [
        ("1.2亿千瓦", "12000", "12000", "万千瓦"),
        ("800兆瓦", "80", "80", "万千瓦"),
        ("3—5万吨", "3", "5", "万吨"),
        ("55万吨/日", "55", "55", "万吨/日"),
        ("2000亩", "0.2", "0.2", "万亩"),
    ],
)
def test_values_are_normalised(printed: str, low: str, high: str, unit: str) -> None:
    found = only(f"到2025年,处理规模达到{printed}。")
    assert (found.low, found.high, found.unit) == (Decimal(low), Decimal(high), unit)


def test_chinese_numerals() -> None:
    assert [
        (t.low, t.unit, t.comparison.value)
        for t in read("到2025年,绿色出行比例达到七成以上,电动化比例超过三分之一,联运量翻一番。")
    ] == [
        (Decimal(70), "%", "≥"),
        (Decimal(100) / 3, "%", "≥"),
        (Decimal(2), "倍", "="),
    ]


def test_what_is_counted_stands_behind_the_figure() -> None:
    assert rows("到2025年,建设200个120千瓦的快充桩和30座加氢站,改造老旧小区40万平方米。") == [
        ("120千瓦的快充桩", "200个", "2025"),
        ("加氢站", "30座", "2025"),
        ("改造老旧小区", "40万平方米", "2025"),
    ]


def test_a_deferral_has_a_row_without_a_number() -> None:
    found = read("到2025年,单位地区生产总值能耗和二氧化碳排放下降完成省下达目标。")
    assert [(t.indicator, t.kind, t.low) for t in found] == [
        ("单位地区生产总值能耗", Kind.DEFERRED, None),
        ("单位地区生产总值二氧化碳排放", Kind.DEFERRED, None),
    ]


def test_a_lost_percent_sign_is_flagged_and_kept_as_printed() -> None:
    found = only("到2025年,大宗固废综合利用率达到57,成效显著。")
    assert (found.printed, found.unit, found.flags) == ("57", "%", (Flag.LOST_PERCENT,))


@pytest.mark.parametrize(
    "text",
    [
        "2020年,森林覆盖率达到30%。",
        "目前,全市风电装机已达到20万千瓦。",
        "“十三五”期间,单位地区生产总值能耗累计下降15%。",
        "淘汰30万千瓦以下机组。",
        "对65蒸吨/小时以上燃煤锅炉实施改造。",
        "对新建项目给予20%的补贴。",
        "按照“1+N”体系,开展5G建设,确保2030年前碳达峰。",
        "依据《某办法》(甲发〔2021〕15号)执行第3条。",
        "年综合能源消费量5000吨标准煤以上的企业应当报告。",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert rows(text) == []


def test_sections_about_what_was_reached_hold_none() -> None:
    assert rows("森林覆盖率达到30%。", "一、发展基础") == []


def test_a_table_row_is_read_under_its_heads() -> None:
    text = "\t地区\n\t绿化覆盖率（%）\n\n\t丙县\n\t31\n\n\t甲市\n\t35\n"
    found = read(text, "附件1 2025年目标")
    assert [(t.scope, t.low, t.year) for t in found] == [
        ("丙县", Decimal(31), 2025),
        ("", Decimal(35), 2025),
    ]


def test_scope_and_nature() -> None:
    found = only("到2025年,规模以上工业单位增加值能耗比2020年下降14%(约束性)。")
    assert (found.scope, found.nature) == ("规模以上工业", "约束性")
    assert found.indicator == "规模以上工业单位增加值能耗"


def test_an_indicator_outside_the_list_keeps_its_own_words() -> None:
    found = only("到2025年,海水淡化工程规模达到20万吨/日。")
    assert (found.indicator, found.name) == ("", "海水淡化工程规模")


def test_the_nation_defers_to_nobody() -> None:
    text = "到2025年,能耗强度下降完成国家下达目标。"
    clause = Clause("c1", 0, None, "", "", ("二",), 0, len(text), ())
    nation = Region("000000", "全国", Level.NATIONAL)
    assert list(clause_targets(clause, text, nation)) == []


PIECES = st.sampled_from(
    [
        *("到2025年", "比2020年", "分别", "达到", "下降", "新增", "建设", "其中", "力争", "占"),
        *("非化石能源消费比重", "风电", "、", "和", "，", "。", "；", "（", "）", "\n", "\t", " "),
        *("25%", "120万千瓦", "200个", "1/3", "一半", "7.5", "完成省下达目标", "２０％", "ﬁ", "①"),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_is_read_without_error_and_every_row_has_its_span(text: str) -> None:
    for target in read(text):
        assert 0 <= target.start < target.end <= len(text)
        assert target.words
        assert (target.low is None) == (target.kind is Kind.DEFERRED)


@pytest.mark.parametrize(
    "text",
    ["—" * 20_000, "力争" * 10_000, "9" * 20_000, "（" * 5_000, "1、" * 10_000, "25%、" * 3_000],
)
def test_a_text_made_to_be_slow_is_read_at_once(text: str) -> None:
    """A reading that backtracks would not come back."""
    assert isinstance(read(f"{text}到2025年达到{text}"), list)
