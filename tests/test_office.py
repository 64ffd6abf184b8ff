import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from corpus.clauses import parse
from corpus.clean import clean
from corpus.document import PageMap
from corpus.errors import SourceError
from corpus.readers import read
from corpus.readers.numbering import counted
from corpus.readers.office import read_doc, read_docx
from corpus.tables import rows

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
W = nsdecls("w")
HAN = "chineseCountingThousand"
LEVELS = ((HAN, "%1、"), (HAN, "（%2）"), ("decimal", "%3."))
POINTS = (("decimal", "%1."), ("decimal", "%1.%2"))
RESTART = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'


def add_list(document: Word, levels: Sequence[tuple[str, str]], more: str = "") -> None:
    """List 90 with these (format, text), list 91 that goes on with it and 92 that begins anew.

    `more` is put into its innermost level.
    """
    last = len(levels) - 1
    inner = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'{more if at == last else ""}<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (style, text) in enumerate(levels)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{inner}</w:abstractNum>')
    )
    for number, change in ((90, ""), (91, ""), (92, RESTART)):
        numbering.append(
            parse_xml(
                f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="90"/>{change}</w:num>'
            )
        )


def place(depth: int, number: int = 90) -> str:
    return f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def put(paragraph: Paragraph, depth: int, number: int = 90) -> None:
    paragraph._p.get_or_add_pPr().append(parse_xml(place(depth, number)))


def saved(document: Word, folder: Path) -> Path:
    path = folder / "方案.docx"
    document.save(str(path))
    return path


def text_of(document: Word, folder: Path) -> str:
    (page,) = read(saved(document, folder)).pages
    assert page.number is None
    return page.text


def plan() -> Word:
    """A document whose numbers are Word's own."""
    document = Document()
    add_list(document, LEVELS)
    document.add_paragraph("合肥市节约用水实施方案")
    put(document.add_paragraph("总体要求"), 0)
    document.add_paragraph("到2025年，用水总量控制在三十一亿立方米以内。")
    for depth, words in (
        (0, "重点任务"),
        (1, "农业节水"),
        (2, "推广滴灌。面积一百万亩。"),
        (2, "改造渠系。"),
        (1, "工业节水"),
        (2, "提高重复利用率。"),
    ):
        put(document.add_paragraph(words), depth)
    add_table(document, "地区|用水量（亿立方米）", "包河区|3.5")
    document.add_paragraph("以上为测试数据。")  # Word closes every document with a paragraph
    return document


def add_table(document: Word, *lines: str) -> None:
    table = document.add_table(rows=len(lines), cols=lines[0].count("|") + 1)
    for cell, text in zip(table._cells, "|".join(lines).split("|"), strict=True):
        cell.text = text


def test_automatic_numbers_are_read_as_shown(tmp_path: Path) -> None:
    paths = [" > ".join(clause.path) for clause in parse(text_of(plan(), tmp_path), PageMap())]
    assert paths[1:] == [
        "一、总体要求",
        "二、重点任务",
        "二、重点任务 > （一）农业节水",
        "二、重点任务 > （一）农业节水 > 1.推广滴灌",
        "二、重点任务 > （一）农业节水 > 2.改造渠系",
        "二、重点任务 > （二）工业节水",
        "二、重点任务 > （二）工业节水 > 1.提高重复利用率",
    ]


def test_a_list_goes_on_in_another_or_begins_anew(tmp_path: Path) -> None:
    document = Document()
    add_list(document, POINTS)
    for number, words in ((90, "甲"), (91, "乙"), (92, "丙"), (92, "丁")):
        put(document.add_paragraph(words), 0, number)
    assert text_of(document, tmp_path) == "1.甲\n2.乙\n1.丙\n2.丁"


@pytest.mark.parametrize(("more", "last"), [("", "1.1丁"), ('<w:lvlRestart w:val="0"/>', "1.2丁")])
def test_a_lower_level_may_go_on_under_the_next_heading(
    tmp_path: Path, more: str, last: str
) -> None:
    document = Document()
    add_list(document, (("decimal", "%1."), ("decimal", "1.%2")), more)
    for depth, words in ((0, "甲"), (1, "乙"), (0, "丙"), (1, "丁")):
        put(document.add_paragraph(words), depth)
    assert text_of(document, tmp_path).splitlines()[-1] == last


