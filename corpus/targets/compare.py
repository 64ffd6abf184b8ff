"""Targets side by side: jurisdictions by years, and the line from the nation to a district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from corpus.document import Region
from corpus.indicators import indicators
from corpus.regions import superiors
from corpus.targets.select import authority, of_one
from corpus.targets.target import HeldTarget, Kind
from corpus.view import View

# The most letters of a row's words, as a share, that its indicator's own words do not have.
_FOREIGN = 0.35


class Silence(StrEnum):
    """Why a cell has no number."""

    NOT_HELD = "未收录文件"
    SILENT = "文件未提及"
    DEFERRED = "服从上级"


class Standing(StrEnum):
    """How a jurisdiction's number stands to that of the nearest superior that has one."""

    ABOVE = "高于上级"
    BELOW = "低于上级"
    EQUAL = "与上级持平"
    FIRST = "无上级数值可比"
    APART = "口径不同，不可比"
    SILENT = "文件未提及"
    DEFERRED = "服从上级"
    NOT_HELD = "未收录文件"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a cell, with every row that sets it. `whole` says that no scope narrows it."""

    rows: tuple[HeldTarget, ...]
    whole: bool

    @property
    def first(self) -> HeldTarget:
        """The row of the most authoritative document."""
        return self.rows[0]

    @property
    def value(self) -> tuple[Decimal | None, Decimal | None, str]:
        """Low, high and unit."""
        target = self.first.target
        return target.low, target.high, target.unit


@dataclass(frozen=True, slots=True)
class Cell:
    """What one jurisdiction says for one year: every value, or why there is none.

    Values differ between documents where `conflict` says so: none is left out.
    """

    region: Region
    year: int | None
    entries: tuple[Entry, ...]
    silence: Silence | None

    @property
    def conflict(self) -> bool:
        """Whether several values are given for the same quantity of the whole jurisdiction."""
        values = {(_basis(entry.first), entry.value) for entry in self.entries if _counts(entry)}
        return len(values) > len({basis for basis, _ in values})

    @property
    def main(self) -> Entry | None:
        """The value for the whole jurisdiction of the most authoritative document."""
        return next((entry for entry in self.entries if _counts(entry)), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One jurisdiction in the line of descent."""

    cell: Cell
    standing: Standing


def matrix(
    rows: Sequence[HeldTarget], regions: Sequence[Region], years: Sequence[int], held: set[str]
) -> list[list[Cell]]:
    """A row of cells a jurisdiction, a cell a year.

    Where no year is given: all years found, and last what has no year (None), where anything has
    none or nothing is found. `rows` are of one indicator; `held` are the codes of the
    jurisdictions with documents.
    """
    wanted = list(dict.fromkeys(years)) or _years(rows)
    return [[cell(rows, region, year, held) for year in wanted] for region in regions]


def _years(rows: Sequence[HeldTarget]) -> list[int | None]:
    found = {row.target.year for row in rows}
    known: list[int | None] = [*sorted(year for year in found if year is not None)]
    return [*known, None] if None in found or not known else known


def cell(rows: Sequence[HeldTarget], region: Region, year: int | None, held: set[str]) -> Cell:
    """What a jurisdiction's documents say for a year; None: without one."""
    own = [row for row in rows if row.document.region == region and row.target.year == year]
    own.sort(key=lambda row: (not is_whole(row), authority(row.document)))
    if not own:
        silence = Silence.SILENT if region.code in held else Silence.NOT_HELD
        return Cell(region, year, (), silence)
    entries = tuple(_entries(own))
    numbers = any(entry.first.target.kind is not Kind.DEFERRED for entry in entries)
    return Cell(region, year, entries, None if numbers else Silence.DEFERRED)


