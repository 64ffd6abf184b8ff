"""Figures in folded prose: the number, its unit, and the words that say how it binds."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from corpus.targets.target import Comparison, Kind


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed, and what its values become when multiplied by `factor`."""

    kind: Kind
    normal: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """text[start:end] is a figure with its qualifiers, text[core:rest] the number with its unit.

    `low` and `high` are in `unit`, normalised; a bare number has the unit "".
    """

    start: int
    core: int
    rest: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    kind: Kind
    comparison: Comparison
    size: Decimal = Decimal(1)  # what its number was multiplied by to be in `unit`

    def in_unit_of(self, other: Figure) -> Figure:
        """A bare number as one of another's unit: 137 in 137、165亿立方米."""
        return replace(
            self,
            low=self.low * other.size,
            high=self.high * other.size,
            unit=other.unit,
            kind=other.kind,
        )


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """The units that figures are read in, from `data/units.tsv`."""
    text = resources.files("corpus").joinpath("data", "units.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return {
        row["unit"]: Unit(Kind(row["kind"]), row["normal"], Decimal(row["factor"])) for row in rows
    }


_NUMBER = r"\d{1,15}(?:,\d{3}(?!\d)){0,5}(?:\.\d{1,15})?"
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_SCALES |= {"亿": 10**8, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_PER = (
    r"/(?:[\u4e00-\u9fff]{0,2}(?:千瓦时|平方公里|平方米|立方米|百公里|标准箱|公里|小时"
    r"|吨吞吐量|吨·[\u4e00-\u9fff]{2,6}|[人吨日天年亩元户床辆升])|kWh|k?g|[thda])"
)
_RATIO = r"[:∶﹕]\d+(?:\.\d+)?"
_AT_LEAST = (
    r"不低于|不少于|不小于|不得低于|不得少于|不能低于|不应低于|至少|超过|突破|大于|高于|多于|超"
    r"|≥|>=?"
)
_AT_MOST = (
    r"不高于|不超过|不大于|不多于|不得高于|不得超过|不应超过|不能超过|低于|小于|少于|最高"
    r"|≤|<=?"
)
_ABOUT = r"大约|(?<![节集制条])约为?|接近|(?<!接)近"
_BEFORE = rf"(?P<least>{_AT_LEAST})|(?P<most>{_AT_MOST})|(?P<near>{_ABOUT})"
_AFTER = (
    r"(?P<over>[余多]?(?:及|\(含\))?以上|及以上|余|多)"
    r"|(?P<under>(?:及|\(含\))?以[内下]|之内)|(?P<around>左右|上下)"
)
_CHINESE = "一二三四五六七八九"
_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九十")} | {"两": "2"}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(units(), key=len, reverse=True))
    return re.compile(
        rf"(?:(?:{_BEFORE})(?:达到|达|到|为|在)?)?"
        r"(?<![A-Za-z\d.])(?<!\d,)"
        rf"(?:(?P<low>{_NUMBER})(?P<lowscale>{_SCALE})??(?P<lowunit>{names})?(?:[-—~～–]+|至|到))?"
        rf"(?P<high>{_NUMBER})[余多]?"
        rf"(?:(?P<scale>{_SCALE})??(?P<unit>(?:{names})(?:{_PER})?|{_RATIO})(?![A-Za-z])"
        rf"|(?P<bare>万亿|[万亿])?(?![\dA-Za-z]))"
        rf"(?:{_AFTER})?"
    )


_SPELT = re.compile(
    rf"(?:(?:{_BEFORE})(?:达到|达|到|为|在)?)?"
    rf"(?P<core>(?P<half>一半)|(?P<below>[{_CHINESE}十百]+)分之(?P<above>[{_CHINESE}十两]+)"
    rf"|(?<![建完达形组构促收生变合])(?P<tenths>[二三四五六七八九])成(?P<five>半)?(?!为|立|员|果|本|效|熟|型)"
    rf"|(?<![\d./])(?P<part>\d)/(?P<whole>\d)(?![\d/])|翻(?P<doubled>[一两二三])番|(?<![\d.])(?P<times>[一两二三四五六七八九])倍)"
    rf"(?:{_AFTER})?"
)
_DATED = re.compile(r"^(?:年|月|日|号|时(?!段)|点|分钟|周|天内|个月|季度|%?\.\d)")


def figures(text: str) -> list[Figure]:
    """The figures of a folded text in order; dates, numbers of things and codes are none.

    >>> [(str(f.low), f.unit, f.comparison.value) for f in figures("装机达到1.2亿千瓦以上")]
    [('12000.00000', '万千瓦', '≥')]
    """
    found = [_figure(at) for at in _pattern().finditer(text) if _is_amount(at, text)]
    found += [_spelt(at) for at in _SPELT.finditer(text) if _is_share(at, text)]
    return sorted(found, key=lambda figure: figure.start)


def _is_amount(at: re.Match[str], text: str) -> bool:
    start = at.start("low") if at["low"] else at.start("high")
    before, after = text[max(start - 2, 0) : start], text[at.end("high") : at.end("high") + 4]
    if before.endswith(
        ("第", "+", "〔", "“", "专栏", "附件", "附表", "表", "图", "GB", "NO.", "/", "±")
    ):
        return False
    if after[:1] in ("+", "/", "”", "〕", ".") and not at["unit"]:
        return False
    return at["unit"] is not None or (_DATED.match(after) is None and not after.startswith("个"))


def _is_share(at: re.Match[str], text: str) -> bool:
    """一半量覆盖 has no half: what is spelt out ends its part, or is qualified."""
    qualified = at.end() > at.end("core") or at.start() < at.start("core")
    return qualified or text[at.end() : at.end() + 1] in ("", ",", "。", ";", "、", ")", "的")


def _figure(at: re.Match[str]) -> Figure:
    unit = at["unit"] or ""
    base, _, per = unit.partition("/")
    scale = at["scale"] or at["bare"] or ""
    high = _decimal(at["high"])
    known = units().get(base)
    if per or known is None:
        # What is counted per something else keeps its scale: 55万吨/日.
        low = _decimal(at["low"]) if at["low"] else high
        kind = Kind.LEVEL if per or known is None else known.kind
        normal, size = scale + unit, Decimal(1)
    else:
        lowscale = at["lowscale"] or ("" if at["lowunit"] else scale)
        size = Decimal(_SCALES.get(scale, 1)) * known.factor
        high *= size
        low = (
            _decimal(at["low"]) * Decimal(_SCALES.get(lowscale, 1)) * known.factor
            if at["low"]
            else high
        )
        kind, normal = known.kind, known.normal
    core = at.start("low") if at["low"] else at.start("high")
    rest = at.end("unit") if at["unit"] else at.end("bare") if scale else at.end("high")
    comparison = _comparison(at, low, high)
    return Figure(at.start(), core, rest, at.end(), low, high, normal, kind, comparison, size)


def _spelt(at: re.Match[str]) -> Figure:
    if at["half"]:
        value, unit, kind = Decimal(50), "%", Kind.SHARE
    elif at["below"]:
        value = Decimal(_number(at["above"])) * 100 / Decimal(_number(at["below"]))
        unit, kind = "%", Kind.SHARE
    elif at["part"]:
        value = Decimal(at["part"]) * 100 / Decimal(at["whole"])
        unit, kind = "%", Kind.SHARE
    elif at["tenths"]:
        value = Decimal(_DIGITS[at["tenths"]]) * 10 + (5 if at["five"] else 0)
        unit, kind = "%", Kind.SHARE
    elif at["doubled"]:
        value, unit, kind = Decimal(2) ** int(_DIGITS[at["doubled"]]), "倍", Kind.CHANGE
    else:
        value, unit, kind = Decimal(_DIGITS[at["times"]]), "倍", Kind.CHANGE
    return Figure(
        at.start(),
        at.start("core"),
        at.end("core"),
        at.end(),
        value,
        value,
        unit,
        kind,
        _comparison(at, value, value),
    )


def _comparison(at: re.Match[str], low: Decimal, high: Decimal) -> Comparison:
    if low != high:
        return Comparison.RANGE
    if at["least"] or at["over"]:
        return Comparison.AT_LEAST
    if at["most"] or at["under"]:
        return Comparison.AT_MOST
    if at["near"] or at["around"]:
        return Comparison.ABOUT
    return Comparison.EQUAL


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def _number(words: str) -> str:
    """A Chinese number up to ninety-nine, or a hundred: 三分之一, 百分之十五.

    >>> _number("十五"), _number("二十"), _number("百")
    ('15', '20', '100')
    """
    if words == "百":
        return "100"
    tens, mark, ones = words.partition("十")
    if not mark:
        return "".join(_DIGITS[c] for c in words)
    return str(int(_DIGITS[tens] if tens else 1) * 10 + int(_DIGITS[ones] if ones else 0))
