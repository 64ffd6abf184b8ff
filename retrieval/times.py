"""Years that a text names: target years, plan periods, and no baselines."""

from __future__ import annotations

import re

YEAR = re.compile(r"(?<![\d.])(20[0-6]\d)(?!\s*[\d.%％万亿千百个户家亩吨辆座公平立米套])\s*年?")
PERIOD = re.compile(r"[“\"]?(十[二三四五六])五[”\"]?(?:规划)?(?:时期|期间|末期|末|后期|中期)?")

_BASELINE = re.compile(r"(?:(?<![占配])比|较|相对于|相比|对比|以)\s*$")
_BASIS = re.compile(r"的?基础|[水基]平|相比|相较")
_PERIOD_END = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}


def years_of(text: str) -> tuple[int, ...]:
    """Target years named, in order; 十四五(末) is 2025; a baseline (比2020年) is no target year.

    >>> years_of("到2030年和十四五末，比2020年")
    (2030, 2025)
    """
    return tuple(dict.fromkeys(year for _, _, year in year_mentions(text)))


def year_mentions(text: str) -> list[tuple[int, str, int]]:
    """(start, words, year) of each target year and period named, in order."""
    if "20" not in text and "十" not in text:
        return []
    found = [
        (m.start(), m.group().strip(), int(m.group(1)))
        for m in YEAR.finditer(text)
        if not _BASELINE.search(text, 0, m.start()) and not _BASIS.match(text, m.end())
    ]
    found += [(m.start(), m.group(), _PERIOD_END[m.group(1)]) for m in PERIOD.finditer(text)]
    return sorted(found)


def without_years(text: str) -> str:
    """The text with a blank for each year and period."""
    return PERIOD.sub(" ", YEAR.sub(" ", text))
