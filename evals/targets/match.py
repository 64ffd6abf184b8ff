"""Labels against rows: which target was found, with which fields right.

A row finds a target where value, unit and year agree and its words name the indicator. Recall is
over labelled targets, precision over the rows inside the labelled places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from corpus.indicators import indicators_named
from corpus.targets.figures import units
from corpus.targets.target import Change, Comparison, Kind, Target
from evals.targets.labels import Gold

_BRACKET = re.compile(r"\([^()]*\)")
_NAMED = 0.5  # the least share of a labelled indicator's character pairs that a row must hold
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SCALES |= {"万亿": 10**12}
_COMPARISONS = {
    "=": Comparison.EQUAL,
    ">=": Comparison.AT_LEAST,
    "<=": Comparison.AT_MOST,
    "~": Comparison.ABOUT,
    "range": Comparison.RANGE,
}
_CHANGES = {"": Change.NONE, "down": Change.DOWN, "up": Change.UP, "new": Change.NEW}


@dataclass(frozen=True, slots=True)
class Matched:
    """The pairs found in a place, the targets missed and the rows too many."""

    pairs: tuple[tuple[Gold, Target], ...]
    missed: tuple[Gold, ...]
    extra: tuple[Target, ...]


def match(gold: Sequence[Gold], rows: Sequence[Target]) -> Matched:
    """Pair each target with the row that agrees best, each row once."""
    scored = sorted(
        (
            (agreement(g, row), -i, -j)
            for i, g in enumerate(gold)
            for j, row in enumerate(rows)
            if finds(row, g)
        ),
        reverse=True,
    )
    taken_gold: dict[int, int] = {}
    for _, i, j in scored:
        if -i not in taken_gold and -j not in taken_gold.values():
            taken_gold[-i] = -j
    return Matched(
        tuple((gold[i], rows[j]) for i, j in sorted(taken_gold.items())),
        tuple(g for i, g in enumerate(gold) if i not in taken_gold),
        tuple(row for j, row in enumerate(rows) if j not in taken_gold.values()),
    )


def finds(row: Target, gold: Gold) -> bool:
    """Value, unit and year agree, and the row names the indicator."""
    if (row.kind is Kind.DEFERRED) != (gold.kind == "deferred"):
        return False
    if (str(row.year) if row.year else "") != gold.year:
        return False
    if gold.kind != "deferred" and not _same_value(row, gold):
        return False
    return _names(row, gold) >= _NAMED


def fields(row: Target, gold: Gold) -> dict[str, bool]:
    """Which of the further fields agree."""
    return {
        "comparison": row.comparison is _COMPARISONS[gold.comparison],
        "change": row.change is _CHANGES[gold.change],
        "base": row.base == gold.base,
        "aspires": row.aspires == gold.strive,
        "scope": bool(row.scope) == bool(gold.scope),
    }


def agreement(gold: Gold, row: Target) -> float:
    """How much of a row agrees beyond what finding it asks for."""
    return sum(fields(row, gold).values()) + _names(row, gold)


def _same_value(row: Target, gold: Gold) -> bool:
    if row.low is None or row.high is None:
        return False
    low, unit = _normal(gold.value.split("-")[0], gold.unit)
    high, _ = _normal(gold.value.split("-")[-1], gold.unit)
    if gold.lost_percent:
        unit = "%"
    return (
        _alike(row.unit, unit)
        and _close(Fraction(row.low), low)
        and _close(Fraction(row.high), high)
    )


def _normal(value: str, unit: str) -> tuple[Fraction, str]:
    """A labelled value in the unit of the rows; what is counted per something keeps its scale."""
    number = Fraction(value.replace(",", "").removesuffix("倍"))
    if "/" in value:
        return number * 100, "%"
    if unit in ("倍", "番") or value.endswith("倍"):
        return number, "倍"
    if "/" in unit:
        return number, unit
    for scale in sorted(_SCALES, key=len, reverse=True):
        known = units().get(unit.removeprefix(scale))
        if unit.startswith(scale) and known is not None:
            return number * _SCALES[scale] * Fraction(known.factor), known.normal
    return number, unit


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= {"", "1"}


def _close(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= abs(other) / 1000


def _names(row: Target, gold: Gold) -> float:
    """Share of the labelled indicator's character pairs that the row's words hold.

    1 where both speak of the same canonical indicator.
    """
    if row.indicator and row.indicator in {i.name for i in indicators_named(gold.indicator)}:
        return 1.0
    said = f"{row.words} {_BRACKET.sub('', row.words)} {row.indicator} {row.scope}"
    pairs = _pairs(gold.indicator)
    return sum(pair in said for pair in pairs) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> list[str]:
    letters = "".join(c for c in text if c.isalnum())
    return [letters[i : i + 2] for i in range(len(letters) - 1)] or [letters]
