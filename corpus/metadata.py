"""What a document says of itself: its jurisdiction, level, status, number, date and subject."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from importlib import resources

from corpus.document import Level, Region, Status
from corpus.regions import NATION, gazetteer

_DRAFT = re.compile(r"征求意见稿|送审稿|草案")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,12}[〔\[（(]20\d\d[〕\])）]\d+号(?=\s|$)")
_MINISTRY = re.compile(r"(?:部|委|局|总局|署|会|院|办公厅)$")
_NATIONAL_ISSUERS = ("国务院", "中共中央")
_TITLE_HEAD = 20
_SIGNED = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日[\s。）)]*$")


def region_of(issuer: str, title: str) -> Region | None:
    """The jurisdiction named by the issuer's words and the head of the title; the inner one wins.

    >>> region_of("无锡市", "新吴区电力能源双碳行动方案").name
    '新吴区'
    """
    places = gazetteer()
    named = [m.region for m in places.mentions(issuer)]
    head = [
        region
        for mention in places.mentions(title[:_TITLE_HEAD])
        if mention.words == mention.region.name or mention.region.level in _SPOKEN_LEVELS
        for region in mention.regions
        if not named or region.within(named[0].name) or named[0].name in region.parents
    ]
    group = next((r for r in head if r.code.startswith("G-")), None)
    if group:
        return group
    candidates = [*named, *head]
    if not candidates:
        return NATION if _MINISTRY.search(issuer) else None
    return max(candidates, key=lambda region: len(region.parents))


_SPOKEN_LEVELS = (Level.NATIONAL, Level.PROVINCE, Level.CITY)


def level_of(issuer: str, region: Region | None) -> Level:
    """Administrative level; a body of the nation that is not its government is a ministry."""
    if region is None:
        return Level.UNKNOWN
    if region == NATION and _MINISTRY.search(issuer) and not issuer.startswith(_NATIONAL_ISSUERS):
        return Level.MINISTRY
    return region.level


def status_of(title: str) -> Status:
    """A draft says so in its title."""
    return Status.DRAFT if _DRAFT.search(title) else Status.FINAL


def number_of(text: str) -> str | None:
    """The document number (国发〔2021〕23号) where the text opens with it."""
    found = _NUMBER.match(text)
    return found.group() if found else None


def issued_of(text: str) -> date | None:
    """The date a document is signed with, at its very end.

    >>> issued_of("……现予印发。合肥市人民政府2022年4月18日")
    datetime.date(2022, 4, 18)
    """
    found = _SIGNED.search(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:  # 2022年13月40日 is a misprint, not a date
        return None


@lru_cache(maxsize=1)
def _subjects() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = resources.files("corpus").joinpath("data", "subjects.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return tuple((name, re.compile(words)) for name, words in rows)


def subject_of(title: str) -> str | None:
    """The field a title names; None for a plan that covers all."""
    return next((name for name, words in _subjects() if words.search(title)), None)


def subjects_in(text: str) -> tuple[str, ...]:
    """All the fields that a text touches, by the words that tell a title's."""
    return tuple(name for name, words in _subjects() if words.search(text))
