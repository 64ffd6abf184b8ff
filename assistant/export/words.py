"""Untrusted words made fit for a document: in one line, and of characters that XML may hold."""

from __future__ import annotations

import re

# What XML 1.0 has no place for (production 2, Char).
_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SPACE = re.compile(r"\s+")


def legal(text: str) -> str:
    """The text without the characters that no XML may hold, hence no Word document."""
    return _ILLEGAL.sub("", text)


def one_line(text: str) -> str:
    """The text in one line: a break inside a word goes, other white space becomes a blank.

    >>> one_line("到2025年，非化\\n石能源\\n\\t13.2  %")
    '到2025年，非化石能源 13.2 %'
    """
    return _SPACE.sub(_blank, legal(text).strip())


def closed(text: str) -> str:
    """A name without the white space that its layout left in it, but for that between Latin words.

    >>> closed("安徽省 碳达峰\\n实施方案 Phase II")
    '安徽省碳达峰实施方案Phase II'
    """
    return _SPACE.sub(_between_latin, legal(text).strip())


def _blank(space: re.Match[str]) -> str:
    before, after = space.string[space.start() - 1], space.string[space.end()]
    broken = "\n" in space[0] and "\t" not in space[0]
    return "" if broken and not (before.isascii() and after.isascii()) else " "


def _between_latin(space: re.Match[str]) -> str:
    before, after = space.string[space.start() - 1], space.string[space.end()]
    return " " if before.isascii() and after.isascii() else ""