def test_a_han_heading_may_count_in_digits_below(tmp_path: Path) -> None:
    document = Document()
    add_list(document, ((HAN, "%1、"), ("decimal", "%1.%2")), "<w:isLgl/>")
    put(document.add_paragraph("甲"), 0)
    put(document.add_paragraph("乙"), 1)
    assert text_of(document, tmp_path) == "一、甲\n1.1乙"


def test_a_number_does_not_run_into_the_figure_after_it(tmp_path: Path) -> None:
    document = Document()
    add_list(document, POINTS)
    put(document.add_paragraph("5亿元用于改造。"), 0)
    put(document.add_paragraph("2025年完成。"), 1)
    assert text_of(document, tmp_path) == "1. 5亿元用于改造。\n1.1 2025年完成。"


def test_numbers_come_with_the_style_and_the_style_it_is_based_on(tmp_path: Path) -> None:
    document = Document()
    add_list(document, LEVELS, '<w:pStyle w:val="item"/>')
    heading = document.styles.add_style("heading", 1)
    heading.element.get_or_add_pPr().append(parse_xml(place(0)))
    item = document.styles.add_style("item", 1)
    item.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="90"/></w:numPr>'))
    based = document.styles.add_style("based", 1)
    based.base_style = heading
    for words, style in (("甲", heading), ("乙", based), ("丙", item)):
        document.add_paragraph(words, style=style)
    put(document.add_paragraph("丁", style=heading), 0, number=0)
    assert text_of(document, tmp_path) == "一、甲\n二、乙\n1.丙\n丁"


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("chineseCounting", ["一", "十", "二十一", "一百零五"]),
        ("japaneseCounting", ["一", "十", "二十一", "一百零五"]),
        ("ideographDigital", ["一", "一〇", "二一", "一〇五"]),
        ("ideographTraditional", ["甲", "癸", "21", "105"]),
        ("upperRoman", ["I", "X", "XXI", "CV"]),
        ("lowerLetter", ["a", "j", "u", "aaaaa"]),
        ("decimalEnclosedCircle", ["①", "⑩", "21", "105"]),
        ("unknown", ["1", "10", "21", "105"]),
    ],
)
def test_styles_of_counting(style: str, said: list[str]) -> None:
    assert [counted(number, style) for number in (1, 10, 21, 105)] == said


def test_bullets_are_shown_by_one_sign(tmp_path: Path) -> None:
    document = Document()
    add_list(document, (("bullet", "\uf0b7"),))
    put(document.add_paragraph("甲"), 0)
    assert text_of(document, tmp_path) == "•甲"


def test_tables_are_read_back_under_their_heads(tmp_path: Path) -> None:
    text, _ = clean(text_of(plan(), tmp_path), PageMap())
    assert [row.words for row in rows(text)] == ["包河区：用水量3.5亿立方米"]


def test_a_table_that_opens_the_document_keeps_its_head_and_its_order(tmp_path: Path) -> None:
    document = Document()
    add_table(document, "地区|用水量", "包河区|3.5")
    document.add_paragraph("以上为测试数据。")
    text = text_of(document, tmp_path)
    assert [row.words for row in rows(text)] == ["包河区：用水量3.5"]
    assert text.endswith("以上为测试数据。")


def test_merged_and_empty_cells_leave_every_row_as_long_as_the_head(tmp_path: Path) -> None:
    document = Document()
    add_table(document, "地区|甲项|乙项", "包河区|1|", "|2|3", "蜀山区||5")
    table = document.tables[0]
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 1).merge(table.cell(3, 2))
    assert [row.words for row in rows(text_of(document, tmp_path))] == [
        "包河区：甲项1",
        "包河区：甲项2，乙项3",
        "蜀山区：甲项5，乙项5",
    ]


def test_rows_that_begin_late_or_end_early(tmp_path: Path) -> None:
    document = Document()
    add_table(document, "地区|甲项|乙项", "x|1|2", "蜀山区|3|x")
    for at, drop, name in ((1, 0, "gridBefore"), (2, 2, "gridAfter")):
        row = document.tables[0].rows[at]._tr
        row.remove(row.tc_lst[drop])
        row.get_or_add_trPr().append(parse_xml(f'<w:{name} {W} w:val="1"/>'))
    assert [row.words for row in rows(text_of(document, tmp_path))] == [
        "甲项1，乙项2",
        "蜀山区：甲项3",
    ]


