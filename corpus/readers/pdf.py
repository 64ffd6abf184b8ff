"""PDF: text by page, running heads and page numbers left out by their repetition.

pypdfium2 gives the text (pypdf mixes up radicals and characters on common files); pypdf tells
whether the file is encrypted or damaged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpus.document import Page
from corpus.errors import SourceError

_EDGE = 2  # lines at the top and at the bottom of a page that may be running heads
_REPEATED = 0.6  # share of the pages on which they must stand
_LEAST_TEXT = 8  # characters a page, on average; fewer: there is no text layer
_MAXIMUM_PAGES = 20_000
# Radicals that look like characters and do not decompose under NFKC.
_RADICALS = str.maketrans("⺠⻅⻋⻓⻔⻛⻝⻢⻥⻦⻩⻬⻰", "民见车长门风食马鱼鸟黄齐龙")
_COMPATIBLE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]")


def read_pdf(path: Path) -> list[Page]:
    """The pages of a PDF with a text layer, numbered from 1.

    Raises SourceError for a damaged or encrypted file, and for one without a text layer.
    """
    texts = _texts(path)
    if sum(len(text.strip()) for text in texts) < _LEAST_TEXT * max(len(texts), 1):
        raise NoTextLayerError(f"{path}: 没有文字层（可能是扫描件），请安装 ocr 扩展或提供文字版")
    return [Page(number, text) for number, text in enumerate(without_running_heads(texts), start=1)]


def image_pages(path: Path, pages: Sequence[Page]) -> tuple[int, ...]:
    """The numbers of the pages of a PDF that hold images and no text."""
    from pypdfium2 import PdfDocument
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    silent = [page.number for page in pages if page.number and not page.text.strip()]
    if not silent:
        return ()
    with PdfDocument(path) as document:
        return tuple(
            number
            for number in silent
            if any(document[number - 1].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
        )


class NoTextLayerError(SourceError):
    """The pages are images."""


def _texts(path: Path) -> list[str]:
    import pypdfium2
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        with path.open("rb") as file:
            reader = PdfReader(file)
            if reader.is_encrypted and not reader.decrypt(""):
                raise SourceError(f"{path}: 文件已加密，请先去除密码")
    except (PyPdfError, ValueError, OSError, RecursionError) as error:
        raise SourceError(f"{path}: 不是完整的 PDF 文件，请重新下载（{error}）") from error
    try:
        with pypdfium2.PdfDocument(path) as document:
            if len(document) > _MAXIMUM_PAGES:
                raise SourceError(f"{path}: 超过 {_MAXIMUM_PAGES} 页，请拆分")
            return [_page_text(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{path}: 无法解析 PDF，请重新下载（{error}）") from error


def _page_text(document: object, index: int) -> str:
    page = document[index]  # type: ignore[index]
    text = page.get_textpage().get_text_range()
    return plain(text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(text: str) -> str:
    """Radicals and compatibility ideographs as the characters they stand for.

    >>> plain("⽅案⻓效")
    '方案长效'
    """
    folded = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    return folded.translate(_RADICALS).replace("\ufffe", "").replace("\x00", "")


def without_running_heads(texts: Sequence[str]) -> list[str]:
    """Drop the lines at the edges that most pages share, numbers aside.

    >>> without_running_heads([f"某市公报\\n正文{'甲乙丙'[i]}\\n— {i} —" for i in range(3)])
    ['正文甲', '正文乙', '正文丙']
    """
    pages = [text.strip("\n").split("\n") for text in texts]
    if len(pages) < 2:
        return list(texts)
    shapes = Counter(
        shape for lines in pages for shape in {_shape(line) for line in _edges(lines)} if shape
    )
    running = {shape for shape, count in shapes.items() if count >= max(2, _REPEATED * len(pages))}
    return ["\n".join(_trimmed(lines, running)) for lines in pages]


def _edges(lines: Sequence[str]) -> list[str]:
    return [*lines[:_EDGE], *lines[-_EDGE:]]


def _shape(line: str) -> str:
    """A line with its numbers made equal."""
    return re.sub(r"\d+", "#", "".join(line.split()))


def _trimmed(lines: list[str], running: set[str]) -> list[str]:
    first, last = 0, len(lines)
    while first < min(_EDGE, last) and _shape(lines[first]) in running:
        first += 1
    while last > max(first, len(lines) - _EDGE) and _shape(lines[last - 1]) in running:
        last -= 1
    return lines[first:last]
