"""What is chosen on the page of targets: read from its address, and what there is to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from assistant.answer import LONGEST_NAME
from assistant.app import Assistant
from assistant.target_views import MAXIMUM_REGIONS, CellView, EntryView, Matrix, RowView
from corpus.document import Level, Region, Status
from corpus.errors import ClausewiseError
from corpus.targets.compare import held_regions
from corpus.targets.select import region_named

ALL_PROVINCES, ALL_CITIES = "全部省份", "全部城市"
_INSIDE = "各市县"  # 吉林省各市县
_YEARS = range(2000, 2101)
REGION = "region"  # what a table is sorted by, besides a year
NO_YEAR = "none"
_M = TypeVar("_M", bound=StrEnum)


class Way(StrEnum):
    """How targets are looked at."""

    MATRIX = "matrix"
    DESCENT = "descent"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Choice:
    """All that is chosen; an address says the same. `sort` is a head, after "-" where descending.

    Without regions: all that have the indicator. Without a year: all years.
    """

    way: Way = Way.MATRIX
    indicator: str = ""
    year: int | None = None
    regions: tuple[str, ...] = ()
    level: Level | None = None
    status: Status | None = None
    numbers: bool = False
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, str], regions: Sequence[str]) -> Choice:
        """What an address says; what means nothing is left out."""
        year, page = said.get("year", ""), said.get("page", "")
        names = (name.strip()[:LONGEST_NAME] for name in regions[:MAXIMUM_REGIONS])
        return cls(
            way=_member(Way, said.get("view")) or Way.MATRIX,
            indicator=said.get("indicator", "").strip()[:LONGEST_NAME],
            year=int(year) if year.isdecimal() and int(year[:5]) in _YEARS else None,
            regions=tuple(dict.fromkeys(name for name in names if name)),
            level=_member(Level, said.get("level")),
            status=_member(Status, said.get("status")),
            numbers=said.get("numbers") == "1",
            sort=said.get("sort", "")[:10],
            page=max(int(page[:6]), 1) if page.isdecimal() else 1,
        )

    @property
    def address(self) -> str:
        """Where the same is chosen."""
        said = [("view", self.way.value)] if self.way is not Way.MATRIX else []
        said += [("indicator", self.indicator)] if self.indicator else []
        said += [("year", str(self.year))] if self.year else []
        said += [("region", name) for name in self.regions]
        said += [("level", self.level.value)] if self.level else []
        said += [("status", self.status.value)] if self.status else []
        said += [("numbers", "1")] if self.numbers else []
        said += [("sort", self.sort)] if self.sort else []
        said += [("page", str(self.page))] if self.page > 1 else []
        return "/targets" + (f"?{urlencode(said)}" if said else "")


def _member(kind: type[_M], value: str | None) -> _M | None:
    return next((one for one in kind if one.value == value), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader can choose from: indicators with the jurisdictions (codes) that have each and
    the years, and the jurisdictions held, by code."""

    holders: dict[str, frozenset[str]]
    years: dict[str, tuple[int, ...]]
    regions: dict[str, Region]

    @classmethod
    def of(cls, seen: Assistant) -> Offer:
        """What somebody's documents offer, the most widespread indicators first."""
        holders: dict[str, set[str]] = {}
        years: dict[str, set[int]] = {}
        for one in seen.catalog.spread():
            holders.setdefault(one.indicator, set()).add(one.region)
            years.setdefault(one.indicator, set()).update([one.year] if one.year else [])
        ranked = sorted(holders, key=lambda name: (-len(holders[name]), name))
        regions = held_regions(seen.catalog)
        return cls(
            {name: frozenset(holders[name]) for name in ranked},
            {name: tuple(sorted(found)) for name, found in years.items()},
            {code: regions[code] for code in sorted(regions)},
        )

    def years_of(self, indicator: str) -> tuple[int, ...]:
        """The years for which an indicator is set; all that there are for one outside the list."""
        if indicator in self.years:
            return self.years[indicator]
        return tuple(sorted({year for found in self.years.values() for year in found}))

    def usual_year(self, indicator: str) -> int | None:
        """The year to begin with: the first that the indicator is set for."""
        return next(iter(self.years_of(indicator)), None)

    @property
    def presets(self) -> dict[str, list[Region]]:
        """Names for many jurisdictions at once."""
        held = self.regions.values()
        found = {
            ALL_PROVINCES: [one for one in held if one.level is Level.PROVINCE],
            ALL_CITIES: [one for one in held if one.level is Level.CITY],
        }
        for above in held:
            inside = [one for one in held if above.name in one.parents]
            if above.level is Level.PROVINCE and len(inside) > 1:
                found[f"{above.name}{_INSIDE}"] = inside
        return {name: regions for name, regions in found.items() if len(regions) > 1}

    def meant(self, choice: Choice) -> tuple[list[Region], list[str]]:
        """The jurisdictions that are chosen, and what is wrong with names that are none."""
        presets = self.presets
        regions: dict[Region, None] = {}
        wrong: list[str] = []
        for name in choice.regions:
            try:
                regions.update(dict.fromkeys(presets.get(name) or [region_named(name)]))
            except ClausewiseError as error:
                wrong.append(str(error))
        if not choice.regions:
            holders = self.holders.get(choice.indicator, frozenset(self.regions))
            regions = dict.fromkeys(r for code, r in self.regions.items() if code in holders)
        if len(regions) > MAXIMUM_REGIONS:
            wrong.append(f"一次至多对照 {MAXIMUM_REGIONS} 个辖区，其余未列出")
        return list(regions)[:MAXIMUM_REGIONS], wrong


