import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.clauses import parse
from corpus.document import PageMap
from corpus.errors import SourceError
from corpus.readers import read
from corpus.readers.packed import Package
from corpus.tables import rows

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LEVELS = (
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
)


def numbered(folder: Path) -> Path:
    """A document whose numbers are Word's own."""
    document = Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (style, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    )

    def item(depth: int, text: str) -> None:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>'
            )
        )

    document.add_paragraph("合肥市节约用水实施方案")
    item(0, "总体要求")
    document.add_paragraph("到2025年，用水总量控制在三十一亿立方米以内。")
    item(0, "重点任务")
    item(1, "农业节水")
    item(2, "推广滴灌。面积一百万亩。")
    item(2, "改造渠系。")
    item(1, "工业节水")
    item(2, "提高重复利用率。")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        table._cells, ("地区", "用水量（亿立方米）", "包河区", "3.5"), strict=True
    ):
        cell.text = text
    path = folder / "方案.docx"
    document.save(str(path))
    return path


def test_automatic_numbers_are_read_as_shown(tmp_path: Path) -> None:
    (page,) = read(numbered(tmp_path)).pages
    assert page.number is None
    paths = [" > ".join(clause.path) for clause in parse(page.text, PageMap())]
    assert paths[1:] == [
        "一、总体要求",
        "二、重点任务",
        "二、重点任务 > （一）农业节水",
        "二、重点任务 > （一）农业节水 > 1.推广滴灌",
        "二、重点任务 > （一）农业节水 > 2.改造渠系",
        "二、重点任务 > （二）工业节水",
        "二、重点任务 > （二）工业节水 > 1.提高重复利用率",
    ]


def test_tables_are_read_back_under_their_heads(tmp_path: Path) -> None:
    (page,) = read(numbered(tmp_path)).pages
    assert [row.words for row in rows(page.text)] == ["包河区：用水量3.5亿立方米"]


def test_deleted_words_are_left_out_and_inserted_kept(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("达到")._p
    paragraph.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>五成</w:t></w:r></w:ins>"))
    paragraph.append(
        parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>六成</w:delText></w:r></w:del>")
    )
    path = tmp_path / "修订.docx"
    document.save(str(path))
    assert read(path).pages[0].text == "达到五成"


def test_an_empty_document(tmp_path: Path) -> None:
    path = tmp_path / "空.docx"
    Document().save(str(path))
    with pytest.raises(SourceError, match=r"空\.docx.*文字"):
        read(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"PK\x03\x04broken", "损坏"), (b"\xd0\xcf\x11\xe0" + b"x" * 99, "DOCX"), (b"", "空")],
)
def test_damaged_files_are_named(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=said) as error:
        read(path)
    assert "坏.docx" in str(error.value)


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(SourceError, match="实体"):
        read(path)


def test_a_part_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.packed._MAXIMUM_PART", 2**20)
    path = tmp_path / "big.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 2**22 + b"</a>")
    with zipfile.ZipFile(path) as archive, pytest.raises(SourceError, match="炸弹"):
        Package(path, archive).part("word/document.xml")


@pytest.mark.skipif(OFFICE is not None, reason="LibreOffice is installed")
def test_a_legacy_file_without_libreoffice_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "旧.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    with pytest.raises(SourceError, match="LibreOffice"):
        read(path)


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice on this machine")
def test_a_legacy_file_through_libreoffice(tmp_path: Path) -> None:
    source = numbered(tmp_path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            str(OFFICE),
            profile,
            "--headless",
            "--convert-to",
            "doc",
            "--outdir",
            str(tmp_path),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (page,) = read(tmp_path / "方案.doc").pages
    assert "用水总量控制在三十一亿立方米以内" in page.text
