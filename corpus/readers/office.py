"""Word: .docx with its automatic numbering and tables; .doc through LibreOffice where it is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers.numbering import Numbering, numbering_of
from corpus.readers.packed import opened

_SECONDS = 120
_MAXIMUM_CHARACTERS = 32 * 1024 * 1024
_COLUMNS = 63  # the most that Word allows
_OLE = b"\xd0\xcf\x11\xe0"
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# What stands around paragraphs, or around the runs of one, and is read through. What is not
# here is left out: deletions, the place something moved from, drawings and their text boxes.
_AROUND = {
    f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
}
_AROUND_RUNS = _AROUND | {f"{_W}{name}" for name in ("r", "hyperlink", "fldSimple", "dir", "bdo")}
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SIGN_TAGS = {f"{_W}{name}": sign for name, sign in _SIGNS.items()}


def read_docx(path: Path) -> list[Page]:
    """The text of a Word file in reading order, as one unnumbered page (Word fixes none).

    Raises SourceError for a damaged or encrypted file, for one without text, and for one that
    unpacks to too much.
    """
    numbering = _checked(path)
    lines = _bounded(path, _lines(_body(path), numbering))
    text = "\n".join(lines).strip("\n")
    if not text.strip():
        raise SourceError(f"{path}: 没有文字（可能只有图片），请提供文字版")
    return [Page(None, text)]


def read_doc(path: Path) -> list[Page]:
    """A Word 97 file, converted by LibreOffice.

    Raises SourceError where LibreOffice is not installed or cannot read the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SourceError(f"{path}: 读取 .doc 需要 LibreOffice；请安装它，或另存为 .docx")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            # Under a plain name: where the locale is C, LibreOffice finds no Chinese one.
            shutil.copyfile(path, folder / "source.doc")
            _convert(program, folder)
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"{path}: 转换超过 {_SECONDS} 秒，请另存为 .docx") from error
        except OSError as error:
            raise SourceError(f"{path}: LibreOffice 未能转换，请另存为 .docx") from error
        converted = folder / "source.docx"
        if not converted.exists():
            raise SourceError(f"{path}: LibreOffice 未能转换，请另存为 .docx")
        try:
            return read_docx(converted)
        except SourceError as error:
            raise SourceError(str(error).replace(str(converted), str(path))) from error


def _convert(program: str, folder: Path) -> None:
    """Make source.docx of source.doc; LibreOffice's processes end with the time allowed."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "docx", "--outdir", str(folder)]
    process = subprocess.Popen(  # noqa: S603 (our own program and file)
        [*command, str(folder / "source.doc")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)  # the program starts others
        process.wait()
        raise


def _checked(path: Path) -> Numbering:
    """Check every part before the library sees the file, and read its lists."""
    roots: dict[str, Element] = {}
    try:
        with path.open("rb") as file:
            if file.read(4) == _OLE:
                raise SourceError(f"{path}: 文件已加密，或实为旧版 .doc；请去除密码或另存为 .docx")
        with opened(path) as package:
            if _BODY not in package.names:
                raise SourceError(f"{path}: 不是 Word 文档，请核对扩展名或重新下载")
            for name in sorted(package.names):
                if name.startswith("word/") and name.endswith(".xml"):
                    roots[name] = package.xml(name)
                else:
                    package.part(name)  # counts its size
    except (zlib.error, RuntimeError, OSError) as error:
        raise SourceError(f"{path}: 文件已损坏，请重新下载（{error}）") from error
    return numbering_of(roots.get("word/numbering.xml"), roots.get("word/styles.xml"))


def _body(path: Path) -> Element:
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        body: Element = Document(str(path)).element.body
    except (OpcError, KeyError, ValueError, AttributeError, SyntaxError) as error:
        raise SourceError(f"{path}: Word 文档已损坏，请重新下载（{error}）") from error
    if body is None:
        raise SourceError(f"{path}: Word 文档已损坏（没有正文），请重新下载")
    return body


def _bounded(path: Path, lines: Iterable[str]) -> Iterator[str]:
    """The lines, until they are too many: merged cells repeat, and so can be a bomb."""
    left = _MAXIMUM_CHARACTERS
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            raise SourceError(f"{path}: 文字过多，疑似压缩炸弹；请拆分")
        yield line


def _lines(body: Element, numbering: Numbering) -> Iterator[str]:
    """Paragraphs and tables in document order."""
    for block in _within(body, _AROUND, (f"{_W}p", f"{_W}tbl")):
        if block.tag == f"{_W}tbl":
            yield from _flattened(block, numbering)
        elif (words := _paragraph(block, numbering)) is not None:
            yield words


def _within(element: Element, around: set[str], wanted: Sequence[str]) -> Iterator[Element]:
    """The wanted elements below, in order, through what stands around them only."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag in around and not _contents(child):
            yield from _within(child, around, wanted)


def _contents(element: Element) -> bool:
    """Whether this is a table of contents, which repeats the headings with page numbers."""
    gallery = element.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and gallery.get(f"{_W}val") == "Table of Contents"


def _paragraph(paragraph: Element, numbering: Numbering) -> str | None:
    """A paragraph with its label; None where it was deleted whole."""
    wanted = (f"{_W}t", *_SIGN_TAGS)
    pieces = _within(paragraph, _AROUND_RUNS, wanted)
    words = "".join(_SIGN_TAGS.get(piece.tag, piece.text or "") for piece in pieces)
    mark = paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del")
    if mark is not None and not words:
        return None
    label, words = numbering.label(paragraph), words.replace("\t", " ")
    return f"{label}{' ' if _would_merge(label, words) else ''}{words}"


def _would_merge(label: str, words: str) -> bool:
    """Whether a label and the words would read as one number: `1.` and `5亿`."""
    end, start = label[-1:], words[:1]
    return (end == "." or (end.isascii() and end.isalnum())) and start.isascii() and start.isalnum()


def _flattened(table: Element, numbering: Numbering) -> Iterator[str]:
    """A table as `corpus.tables` reads it: a cell a line opened by a tab, rows parted."""
    above: list[str] = []
    yield ""
    for row in _within(table, _AROUND, (f"{_W}tr",)):
        if row.find(f"{_W}trPr/{_W}del") is None:
            above = _cells(row, above, numbering)
            yield from (f"\t{cell}" for cell in above)
            yield ""


def _cells(row: Element, above: Sequence[str], numbering: Numbering) -> list[str]:
    """The words of a row's cells, once for each column of the grid that they cover."""
    cells = [""] * _count(row, "trPr", "gridBefore", 0)
    for cell in _within(row, _AROUND, (f"{_W}tc",)):
        span = _count(cell, "tcPr", "gridSpan", 1)
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
        held = above[len(cells)] if goes_on and len(cells) < len(above) else None
        cells += [_cell(cell, numbering) if held is None else held] * span
    return (cells + [""] * _count(row, "trPr", "gridAfter", 0))[:_COLUMNS]


def _cell(cell: Element, numbering: Numbering) -> str:
    """The words of a cell on one line, tables inside it included."""
    around = _AROUND | {f"{_W}{name}" for name in ("tbl", "tr", "tc")}
    paragraphs = (_paragraph(found, numbering) for found in _within(cell, around, (f"{_W}p",)))
    return " ".join(" ".join(words or "" for words in paragraphs).split())


def _count(element: Element, properties: str, name: str, otherwise: int) -> int:
    """A number of columns, at most as many as Word allows."""
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), _COLUMNS) if value.isascii() and value.isdigit() else otherwise
