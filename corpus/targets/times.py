"""Years and periods in folded prose: when a target is due, and the base a change is against."""

from __future__ import annotations

import re
from dataclasses import dataclass

PERIOD_ENDS = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035, "十七": 2040}

_YEAR = r"(?<![\d.])(?P<{0}>20[0-6]\d)(?!\d)"
_TIME = re.compile(
    rf"(?P<before>相?比较?|相?较|对比|与|以|于|在|相当于)?(?:“?十[二三四五]五”?末)?"
    rf"(?:(?P<first>20[0-6]\d)年?(?:[-—~]+|至|到)(?=20[0-6]\d))?"
    rf"{_YEAR.format('year')}(?P<mark>年?(?:之?前|以前|底前|底之前|年?底|末|初|起|后|以后|度)?)"
    r"(?P<after>的?(?:基础上?|水平|为基[准期数年]|为基准年|基准|相比|增加值|同期|持平))?"
    rf"|(?P<base>(?:相?比较?|相?较|与|在)“?十(?P<old>[二三四五])五”?末?(?:期)?(?:相比|基础上|水平)?)"
    r"|“?(?P<plan>十[二三四五六七])五”?(?:规划)?(?P<part>期末|末期|末|期间|时期|中后期|中期|后期|前期|初期)?"
)
_PEAK = re.compile(
    r"年?(?:之?前|左右)?(?:如期|力争|顺利|全面|率先|尽早)*(?:实现|达到)?[^,;。\d]{0,14}(?:碳达峰|达峰|达到峰值|碳中和)"
)
_COMPARED = re.compile(r"相?比较?$|相?较$|对比$")
_LAST_YEAR = re.compile(r"[较比]上年|同比")
_QUOTED = re.compile(r"《[^》]{1,80}》|[〔\[(]20\d\d[〕\])]\d{1,6}号|(?<!\d)\d{1,6}号\)")


@dataclass(frozen=True, slots=True)
class Time:
    """A time named at text[start:end]. `base` says that a change is against it; `year` is the
    last year of a `period`; `peaking` that it dates the peaking of carbon and nothing else."""

    start: int
    end: int
    year: int | None
    period: str = ""
    base: str = ""
    peaking: bool = False


def times(text: str) -> list[Time]:
    """The times that a folded text names, in order; those of titles and numbers are none.

    >>> [(t.year, t.period, t.base) for t in times("“十四五”期间,到2025年比2020年下降18%")]
    [(2025, '十四五', ''), (2025, '', ''), (None, '', '2020')]
    """
    masked = _QUOTED.sub(lambda found: "\x00" * len(found.group()), text)
    found = [_time(at, masked) for at in _TIME.finditer(masked) if _is_date(at, masked)]
    found += [Time(*at.span(), None, base="上年") for at in _LAST_YEAR.finditer(masked)]
    return sorted(found, key=lambda time: time.start)


def _is_date(at: re.Match[str], text: str) -> bool:
    """2030 without 年 is a year only where nothing makes it an amount: 2025、2030年."""
    if at["plan"] or at["base"] or at["mark"] or at["after"]:
        return True
    return (
        re.match(r"[、和与及至,]|(?:下降|降低|提高|增加|达到|力争|以来)", text[at.end() :])
        is not None
    )


def _time(at: re.Match[str], text: str) -> Time:
    if at["base"]:
        return Time(*at.span(), None, base=str(PERIOD_ENDS["十" + at["old"]]))
    if at["plan"]:
        period = "" if at["part"] in ("末", "期末", "末期") else f"{at['plan']}五"
        return Time(*at.span(), PERIOD_ENDS[at["plan"]], period)
    year = at["year"]
    compared = at["before"] and _COMPARED.match(at["before"])
    if at["after"] or compared:
        return Time(*at.span(), None, base=year)
    period = f"{at['first']}-{year}" if at["first"] else ""
    peaking = "前" in at["mark"] and _PEAK.match(text[at.end("year") :]) is not None
    return Time(*at.span(), int(year), period, peaking=peaking)
