"""Figures in a text: number, unit and the words that qualify it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from corpus.targets.target import Change
from retrieval.words import fold

_UNITS = (
    "个百分点|百分点|千瓦时|兆瓦时|千瓦|兆瓦|克标准煤|吨标准煤|吨标煤|立方米|平方米|平方公里|公顷|公里|蒸吨|吨|亩|辆|家|户|个|座"
    "|台|项|所|条|名|人|亿元|元|克|升|层|米|株|%|‰"
)
_FIGURE = re.compile(
    rf"(?P<before>不低于|不少于|不超过|不高于|≥|≤|约|力争|超过|低于|高于)?(?:达到|达|到|为|至|下降|降低)*"
    rf"(?P<number>\d+(?:\.\d+)?)(?P<scale>万|亿)?(?P<unit>{_UNITS})?(?P<after>及?以上|及?以下|以内|左右)?"
)
# Words that say that a figure is the size of a change, and of which.
CHANGES = (
    (re.compile(r"(?:下降|降低|减少|降幅|压减|削减|降)(?![到至为耗碳本低])"), Change.DOWN),
    (re.compile(r"新增|新建"), Change.NEW),
    (re.compile(r"(?:提高|提升|增加|增长|上升|增幅)(?!到|至|值)"), Change.UP),
)
_SCALE = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
_BASE = {
    "兆瓦": ("千瓦", Decimal(1000)),
    "兆瓦时": ("千瓦时", Decimal(1000)),
    "吨标煤": ("吨标准煤", Decimal(1)),
}
_DATES = re.compile(
    r"20\d\d(?:年|(?![\d.%％万亿百千个家座台套辆户项吨立平公亩元]))|[“\"]?十[二三四五六]五[”\"]?"
    r"|\d{1,2}月\d{1,2}日"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure as printed, and its size in the base unit (千瓦, 吨, 元 …) for comparing."""

    printed: str
    number: Decimal
    unit: str


def values(text: str) -> list[Value]:
    """The figures of a text that are no dates, in order.

    >>> [(v.printed, v.number, v.unit) for v in values("到2025年达到1.2亿千瓦以上")]
    [('1.2亿千瓦以上', Decimal('120000000.0'), '千瓦')]
    """
    plain = _DATES.sub(lambda found: " " * len(found.group()), fold(text))
    found = []
    for figure in _FIGURE.finditer(plain):
        number = Decimal(figure["number"]) * _SCALE[figure["scale"] or ""]
        unit, factor = _BASE.get(figure["unit"] or "", (figure["unit"] or "", Decimal(1)))
        parts = (figure[part] or "" for part in ("before", "number", "scale", "unit", "after"))
        printed = "".join(parts)
        found.append(Value(printed, number * factor, unit))
    return found
