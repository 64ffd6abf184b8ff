"""Compilations of our own, and the real one where it is."""

from pathlib import Path

import pytest

from corpus.document import Page
from corpus.readers import read
from corpus.split import split

BODY = "一、目标。到2025年达到五成。二、任务。（一）做事。加快推进。"


def page(number: int, text: str) -> str:
    return f"{text}第{number}页"


CONTENTS = """汇编
目 录
国家方案1项 ................ 1
全国节水行动意见 ............ 02
省区方案2项 ................ 4
浙江省 《节水意见》 ........ 5
江苏省《节水方案》 ......... 77
城市方案1项 ................ 7
绵阳市《节水方案》 ......... 8
附表：汇总表 ............... 9
"""

COMPILATION = "".join(
    [
        page(1, CONTENTS),
        page(3, "——统筹推进。先做这一步。" + BODY),
        page(4, "省区方案2项 发布日期 2022/1/1《节水意见》"),
        page(5, "浙江省《浙江省节约用水实施意见》http://a.example/1.htm2030年前要见效。" + BODY),
        page(
            6,
            "江苏省《江苏省节约用水实施方案》https://b.example/x?id=2为落实要求，制定本方案。"
            + BODY,
        ),
        page(7, "城市方案1项 发布日期"),
        page(
            8,
            "绵阳市《绵阳市节约用水实施方案（征求意见稿）》http://c.example/3.shtml(非官网)" + BODY,
        ),
        page(9, "附表 汇总 2022/1/1"),
        "\n客服邮箱\n回到顶部",
    ]
)


def test_documents_of_a_compilation() -> None:
    found = split([Page(None, COMPILATION)], "汇编").sections
    assert [(s.title, s.pages.numbers) for s in found] == [
        ("全国节水行动意见", (3,)),
        ("浙江省节约用水实施意见", (5,)),
        ("江苏省节约用水实施方案", (6,)),
        ("绵阳市节约用水实施方案（征求意见稿）", (8,)),
    ]


def test_a_link_glued_to_the_first_sentence() -> None:
    _, second, third, fourth = split([Page(None, COMPILATION)], "汇编").sections
    assert second.url == "http://a.example/1.htm"
    assert second.text.startswith("2030年前要见效。")
    assert third.url == "https://b.example/x?id=2"
    assert third.text.startswith("为落实要求")
    assert fourth.url == "http://c.example/3.shtml"
    assert fourth.text.startswith("一、目标")


def test_list_pages_and_advertisements_are_in_no_document() -> None:
    text = "".join(section.text for section in split([Page(None, COMPILATION)], "汇编").sections)
    assert "发布日期" not in text
    assert "汇总" not in text
    assert "客服" not in text


def test_a_lost_opening_is_known_from_the_contents() -> None:
    first = split([Page(None, COMPILATION)], "汇编").sections[0]
    assert (first.issuer, first.url) == ("国家方案1项", None)
    assert first.text.startswith("——统筹推进")


def test_a_single_document_with_a_lead_before_its_title() -> None:
    raw = "近日，某市发布方案，引起关注。\n全文如下：\n合肥市节约用水实施方案\n一、目标\n到2025年达到五成。\n"
    (section,) = split([Page(None, raw)], "文件名").sections
    assert section.title == "合肥市节约用水实施方案"
    assert section.text.startswith("一、目标")


def test_a_draft_line_under_the_title_belongs_to_it() -> None:
    raw = "合肥市节约用水实施方案\n\n（征求意见稿）\n\n一、目标\n达到五成。\n"
    (section,) = split([Page(None, raw)], "x").sections
    assert section.title == "合肥市节约用水实施方案（征求意见稿）"
    assert section.text.startswith("一、目标")


def test_without_a_title_line_the_name_stands_in() -> None:
    (section,) = split([Page(None, "一、目标。达到五成。")], "某文件").sections
    assert section.title == "某文件"


FACTS = {
    # title ends with, first page, link begins with
    "2030年前碳达峰行动方案": (12, None),
    "农业农村减排固碳实施方案": (68, "http://www.moa.gov.cn/"),
    "能源碳达峰碳中和标准化提升行动计划": (
        127,
        "http://www.nea.gov.cn/2022-10/09/c_1310668927.htm",
    ),
    "浙江省财政厅关于支持碳达峰碳中和工作的实施意见": (165, "http://czt.zj.gov.cn/"),
    "江苏省碳达峰实施方案": (342, "https://news.bjx.com.cn/html/20221017/1261324.shtml"),
    "江苏省生态环境厅2022年推动碳达峰碳中和工作计划": (365, "http://sthjt.jiangsu.gov.cn/"),
    "成渝地区双城经济圈碳达峰碳中和联合行动方案": (424, "http://www.cq.gov.cn/"),
    "黑龙江省城乡建设领域碳达峰实施方案": (525, "http://zfcxjst.hlj.gov.cn/"),
    "徐汇区碳达峰实施方案": (975, "https://www.xuhui.gov.cn/"),
    "新吴区电力能源双碳行动方案": (1020, "http://www.wnd.gov.cn/"),
    "固原市碳达峰碳中和科技支撑行动方案": (
        1270,
        "https://news.bjx.com.cn/html/20220419/1218844.shtml",
    ),
    "碳达峰碳中和林草碳汇(包头)试验区实施方案": (1281, "https://www.kdl.gov.cn/"),
}


