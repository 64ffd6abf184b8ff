"""RGB (Chen et al., AAAI 2024): four abilities of answering from what was found.

Noise robustness and negative rejection are asked of `zh.json`, information integration of
`zh_int.json`, counterfactual robustness of `zh_fact.json`; the English files are of the same form.

Two things differ from the paper. It hands each question its own few passages; here the passages
of all questions are one corpus that a system must search, so noise is also what belongs to other
questions, and what one question's passages leave out another's may say. And passages are taken
from the front of their lists, not drawn at random, so a set is the same each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from evals.case import Case, Point, Type, Words
from evals.errors import EvaluationError
from evals.external.files import Asked, Options, Record, checked, records
from evals.external.shape import Draft, External, evidence_of, source, worded
from evals.metrics.text import says


class Ability(StrEnum):
    """What is tested."""

    NOISE = "noise"
    REJECTION = "rejection"
    INTEGRATION = "integration"
    COUNTERFACTUAL = "counterfactual"


class RgbOptions(Options):
    """`passages` for each question, of which the share `noise` does not answer it."""

    ability: Ability = Ability.NOISE
    noise: float = Field(0.0, ge=0, le=1)
    passages: int = Field(5, ge=1)

    @property
    def noisy(self) -> int:
        """How many passages of a question do not answer it."""
        return math.ceil(round(self.passages * self.noise, 6))


_Point = Annotated[Point, Field(min_length=1)]
_Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class _Instance(Record):
    """`answer`: all of these must be said, each in one of its ways."""

    id: Words
    query: Asked
    answer: Annotated[
        tuple[_Point, ...],
        BeforeValidator(lambda said: said if isinstance(said, list) else [said]),
        Field(min_length=1),
    ]
    negative: tuple[str, ...]

    @property
    def ways(self) -> list[str]:
        """All wordings of all answers."""
        return [way for point in self.answer for way in point]


class _Plain(_Instance):
    positive: _Texts


class _Parts(_Instance):
    positive: Annotated[tuple[_Texts, ...], Field(min_length=1)]


class _Fact(_Instance):
    positive_wrong: _Texts
    fakeanswer: _Point


def read(file: Path, options: RgbOptions) -> External:
    """Read a file for one ability. Raises EvaluationError, naming file:line and field."""
    if options.ability is not Ability.REJECTION and options.noisy >= options.passages:
        raise EvaluationError(
            f"选项 noise：{options.noise} 时 {options.passages} 段中没有一段含答案，请调小"
        )
    draft = Draft()
    read_one = _READERS[options.ability]
    for place, row in records(file):
        case, passages = read_one(row, place, options)
        for text in passages:
            draft.passage("", text)
        draft.case(case, place)
    return draft.done(file)


_Read = tuple[Case, Sequence[str]]
"""A question, and the passages that belong to it."""


def _noise(row: object, place: str, options: RgbOptions) -> _Read:
    one = checked(_Plain, row, place)
    noisy = options.noisy
    right = options.passages - noisy
    if noisy > len(one.negative):
        right = options.passages - len(one.negative)
    elif right > len(one.positive):
        noisy = options.passages - len(one.positive)
    positive = one.positive[:right]
    return _answerable(one, options.ability, positive), (*positive, *one.negative[:noisy])


def _rejection(row: object, place: str, options: RgbOptions) -> _Read:
    one = checked(_Instance, row, place)
    case = Case(
        id=_id(one, options.ability),
        question=one.query,
        type=Type.UNANSWERABLE,
        tags=(options.ability,),
    )
    return case, one.negative[: options.passages]


def _integration(row: object, place: str, options: RgbOptions) -> _Read:
    """The first passage of each part, then the second of each, and so on."""
    one = checked(_Parts, row, place)
    ordered = [text for rank in zip_longest(*one.positive) for text in rank if text is not None]
    positive = ordered[: max(options.passages - options.noisy, len(one.positive))]
    left = max(options.passages - len(positive), 0)
    return _answerable(one, options.ability, positive), (*positive, *one.negative[:left])


def _counterfactual(row: object, place: str, options: RgbOptions) -> _Read:
    """What is found is false: right is the true answer all the same, and the false one is not said.

    No passage proves the true answer, so there is nothing to cite.
    """
    one = checked(_Fact, row, place)
    wrong = one.positive_wrong[: options.passages - options.noisy]
    false = [way for way in one.fakeanswer if not any(says((way,), true) for true in one.ways)]
    case = Case(
        id=_id(one, options.ability),
        question=one.query,
        type=Type.OPEN,
        answer_points=one.answer,
        never=tuple(false),
        tags=(options.ability,),
    )
    return case, (*wrong, *one.negative[: options.noisy])


def _answerable(one: _Instance, ability: Ability, positive: Sequence[str]) -> Case:
    proofs = [source("", evidence_of(text, one.ways)) for text in positive if worded(text)]
    return Case(
        id=_id(one, ability),
        question=one.query,
        type=Type.OPEN,
        answer_points=one.answer,
        sources=tuple(proofs),
        tags=(ability,),
    )


def _id(one: _Instance, ability: Ability) -> str:
    return f"{ability}-{one.id}"


_READERS = {
    Ability.NOISE: _noise,
    Ability.REJECTION: _rejection,
    Ability.INTEGRATION: _integration,
    Ability.COUNTERFACTUAL: _counterfactual,
}
