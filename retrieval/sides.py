"""Sides of a comparison that a question names otherwise than by name: 比全省高吗, 工信部方案呢."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.document import Level, Region
from corpus.regions import NATION, superiors

_LEVELS = {
    "省": (Level.PROVINCE,),
    "市": (Level.CITY, Level.PROVINCE),
    "区": (Level.PROVINCE,),
}
_WHOLE = "全(?P<{0}>[省市区])|(?P<{1}>[省市])[里上级定]"
_BESIDE = re.compile(
    rf"(?:比|跟|和|与|同|较|高于|低于|超过|不如)(?:{_WHOLE.format('a', 'b')})(?!同步|一起|一道)"
    rf"|(?:{_WHOLE.format('c', 'd')})(?:的|定的|提的|要求|目标|平均|水平)*"
    r"(?:更?[高低多少大小]|一[样致]|相[比同]|呢)"
)
_COMPARES = re.compile(
    r"分别|各[是定为要提自]|哪[个边家]|谁|更[高低多少大小]|[高低多少大小][了出吗么没]|呢|一[样致]|相[比同差]|比一比"
)


def with_sides(
    text: str, regions: Sequence[Region], issuers: Sequence[str], held: Collection[Region]
) -> tuple[Region, ...]:
    """The jurisdictions named, and those that they are to be compared with.

    全省 beside a city is its province. A ministry's document is the nation's.
    """
    if not regions or NATION in regions:
        return tuple(regions)
    if issuers and _COMPARES.search(text):
        return (NATION, *regions)
    found = _BESIDE.search(text)
    if found is None or len(regions) > 1:
        return tuple(regions)
    levels = _LEVELS[next(filter(None, found.groups()))]
    above = (s for level in levels for s in superiors(regions[0]) if s.level is level)
    side = next((region for region in above if region in held), None)
    return (*regions, side) if side else tuple(regions)