@pytest.fixture(scope="module")
def compilation(originals: Path) -> dict[str, tuple[int, str | None]]:
    (path,) = originals.glob("001_*.txt")
    return {
        s.title: (s.pages.numbers[0], s.url) for s in split(read(path).pages, path.stem).sections
    }


def test_the_real_compilation_holds_114_documents(
    compilation: dict[str, tuple[int, str | None]], originals: Path
) -> None:
    (path,) = originals.glob("001_*.txt")
    sections = split(read(path).pages, path.stem).sections
    assert len(sections) == 114
    assert sum(section.url is None for section in sections) == 2
    assert all(len(section.text) > 500 for section in sections)


@pytest.mark.parametrize("title", FACTS)
def test_facts_read_in_the_real_compilation(
    compilation: dict[str, tuple[int, str | None]], title: str
) -> None:
    first, link = FACTS[title]
    page_found, url = compilation[title]
    assert page_found == first
    assert (url or "").startswith(link or "")
    assert (url is None) == (link is None)


GAZETTE = [
    "政策汇编\n目 录\n关于推进再生水利用的实施意见 ........ 1\n六安市节水型社会建设规划 ........ 2\n"
    "滁州市公共机构节水方案 ........ 4\n宣城市节水考核办法 ........ 5\n池州市节水宣传方案 ........ 6\n",
    "关于推进再生水利用的\n实施意见\n为做好再生水利用，提出以下意见。\n一、目标。达到五成。",
    "六安市节水型社会建设规划\n一、目标。达到三成。",
    "二、任务。做事。（一）农业。推广滴灌。",
    "滁州市公共机构节水方案\n（征求意见稿）\n一、目标。达到四成。",
    "宣城市节水考核办法\n第一条 为了考核，制定本办法。",
    "池州市节水宣传方案\n一、目标。人人知晓。",
]


def test_a_compilation_of_another_look_by_its_contents() -> None:
    """Pages of a PDF: no links, titles on lines of their own, printed numbers one behind."""
    pages = [Page(number, text) for number, text in enumerate(GAZETTE, start=1)]
    parts = split(pages, "汇编")
    assert [(s.title, s.pages.numbers) for s in parts.sections] == [
        ("关于推进再生水利用的实施意见", (2,)),
        ("六安市节水型社会建设规划", (3, 4)),
        ("滁州市公共机构节水方案（征求意见稿）", (5,)),
        ("宣城市节水考核办法", (6,)),
        ("池州市节水宣传方案", (7,)),
    ]
    assert parts.sections[0].text.startswith("为做好再生水利用")
    assert "目 录" not in "".join(section.text for section in parts.sections)
    assert sum(e.characters for e in parts.ledger) == sum(len(page.text) for page in pages)


def test_a_compilation_without_contents_by_its_titles() -> None:
    text = "".join(f"{page}\n— {number} —\n" for number, page in enumerate(GAZETTE[1:], start=1))
    found = split([Page(None, text)], "汇编").sections
    assert [s.title for s in found] == [
        "关于推进再生水利用的实施意见",
        "六安市节水型社会建设规划",
        "滁州市公共机构节水方案（征求意见稿）",
        "宣城市节水考核办法",
        "池州市节水宣传方案",
    ]
    assert found[1].pages.numbers == (2, 3)


def test_one_document_on_several_pages_is_one() -> None:
    pages = [
        Page(1, "六安市节水规划\n一、目标。达到三成。"),
        Page(2, "二、任务。做事。"),
        Page(3, "三、保障。"),
    ]
    (section,) = split(pages, "x").sections
    assert section.title == "六安市节水规划"
    assert section.pages.numbers == (1, 2, 3)


def test_the_ledger_accounts_for_every_character() -> None:
    parts = split([Page(None, COMPILATION)], "汇编")
    assert sum(entry.characters for entry in parts.ledger) == len(COMPILATION)
    leftovers = [(entry.name, entry.pages) for entry in parts.ledger if entry.leftover]
    assert ("目录", (1, 1)) in leftovers
    assert ("清单", (4, 4)) in leftovers
    assert {"页脚", "页后内容"} <= {name for name, _ in leftovers}


def test_the_ledger_of_every_real_source_adds_up(originals: Path) -> None:
    for path in sorted(originals.glob("*.txt")):
        pages = read(path).pages
        parts = split(pages, path.stem)
        assert sum(e.characters for e in parts.ledger) == sum(len(page.text) for page in pages)
        kept = {e.name: e.kept for e in parts.ledger if not e.leftover}
        assert sum(kept.values()) <= sum(len(s.text) for s in parts.sections)
