"""One file a format; `read` picks the reader by what the file is, not by what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers.text import read_text

TEXT = (".txt", ".md")
WEB = (".html", ".htm", ".shtml")
SUFFIXES = (*TEXT, *WEB, ".pdf", ".docx", ".doc", ".ofd")
ARCHIVES = (".zip",)
MAXIMUM_BYTES = 500 * 1024 * 1024

# How files of these formats begin; a file whose beginning and name disagree is named as such.
_BEGINNINGS = {
    ".pdf": (b"%PDF",),
    ".docx": (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),  # the latter where it is encrypted
    ".ofd": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
    ".doc": (b"\xd0\xcf\x11\xe0",),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its pages (one unnumbered page where the format has none), its address.

    `unread` are the numbers of the pages that are images, where nothing can read them.
    """

    pages: tuple[Page, ...]
    url: str | None = None
    unread: tuple[int, ...] = ()


def read(path: Path) -> Reading:
    """Read a file. Raises SourceError, naming the file and what to do, where that is impossible."""
    suffix = check(path)
    if suffix in TEXT:
        return Reading((Page(None, read_text(path)),))
    if suffix in WEB:
        from corpus.readers.web import read_html

        text, url = read_html(path)
        return Reading((Page(None, text),), url)
    if suffix == ".pdf":
        return _pdf(path)
    if suffix == ".ofd":
        from corpus.readers.ofd import read_ofd

        return Reading(tuple(read_ofd(path)))
    from corpus.readers.office import read_doc, read_docx

    return Reading(tuple(read_docx(path) if suffix == ".docx" else read_doc(path)))


def _pdf(path: Path) -> Reading:
    """By its text layer; page by page by OCR where there is none and the extra is installed."""
    from corpus.readers import ocr
    from corpus.readers.pdf import NoTextLayerError, image_pages, read_pdf

    try:
        pages = read_pdf(path)
    except NoTextLayerError:
        if not ocr.available():
            raise
        return Reading(tuple(ocr.read_scan(path)))
    images = image_pages(path, pages)
    if not images:
        return Reading(tuple(pages))
    if not ocr.available():
        return Reading(tuple(pages), unread=images)
    recognised = {page.number: page for page in ocr.read_scan(path, images)}
    return Reading(tuple(recognised.get(page.number, page) for page in pages))


def check(path: Path) -> str:
    """The ending of a file that can be read. Raises SourceError: too large, unknown, misnamed."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES + ARCHIVES:
        known = " ".join(SUFFIXES + ARCHIVES)
        raise SourceError(f"{path}: 不支持 {suffix or '无扩展名'} 格式，可用：{known}")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            beginning = file.read(8)
    except OSError as error:
        raise SourceError(f"{path}: 无法读取（{error.strerror}）") from error
    if size == 0:
        raise SourceError(f"{path}: 文件为空")
    if size > MAXIMUM_BYTES:
        raise SourceError(f"{path}: 超过 {MAXIMUM_BYTES // 2**20} MB，请拆分")
    expected = _BEGINNINGS.get(suffix)
    if expected and not beginning.startswith(expected):
        raise SourceError(f"{path}: 内容不是 {suffix[1:].upper()} 格式，请核对扩展名或重新下载")
    return suffix
