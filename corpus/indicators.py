"""Indicators that have look-alikes, recognised by cues; the table is `data/indicators.tsv`."""

from __future__ import annotations

import csv
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

    def may_stand_in(self, text: str) -> bool:
        """Whether a folded text has a word of each group that is needed."""
        return all(_holds_any(text, group) for group in self.needed)

    def strength(self, text: str) -> int:
        """Characters of the text's words that the cue needs; 0 where it does not match.

        `text` is folded: NFKC and lower case.
        """
        total = 0
        for group in self.needed:
            longest = max([len(word) for word in group if word in text], default=0)
            if not longest:
                return 0
            total += longest
        return 0 if _holds_any(text, self.forbidden) else total


def _holds_any(text: str, words: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, words))  # a generator would take thrice the time


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical indicator. `unit` is what its level is counted in."""

    name: str
    unit: str
    synonyms: tuple[str, ...]
    cues: tuple[Cue, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All words that its cues need."""
        return tuple(word for cue in self.cues for group in cue.needed for word in group)

    def stands_in(self, text: str) -> bool:
        """Whether the text speaks of this indicator and not of a near miss."""
        return _speaks_of(self, text)

    def __hash__(self) -> int:
        return hash(self.name)

    def may_stand_in(self, folded: str) -> bool:
        """Whether a folded text has the words of a cue, in one sentence of it or in several."""
        return any(cue.may_stand_in(folded) for cue in self.cues)

    def strength(self, folded: str) -> int:
        """How many characters of a folded text say that it speaks of this indicator."""
        return max([cue.strength(folded) for cue in self.cues])


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """All indicators, in the order of the table; `indicators.schema.json` says what it holds."""
    text = resources.files("corpus").joinpath("data", "indicators.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        Indicator(
            row["name"],
            row["unit"],
            tuple(row["synonyms"].split(";")) if row["synonyms"] else (),
            tuple(_cue(cue) for cue in row["cues"].split(";")),
        )
        for row in rows
    )


@lru_cache(maxsize=50_000)
def indicators_in(text: str) -> tuple[Indicator, ...]:
    """The indicators that a text speaks of."""
    folded = fold(text)
    return tuple(indicator for indicator in _hinted(folded) if indicator.strength(folded))


@lru_cache(maxsize=50_000)
def _speaks_of(indicator: Indicator, text: str) -> bool:
    return indicator.strength(fold(text)) > 0


@lru_cache(maxsize=4096)
def indicators_named(text: str) -> tuple[Indicator, ...]:
    """The indicators that a question names, also by a synonym that says less than a clause must."""
    folded = fold(text)
    return tuple(
        indicator
        for indicator in _hinted(folded)
        if indicator.strength(folded) or _holds_any(folded, _folded(indicator))
    )


def _hinted(folded: str) -> list[Indicator]:
    """The indicators of which a word begins somewhere in a folded text, in their order."""
    hints = _hints()
    numbers = {n for at in range(len(folded)) for n in hints.get(folded[at : at + 2], ())}
    numbers |= {number for character in set(folded) for number in hints.get(character, ())}
    held = indicators()
    return [held[number] for number in sorted(numbers)]


@lru_cache(maxsize=1)
def _hints() -> dict[str, tuple[int, ...]]:
    """The first two characters of every word that an indicator cannot do without, and whose.

    Of a cue that is the words of its first group.
    """
    found: dict[str, dict[int, None]] = {}
    for number, indicator in enumerate(indicators()):
        firsts = (word for cue in indicator.cues for word in cue.needed[0])
        for word in (*firsts, *_folded(indicator)):
            found.setdefault(word[:2], {})[number] = None
    return {start: tuple(numbers) for start, numbers in found.items()}


@lru_cache(maxsize=1000)
def _folded(indicator: Indicator) -> tuple[str, ...]:
    """The synonyms of an indicator, folded."""
    return tuple(map(fold, indicator.synonyms))


class _Folds(dict[int, str]):
    """Each character folded, found out once."""

    def __missing__(self, code: int) -> str:
        self[code] = simplified(unicodedata.normalize("NFKC", chr(code)).lower())
        return self[code]


_FOLDS = _Folds()


def fold(text: str) -> str:
    """As cues are written: NFKC, lower case, simplified; character by character."""
    return text.translate(_FOLDS)


def _cue(text: str) -> Cue:
    parts = text.split()
    return Cue(
        tuple(tuple(part.split("|")) for part in parts if not part.startswith("!")),
        tuple(part[1:] for part in parts if part.startswith("!")),
    )
