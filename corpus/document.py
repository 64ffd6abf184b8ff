"""The words of the domain: documents, their clauses, where they apply. No I/O here."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache


class Level(StrEnum):
    """Administrative level that issued a document, highest first."""

    NATIONAL = "national"
    MINISTRY = "ministry"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    COUNTY = "county"
    UNKNOWN = "unknown"


LEVEL_NAMES: dict[Level, str] = {
    Level.NATIONAL: "国家",
    Level.MINISTRY: "部委",
    Level.PROVINCE: "省级",
    Level.CITY: "市级",
    Level.DISTRICT: "区级",
    Level.COUNTY: "县级",
    Level.UNKNOWN: "层级未知",
}


class Status(StrEnum):
    """Whether the text is in force or a draft out for comment."""

    FINAL = "正式"
    DRAFT = "征求意见稿"


@dataclass(frozen=True, slots=True)
class Region:
    """A jurisdiction. `code` is its GB/T 2260 code; `parents` its ancestors, nearest first.

    >>> Region("220300", "四平市", Level.CITY, ("吉林省", "全国")).short
    '四平'
    """

    code: str
    name: str
    level: Level
    parents: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name as people say it: 四平市 → 四平, 内蒙古自治区 → 内蒙古."""
        return short_name(self.name)

    def within(self, name: str) -> bool:
        """Whether this jurisdiction is `name` or lies inside it."""
        return name == self.name or name in self.parents


_ETHNIC_SUFFIXES = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区")
_SUFFIXES = ("地区", "省", "市", "区", "县", "盟")


@lru_cache(maxsize=10_000)
def short_name(name: str) -> str:
    """Drop the administrative suffix where at least two characters remain."""
    for suffix in (*_ETHNIC_SUFFIXES, *_SUFFIXES):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


@dataclass(frozen=True, slots=True)
class PageMap:
    """Which page each character of a cleaned text came from.

    `starts[i]` is the offset of the first character of page `numbers[i]`; both ascend.
    A source without pages has an empty map.
    """

    starts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    def pages(self, start: int, end: int) -> tuple[int, ...]:
        """Pages touched by text[start:end], ascending."""
        if not self.starts:
            return ()
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, first)
        return self.numbers[first : last + 1]

    def slice(self, start: int, end: int) -> PageMap:
        """The map of text[start:end], offsets counted from `start`."""
        if not self.starts:
            return self
        inside = [
            (max(at - start, 0), number)
            for at, number, after in zip(
                self.starts, self.numbers, (*self.starts[1:], end), strict=True
            )
            if at < end and after > start
        ]
        return PageMap(tuple(at for at, _ in inside), tuple(number for _, number in inside))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source as a reader gives it; `number` is None where the format has no pages.

    `recognised` says that its text was read from an image (OCR).
    """

    number: int | None
    text: str
    recognised: bool = False


class Role(StrEnum):
    """What a department does for a clause."""

    LEADS = "牵头"
    SUPPORTS = "配合"
    RESPONSIBLE = "负责"


@dataclass(frozen=True, slots=True)
class Department:
    """A department as printed, and its role."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest numbered unit: text[start:end] of its document, without its children.

    `marker` is the number as printed (`（一）`), empty for the preamble; `path` the labels
    from the outermost heading down to this clause. The clauses of a document, in order,
    concatenate to its text.
    """

    id: str
    ordinal: int
    parent: int | None
    marker: str
    heading: str
    path: tuple[str, ...]
    start: int
    end: int
    pages: tuple[int, ...]
    departments: tuple[Department, ...] = ()


PUBLIC = "public"  # the collection that everybody may read


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document besides its text. What the source does not say is None."""

    id: str
    title: str
    issuer: str | None
    region: Region | None
    level: Level
    status: Status
    number: str | None
    source_url: str | None
    pages: tuple[int, int] | None
    issued: date | None = None
    subject: str | None = None
    recognised_pages: tuple[int, ...] = ()  # read from images, so misreadings are possible
    excerpt: bool = False  # a card of facts that stands in for the original
    collection: str = PUBLIC  # who may read it is settled by collection

    @property
    def region_name(self) -> str:
        """Name of the jurisdiction; 未知 where the source does not say."""
        return self.region.name if self.region else "未知"


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document, cleaned and parsed into clauses."""

    metadata: Metadata
    text: str
    clauses: tuple[Clause, ...]

    def clause_text(self, clause: Clause) -> str:
        """The clause, verbatim."""
        return self.text[clause.start : clause.end]


@dataclass(frozen=True, slots=True)
class HeldClause:
    """A clause as the catalog hands it out: with its text and its document's metadata."""

    clause: Clause
    text: str
    document: Metadata

    @property
    def id(self) -> str:
        return self.clause.id


def content_id(*parts: str) -> str:
    """A stable 16-digit hexadecimal id of the given content."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
