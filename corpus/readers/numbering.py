"""Word's automatic numbering: the labels that are shown but stand nowhere in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"
_BULLET = "•"  # the sign itself is a private character of a symbol font
_MAXIMUM = 3999  # no list of a document counts further; Roman numerals end here


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts, from where, and the words around its number.

    It begins anew after a paragraph of a level below `restart` (0: never).
    """

    format: str
    text: str
    start: int
    restart: int
    style: str = ""
    arabic: bool = False  # shows the numbers of all levels as 1, 2, 3


@dataclass(frozen=True, slots=True)
class WordList:
    """A list of a document. Lists with the same `series` count on from each other.

    `anew` holds the numbers from which this list makes levels begin when it is first used.
    """

    series: str
    levels: dict[int, Level]
    anew: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and the places its styles give; how far each series has counted."""

    lists: dict[str, WordList]
    styles: dict[str, tuple[str, int]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def label(self, paragraph: Element) -> str:
        """The label that Word shows before a paragraph; empty where it is in no list."""
        number_id, depth = self._place(paragraph)
        word_list = self.lists.get(number_id)
        if word_list is None or depth not in word_list.levels:
            return ""
        counts = self._counts.setdefault(word_list.series, {})
        if number_id not in self._used:
            self._used.add(number_id)
            counts.update({level: start - 1 for level, start in word_list.anew.items()})
        levels = word_list.levels
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            if deeper not in levels or depth < levels[deeper].restart:
                del counts[deeper]
        return _shown(levels, counts, depth)

    def _place(self, paragraph: Element) -> tuple[str, int]:
        """List and level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "", 0
        inherited = self.styles.get(_value(properties.find(f"{_W}pStyle")), ("", 0))
        own = properties.find(f"{_W}numPr")
        if own is None:
            return inherited
        number_id = _value(own.find(f"{_W}numId")) or inherited[0]
        return number_id, _number(own.find(f"{_W}ilvl"), inherited[1])


def _shown(levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
    level = levels[depth]
    if level.format in ("bullet", "none"):
        return _BULLET if level.format == "bullet" else ""

    def number(found: re.Match[str]) -> str:
        at = int(found.group(1)) - 1
        other = levels.get(at, level)
        return counted(counts.get(at, other.start), "decimal" if level.arabic else other.format)

    return re.sub(r"%([1-9])", number, level.text)


def numbering_of(numbering: Element | None, styles: Element | None) -> Numbering:
    """Read the roots of word/numbering.xml and word/styles.xml."""
    if numbering is None:
        return Numbering({}, {})
    named = {style.get(f"{_W}styleId", ""): style for style in _found(styles, "style")}
    abstract = {
        found.get(f"{_W}abstractNumId", ""): found for found in _found(numbering, "abstractNum")
    }
    series = {
        num.get(f"{_W}numId", ""): _value(num.find(f"{_W}abstractNumId"))
        for num in _found(numbering, "num")
    }
    lists = {}
    for num in _found(numbering, "num"):
        of = series[num.get(f"{_W}numId", "")]
        if of in abstract and (link := _value(abstract[of].find(f"{_W}numStyleLink"))):
            of = series.get(_value(named[link].find(_NUM_ID)) if link in named else "", of)
        if of in abstract:
            lists[num.get(f"{_W}numId", "")] = _list(num, of, abstract[of])
    return Numbering(lists, {name: _style_place(name, named, lists) for name in named})


_NUM_ID = f"{_W}pPr/{_W}numPr/{_W}numId"
_ILVL = f"{_W}pPr/{_W}numPr/{_W}ilvl"


def _list(num: Element, series: str, abstract: Element) -> WordList:
    levels = _levels(abstract)
    anew = {}
    for override in num.iter(f"{_W}lvlOverride"):
        levels |= _levels(override)
        depth = _whole(override.get(f"{_W}ilvl"))
        if (start := override.find(f"{_W}startOverride")) is not None:
            anew[depth] = _number(start, 1)
            if depth in levels:
                levels[depth] = replace(levels[depth], start=anew[depth])
    return WordList(series, levels, anew)


def _levels(parent: Element) -> dict[int, Level]:
    found = {_whole(level.get(f"{_W}ilvl")): level for level in parent.iter(f"{_W}lvl")}
    return {
        depth: Level(
            _value(level.find(f"{_W}numFmt")) or "decimal",
            _value(level.find(f"{_W}lvlText")),
            _number(level.find(f"{_W}start"), 1),
            _number(level.find(f"{_W}lvlRestart"), depth),
            _value(level.find(f"{_W}pStyle")),
            level.find(f"{_W}isLgl") is not None,
        )
        for depth, level in found.items()
    }


def _style_place(
    name: str, named: dict[str, Element], lists: dict[str, WordList]
) -> tuple[str, int]:
    """List and level of a style: its own, or those of the styles it is based on."""
    number_id, depth, seen = "", None, set[str]()
    while name in named and name not in seen and not number_id:
        seen.add(name)
        number_id = _value(named[name].find(_NUM_ID))
        if depth is None and number_id in lists:
            levels = lists[number_id].levels
            depth = next((at for at, level in levels.items() if level.style in seen), None)
        if depth is None and (own := named[name].find(_ILVL)) is not None:
            depth = _number(own, 0)
        name = _value(named[name].find(f"{_W}basedOn"))
    return number_id, depth or 0


def _found(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else list(element.iter(f"{_W}{name}"))


def _value(element: Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""


def _number(element: Element | None, otherwise: int) -> int:
    return _whole(_value(element), otherwise)


def _whole(value: str | None, otherwise: int = 0) -> int:
    """A whole number from 0 to 3999; `otherwise` where the file says something else."""
    return min(int(value), _MAXIMUM) if value and re.fullmatch(r"\d{1,9}", value) else otherwise


def counted(number: int, style: str) -> str:
    """A number in one of Word's counting styles; in digits where the style is not known.

    >>> [counted(12, style) for style in ("decimal", "chineseCountingThousand", "lowerLetter")]
    ['12', '十二', 'l']
    >>> [counted(105, style) for style in ("chineseCounting", "ideographDigital", "upperRoman")]
    ['一百零五', '一〇五', 'CV']
    """
    return _STYLES.get(style, str)(number) if 0 < number <= _MAXIMUM else str(number)


def _han(number: int) -> str:
    """As documents number: 十二, 二十, 一百零五."""
    if number < 20:
        return ("十" if number >= 10 else "") + (_HAN[number % 10] if number % 10 else "")
    words = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            words += _HAN[digit] + unit
        elif words and number and not words.endswith("零"):
            words += "零"
    return words


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _letter(number: int) -> str:
    """a … z, aa, bb …, as Word goes on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    letters = ""
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    signs = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
    for value, sign in zip(values, signs, strict=True):
        times, number = divmod(number, value)
        letters += sign * times
    return letters


_HAN_STYLES = ("chineseCounting", "chineseCountingThousand", "taiwaneseCountingThousand")
_STYLES: dict[str, Callable[[int], str]] = {
    **dict.fromkeys((*_HAN_STYLES, "japaneseCounting", "taiwaneseCounting"), _han),
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "ideographTraditional": lambda n: "甲乙丙丁戊己庚辛壬癸"[n - 1] if n <= 10 else str(n),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= 20 else str(number),
    "decimalEnclosedCircleChinese": lambda n: chr(0x245F + n) if n <= 20 else str(n),
}
