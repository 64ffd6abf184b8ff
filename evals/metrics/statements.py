"""The statements of a reply: what it claims, sentence by sentence and table row by table row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.metrics.abstention import denies
from evals.metrics.text import MARKER, sentences
from evals.reply import Cited, Reply

_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.、)）])\s+")
_RULE = re.compile(r"^[\s|:—-]+$")
_LEAD_IN = re.compile(r"[:：]\s*$")
_NUMBER = re.compile(r"\d+")
_AFTER_STOP = re.compile(r"([。！？；])((?:\s*\[\d+(?:\s*[,，、]\s*\d+)*\])+)")
_LEAST = 4  # letters of a statement


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that claim something, and the markers that stand with them."""

    text: str
    markers: tuple[int, ...]

    def cited(self, reply: Reply) -> list[Cited]:
        """The passages that its markers stand for."""
        return [one for one in reply.citations if one.marker in self.markers]


def statements(text: str) -> list[Statement]:
    """What a text claims, in order; headings, lead-ins and the heads of tables claim nothing.

    A row of a table is one statement, its cells named by the table's head. Saying that the
    documents say nothing is no claim that a passage could prove.

    >>> table = "| 地区 | 2025年 |\\n|-|-|\\n| 甲市 | 5%[2] |"
    >>> [one.text for one in statements(f"规定如下：\\n- 达到20%。[1]\\n{table}")]
    ['达到20%。', '地区：甲市，2025年：5%']
    """
    return [
        Statement(words, tuple(dict.fromkeys(markers)))
        for words, markers in _parts(text)
        if sum(c.isalnum() for c in words) >= _LEAST and not denies(words)
    ]


def _parts(text: str) -> Iterator[tuple[str, list[int]]]:
    head: list[str] = []
    for line in text.splitlines():
        if line.strip().startswith("|"):
            if _RULE.match(line):
                continue
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not head:
                head = cells
            else:
                yield _row(head, cells), _markers(line)
            continue
        head = []
        if not line.lstrip().startswith("#") and not _LEAD_IN.search(line):
            yield from _sentences(_ITEM.sub("", line))


def _row(head: Sequence[str], cells: Sequence[str]) -> str:
    named = zip((*head, *[""] * len(cells)), cells, strict=False)
    return "，".join(f"{_plain(name)}：{_plain(cell)}" for name, cell in named if _plain(cell))


def _sentences(line: str) -> Iterator[tuple[str, list[int]]]:
    """Sentences with their markers; one right after a full stop belongs to what it ends."""
    inside = _AFTER_STOP.sub(r"\2\1", line)
    for sentence in sentences(inside):
        yield _plain(sentence), _markers(sentence)


def _markers(text: str) -> list[int]:
    return [int(n) for found in MARKER.findall(text) for n in _NUMBER.findall(found)]


def _plain(text: str) -> str:
    return MARKER.sub("", text).replace("*", "").strip()
