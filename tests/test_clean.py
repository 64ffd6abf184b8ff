from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean, join, paginate
from corpus.document import PageMap

PAGES = "甲甲第1页乙乙第2页丙丙第4页"


def cleaned(text: str) -> str:
    return clean(text, PageMap())[0]


def test_a_footer_closes_the_page_it_names() -> None:
    assert [(page.number, page.text) for page in paginate(PAGES)] == [
        (1, "甲甲"),
        (2, "乙乙"),
        (4, "丙丙"),
    ]


def test_a_page_number_in_a_sentence_is_no_footer() -> None:
    text = "见第9页。甲第1页乙第2页（详见第40页）丙第3页"
    assert [page.text for page in paginate(text)] == ["见第9页。甲", "乙", "（详见第40页）丙"]


def test_two_footers_are_no_pagination() -> None:
    (page,) = paginate("甲第1页乙第2页")
    assert (page.number, page.text) == (None, "甲第1页乙第2页")


def test_a_footer_may_split_a_number_from_its_unit() -> None:
    text, pages = clean(*join(paginate("容量500第1页万千瓦。第2页完。第3页")))
    assert text == "容量500万千瓦。完。"
    assert pages.pages(0, 7) == (1, 2)


def test_marks_and_broken_lines_go() -> None:
    assert cleaned("**（一）目标。**加快建设新型电力系统，推动源网荷储\n\n一体化发展。") == (
        "（一）目标。加快建设新型电力系统，推动源网荷储一体化发展。"
    )
    assert cleaned("### 二、任务\n做事。") == "二、任务\n做事。"


def test_a_heading_line_is_not_joined_to_the_next() -> None:
    text = "（一）指导思想\n以高质量发展为主题。\n二、任务"
    assert cleaned(text) == text


def test_boilerplate_after_the_last_sentence_goes() -> None:
    page = "推进各项工作落实到位，见到成效。\n\n---\n[关于我们](/a.html) - 版权保护\n主办：某市人民政府\n联系电话：000"
    assert cleaned(page) == "推进各项工作落实到位，见到成效。"


def test_a_word_of_boilerplate_in_a_long_paragraph_is_text() -> None:
    text = "加强技术支持。" * 60
    assert cleaned(text) == text


words = st.text(alphabet="甲乙丙丁。，；（）* \n#", min_size=1, max_size=30)


@given(st.lists(words, min_size=3, max_size=8))
def test_cleaning_only_deletes_and_pages_stay_right(parts: list[str]) -> None:
    tagged = [part.replace("甲", chr(0x4E00 + 200 + i)) for i, part in enumerate(parts)]
    source = "".join(f"{part}第{i + 1}页" for i, part in enumerate(tagged))
    joined, pages = join(paginate(source))
    text, after = clean(joined, pages)
    letters = iter(joined)
    assert all(letter in letters for letter in text)
    for at, letter in enumerate(text):
        if 0x4E00 + 200 <= ord(letter) < 0x4E00 + 200 + len(parts):
            assert after.pages(at, at + 1) == (ord(letter) - 0x4E00 - 199,)
