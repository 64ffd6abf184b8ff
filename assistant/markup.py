"""The little Markdown that answers are written in, read into typed blocks.

Only paragraphs, tables, **bold** and markers [1] mean anything; all else, HTML, links and
images included, is plain text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_INLINE = re.compile(r"\[(?P<marker>\d{1,3})\]|\*\*(?P<bold>[^*]+)\*\*")
_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    words: str
    bold: bool = False

    @property
    def html(self) -> str:
        """The words as HTML text: whatever they hold, they are no markup."""
        return html.escape(self.words)


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker."""

    number: int


Inline = Text | Marker
Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of an answer."""

    parts: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under their heads."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Table


def blocks(answer: str) -> list[Block]:
    """The blocks of an answer, in order."""
    found: list[Block] = []
    table: list[tuple[Cell, ...]] = []
    for line in [*answer.splitlines(), ""]:
        line = line.strip()
        if line.startswith("|") and line.endswith("|") and len(line) > 1:
            if not _RULE.match(line):
                table.append(tuple(inline(cell.strip()) for cell in line[1:-1].split("|")))
            continue
        if table:
            found.append(Table(table[0], tuple(table[1:])))
            table = []
        if line:
            found.append(Paragraph(inline(line)))
    return found


def inline(text: str) -> Cell:
    """Words, bold words and markers of one line."""
    return tuple(_inline(text))


def _inline(text: str) -> Iterator[Inline]:
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield Text(text[at : found.start()])
        if found["marker"]:
            yield Marker(int(found["marker"]))
        else:
            yield Text(found["bold"], bold=True)
        at = found.end()
    if at < len(text):
        yield Text(text[at:])
