"""What a figure holds for, where that is less than the whole jurisdiction."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from corpus.document import Region
from corpus.regions import gazetteer


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    text = resources.files("corpus").joinpath("data", "scopes.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return re.compile("|".join(lines))


def find(words: str, lead: str, region: Region | None) -> str:
    """The scopes named in a subject, or in the part of the sentence that leads to it."""
    near = lead[-len(words) - 60 :] if words else lead[-60:]
    near = re.split(r"[;。]", near)[-1]
    places = [
        mention.words
        for mention in gazetteer().mentions(near)
        if region is not None
        and mention.words == mention.region.name
        and mention.region != region
        and mention.region.within(region.name)
    ]
    return "、".join(dict.fromkeys([*places, *(m.group() for m in _pattern().finditer(words))]))