def descent(
    rows: Sequence[HeldTarget], region: Region, year: int, held: dict[str, Region]
) -> list[Step]:
    """The nation, what lies between, the jurisdiction, and the held ones right below it."""
    line = list(dict.fromkeys([*reversed(_above(region)), region]))
    below = [other for other in held.values() if _is_child(other, region)]
    steps: list[Step] = []
    for current in line:
        steps.append(_step(cell(rows, current, year, set(held)), steps))
    children = sorted(below, key=lambda other: other.code)
    return steps + [_step(cell(rows, child, year, set(held)), steps) for child in children]


def line(catalog: View, indicator: str, year: int, region: Region) -> list[Step]:
    """The line of descent for the indicator that the words name."""
    held = held_regions(catalog)
    codes = {region.code, *(superior.code for superior in _above(region))}
    codes |= {code for code, other in held.items() if _is_child(other, region)}
    rows = catalog.targets(regions=codes, years=[year])
    return descent(of_one(rows, indicator), region, year, held)


def _above(region: Region) -> list[Region]:
    """The superiors, the nearest first; the provinces of a group (成渝地区) are beside it."""
    return [other for other in superiors(region) if other.level is not region.level]


def _is_child(other: Region, region: Region) -> bool:
    """Whether a jurisdiction is right below another."""
    return other.parents[:1] == (region.name,) and other.level is not region.level


def held_regions(catalog: View) -> dict[str, Region]:
    """The jurisdictions that have documents, by code."""
    return {d.region.code: d.region for d in catalog.documents() if d.region}


def _step(current: Cell, above: Sequence[Step]) -> Step:
    """A cell against the nearest superior's number."""
    if current.silence is not None:
        return Step(current, Standing[current.silence.name])
    superior = next((step.cell.main for step in reversed(above) if step.cell.main), None)
    own = current.main
    if own is None and any(entry.whole for entry in current.entries):
        return Step(current, Standing.DEFERRED)
    if own is None or superior is None:
        return Step(current, Standing.FIRST if superior is None else Standing.APART)
    return Step(current, _against(own.first, superior.first))


def _against(own: HeldTarget, superior: HeldTarget) -> Standing:
    low, high = own.target.low, own.target.high
    least, most = superior.target.low, superior.target.high
    if low is None or high is None or least is None or most is None:
        return Standing.APART
    if _basis(own) != _basis(superior):
        return Standing.APART
    if (low, high) == (least, most):
        return Standing.EQUAL
    if low >= most:
        return Standing.ABOVE
    return Standing.BELOW if high <= least else Standing.APART


def _basis(row: HeldTarget) -> tuple[object, ...]:
    """What two values must have in common to be compared."""
    target = row.target
    return target.name, target.unit, target.change, target.base, target.annual


def _entries(rows: Sequence[HeldTarget]) -> list[Entry]:
    """Rows of one value, scope and meaning together, in the order of the first of each."""
    grouped: dict[tuple[object, ...], list[HeldTarget]] = {}
    for row in rows:
        target = row.target
        value = (target.low, target.high) if target.low is not None else target.printed
        meaning = (target.kind, target.comparison, target.scope, is_whole(row))
        deferred = target.kind is Kind.DEFERRED
        key = (*_basis(row), *meaning, None if deferred else value)
        grouped.setdefault(key, []).append(row)
    return [Entry(tuple(found), is_whole(found[0])) for found in grouped.values()]


def is_whole(row: HeldTarget) -> bool:
    """Whether a row is of the indicator as such, for all of its jurisdiction."""
    target = row.target
    if target.scope:
        return False
    own = _letters_of(target.indicator)
    if own is None:
        return True
    return sum([letter not in own for letter in target.words]) <= _FOREIGN * len(target.words)


@lru_cache(maxsize=1000)
def _letters_of(indicator: str) -> frozenset[str] | None:
    """The letters of all words for an indicator of the list; None where it is not on it."""
    known = next((i for i in indicators() if i.name == indicator), None)
    if known is None:
        return None
    return frozenset("".join((known.name, *known.synonyms, *known.words)))


def _counts(entry: Entry) -> bool:
    """Whether an entry is a number for the whole jurisdiction."""
    return entry.whole and entry.first.target.kind is not Kind.DEFERRED
