"""A question as it is meant to be written: look-alike characters, spaces, years in numerals."""

from __future__ import annotations

import re
import unicodedata

# Characters of other scripts, and rare Chinese ones, that look like what is meant.
_LOOKS = str.maketrans(
    "АВЕКМНОРСТХаеорсхΑΒΕΚΜΝΟΡΤΧ巿祘粍",
    "ABEKMHOPCTXaeopcxABEKMNOPTX市算耗",
)
_RADICALS = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFF01, 0xFF5E))
_SIGNS = "（），：；！？"  # full width is how these are written
# 2O3O, 2〇30: letters and signs for digits, in what stands where a year does.
_YEAR = re.compile(r"(?<![0-9A-Za-z])2[0Oo〇○][0-9Oo〇○]{2}(?![0-9A-Za-z])")
_DIGITS = str.maketrans("Oo〇○", "0000")
_NUMERALS = re.compile(
    r"(?<![一二三四五六七八九十百千万点〇○零])二[〇○零Oo0][一二三四五六][〇○零Oo0一二三四五六七八九](?=年)"
)
_NUMERAL_DIGITS = str.maketrans("零〇○Oo一二三四五六七八九", "00000123456789")
_SPACED = re.compile(r"(?<!\S)\S(?:[ \t\u3000]+\S){5,}(?!\S)")
_SPACES = re.compile(r"\s+")


def as_written(text: str) -> str:
    """The text with look-alikes set right, spaces between single characters and disguises of
    years taken away; all else stays as it is.

    >>> as_written("浙 江 省 2 O 3 O 年"), as_written("抚顺巿二〇三〇年"), as_written("风电 光伏")
    ('浙江省2030年', '抚顺市2030年', '风电 光伏')
    """
    plain = "".join(map(_plain, text)).translate(_LOOKS)
    plain = _SPACED.sub(lambda found: _SPACES.sub("", found.group()), plain)
    plain = _YEAR.sub(lambda found: found.group().translate(_DIGITS), plain)
    return _NUMERALS.sub(lambda found: found.group().translate(_NUMERAL_DIGITS), plain)


def _plain(character: str) -> str:
    """A radical or full-width letter as the character that it shows; invisible ones as nothing."""
    code = ord(character)
    if code < 0x80 or character in _SIGNS:
        return character
    if any(first <= code <= last for first, last in _RADICALS):
        return unicodedata.normalize("NFKC", character)
    return "" if unicodedata.category(character) == "Cf" else character
