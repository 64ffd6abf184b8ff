from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clauses import han_number, parse
from corpus.document import PageMap
from corpus.readers import read
from corpus.split import split


def paths(text: str) -> list[str]:
    return [" > ".join(clause.path) for clause in parse(text, PageMap())]


def test_the_four_levels() -> None:
    text = "一、总则。为了做好工作。（一）目标。到2025年见效。1.电力。发展风电。（1）海上。有序推进。二、附则。自发布之日起施行。"
    assert paths(text) == [
        "一、总则",
        "一、总则 > （一）目标",
        "一、总则 > （一）目标 > 1.电力",
        "一、总则 > （一）目标 > 1.电力 > （1）海上",
        "二、附则",
    ]


def test_chapters_and_articles() -> None:
    text = "第一章 总则\n第一条 为了节水，制定本办法。\n第二条 本办法适用于全市。\n第二章 附则\n第三条 自公布之日起施行。"
    assert [p.split(" > ")[0][:3] for p in paths(text)] == ["第一章"] * 3 + ["第二章"] * 2
    assert len(paths(text)) == 5


def test_headings_run_into_each_other_without_a_stop() -> None:
    assert paths("一、重点任务(一)能源行动1.发展新能源。推进建设。2.控制用煤。减少用煤。") == [
        "一、重点任务",
        "一、重点任务 > (一)能源行动",
        "一、重点任务 > (一)能源行动 > 1.发展新能源",
        "一、重点任务 > (一)能源行动 > 2.控制用煤",
    ]


def test_numbers_that_run_on_through_the_chapters() -> None:
    text = "一、甲。（一）子。做事。（二）丑。做事。二、乙。（三）寅。做事。（四）卯。做事。"
    assert [p.rsplit(" > ")[-1] for p in paths(text)] == [
        "一、甲",
        "（一）子",
        "（二）丑",
        "二、乙",
        "（三）寅",
        "（四）卯",
    ]


def test_numbers_that_restart_in_each_chapter() -> None:
    text = "一、甲。（一）子。做事。（二）丑。做事。二、乙。（一）寅。做事。"
    assert paths(text)[-1] == "二、乙 > （一）寅"


@pytest.mark.parametrize(
    "sentence",
    [
        "按照本方案第三条和附件1的要求，增长3.5%以上。",
        "重点做好1.5万亩、2.5万亩两片。",
        "包括：甲、乙、丙三类，其中（含丁）。",
        "第一、二、三产业协同发展。",
        "见第2.3节所述，占比0.5。",
    ],
)
def test_references_decimals_and_lists_are_no_headings(sentence: str) -> None:
    assert paths(f"一、目标。{sentence}二、任务。做事。") == ["一、目标", "二、任务"]


def test_half_and_full_width_marks() -> None:
    assert paths("一、甲\n(一)子。做事。\n（二）丑。做事。\n1．寅。做事。") == [
        "一、甲",
        "一、甲 > (一)子",
        "一、甲 > （二）丑",
        "一、甲 > （二）丑 > 1．寅",
    ]


def test_misread_numbers_of_scanned_pages() -> None:
    text = "一,形势(一)基础“十三五”以来见效。二,要求(-)思想坚持绿色发展。(二)原则坚持统筹。三'任务做事。"
    assert [p.split(" > ")[-1][:2] for p in paths(text)] == [
        "一,",
        "(一",
        "二,",
        "(-",
        "(二",
        "三'",
    ]


def test_a_lost_heading_leaves_a_gap_and_nothing_else() -> None:
    assert [p[:2] for p in paths("一、甲。做事。三、丙。做事。四、丁。做事。")] == [
        "一、",
        "三、",
        "四、",
    ]


def test_a_series_whose_beginning_was_lost() -> None:
    text = "——前文。二、甲(四)子。做事。(五)丑。做事。三、乙(六)寅。做事。"
    assert [p.split(" > ")[-1] for p in paths(text)] == [
        "引言",
        "二、甲",
        "(四)子",
        "(五)丑",
        "三、乙",
        "(六)寅",
    ]


def test_after_a_responsibility_bracket() -> None:
    text = "1.电力。发展风电。（市能源局〔市发改委〕负责）2.用煤。减煤。［甲局负责］"
    assert [p[:4] for p in paths(text)] == ["1.电力", "2.用煤"]


