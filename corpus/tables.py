"""Tables flattened to one cell a line, as saved office files hold them.

A row is a run of lines each opened by a tab; rows are parted by blank lines; a line without a
tab goes on with the cell before it. The first row of a table holds the heads; other words between
two rows part two tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ROW = re.compile(r"(?:^|\n)(\t[^\n]*(?:\n(?:\t|(?!\s*(?:\n|$)))[^\n]*)*)")
_UNIT = re.compile(r"[（(]([^（）()]{1,8})[)）]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row at text[start:end]: its first cell, and `words` that read it out under its heads."""

    start: int
    end: int
    name: str
    words: str


def rows(text: str) -> Iterator[Row]:
    """The rows of a flattened table under their heads; none where the text holds no table.

    >>> [row.words for row in rows("\\t地区\\n\\t绿化率（%）\\n\\n\\t甲县\\n\\t31")]
    ['甲县：绿化率31%']
    """
    heads: list[str] | None = None
    last = 0
    for found in _ROW.finditer(text):
        cells = _cells(found.group(1))
        if heads is None or text[last : found.start()].strip():
            heads = cells
        elif len(cells) == len(heads) > 1:
            yield Row(found.start(1) + 1, found.end(1), cells[0], _words(heads, cells))
        last = found.end()


def _cells(row: str) -> list[str]:
    return ["".join(cell.split()) for cell in row.split("\t")[1:]]


def _words(heads: list[str], cells: list[str]) -> str:
    said = []
    for head, cell in zip(heads[1:], cells[1:], strict=True):
        if not cell:
            continue
        unit = _UNIT.search(head)
        said.append(f"{_UNIT.sub('', head)}{cell}{unit.group(1) if unit else ''}")
    name = f"{cells[0]}：" if cells[0] else ""
    return name + "，".join(said)
