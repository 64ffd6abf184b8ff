"""Word: .docx with its automatic numbering and tables; .doc through LibreOffice where it is."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers.numbering import Numbering, numbering_of
from corpus.readers.packed import opened

if TYPE_CHECKING:
    from docx.table import Table

_SECONDS = 120
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(path: Path) -> list[Page]:
    """The text of a Word file in reading order, as one unnumbered page (Word fixes none).

    Raises SourceError for a damaged file and for one without text.
    """
    numbering = _numbering(path)
    text = "\n".join(_blocks(path, numbering)).strip()
    if not text:
        raise SourceError(f"{path}: 没有文字（可能只有图片），请提供文字版")
    return [Page(None, text)]


def read_doc(path: Path) -> list[Page]:
    """A Word 97 file, converted by LibreOffice.

    Raises SourceError where LibreOffice is not installed or cannot read the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SourceError(f"{path}: 读取 .doc 需要 LibreOffice；请安装它，或另存为 .docx")
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "docx", "--outdir", folder]
        try:
            subprocess.run(  # noqa: S603 (our own program and file)
                [*command, str(path.resolve())], capture_output=True, timeout=_SECONDS, check=True
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise SourceError(f"{path}: LibreOffice 未能转换，请另存为 .docx") from error
        converted = Path(folder, f"{path.stem}.docx")
        if not converted.exists():
            raise SourceError(f"{path}: LibreOffice 未能转换，请另存为 .docx")
        return read_docx(converted)


def _numbering(path: Path) -> Numbering:
    """Check every part before the library sees the file, and read its lists."""
    with opened(path) as package:
        if _BODY not in package.names:
            raise SourceError(f"{path}: 不是 Word 文档，请核对扩展名或重新下载")
        parts = {name: package.xml(name) for name in sorted(package.names) if name.endswith(".xml")}
    return numbering_of(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))


def _blocks(path: Path, numbering: Numbering) -> Iterator[str]:
    from docx import Document
    from docx.table import Table

    try:
        document = Document(str(path))
    except (KeyError, ValueError) as error:
        raise SourceError(f"{path}: Word 文档已损坏，请重新下载（{error}）") from error
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield _flattened(block)
        else:
            label = numbering.label(block._p)
            yield f"{label}{_text(block._p)}"


def _text(paragraph: Element) -> str:
    """The words of a paragraph: insertions kept, deletions and text boxes left out."""
    parts: list[str] = []
    for run in paragraph.iter(f"{_W}r"):
        if any(True for _ in run.iter(f"{_W}txbxContent")):
            continue
        for piece in run:
            if piece.tag == f"{_W}t":
                parts.append(piece.text or "")
            elif piece.tag in (f"{_W}br", f"{_W}cr"):
                parts.append("\n")
    return "".join(parts)


def _flattened(table: Table) -> str:
    """A table as `corpus.tables` reads it: a cell a line opened by a tab, rows parted."""
    rows = [
        "\n".join(f"\t{' '.join(cell.text.split())}" for cell in row.cells) for row in table.rows
    ]
    return "\n".join(["", "\n\n".join(rows), ""])
