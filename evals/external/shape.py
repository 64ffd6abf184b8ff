"""What a set of others is once read: passages, and questions that these answer or do not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from evals.case import Case, GoldSource
from evals.errors import EvaluationError
from evals.metrics.text import bare, says

NOWHERE = "未知"  # as Metadata.region_name has it
_LEAST = 20  # letters of evidence: fewer stand in too many passages
_SENTENCE = re.compile(r".+?(?:[。！？；\n]+|[.!?](?=\s)|$)", re.DOTALL)


class Passage(NamedTuple):
    """A text to answer from."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class External:
    """A set: every passage once, and the questions."""

    passages: tuple[Passage, ...]
    cases: tuple[Case, ...]


class Draft:
    """A set while it is read."""

    def __init__(self) -> None:
        self._passages: dict[tuple[str, str], Passage] = {}
        self._cases: dict[str, Case] = {}

    def passage(self, title: str, text: str) -> None:
        """Put in a passage, once; one without a letter says nothing and is left out."""
        if worded(text):
            known = Passage(f"p{len(self._passages) + 1}", title, text)
            self._passages.setdefault((title, text), known)

    def case(self, case: Case, place: str) -> None:
        """Put in a question. Raises EvaluationError where its id was used before."""
        if case.id in self._cases:
            raise EvaluationError(f"{place} 字段 id：{case.id} 重复出现")
        self._cases[case.id] = case

    def done(self, file: Path) -> External:
        """The set. Raises EvaluationError where it asks or holds nothing."""
        if not self._cases:
            raise EvaluationError(f"{file} 没有可以评测的问题")
        if not self._passages:
            raise EvaluationError(f"{file} 没有可供检索的文字")
        return External(tuple(self._passages.values()), tuple(self._cases.values()))


def worded(text: str) -> bool:
    """Whether a text has a letter or a digit."""
    return any(c.isalnum() for c in text)


def source(title: str, evidence: str) -> GoldSource:
    """A passage of a set as what proves an answer."""
    return GoldSource(title=title, region=NOWHERE, evidence=evidence)


def evidence_of(text: str, ways: Iterable[str]) -> str:
    """The first sentence of a passage that says one of these, else the whole passage."""
    wanted = tuple(ways)
    for start, end in _spans(text):
        if says(wanted, text[start:end]):
            return around(text, start, end)
    return text


def around(text: str, start: int, end: int) -> str:
    """The sentences that text[start:end] stands in, with the next ones where they are short.

    >>> around("甲。到2030年占比达到四分之一。其余各项指标另行规定并予以公布。", 7, 9)
    '到2030年占比达到四分之一。其余各项指标另行规定并予以公布。'
    """
    spans = _spans(text)
    held = [at for at, span in enumerate(spans) if span[0] < end and span[1] > start]
    if not held:
        return text
    first, last = held[0], held[-1]
    while len(bare(text[spans[first][0] : spans[last][1]])) < _LEAST:
        if last + 1 < len(spans):
            last += 1
        elif first > 0:
            first -= 1
        else:
            break
    return text[spans[first][0] : spans[last][1]].strip()


def _spans(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _SENTENCE.finditer(text)]
