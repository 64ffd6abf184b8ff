"""Answers as Word documents: what Word demands of the file, and what a reader finds in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import _Row
from papers import answer, citation, paper

from assistant.answer import Answer, Mode, Source
from assistant.export.paper import Paper, file_name
from assistant.export.word import as_word

TABLE = """| 对象 | 规定 |
| --- | --- |
| 合肥市 | **14.5%**：达到14.5%[1] |
| 贵阳市 | 21%[2]，又见[1] |

贵阳市更高。[2]"""
NOTES = (citation(1, "占比达到14.5%"), citation(2, "占比达到\n21%", source_url="javascript:x"))


class Opened:
    """A document taken apart."""

    def __init__(self, made: Paper) -> None:
        content = as_word(made)
        self.document = docx.Document(io.BytesIO(content))
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            self.parts = {name: packed.read(name) for name in packed.namelist()}

    def xml(self, name: str) -> Any:
        return parse_xml(self.parts[name])

    @property
    def body(self) -> Any:
        return self.document.element.body

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.document.paragraphs)

    @property
    def footnotes(self) -> dict[str, str]:
        notes = self.xml("word/footnotes.xml").findall(qn("w:footnote"))
        return {
            note.get(qn("w:id")): "".join(t.text or "" for t in note.iter(qn("w:t")))
            for note in notes
        }


@pytest.fixture(scope="module")
def table() -> Opened:
    return Opened(paper(answer("合肥和贵阳哪个高？", TABLE, *NOTES)))


def test_each_first_marker_is_a_footnote(table: Opened) -> None:
    references = [r.get(qn("w:id")) for r in table.body.iter(qn("w:footnoteReference"))]
    assert references == ["1", "2"]
    assert table.footnotes == {
        "-1": "",
        "0": "",
        "1": " 《合肥市碳达峰实施方案》第一部分，第3页：“占比达到14.5%”。https://example.gov.cn/1?a=1&b=2",
        "2": " 《合肥市碳达峰实施方案》第一部分，第3页：“占比达到21%”。",
    }


def test_each_later_marker_is_a_cross_reference_to_it(table: Opened) -> None:
    fields = [f.get(qn("w:instr")).split() for f in table.body.iter(qn("w:fldSimple"))]
    assert [field[0] for field in fields] == ["NOTEREF", "NOTEREF"]
    marks = {
        mark.get(qn("w:name")): mark.getnext().find(qn("w:footnoteReference")).get(qn("w:id"))
        for mark in table.body.iter(qn("w:bookmarkStart"))
    }
    assert [marks[field[1]] for field in fields] == ["1", "2"]


def test_what_word_demands(table: Opened) -> None:
    notes = table.xml("word/footnotes.xml").findall(qn("w:footnote"))
    kinds = [(note.get(qn("w:id")), note.get(qn("w:type"))) for note in notes]
    assert kinds[:2] == [("-1", "separator"), ("0", "continuationSeparator")]
    assert len({id_ for id_, _ in kinds}) == len(kinds)
    marks = [m.get(qn("w:id")) for m in table.body.iter(qn("w:bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert sorted(marks) == sorted(m.get(qn("w:id")) for m in table.body.iter(qn("w:bookmarkEnd")))
    types = table.parts["[Content_Types].xml"].decode()
    assert re.search(r'/word/footnotes\.xml" ContentType="[^"]+\.footnotes\+xml"', types)
    relations = table.parts["word/_rels/document.xml.rels"].decode()
    assert relations.count("relationships/footnotes") == 1
    declared = table.xml("word/settings.xml").find(qn("w:footnotePr")).findall(qn("w:footnote"))
    assert [one.get(qn("w:id")) for one in declared] == ["-1", "0"]
    links = table.parts["word/_rels/footnotes.xml.rels"].decode()
    assert links.count('TargetMode="External"') == 1
    assert "javascript" not in links
    for name, content in table.parts.items():
        for part in re.findall(r'Target="([^":]+)"', content.decode()) if "_rels" in name else ():
            assert any(known.endswith(part.rpartition("/")[2]) for known in table.parts)


def test_every_style_that_is_used_is_there(table: Opened) -> None:
    known = {
        style.get(qn("w:styleId")) for style in table.xml("word/styles.xml").iter(qn("w:style"))
    }
    used = set()
    for name in ("word/document.xml", "word/footnotes.xml", "word/footer1.xml"):
        for tag in ("w:pStyle", "w:rStyle", "w:tblStyle"):
            used |= {style.get(qn("w:val")) for style in table.xml(name).iter(qn(tag))}
    assert used <= known
    assert {
        "Title",
        "Heading1",
        "BodyText",
        "TableGrid",
        "FootnoteText",
        "FootnoteReference",
    } <= used


def is_repeated(row: _Row) -> bool:
    return bool(row._tr.xpath("w:trPr/w:tblHeader"))


def test_the_table(table: Opened) -> None:
    (made,) = table.document.tables
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["对象", "规定"],
        ["合肥市", "14.5%：达到14.5%[]"],
        ["贵阳市", "21%[]，又见[]"],
    ]
    assert [is_repeated(row) for row in made.rows] == [True, False, False]
    bold = made.rows[1].cells[1].paragraphs[0].runs[0]
    assert (bold.text, bold.bold) == ("14.5%", True)


def test_a_head_with_a_footnote_is_not_repeated() -> None:
    said = "| 对象 | 规定[1] |\n| --- | --- |\n| 甲 | 乙 | 丙 |"
    (made,) = Opened(paper(answer("问", said, NOTES[0]))).document.tables
    assert not is_repeated(made.rows[0])
    assert made.rows[1].cells[2].text == "丙"


def test_the_page_is_that_of_official_papers(table: Opened) -> None:
    (section,) = table.document.sections
    lengths = (
        *(section.page_width, section.page_height, section.top_margin),
        *(section.bottom_margin, section.left_margin, section.right_margin),
    )
    assert [round(length.mm) for length in lengths if length] == [210, 297, 37, 35, 28, 26]
    for number, side in ((1, "right"), (2, "left")):
        footer = table.parts[f"word/footer{number}.xml"].decode()
        assert "PAGE" in footer
        assert f'w:val="{side}"' in footer


def test_who_made_it_and_when(table: Opened) -> None:
    known = table.document.core_properties
    assert (known.title, known.author, known.last_modified_by) == (
        "政策问答及依据",
        "条析 Clausewise",
        "条析 Clausewise",
    )
    assert known.created is not None
    assert known.created.isoformat() == "2026-07-04T18:30:00+00:00"
    assert set(table.parts) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        *(f"word/{name}.xml" for name in ("document", "styles", "settings", "fontTable")),
        *(f"word/{name}.xml" for name in ("footnotes", "footer1", "footer2")),
        *(f"word/_rels/{name}.xml.rels" for name in ("document", "footnotes")),
    }


def test_day_corpus_and_way_close_the_paper(table: Opened) -> None:
    assert table.text.splitlines()[0] == "政策问答及依据"
    assert table.text.splitlines()[-3:] == [
        "日期：2026年7月5日",
        "语料版本：0123456789abcdef",
        "回答方式：未使用模型，摘自条款原文。",
    ]


def test_a_conversation() -> None:
    by_model = {"mode": Mode.GENERATIVE, "understood": "贵阳2025年森林覆盖率是多少？"}
    one = answer("合肥呢？", "29.5%。[1]", NOTES[0])
    two = answer("贵阳呢？", "55%。[2]", NOTES[1], **by_model)
    opened = Opened(paper(one, two))
    assert list(opened.footnotes) == ["-1", "0", "1", "2"]
    for line in (
        "一、合肥呢？",
        "二、贵阳呢？",
        "理解为：贵阳2025年森林覆盖率是多少？",
        "回答方式：未使用模型，摘自条款原文。",
        "回答方式：由对话模型撰写，逐句核对条款。",
    ):
        assert opened.text.count(line) == 1


def test_a_refusal_says_what_was_searched(ask: Callable[..., Answer]) -> None:
    refused = ask("合肥2025年海水淡化能力是多少？")
    assert refused.refused
    text = Opened(paper(refused)).text
    assert "查过：" in text
    if refused.related:
        assert f"最接近：《{refused.related[0].document_title}》" in text


def test_real_answers_lose_no_word_and_no_quote(ask: Callable[..., Answer]) -> None:
    for question in ("贵阳和合肥2025年森林覆盖率哪个高？", "合肥建筑领域的事由哪些部门负责？"):
        found = ask(question)
        opened = Opened(paper(found))
        words = "".join(t.text or "" for t in opened.body.iter(qn("w:t")))
        bare = re.sub(r"\[\d*\]|[|\s*]|---", "", found.answer)
        assert bare in re.sub(r"\[\d*\]|\s", "", words)
        notes = "".join(opened.footnotes.values())
        for one in found.citations:
            assert f"“{one.quote}”" in notes


STRANGE = "\x00甲\x08<w:p>\x1b&amp;\ufffe\U0001f600\ud800"


def test_what_xml_can_not_hold_is_left_out() -> None:
    strange = citation(1, STRANGE, document_title=STRANGE, clause_path=[STRANGE])
    made = paper(answer(f"问{STRANGE}", f"答{STRANGE}[1]", strange))
    opened = Opened(made)
    clean = "甲<w:p>&amp;\U0001f600"
    assert f"问{clean}" in opened.text
    assert f"答{clean}" in opened.text
    assert f"“{clean}”" in opened.footnotes["1"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("合肥2025年森林覆盖率是多少？", "合肥2025年森林覆盖率是多少.docx"),
        ('../../etc/passwd\r\nX: "y"', "etcpasswd X y.docx"),
        ("？？", "政策问答及依据.docx"),
        ("长" * 100, f"{'长' * 40}.docx"),
    ],
)
def test_the_name_of_the_file(question: str, name: str) -> None:
    assert file_name(paper(answer(question, "答")), "docx") == name


def test_a_source_is_cited_like_a_citation() -> None:
    near = Source.model_validate(NOTES[0].model_dump())
    searched = {"regions": [], "documents": 2, "clauses": 9, "years": [], "terms": []}
    refused = answer("问", "没有。", refused=True, related=[near], searched=searched)
    assert "最接近：《合肥市碳达峰实施方案》第一部分，第3页。" in Opened(paper(refused)).text
