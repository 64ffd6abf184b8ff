from corpus.tables import rows

TEXT = "各区目标\n\t地区\n\t绿地\n面积（公顷）\n\t占比（%）\n\n\t甲区\n\t12\n\t30.5\n\n\t乙区\n\t9\n\t28\n"


def test_each_row_is_read_out_under_its_heads() -> None:
    assert [row.words for row in rows(TEXT)] == [
        "甲区：绿地面积12公顷，占比30.5%",
        "乙区：绿地面积9公顷，占比28%",
    ]


def test_a_row_is_a_span_of_the_text() -> None:
    first = next(rows(TEXT))
    assert TEXT[first.start : first.end] == "甲区\n\t12\n\t30.5"


def test_a_row_with_a_missing_cell_is_not_read_under_wrong_heads() -> None:
    assert [row.words for row in rows(TEXT.replace("\n\t9", ""))] == [
        "甲区：绿地面积12公顷，占比30.5%"
    ]


def test_prose_holds_no_table() -> None:
    assert list(rows("到2025年，达到12%。\n\n甲区负责。")) == []


def test_words_between_rows_part_two_tables_each_with_its_heads() -> None:
    second = "各区用水\n\t地区\n\t用水（吨）\n\n\t甲区\n\t7\n"
    assert [row.words for row in rows(f"{TEXT}\n{second}")][2:] == ["甲区：用水7吨"]


def test_an_empty_cell_says_nothing_and_moves_no_other() -> None:
    text = TEXT.replace("\t9\n", "\t\n")
    assert [row.words for row in rows(text)][1] == "乙区：占比28%"
