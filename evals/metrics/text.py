"""Texts as the measures compare them, and whether an answer says a point."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MARKER = re.compile(r"\[\d+(?:\s*[,，、]\s*\d+)*\]")
_FOOTER = re.compile(r"第\s*\d+\s*页")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_LABEL = re.compile("[①-⒛❶-➓]")  # would become a digit and run into the number that follows
# Neither letters, digits nor signs with a meaning of their own: "15.5%" is not "15.5".
_DROPPED = re.compile(r"(?:[^\w%‰°≥≤<+±×]|_)+")
_NUMBERED = re.compile(
    r"(?P<place>.*?)"
    r"(?P<quantity>(?:不低于|不少于|不高于|不超过|超过|低于|高于|约)?\d+(?:\.\d+)?)"
    r"(?P<unit>.*)"
)


def normalise(text: str) -> str:
    """Text for comparison: NFKC, without white space and punctuation, numbers kept apart.

    >>> normalise("到２０３０年，占比达到 15.5%（含）"), normalise("52、50%；1,000 万吨")
    ('到2030年占比达到15.5%含', '52 50%1000万吨')
    """
    text = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    return _DROPPED.sub(_reduced, unicodedata.normalize("NFKC", _LABEL.sub(" ", text)))


def _reduced(run: re.Match[str]) -> str:
    before = run.string[max(run.start() - 1, 0) : run.start()]
    after = run.string[run.end() : run.end() + 1]
    if not (before.isdecimal() and after.isdecimal()):
        return ""
    return "." if run[0] == "." else " "


def bare(text: str) -> str:
    """Text for finding evidence, which is long: a number a page break has split is joined."""
    return _DROPPED.sub("", _FOOTER.sub("", unicodedata.normalize("NFKC", text)))


def held(point: str, answer: str) -> bool:
    """Whether an answer says a point, in its text or in one row of a Markdown table.

    A number must be the same number with the same unit: 15% is held neither by 115% nor by
    15.5% nor by 15. A row holds "抚顺69%" as | 抚顺市 | 森林覆盖率 | 69%左右 |.
    """
    text = MARKER.sub(" ", answer)
    return found(normalise(point), normalise(text)) or any(
        _row_holds(normalise(point), row) for row in _rows(text)
    )


def says(ways: tuple[str, ...], text: str) -> bool:
    """Whether a text says a point in one of its ways."""
    return any(held(way, text) for way in ways)


def found(point: str, text: str) -> bool:
    """Whether a normalised text holds a normalised point, its numbers whole."""
    before = r"(?<![\d.])" if point[:1].isdecimal() else ""
    after = r"(?![\d.%‰])" if point[-1:].isdecimal() else ""
    if point.endswith("瓦"):
        after = "(?!时)"  # power is not energy
    return re.search(before + re.escape(point) + after, text) is not None


def _rows(answer: str) -> Iterator[list[str]]:
    for line in map(str.strip, answer.splitlines()):
        if line.startswith("|") and line.endswith("|"):
            yield [normalise(cell) for cell in line.strip("|").split("|")]


def _row_holds(point: str, cells: list[str]) -> bool:
    parts = _NUMBERED.fullmatch(point)
    if parts is None or not any(parts["place"] in cell for cell in cells):
        return False
    value = parts["quantity"] + parts["unit"]
    apart = parts["quantity"] in cells and parts["unit"] in cells
    return apart or any(found(value, cell) for cell in cells)


_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


def sentences(text: str) -> list[str]:
    """The sentences of a text that say something; a semicolon ends one too.

    >>> sentences("到2025年达到20%；到2030年达到25%。")
    ['到2025年达到20%；', '到2030年达到25%。']
    """
    return [one for one in _SENTENCE.findall(text) if any(c.isalnum() for c in one)]