def test_a_text_printed_twice_is_parsed_twice() -> None:
    once = "一、甲。做事。二、乙。做事。"
    assert [p[:2] for p in paths(once * 2)] == ["一、", "二、", "一、", "二、"]


def test_annexes_and_the_cells_of_their_tables() -> None:
    text = "一、甲。做事。\n附件1\n各区目标\n\t地区\n\t比例\n\n\t甲区\n\t15.5\n\n\t乙区\n\t2.1\n附件2\n名单\n丙区"
    assert paths(text) == ["一、甲", "附件1 各区目标", "附件2 名单丙区"]


def test_boxes_stand_by_themselves_and_numbers_go_on_after_them() -> None:
    text = (
        "（一）电力。见专栏1。1.风电。做事。（市能源局负责）专栏1重点行动1、海上行动。做事。2、陆上行动。做事。"
        "3、并网行动。做事。2.光伏。做事。专栏2技术方向铝：推广新槽。3.水电。做事。"
    )
    assert [p.split(" > ")[-1][:4] for p in paths(text)] == [
        "（一）电",
        "1.风电",
        "专栏1重",
        "2.光伏",
        "专栏2技",
        "3.水电",
    ]


def test_a_preamble_is_a_clause() -> None:
    clauses = parse("为了节水，制定本方案。\n一、目标\n见效。", PageMap())
    assert clauses[0].path == ("引言",)
    assert clauses[0].marker == ""


def test_a_heading_ends_where_the_body_begins() -> None:
    assert paths(
        "（一）指导思想以新发展理念为指引，做好工作。（二）主要目标到2025年达到五成。"
    ) == [
        "（一）指导思想",
        "（二）主要目标",
    ]


def test_clauses_know_their_pages_and_parents() -> None:
    text = "一、甲。做事。（一）子。很多事。"
    first, second = parse(text, PageMap((0, 10), (3, 4)))
    assert first.pages == (3,)
    assert second.pages == (3, 4)
    assert second.parent == first.ordinal


def test_ids_hold_on_to_the_words() -> None:
    before = parse("一、甲。做事。二、乙。做事。", PageMap(), "方案", "合肥市")
    after = parse("一、甲。改了。二、乙。做事。", PageMap(), "方案", "合肥市")
    other = parse("一、甲。做事。二、乙。做事。", PageMap(), "方案", "贵阳市")
    assert before[0].id != after[0].id
    assert before[1].id == after[1].id
    assert {c.id for c in before}.isdisjoint({c.id for c in other})


def test_the_same_words_twice_are_two_clauses() -> None:
    clauses = parse("一、甲。做事。二、乙。做事。" * 2, PageMap())
    assert len({clause.id for clause in clauses}) == len(clauses)


def test_han_numbers() -> None:
    assert [han_number(n) for n in ("一", "十", "十五", "二十", "三十六", "一百")] == [
        1,
        10,
        15,
        20,
        36,
        100,
    ]


pieces = st.sampled_from(
    [
        "一、甲。",
        "二、乙",
        "（一）",
        "(二)丙。",
        "1.",
        "2．丁。",
        "（1）",
        "第三条",
        "到2025年，",
        "3.5%。",
        "\n",
        "附件1\n",
        "\t15",
        "；",
        "做事",
    ]
)


@given(st.lists(pieces, max_size=30))
def test_the_clauses_are_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    clauses = parse(text, PageMap())
    assert "".join(text[c.start : c.end] for c in clauses) == (text if clauses else "")
    assert bool(clauses) == bool(text.strip())
    assert [c.ordinal for c in clauses] == list(range(len(clauses)))


def test_the_clauses_of_every_real_document_are_its_text(originals: Path) -> None:
    counted = 0
    for path in sorted(originals.glob("*.txt")):
        for section in split(read(path).pages, path.stem).sections:
            clauses = parse(section.text, section.pages, section.title)
            assert "".join(section.text[c.start : c.end] for c in clauses) == section.text
            assert len({c.id for c in clauses}) == len(clauses)
            counted += len(clauses)
    assert counted > 4500
