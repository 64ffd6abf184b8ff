"""What a sentence claims: parts, each with its places, years, figures and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.values import CHANGES
from corpus.document import Level, Region
from corpus.regions import Mention, gazetteer
from corpus.targets import prose
from corpus.targets.figures import Figure, figures, units
from corpus.targets.target import Change
from corpus.targets.times import Time, times

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SIZES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二两三四五六七八九十百千]"
_PERCENT = re.compile(rf"百分之({_NUMERAL}+(?:点{_NUMERAL}+)?)")


@dataclass(frozen=True, slots=True)
class Claim:
    """One part of a sentence between commas; places and years are those in force in it.

    `words` is its text without figures, times, places and titles; `named_years` and
    `named_places` are its own, not carried over from an earlier part.
    """

    text: str
    words: str
    figures: tuple[Figure, ...]
    years: tuple[int, ...]
    bases: tuple[str, ...]
    places: tuple[Region, ...]
    named_years: tuple[int, ...]
    change: Change


def claims_of(said: str) -> list[Claim]:
    """The claims of a sentence, in order; places and years hold until others are named.

    >>> [(str(c.figures[0].low), c.years) for c in claims_of("2025年达到百分之二十，2030年25%")]
    [('20', (2025,)), ('25', (2030,))]
    """
    found: list[Claim] = []
    years: tuple[int, ...] = ()
    places: tuple[Region, ...] = ()
    for part in _parts(folded(said).replace("相对于", "比")):
        named = times(part)
        due = tuple(time.year for time in named if time.year)
        own = mentions(part)
        years, places = due or years, own or places
        amounts = amounts_in(part)
        found.append(
            Claim(
                text=part,
                words=_without(part, named, amounts),
                figures=amounts,
                years=years,
                bases=tuple(time.base for time in named if time.base),
                places=places,
                named_years=due,
                change=change_in(part),
            )
        )
    return found


def folded(text: str) -> str:
    """Text as figures are read in it: half-width, simplified, Chinese numerals as digits.

    >>> folded("占比达到百分之十四点五，装机五千一百万千瓦")
    '占比达到14.5%,装机5100万千瓦'
    """
    plain = prose.prose(text).text
    plain = _PERCENT.sub(lambda found: f"{arabic(found.group(1))}%", plain)
    return _numeral_with_unit().sub(lambda found: arabic(found.group(1)), plain)


def arabic(numeral: str) -> str:
    """A Chinese numeral below ten thousand in digits.

    >>> [arabic(n) for n in ("十四点五", "五千一百", "二十", "两百零六", "二〇二五")]
    ['14.5', '5100', '20', '206', '2025']
    """
    whole, _, after = numeral.partition("点")
    if len(whole) > 1 and not any(c in _SIZES for c in whole):
        total = int("".join(str(_DIGITS[c]) for c in whole))
    else:
        total = digit = 0
        for character in whole:
            if character in _SIZES:
                total += (digit or 1) * _SIZES[character]
                digit = 0
            else:
                digit = _DIGITS[character]
        total += digit
    places = "".join(str(_DIGITS.get(c, 0)) for c in after)
    return f"{total}.{places}" if places else str(total)


def amounts_in(part: str) -> tuple[Figure, ...]:
    """The figures of a folded text; a bare number before 、 has the unit of the next."""
    found = figures(part)
    for at in range(len(found) - 2, -1, -1):
        one, following = found[at], found[at + 1]
        between = part[one.end : following.start]
        if not one.unit and following.unit and between in ("、", "和", "与", "及"):
            found[at] = one.in_unit_of(following)
    return tuple(found)


def change_in(part: str) -> Change:
    """Whether the words say a fall, a rise, or a level."""
    found = (change for words, change in CHANGES if words.search(part))
    return next((change for change in found if change is not Change.NEW), Change.NONE)


def mentions(text: str) -> tuple[Region, ...]:
    """The jurisdictions that a text names, first readings, each once."""
    return tuple(dict.fromkeys(found.region for found in _mentions(text)))


def names(text: str) -> tuple[str, ...]:
    """The words by which a text names jurisdictions."""
    return tuple(dict.fromkeys(found.words for found in _mentions(text)))


def _mentions(text: str) -> list[Mention]:
    """Full names, and spoken ones of provinces and cities: 新建 is a word, and a district."""
    return [
        found
        for found in gazetteer().mentions(text)
        if found.words == found.region.name or found.region.level in (Level.PROVINCE, Level.CITY)
    ]


def paired(claim: Claim) -> Iterator[tuple[Figure, tuple[int, ...]]]:
    """Each figure with its years: the n-th figure is of the n-th year where there are as many."""
    several = len(claim.named_years) > 1
    if several and len(claim.named_years) == len(claim.figures):
        yield from ((f, (y,)) for f, y in zip(claim.figures, claim.named_years, strict=True))
    else:
        yield from ((figure, claim.years) for figure in claim.figures)


def _parts(text: str) -> list[str]:
    whole = prose.Stretch(0, len(text), text)
    return [segment.text.strip(",;:。!?") for segment in prose.segments(whole)]


def _without(part: str, named: Sequence[Time], amounts: Sequence[Figure]) -> str:
    """The part with a blank for each time, figure, title and place."""
    spans = [(time.start, time.end) for time in named]
    spans += [(figure.start, figure.end) for figure in amounts]
    spans += [found.span() for found in re.finditer("《[^》]*》", part)]
    spans += [(found.start, found.end) for found in _mentions(part)]
    edges = sorted(spans)
    cuts = [(0, 0), *edges, (len(part), len(part))]
    kept = (part[left[1] : right[0]] for left, right in pairwise(cuts) if left[1] < right[0])
    return " ".join(kept)


@lru_cache(maxsize=1)
def _numeral_with_unit() -> re.Pattern[str]:
    """A Chinese numeral of two characters and more before a unit or a scale and a unit."""
    longest = sorted((u for u in units() if len(u) > 1 or u in "%亩吨元"), key=len, reverse=True)
    after = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<!{_NUMERAL})({_NUMERAL}{{2,}}(?:点{_NUMERAL}+)?)(?=[万亿]*(?:{after}))")
