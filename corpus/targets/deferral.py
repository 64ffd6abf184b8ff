"""Targets left to a superior: 完成省下达目标 names the indicator and no number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.indicators import indicators_in
from corpus.targets.subject import pair

_SUPERIOR = (
    r"(?:国家|省委省政府|省|自治区|上级|中央|本市(?=下达)|(?<![城全我本])市|重庆市|上海市)"
    r"(?:级|政府|委市政府)?"
)
_FULFILS = r"(?:确保|全面|力争|严格)?(?:完成|达到|落实|实现|控制在|不低于|符合|满足|控制到)"
_DEFERRAL = re.compile(
    rf"{_FULFILS}[^,。;]{{0,6}}?{_SUPERIOR}(?:[^,。;、]{{0,8}}?(?:下达|确定|要求|分解|规定|核定)|(?=目标任务))"
    r"[^,。;]{0,8}?(?:目标(?:任务|值|要求)?|任务|指标|要求|水平|范围内?|以内|之内)?"
    r"(?=[,。;、)]|$|为|的?(?:目标|任务))"
)
# 完成国家下达的能耗强度目标: the indicator stands inside.
_INSIDE = re.compile(
    rf"{_FULFILS}{_SUPERIOR}(?:下达|确定|分解|规定|核定)的?(?P<subject>[^,。;]{{4,40}}?)"
    r"(?:目标(?:任务|值)?|任务|指标)(?=[,。;、)]|$|为)"
)
_MEASURED = re.compile(
    r"能耗|能源消耗|排放|比重|占比|比例|率|总量|强度|装机|消费量|蓄积|降幅|权重|消纳"
)


@dataclass(frozen=True, slots=True)
class Deferral:
    """text[start:end] leaves a figure to a superior; `inside`, its indicator, may stand in it."""

    start: int
    end: int
    inside: str = ""


def find(text: str) -> Iterator[Deferral]:
    """The deferrals of a folded sentence."""
    inside = [
        Deferral(*found.span(), found["subject"])
        for found in _INSIDE.finditer(text)
        if indicators_in(found.group())
    ]
    yield from inside
    for found in _DEFERRAL.finditer(text):
        start, end = found.span()
        if not any(other.start < end and start < other.end for other in inside):
            yield Deferral(start, end)


def subjects(words: str) -> tuple[str, ...]:
    """The indicators that a deferral leaves open, () where its words measure nothing.

    >>> subjects("单位地区生产总值能耗和二氧化碳排放")
    ('单位地区生产总值能耗', '单位地区生产总值二氧化碳排放')
    """
    if not _MEASURED.search(words):
        return ()
    for count in (4, 3, 2):
        names = pair(words, count)
        if names and all(_MEASURED.search(name) for name in names):
            return names
    return (words,) if indicators_in(words) or len(words) <= 30 else ()
