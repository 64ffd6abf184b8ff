"""OFD (GB/T 33190), the state's fixed-layout format: a ZIP of XML pages with placed characters."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers.packed import Package, opened

_ROOT = "OFD.xml"
_SAME_LINE = 0.5  # of the letters' height


@dataclass(frozen=True, slots=True)
class _Words:
    """Characters placed on a page, in millimetres from its top left corner."""

    x: float
    y: float
    height: float
    text: str


def read_ofd(path: Path) -> list[Page]:
    """The pages of an OFD file with text, numbered from 1.

    Raises SourceError for a damaged or encrypted file, and for one that holds only images.
    """
    with opened(path) as package:
        pages = [
            Page(number, "\n".join(_lines(list(_words(package.xml(part))))))
            for number, part in enumerate(_page_parts(package), start=1)
        ]
    if not any(page.text.strip() for page in pages):
        raise SourceError(f"{path}: 没有文字层（可能是扫描件），请提供文字版")
    return pages


def _page_parts(package: Package) -> Iterator[str]:
    """Names of the page contents, in reading order, of all documents inside."""
    for root in _named(package.xml(_ROOT), "DocRoot"):
        document = _inside("", root.text or "")
        folder = posixpath.dirname(document)
        for page in _named(package.xml(document), "Page"):
            if location := page.get("BaseLoc"):
                yield _inside(folder, location)


def _inside(folder: str, location: str) -> str:
    """A location of the package; one that climbs out names nothing that is there."""
    location = location.strip()
    joined = location.lstrip("/") if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(joined)


def _words(content: Element) -> Iterator[_Words]:
    for placed in _named(content, "TextObject"):
        left, top = _numbers(placed.get("Boundary", ""))[:2] or (0.0, 0.0)
        height = float(placed.get("Size") or 4.0)
        for code in _named(placed, "TextCode"):
            if code.text and code.text.strip():
                x = left + float(code.get("X") or 0.0)
                yield _Words(x, top + float(code.get("Y") or 0.0), height, code.text.strip("\n"))


def _lines(words: Sequence[_Words]) -> Iterator[str]:
    """Words of about one height are a line; lines from the top, words from the left."""
    line: list[_Words] = []
    for word in sorted(words, key=lambda word: (word.y, word.x)):
        if line and word.y - line[0].y > _SAME_LINE * word.height:
            yield _joined(line)
            line = []
        line.append(word)
    if line:
        yield _joined(line)


def _joined(line: Sequence[_Words]) -> str:
    return "".join(word.text for word in sorted(line, key=lambda word: word.x))


def _named(element: Element, name: str) -> Iterator[Element]:
    """Descendants of this local name, whatever their namespace."""
    return (found for found in element.iter() if found.tag.rpartition("}")[2] == name)


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split()]
    except ValueError:
        return []
