"""Years that a text names: target years, plan periods, and no baselines."""

from __future__ import annotations

import re

YEAR = re.compile(
    r"(?<![\d.])(20[0-6]\d)(?!\s*[\d.%％万亿千百个户家亩吨辆座公平立米套台项条名人株处所种件头瓦兆克升元层蒸余])\s*年?"
)
PERIOD = re.compile(r"[“\"]?(十[二三四五六])五[”\"]?(?:规划)?(?:时期|期间|末期|末|后期|中期)?")

_BASELINE = re.compile(r"(?:(?<![占配])比|较|相对于|相比|对比|以)\s*$")
_BASIS = re.compile(r"的?基础|[水基]平|相比|相较")
# Years as people say them: 25年, 三零年, 25和30年; 20年 and 05年 only to compare with.
_SHORT_BASE = re.compile(r"(?<=(?<!占)[比较以])(05|1\d|20)(?=年(?!来))")
_IN_CHARACTERS = re.compile(
    r"(?<![〇零一二三四五六七八九十百千万几第])"
    r"(?:二[〇零])?([二三六][〇零]|二[一二三四五六七八九]|(?<=[到零〇])三五)(?=年)"
)
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
# How long something lasts, or how old it is, is no year: 近30年来, 寿命25年, 30年以上.
_SPAN = "近来过超满期约每共龄限命用了行干住立达于后"
_SPAN_AFTER = (
    r"代|之?(?:[久间后龄限期里]|来(?!宾)|内(?!蒙))|以[来内上下]|老(?!旧)|多(?![少大高])|不变"
    r"|的?(?:历史|时间|寿命|质保|合同|产权|房|[树屋]龄|国债)|的老"
)
_SHORT = re.compile(
    rf"(?<![\d.第{_SPAN}])(?<!达到)(?<!建成)(?<!\d[、和与跟及到至—~-])"
    r"(?P<first>2[1-9]|3[05]|4[05]|50|60)"
    rf"(?:(?P<joint>[、和与跟及到至—~-])(?P<second>2[1-9]|3[05]|4[05]|50|60))?(?=年(?!{_SPAN_AFTER}))"
)
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


def with_full_years(question: str) -> str:
    """A question with the years that it says short written out; a span of years stays one.

    >>> with_full_years("25年比20年，到三零年；近30年来")
    '2025年比2020年，到2030年；近30年来'
    """
    text = _IN_CHARACTERS.sub(lambda found: found.group(1).translate(_DIGITS), question)
    return _SHORT_BASE.sub(r"20\1", _SHORT.sub(_in_full, text))


def _in_full(found: re.Match[str]) -> str:
    first = f"20{found['first']}"
    return f"{first}{found['joint']}20{found['second']}" if found["joint"] else first


def without_years(text: str) -> str:
    """The text with a blank for each year and period."""
    return PERIOD.sub(" ", YEAR.sub(" ", text))