def arranged(matrix: Matrix, choice: Choice) -> Matrix:
    """The rows that pass the filters, sorted as chosen."""
    rows = [
        row.model_copy(update={"cells": [_of_status(cell, choice.status) for cell in row.cells]})
        for row in matrix.rows
        if choice.level is None or row.level is choice.level
    ]
    if choice.numbers:
        rows = [row for row in rows if any(main_value(cell) for cell in row.cells)]
    key = choice.sort.removeprefix("-")
    descending = choice.sort.startswith("-")
    columns = {str(year or NO_YEAR): at for at, year in enumerate(matrix.years)}
    if key == REGION and descending:
        rows.reverse()
    elif key in columns:
        rows = _by_value(rows, columns[key], descending=descending)
    return matrix.model_copy(update={"rows": rows})


def _of_status(cell: CellView, status: Status | None) -> CellView:
    """A cell with what documents of a status say, and nothing else."""
    if status is None or not cell.entries:
        return cell
    entries = [
        entry.model_copy(update={"citations": kept})
        for entry in cell.entries
        if (kept := [one for one in entry.citations if one.status == status.value])
    ]
    silence = cell.silence if entries else f"没有{status.value}的数值"
    conflict = cell.conflict and len(entries) > 1
    return cell.model_copy(update={"entries": entries, "silence": silence, "conflict": conflict})


def _by_value(rows: Sequence[RowView], column: int, *, descending: bool) -> list[RowView]:
    """Rows by the number in a column; units apart, and what has no number last."""

    def key(row: RowView) -> tuple[str, str, Decimal]:
        value = main_value(row.cells[column])
        assert value is not None
        number = Decimal(value.value.low or 0)
        return value.value.unit, value.value.change, -number if descending else number

    known = [row for row in rows if main_value(row.cells[column])]
    return sorted(known, key=key) + [row for row in rows if row not in known]


def main_value(cell: CellView) -> EntryView | None:
    """The number that a cell is sorted by: the first for the whole jurisdiction, or the first."""
    numbers = [entry for entry in cell.entries if entry.value.low is not None]
    return next((entry for entry in numbers if entry.whole), next(iter(numbers), None))
