"""A gold question: what is asked and what proves a right answer. One JSON object a line.

It names facts and locations, not sentences: a clause by document, jurisdiction and path. Files
that carry the proving words themselves (`evidence`) are read as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from assistant.answer import Refusal
from evals.errors import EvaluationError


class Type(StrEnum):
    """What kind of question it is."""

    TARGET = "target"
    MEASURE = "measure"
    RESPONSIBILITY = "responsibility"
    LIST = "list"
    TIME = "time_or_definition"
    COMPARISON = "comparison"
    FOLLOWUP = "followup"
    UNANSWERABLE = "unanswerable"
    OPEN = "open"  # of a set that tells no types apart


class Split(StrEnum):
    """Whether the rules were changed after looking at what failed at a question."""

    TUNE = "tune"
    HELD_OUT = "held_out"


# Words that can be looked for: something is left of them without punctuation.
Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w")]


# What an answer must say: these words, or any of several ways to say it.
Point = Annotated[
    tuple[Words, ...],
    BeforeValidator(lambda said: (said,) if isinstance(said, str | int | float) else said),
]


class _Gold(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Number(_Gold):
    """A figure of the gold answer, as printed; `scope` is what part it is of, `base` since when."""

    value: str
    unit: str = ""
    qualifier: str = ""
    year: str = ""
    region: str = ""
    indicator: str = ""
    scope: str = ""
    base: str = ""


class GoldSource(_Gold):
    """A clause that proves the answer, by its path or by words that stand in it.

    `evidence` stands in the clause verbatim, white space aside; it may be left out where `clause`
    is the path as the catalog has it, joined by " > ".
    """

    title: str
    region: str = ""
    clause: str = ""
    evidence: str = ""
    file: str = ""
    pages: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _findable(self) -> Self:
        if not any(c.isalnum() for c in self.evidence + self.clause):
            raise PydanticCustomError("nowhere", "clause")
        return self


class Case(_Gold):
    """A gold question. `history` holds the earlier turns of the user, oldest first.

    `refusal` are the reasons for which an unanswerable question may be refused, the expected one
    first; an answer must hold every point and none of the words in `never`. `region` is the
    jurisdiction asked about, the first source's where it is empty; `split` that of suites whose
    failures were read.
    """

    id: Words
    question: Words
    type: Type
    history: tuple[Words, ...] = ()
    answer: str = ""
    answer_points: tuple[Point, ...] = ()
    numbers: tuple[Number, ...] = ()
    sources: tuple[GoldSource, ...] = ()
    refusal: tuple[Refusal, ...] = ()
    never: tuple[Words, ...] = ()
    tags: tuple[str, ...] = ()
    region: str = ""
    split: Split | None = None
    difficulty: str = ""
    why_hard: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return self.type is not Type.UNANSWERABLE

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction asked about; empty where none is."""
        return self.region or next((source.region for source in self.sources), "")

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        wanted = ["answer_points"] if self.type is Type.OPEN else ["answer_points", "sources"]
        for field in wanted:
            if self.answerable and not getattr(self, field):
                raise PydanticCustomError("empty", field)
        return self


_REASONS = {
    "missing": "缺少此字段",
    "string_type": "应为文字",
    "string_pattern_mismatch": "不能没有文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "tuple_type": "应为列表",
    "model_type": "应为对象",
    "nowhere": "应写明条款位置 clause 或依据原文 evidence",
}


def read_cases(file: Path) -> list[Case]:
    """The questions of a JSONL file, in order; blank lines are passed over.

    Raises EvaluationError, naming file:line and field, for what cannot be scored.
    """
    cases: dict[str, Case] = {}
    # Not splitlines(): a JSON string may hold U+2028 as it is.
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        if not line.strip():
            continue
        case = _case(line, f"{file}:{number}")
        if case.id in cases:
            raise EvaluationError(f"{file}:{number} 字段 id：{case.id} 重复出现，请改用不同的编号")
        cases[case.id] = case
    if not cases:
        raise EvaluationError(f"{file}: 没有任何问题，请每行写一个 JSON 对象")
    return list(cases.values())


def text_of(file: Path) -> str:
    """The text of a UTF-8 file; raises EvaluationError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{file}: 不是 UTF-8 编码，请转换后重试") from error
    except OSError as error:
        raise EvaluationError(f"{file}: 无法读取（{error.strerror}）") from error


def _case(line: str, place: str) -> Case:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{place} 不是有效的 JSON（第 {error.colno} 个字符处）") from error
    if not isinstance(row, Mapping):
        raise EvaluationError(f"{place} 应为一个 JSON 对象")
    try:
        return Case.model_validate(row)
    except ValidationError as error:
        raise EvaluationError(f"{place} {_first_fault(error)}") from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    if fault["type"] == "empty":
        return f"字段 {fault['msg']}：可回答的问题至少要有一项"
    field = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "enum":
        return f"字段 {field}：应为 {_choices(fault['loc'][0])} 之一"
    return f"字段 {field}：{_REASONS.get(fault['type'], '内容不合要求')}"


def _choices(field: int | str) -> str:
    return "、".join(Refusal if field == "refusal" else Type)
