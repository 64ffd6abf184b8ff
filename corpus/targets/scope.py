"""What a figure holds for, where that is less than the whole jurisdiction."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from corpus.document import Level, Region
from corpus.regions import NATION, gazetteer

_REACH = 60  # characters before the words of an indicator in which a place may be named


def find(words: str, lead: str, region: Region | None) -> str:
    """The scopes named in a subject, or in the part of the sentence that leads to it."""
    near = re.split(r"[;。]", lead[-len(words) - _REACH :])[-1]
    places = _inner(region).findall(near) if region else []
    return "、".join(dict.fromkeys([*places, *(m.group() for m in _pattern().finditer(words))]))


@lru_cache(maxsize=256)
def _inner(region: Region) -> re.Pattern[str]:
    """The full names of the places inside a jurisdiction; for the nation, its provinces."""
    names = [
        other.name
        for other in gazetteer().codes.values()
        if other != region
        and other.within(region.name)
        and (region != NATION or other.level is Level.PROVINCE)
    ]
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    text = resources.files("corpus").joinpath("data", "scopes.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return re.compile("|".join(lines))
