from assistant.passages import body_start, segments
from corpus.document import Clause, HeldClause, Level, Metadata, Status


def held(text: str, marker: str = "", heading: str = "") -> HeldClause:
    label = f"{marker}{heading}"
    clause = Clause("c", 0, None, marker, heading, (label or "引言",), 0, len(text), ())
    known = Metadata("d", "示例", None, None, Level.UNKNOWN, Status.FINAL, None, None, None)
    return HeldClause(clause, text, known)


def test_a_year_holds_until_another_is_named() -> None:
    text = "到2025年，甲达到10%，乙达到20%；2030年，丙达到30%。丁达到40%。"
    said = [(s.text, s.years) for s in segments(held(text)) if s.has_value]
    assert said == [
        ("甲达到10%", (2025,)),
        ("乙达到20%", (2025,)),
        ("丙达到30%", (2030,)),
        ("丁达到40%", (2030,)),
    ]


def test_segments_are_spans_of_the_text() -> None:
    text = "推进改造（含甲，乙），新增300万平方米；完成验收。"
    for segment in segments(held(text)):
        assert text[segment.start : segment.end] == segment.text
    assert [s.text for s in segments(held(text))] == [
        "推进改造（含甲，乙）",
        "新增300万平方米",
        "完成验收",
    ]


def test_the_heading_is_no_segment() -> None:
    clause = held("（二） 主要目标。到2030年，达到5%。", "（二）", "主要目标")
    assert clause.text[body_start(clause) :].startswith("到2030年")
    assert segments(clause)[0].text == "到2030年"


def test_a_heading_that_is_all_a_clause_says_is_a_segment() -> None:
    clause = held("十、本决定自公布之日起施行。", "十、", "本决定自公布之日起施行")
    assert [s.text for s in segments(clause)] == ["本决定自公布之日起施行"]
    assert segments(held("（一）推进岸电改造。", "（一）", "推进岸电改造")) == []


def test_a_year_in_the_heading_holds_for_the_body() -> None:
    clause = held("（四）2060年目标比重达到80%。", "（四）", "2060年目标")
    assert segments(clause)[0].years == (2060,)


def test_a_short_opening_sentence_leads_what_follows() -> None:
    text = "有序发展风电。建设基地，新增并网500万千瓦。"
    assert segments(held(text))[-1].lead == "有序发展风电"


def test_dates_and_list_numbers_are_no_values() -> None:
    text = "2025年前，第3条规定，自3月1日起，推广十四五经验。"
    assert not any(s.has_value for s in segments(held(text)))


def test_table_rows_are_read_out() -> None:
    text = "附件1\n目标\n\t地区\n\t比例（%）\n\n\t甲区\n\t31.5\n"
    row = segments(held(text))[-1]
    assert row.text == "甲区：比例31.5%"
    assert text[row.start : row.end] == "甲区\n\t31.5"


def test_a_ratio_is_not_cut_at_its_colon() -> None:
    text = "充电设施与车辆比例不低于1:10，重点任务：车位配建比例1：5。"
    assert [s.text for s in segments(held(text))] == [
        "充电设施与车辆比例不低于1:10",
        "重点任务",
        "车位配建比例1：5",
    ]
