"""Text as the rules read it: without white space, half-width, simplified, and traced back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.traditional import simplified

_SENTENCE = re.compile(r"[^。!?\x1e]+[。!?\x1e]?")
_SEGMENT = re.compile(r"(?:\([^()]{0,60}\)|[^,;:])+[,;:]?")
_PARAGRAPH = re.compile(r"\n\s*\n|(?<=[。;])\s*\n")


class _Halves(dict[int, str]):
    """Each character as NFKC writes it, where that is one character; found out once."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_HALVES = _Halves()


@dataclass(frozen=True, slots=True)
class Prose:
    """`text[i]` came from `origins[i]` of the original."""

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of text[start:end], which is not empty."""
        return self.origins[start], self.origins[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """text[start:end] of a prose."""

    start: int
    end: int
    text: str


def prose(original: str) -> Prose:
    """Fold a text character by character; the end of a paragraph becomes `\\x1e`.

    >>> prose("到 2025 年，达到２０％").text
    '到2025年,达到20%'
    """
    breaks = {at for found in _PARAGRAPH.finditer(original) for at in range(*found.span())}
    letters: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(simplified(original.translate(_HALVES))):
        if character.isspace():
            if at in breaks and letters and letters[-1] != "\x1e":
                letters.append("\x1e")
                origins.append(at)
            continue
        letters.append(character)
        origins.append(at)
    return Prose("".join(letters), tuple(origins))


def sentences(text: str) -> Iterator[Stretch]:
    """Sentences of a folded text, with the stop that ends them."""
    for found in _SENTENCE.finditer(text):
        yield Stretch(*found.span(), found.group())


def segments(sentence: Stretch) -> Iterator[Stretch]:
    """Parts between commas, semicolons and colons that stand in no bracket, each with its mark."""
    for found in _SEGMENT.finditer(sentence.text):
        start = sentence.start + found.start()
        yield Stretch(start, start + len(found.group()), found.group())