def test_cells_keep_their_numbers_insertions_and_inner_tables(tmp_path: Path) -> None:
    document = Document()
    add_list(document, (("decimal", "%1"),))
    add_table(document, "序号|任务|期限", "|新建|", "|改建|2026年")
    table = document.tables[0]
    for at in (1, 2):
        put(table.cell(at, 0).paragraphs[0], 0)
    table.cell(1, 1).paragraphs[0]._p.append(
        parse_xml(f"<w:ins {W}><w:r><w:t>泵站</w:t></w:r></w:ins>")
    )
    table.cell(1, 2).add_table(1, 1).cell(0, 0).text = "2025年"
    assert [row.words for row in rows(text_of(document, tmp_path))] == [
        "1：任务新建泵站，期限2025年",
        "2：任务改建，期限2026年",
    ]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:ins {}><w:r><w:t>五成</w:t></w:r></w:ins>", "达到五成"),
        ("<w:moveTo {}><w:r><w:t>五成</w:t></w:r></w:moveTo>", "达到五成"),
        ("<w:hyperlink {}><w:r><w:t>五成</w:t></w:r></w:hyperlink>", "达到五成"),
        (
            "<w:sdt {}><w:sdtContent><w:r><w:t>五成</w:t></w:r></w:sdtContent></w:sdt>",
            "达到五成",
        ),
        ("<w:r {}><w:tab/><w:t>五成</w:t><w:br/><w:t>止</w:t></w:r>", "达到 五成\n止"),
        ("<w:del {}><w:r><w:delText>六成</w:delText></w:r></w:del>", "达到"),
        ("<w:moveFrom {}><w:r><w:t>六成</w:t></w:r></w:moveFrom>", "达到"),
        ("<w:r {}><w:instrText>PAGE</w:instrText></w:r>", "达到"),
        (
            "<w:r {}><w:pict><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
            "达到",
        ),
    ],
)
def test_what_a_reader_of_the_final_text_sees(tmp_path: Path, xml: str, text: str) -> None:
    document = Document()
    document.add_paragraph("达到")._p.append(parse_xml(xml.format(W)))
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    assert text_of(document, tmp_path) == text


def test_a_deleted_paragraph_or_row_does_not_count(tmp_path: Path) -> None:
    document = Document()
    add_list(document, POINTS)
    for words in ("甲", "", "乙"):
        put(document.add_paragraph(words), 0)
    gone = document.paragraphs[1]._p
    gone.get_or_add_pPr().append(parse_xml(f"<w:rPr {W}><w:del/></w:rPr>"))
    gone.append(parse_xml(f"<w:del {W}><w:r><w:delText>删去</w:delText></w:r></w:del>"))
    add_table(document, "地区|甲项", "删去区|1", "包河区|2")
    document.tables[0].rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {W}/>"))
    text = text_of(document, tmp_path)
    assert text.startswith("1.甲\n2.乙\n")
    assert [row.words for row in rows(text)] == ["包河区：甲项2"]


@pytest.mark.parametrize(("gallery", "kept"), [("Table of Contents", False), ("Cover Pages", True)])
def test_content_controls_are_read_and_contents_left_out(
    tmp_path: Path, gallery: str, kept: bool
) -> None:
    document = Document()
    document.add_paragraph("正文")
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="{gallery}"/></w:docPartObj></w:sdtPr>'
            "<w:sdtContent><w:p><w:r><w:t>控件内</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert text_of(document, tmp_path) == ("控件内\n正文" if kept else "正文")


@pytest.mark.parametrize("fill", [lambda document: None, lambda document: document.add_table(2, 2)])
def test_a_document_without_words(tmp_path: Path, fill: Callable[[Word], object]) -> None:
    document = Document()
    fill(document)
    with pytest.raises(SourceError, match=r"方案\.docx.*文字"):
        read(saved(document, tmp_path))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04broken", "损坏"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 99, "加密.*密码"),
        (b"", "损坏"),
    ],
)
def test_damaged_and_encrypted_files_are_named(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=said) as error:
        read_docx(path)
    assert "坏.docx" in str(error.value)


