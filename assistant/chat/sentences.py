"""A stream of words cut into sentences, each with the handles that stand behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Small models write handles in many ways: [1], 【1】, [1][3], [1、3], [^1], [条款1].
_HANDLE = re.compile(
    r"[\[［【]\s*(?:条款|依据)?\s*\^?(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]］】]"
)
_STOP = r"[。！？!?\n]+[”』」）)]*"
_ENDED = re.compile(
    rf"[^。！？!?\n]*{_STOP}(?:\s*{_HANDLE.pattern})*(?=\s*[^\s\[［【。！？!?”』」）)])"
)
_LAST = re.compile(rf"[^。！？!?\n]+(?:{_STOP})?(?:\s*{_HANDLE.pattern})*")
_ORNAMENT = re.compile(r"^\s*(?:[-*•#>]+\s*|\d{1,2}[.)]\s+)+|\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the handles of the clauses that are to prove it."""

    said: str
    handles: tuple[int, ...]


def sentences(pieces: Iterable[str]) -> Iterator[Sentence]:
    """Sentences as soon as they are whole: the handles behind a stop still belong to it.

    >>> list(sentences(["占比", "14.5%。[", "1]另有"]))
    [Sentence(said='占比14.5%。', handles=(1,)), Sentence(said='另有', handles=())]
    """
    buffer = ""
    for piece in pieces:
        buffer += piece
        while found := _ENDED.match(buffer):
            yield from _sentence(found.group())
            buffer = buffer[found.end() :]
    for found in _LAST.finditer(buffer):
        yield from _sentence(found.group())


def _sentence(text: str) -> Iterator[Sentence]:
    handles = [int(n) for found in _HANDLE.findall(text) for n in re.findall(r"\d+", found)]
    said = " ".join(_ORNAMENT.sub("", _HANDLE.sub("", text)).split())
    if said:
        yield Sentence(said, tuple(dict.fromkeys(handles)))
