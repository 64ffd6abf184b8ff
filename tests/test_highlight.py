from retrieval.highlight import marks, snippet
from retrieval.understand import Holdings, understand

QUERY = understand("2025年新能源车占比是多少", Holdings(frozenset()))
TEXT = "推广节能车辆。到2025年，城区公交车中新能\n源汽车占比达到85%以上。其他工作另行部署。"


def test_words_synonyms_and_years_are_marked_over_line_breaks() -> None:
    marked = [TEXT[start:end] for start, end in marks(TEXT, QUERY)]
    assert "2025" in marked
    assert "新能\n源汽车" in marked


def test_the_snippet_is_the_sentence_that_holds_most() -> None:
    found = snippet(TEXT, QUERY)
    assert TEXT[found.start : found.end].endswith("85%以上。")
    assert all(found.start <= start < end <= found.end for start, end in found.marks)


def test_a_long_sentence_is_cut_around_the_words() -> None:
    text = "甲" * 500 + "新能源汽车" + "乙" * 500
    found = snippet(text, QUERY)
    assert "新能源汽车" in text[found.start : found.end]
    assert found.end - found.start <= 160


def test_a_clause_without_the_words() -> None:
    found = snippet("其他工作。", QUERY)
    assert (found.start, found.end, found.marks) == (0, 5, ())
    assert snippet("", QUERY).marks == ()
