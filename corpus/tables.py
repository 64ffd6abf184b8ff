"""Tables flattened to one cell a line, as saved office files hold them.

A row is a run of lines each opened by a tab; rows are parted by blank lines; a line without a
tab goes on with the cell before it. The first row holds the heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ROW = re.compile(r"(?:^|\n)(\t[^\n]*(?:\n(?!\s*(?:\n|$))[^\n]*)*)")
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
    found = [(m.start(1), m.end(1), _cells(m.group(1))) for m in _ROW.finditer(text)]
    if len(found) < 2:
        return
    heads = found[0][2]
    for start, end, cells in found[1:]:
        if len(cells) == len(heads) > 1:
            yield Row(start + 1, end, cells[0], _words(heads, cells))


def _cells(row: str) -> list[str]:
    return ["".join(cell.split()) for cell in row.split("\t")[1:]]


def _words(heads: list[str], cells: list[str]) -> str:
    said = []
    for head, cell in zip(heads[1:], cells[1:], strict=True):
        unit = _UNIT.search(head)
        said.append(f"{_UNIT.sub('', head)}{cell}{unit.group(1) if unit else ''}")
    return f"{cells[0]}：{'，'.join(said)}"
