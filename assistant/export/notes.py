"""Footnotes: what each says, and its number in the paper."""

from __future__ import annotations

import re

from assistant.answer import Citation
from assistant.export.words import one_line

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}]+")


class Notes:
    """Citations numbered over a whole paper, as they are first referred to."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int], int] = {}

    def number(self, piece: int, citation: Citation) -> tuple[int, bool]:
        """The number of a citation of a piece, and whether this is the first reference to it."""
        key = (piece, citation.marker)
        is_first = key not in self._numbers
        return self._numbers.setdefault(key, len(self._numbers) + 1), is_first


def quoted(citation: Citation) -> str:
    """The words that prove it, as they stand there, in one line."""
    return f"“{one_line(citation.quote)}”。"


def address(citation: Citation) -> str:
    """The link to the source; empty where there is none that a browser should be sent to."""
    found = _ADDRESS.fullmatch(citation.source_url or "")
    return found[0] if found else ""
