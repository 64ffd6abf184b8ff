"""Indicators that have look-alikes, recognised by cues; the table is `data/indicators.tsv`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corpus.traditional import simplified


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of which each group must occur in a text, and words that must not."""

    needed: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]

    def matches(self, text: str) -> bool:
        """`text` is folded: NFKC and lower case."""
        return all(any(word in text for word in group) for group in self.needed) and not any(
            word in text for word in self.forbidden
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical indicator. `unit` is what its level is counted in."""

    name: str
    unit: str
    cues: tuple[Cue, ...]

    def stands_in(self, text: str) -> bool:
        """Whether the text speaks of this indicator and not of a near miss."""
        folded = simplified(unicodedata.normalize("NFKC", text).lower())
        return any(cue.matches(folded) for cue in self.cues)


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """All indicators, in the order of the table."""
    text = resources.files("corpus").joinpath("data", "indicators.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        Indicator(name, unit, tuple(_cue(cue) for cue in cues.split(";")))
        for name, unit, cues in rows
    )


def indicators_in(text: str) -> tuple[Indicator, ...]:
    """The indicators that a text speaks of."""
    return tuple(indicator for indicator in indicators() if indicator.stands_in(text))


def _cue(text: str) -> Cue:
    parts = text.split()
    return Cue(
        tuple(tuple(part.split("|")) for part in parts if not part.startswith("!")),
        tuple(part[1:] for part in parts if part.startswith("!")),
    )
