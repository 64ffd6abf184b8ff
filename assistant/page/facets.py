"""Which of the documents held are listed, in what order, and how many there would be otherwise."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from corpus.document import LEVEL_NAMES, PUBLIC, Level, Metadata, Region, Status
from corpus.regions import NATION, gazetteer

NATIONWIDE, ACROSS, UNKNOWN = "全国", "跨省", "未知"
LONGEST_WORDS = 200  # characters of what a list is filtered by
_DESCENDING = "-"  # before a column that is sorted by from the end


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the list, and how many clauses it has."""

    known: Metadata
    clauses: int

    @property
    def province(self) -> str:
        """Where it belongs, by province."""
        return province_of(self.known.region)


def province_of(region: Region | None) -> str:
    """The short name of the province that a jurisdiction is, or lies in.

    >>> province_of(gazetteer().named("绵阳市")), province_of(gazetteer().named("京津冀"))
    ('四川', '跨省')
    """
    if region is None:
        return UNKNOWN
    if region.code == NATION.code:
        return NATIONWIDE
    province = gazetteer().codes.get(f"{region.code[:2]}0000")
    return province.short if province else ACROSS


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to divide the documents. `order` sorts its values as they are shown."""

    name: str
    title: str
    value: Callable[[Row], str]
    order: Callable[[str], object] = str


def in_standard(province: str) -> str:
    """Sorts provinces in the order of the standard, what is none behind them."""
    region = gazetteer().named(province)
    return region.code if region and province not in (NATIONWIDE, ACROSS) else f"9{province}"


_LEVELS = list(LEVEL_NAMES.values())
FACETS = (
    Facet("level", "层级", lambda row: LEVEL_NAMES[row.known.level], _LEVELS.index),
    Facet("province", "省（区、市）", lambda row: row.province, in_standard),
    Facet("status", "状态", lambda row: row.known.status.value),
    Facet("form", "收录方式", lambda row: "指标摘录" if row.known.excerpt else "原文"),
    Facet("subject", "领域", lambda row: row.known.subject or "未分领域"),
    Facet("collection", "文件集", lambda row: collection_name(row.known.collection)),
)
PROVINCE = FACETS[1]


def collection_name(collection: str) -> str:
    """A collection as it is called."""
    return "公开" if collection == PUBLIC else collection


@lru_cache(maxsize=5000)
def _sounds(title: str) -> tuple[str, ...]:
    """A title as it sounds: Chinese lists are in the order of sounds."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(title))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. What a document does not have comes last, from either end."""

    name: str
    title: str
    key: Callable[[Row], object | None]


COLUMNS = (
    Column("title", "题名", lambda row: _sounds(row.known.title)),
    Column("region", "辖区", lambda row: row.known.region.code if row.known.region else None),
    Column("level", "层级", lambda row: list(Level).index(row.known.level)),
    Column("number", "文号", lambda row: row.known.number),
    Column("issued", "印发日期", lambda row: row.known.issued),
    Column("status", "状态", lambda row: (row.known.status is Status.DRAFT, row.known.excerpt)),
    Column("clauses", "条数", lambda row: row.clauses),
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list is filtered and sorted by: words, values by facet, a column."""

    words: str = ""
    chosen: frozenset[tuple[str, str]] = frozenset()
    column: str = ""
    descending: bool = False

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> Selection:
        """The selection of an address; what means nothing is left out."""
        facets, columns = {f.name for f in FACETS}, {c.name for c in COLUMNS}
        found = cls()
        for name, value in query:
            if name == "q":
                found = replace(found, words=value[:LONGEST_WORDS])
            elif name in facets:
                found = replace(found, chosen=found.chosen | {(name, value)})
            elif name == "sort" and value.removeprefix(_DESCENDING) in columns:
                is_down = value.startswith(_DESCENDING)
                column = value.removeprefix(_DESCENDING)
                found = replace(found, column=column, descending=is_down)
        return found

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        pairs = [("q", self.words)] if self.words else []
        pairs += sorted(self.chosen)
        if self.column:
            pairs.append(("sort", f"{_DESCENDING if self.descending else ''}{self.column}"))
        return urlencode(pairs)

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.words.strip() or self.chosen)

    def toggled(self, facet: Facet, value: str) -> Selection:
        """With a value that was not chosen, or without one that was."""
        return replace(self, chosen=self.chosen ^ {(facet.name, value)})

    def sorted_by(self, column: Column) -> Selection:
        """By another column; by the same from the other end; then as the documents came."""
        if self.column != column.name:
            return replace(self, column=column.name, descending=False)
        if not self.descending:
            return replace(self, descending=True)
        return replace(self, column="", descending=False)

    def within(self, rows: Sequence[Row]) -> Selection:
        """Without values that no document has."""
        held = {(facet.name, facet.value(row)) for facet in FACETS for row in rows}
        return replace(self, chosen=self.chosen & held)


def narrowed(rows: Sequence[Row], selection: Selection, but: Facet | None = None) -> list[Row]:
    """The rows that are selected; with `but`, whatever is chosen of that facet."""
    sought = [_folded(word) for word in selection.words.split()]
    wanted = {
        facet: values
        for facet in FACETS
        if facet is not but
        and (values := {value for name, value in selection.chosen if name == facet.name})
    }
    return [
        row
        for row in rows
        if all(facet.value(row) in values for facet, values in wanted.items())
        and all(word in _searched(row.known) for word in sought)
    ]


def counts(rows: Sequence[Row], selection: Selection, facet: Facet) -> Counter[str]:
    """How many documents each value of a facet has, as the rest is selected."""
    return Counter(map(facet.value, narrowed(rows, selection, facet)))


def values_of(rows: Sequence[Row], facet: Facet) -> list[str]:
    """All values that documents have, in order."""
    return sorted({facet.value(row) for row in rows}, key=lambda value: str(facet.order(value)))


def in_order(rows: Sequence[Row], selection: Selection) -> list[Row]:
    """The rows as they are sorted; equal ones as they came."""
    column = next((c for c in COLUMNS if c.name == selection.column), None)
    if column is None:
        return list(rows)
    keyed = [(column.key(row), row) for row in rows]
    having = [pair for pair in keyed if pair[0] is not None]
    having.sort(key=lambda pair: pair[0], reverse=selection.descending)  # type: ignore[arg-type,return-value]
    return [row for _, row in having] + [row for key, row in keyed if key is None]


def printed(day: date | None) -> str:
    """A date as it stands in a list."""
    return day.isoformat() if day else ""


def _searched(known: Metadata) -> str:
    return _folded(f"{known.title} {known.number or ''} {known.region_name}")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
