"""Word's automatic numbering: the labels that are shown but stand nowhere in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts, from where, and the words around its number."""

    format: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    lists: dict[str, dict[int, Level]]
    styles: dict[str, tuple[str, int]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: Element) -> str:
        """The label that Word shows before a paragraph; empty where it is in no list."""
        number_id, depth = self._place(paragraph)
        levels = self.lists.get(number_id)
        if not levels or depth not in levels:
            return ""
        counts = self._counts.setdefault(number_id, {})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return self._words(levels, counts, depth)

    def _words(self, levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
        level = levels[depth]
        if level.format in ("bullet", "none"):
            return ""

        def shown(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            other = levels.get(at, level)
            return counted(counts.get(at, other.start), other.format)

        return re.sub(r"%(\d)", shown, level.text)

    def _place(self, paragraph: Element) -> tuple[str, int]:
        """List and level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "", 0
        style = _value(properties.find(f"{_W}pStyle"))
        inherited = self.styles.get(style, ("", 0))
        own = properties.find(f"{_W}numPr")
        if own is None:
            return inherited
        number_id = _value(own.find(f"{_W}numId")) or inherited[0]
        depth = _value(own.find(f"{_W}ilvl"))
        return number_id, int(depth) if depth else inherited[1]


def numbering_of(numbering: Element | None, styles: Element | None) -> Numbering:
    """Read word/numbering.xml and word/styles.xml."""
    if numbering is None:
        return Numbering({}, {})
    abstract = {
        found.get(f"{_W}abstractNumId", ""): _levels(found)
        for found in numbering.iter(f"{_W}abstractNum")
    }
    lists = {
        found.get(f"{_W}numId", ""): abstract.get(_value(found.find(f"{_W}abstractNumId")), {})
        for found in numbering.iter(f"{_W}num")
    }
    return Numbering(lists, _styles(styles))


def _levels(abstract: Element) -> dict[int, Level]:
    return {
        int(found.get(f"{_W}ilvl", "0")): Level(
            _value(found.find(f"{_W}numFmt")) or "decimal",
            _value(found.find(f"{_W}lvlText")),
            int(_value(found.find(f"{_W}start")) or 1),
        )
        for found in abstract.iter(f"{_W}lvl")
    }


def _styles(styles: Element | None) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        numbered = style.find(f"{_W}pPr/{_W}numPr")
        if numbered is not None and (number_id := _value(numbered.find(f"{_W}numId"))):
            depth = _value(numbered.find(f"{_W}ilvl"))
            found[style.get(f"{_W}styleId", "")] = (number_id, int(depth) if depth else 0)
    return found


def _value(element: Element | None) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""


def counted(number: int, style: str) -> str:
    """A number in one of Word's counting styles.

    >>> [counted(12, style) for style in ("decimal", "chineseCountingThousand", "lowerLetter")]
    ['12', '十二', 'l']
    """
    return _STYLES.get(style, str)(number)


def _han(number: int) -> str:
    """Up to 99, as documents number: 十二, 二十, 三十五."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else f"{_HAN[tens % 10]}十")
    return head + (_HAN[ones] if ones or not tens else "")


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


def _roman(number: int) -> str:
    letters = ""
    for value, sign in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= value:
            letters += sign
            number -= value
    return letters


_STYLES: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "ideographTraditional",
            "japaneseCounting",
            "taiwaneseCountingThousand",
            "ideographDigital",
        ),
        _han,
    ),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if number <= 20 else str(number),
}
