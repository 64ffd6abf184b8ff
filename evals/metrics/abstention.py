"""Refusing: how it is told in another system's words, and what is risked by answering more.

Risk and coverage: El-Yaniv & Wiener, JMLR 2010; the area under it: Geifman et al., ICLR 2019.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DENIAL = re.compile(
    r"(?:没有|未|不)(?:能?[^。，；]{0,8})?(?:找到|查到|检索到|提及|提到|说明|涉及|给出|包含|载明|收录|写明)"
    r"|(?:无法|不能|难以)(?:[^。，；]{0,6})?(?:回答|确定|得出|判断|提供)"
    r"|信息不足|资料不足|没有(?:相关|这方面|足够)|超出[^。]{0,8}范围|不知道"
    r"|(?:no|not enough|insufficient) (?:relevant )?information|(?:can ?not|can't|unable to) answer"
    r"|don't know|not (?:mentioned|provided|specified|found)",
    re.IGNORECASE,
)
_WHOLE = 120  # characters up to which a denial in a text is all that it says


def denies(text: str) -> bool:
    """Whether a statement says that the documents do not say.

    >>> denies("现有文件未给出"), denies("文件中没有提到相关目标。"), denies("不低于20%")
    (True, True, False)
    """
    return bool(_DENIAL.search(text))


def refuses(text: str) -> bool:
    """Whether a reply in free words is a refusal: empty, or short and a denial.

    For systems that do not say so themselves.
    """
    return not text.strip() or (len(text) <= _WHOLE and denies(text))


@dataclass(frozen=True, slots=True)
class Point:
    """At a share of questions answered (`coverage`), the share of those answered wrongly."""

    coverage: float
    risk: float


def risk_coverage(answered: Sequence[tuple[float, bool]], asked: int) -> list[Point]:
    """The curve as answers are let through, most confident first, out of `asked` questions.

    `answered` are (confidence, right); answering what cannot be answered is wrong.
    """
    ordered = sorted(answered, key=lambda one: -one[0])
    points, wrong = [], 0
    for at, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if at == len(ordered) or ordered[at][0] < confidence:
            points.append(Point(at / asked, wrong / at))
    return points


def area(points: Sequence[Point]) -> float | None:
    """The mean risk over the coverage reached; None without answers."""
    if not points:
        return None
    before, total = 0.0, 0.0
    for point in points:
        total += point.risk * (point.coverage - before)
        before = point.coverage
    return total / before
