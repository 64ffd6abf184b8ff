"""What follows from two figures: how far they are apart, how many percent one is of another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, permutations

from corpus.targets.figures import Figure

_POINTS = ("百分点", "个百分点")
_ROUNDED = Decimal("0.05")  # a share is given to a tenth of a percent


def is_reckoned(figure: Figure, given: Sequence[Figure]) -> bool:
    """Whether a figure is the difference of two given ones, or the share of one in another.

    A bare number, as in a table, counts in the figure's own unit.
    """
    unit = "%" if figure.unit in _POINTS else _counted(figure)
    alike = [
        one.low if one.unit else one.low * figure.size
        for one in given
        if _counted(one) in (unit, "")
    ]
    if any(figure.low == abs(one - other) for one, other in combinations(alike, 2)):
        return True
    return figure.unit == "%" and any(
        abs(100 * one.low / other.low - figure.low) <= _ROUNDED
        for one, other in permutations(given, 2)
        if one.unit == other.unit != "%" and other.low
    )


def _counted(figure: Figure) -> str:
    """What a figure counts, without what it is counted for: 克标准煤 of 克标准煤/千瓦时."""
    return figure.unit.split("/")[0]
