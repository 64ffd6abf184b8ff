"""Which provinces and cities are held: a map of tiles, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.page.facets import ACROSS, NATIONWIDE, PROVINCE, UNKNOWN, Row, in_standard, values_of
from corpus.document import Level

# The provincial divisions, each a tile about where it lies.
_MAP = (
    "- - - - - - - - 黑龙江",
    "- - - - - 内蒙古 - - 吉林",
    "新疆 - - - - - 北京 天津 辽宁",
    "- 青海 甘肃 宁夏 陕西 山西 河北 山东 -",
    "- 西藏 四川 重庆 湖北 河南 安徽 江苏 上海",
    "- - 云南 贵州 湖南 江西 浙江 - -",
    "- - - 广西 广东 福建 - 台湾 -",
    "- - - 海南 澳门 香港 - - -",
)
_SHADES = (1, 3, 6, 10)  # documents from which a tile is a shade darker


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the map: its short name, its row and column from 1."""

    name: str
    row: int
    column: int


TILES = tuple(
    Tile(name, row, column)
    for row, line in enumerate(_MAP, start=1)
    for column, name in enumerate(line.split(), start=1)
    if name != "-"
)


@dataclass(frozen=True, slots=True)
class Covered:
    """What is held of a province: documents of its own, and of the places inside it."""

    name: str
    own: int
    inside: tuple[tuple[str, int], ...]


def shade(count: int) -> int:
    """How dark a tile is, from 0 for none.

    >>> [shade(count) for count in (0, 1, 2, 3, 9, 10, 400)]
    [0, 1, 1, 2, 3, 4, 4]
    """
    return sum(count >= least for least in _SHADES)


def covered(rows: Sequence[Row]) -> list[Covered]:
    """The provinces of which anything is held, in the order of the standard."""
    return list(
        _covered([row for row in rows if row.province not in (NATIONWIDE, ACROSS, UNKNOWN)])
    )


def _covered(rows: Sequence[Row]) -> Iterator[Covered]:
    order = values_of(rows, PROVINCE)
    in_order = sorted(rows, key=lambda row: order.index(row.province))
    for name, of in groupby(in_order, key=lambda row: row.province):
        places = Counter(
            (row.known.region.code, row.known.region.name) if _is_inside(row) else ("", "")
            for row in of
            if row.known.region
        )
        own = places.pop(("", ""), 0)
        inside = tuple((place[1], places[place]) for place in sorted(places))
        yield Covered(name, own, inside)


def _is_inside(row: Row) -> bool:
    return row.known.region is not None and row.known.region.level is not Level.PROVINCE


def missing(rows: Sequence[Row]) -> list[str]:
    """The provinces of which nothing is held, in the same order."""
    held = {row.province for row in rows}
    return sorted((tile.name for tile in TILES if tile.name not in held), key=in_standard)


def beyond(rows: Sequence[Row]) -> str:
    """What is held that belongs to no province, in words."""
    nationwide = [row.known.level for row in rows if row.province == NATIONWIDE]
    ministries = nationwide.count(Level.MINISTRY)
    parts = [
        ("国家文件", len(nationwide) - ministries),
        ("部委文件", ministries),
        ("跨省文件", sum(row.province == ACROSS for row in rows)),
        ("辖区未知", sum(row.province == UNKNOWN for row in rows)),
    ]
    return "，".join(f"{name} {count} 份" for name, count in parts if count)