def altered(folder: Path, name: str, data: bytes) -> Path:
    """A good document of which one part was exchanged, or to which it was added."""
    document = Document()
    document.add_paragraph("正文")
    path = folder / "坏.docx"
    with (
        zipfile.ZipFile(saved(document, folder)) as good,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in {*good.namelist(), name}:
            bad.writestr(part, data if part == name else good.read(part))
    return path


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "实体"),
        ("word/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "实体"),
        ("word/document.xml", b"<a/>", "损坏"),
        ("word/document.xml", b"<a>", "损坏"),
        ("word/document.xml", f"<w:document {W}/>".encode(), "损坏"),
        ("[Content_Types].xml", b"<a/>", "损坏"),
        ("_rels/.rels", b"?", "损坏"),
    ],
)
def test_parts_that_are_not_as_they_should_be(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    with pytest.raises(SourceError, match=rf"坏\.docx.*{said}"):
        read_docx(altered(tmp_path, name, data))


def test_numbers_that_are_none_do_no_harm(tmp_path: Path) -> None:
    data = f'<w:numbering {W}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="x"><w:start w:val="-"/></w:lvl></w:abstractNum></w:numbering>'
    (page,) = read_docx(altered(tmp_path, "word/numbering.xml", data.encode()))
    assert page.text == "正文"


def test_compressed_words_that_are_broken(tmp_path: Path) -> None:
    path = altered(tmp_path, "word/document.xml", b"<a/>" * 99)
    data = bytearray(path.read_bytes())
    at = data.find(b"word/document.xml") + len("word/document.xml")
    data[at : at + 8] = b"\xff" * 8
    path.write_bytes(data)
    with pytest.raises(SourceError, match="损坏"):
        read_docx(path)


@pytest.mark.parametrize("limit", ["_MAXIMUM_PART", "_MAXIMUM_BYTES"])
def test_pictures_count_towards_the_size_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = altered(tmp_path, "word/media/image1.png", bytes(2**21))
    assert read_docx(path)[0].text == "正文"
    monkeypatch.setattr(f"corpus.readers.packed.{limit}", 2**20)
    with pytest.raises(SourceError, match="炸弹"):
        read_docx(path)


def test_cells_that_repeat_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "字" * 1000
    cell._tc.grid_span = 10**6
    path = saved(document, tmp_path)
    assert len(read_docx(path)[0].text) < 64 * 1002
    monkeypatch.setattr("corpus.readers.office._MAXIMUM_CHARACTERS", 10_000)
    with pytest.raises(SourceError, match="过多"):
        read_docx(path)


def legacy(folder: Path) -> Path:
    path = folder / "旧方案.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    return path


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str = "") -> None:
    """Make this shell script the only LibreOffice there is; none without a script."""
    (folder / "bin").mkdir()
    if script:
        path = folder / "bin" / "soffice"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder / "bin"))


@pytest.mark.parametrize(
    ("script", "said"),
    [("", "安装它"), ("exit 1", "未能转换"), ("echo x > $6/source.docx", "损坏")],
)
def test_a_legacy_file_that_cannot_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    program(tmp_path, monkeypatch, script)
    with pytest.raises(SourceError, match=said) as error:
        read_doc(legacy(tmp_path))
    assert str(error.value).startswith(f"{tmp_path / '旧方案.doc'}: ")


def test_a_conversion_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "while :; do :; done")
    monkeypatch.setattr("corpus.readers.office._SECONDS", 0.05)
    with pytest.raises(SourceError, match=r"旧方案\.doc.*超过"):
        read_doc(legacy(tmp_path))


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")
def test_a_legacy_file_through_libreoffice(tmp_path: Path) -> None:
    source = saved(plan(), tmp_path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "doc", "--outdir", tmp_path, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (page,) = read(tmp_path / "方案.doc").pages
    assert "二、重点任务\n（一）农业节水\n1.推广滴灌" in page.text
    assert [row.words for row in rows(page.text)] == ["包河区：用水量3.5亿立方米"]
