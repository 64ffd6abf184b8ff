"""Files of others: JSON read and checked with its place, texts written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from assistant.answer import MAXIMUM_QUESTION
from evals.case import Words, text_of
from evals.errors import EvaluationError

Asked = Annotated[Words, StringConstraints(max_length=MAXIMUM_QUESTION)]


class Record(BaseModel):
    """An object of a set; what is not asked for is let be."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Options(BaseModel):
    """What may be said of how a set is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Record = TypeVar("_Record", bound=Record)
_Options = TypeVar("_Options", bound=Options)

_REASONS = {
    "missing": "缺少此字段",
    "string_type": "应为文字",
    "string_pattern_mismatch": "不能没有文字",
    "string_too_long": "过长",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "tuple_type": "应为列表",
    "model_type": "应为对象",
    "too_short": "至少要有一项",
    "too_long": "项数过多",
}
_AND = re.compile(r", | or ")
_AT_LEAST, _AT_MOST = "greater_than_equal", "less_than_equal"


def parsed(file: Path) -> object:
    """What a JSON file holds. Raises EvaluationError, naming file:line."""
    return _loaded(text_of(file), file, 1)


def records(file: Path) -> Iterator[tuple[str, object]]:
    """(place, item) of a JSON list, or of JSON lines, whichever the file is."""
    text = text_of(file)
    if text.lstrip().startswith("["):
        items = _loaded(text, file, 1)
        assert isinstance(items, list)
        for number, item in enumerate(items, start=1):
            yield f"{file} 第 {number} 项", item
        return
    # Not splitlines(): a JSON string may hold U+2028 as it is.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{file}:{number}", _loaded(line, file, number)


def checked(model: type[_Record], row: object, place: str) -> _Record:
    """An item as what it should be. Raises EvaluationError, naming place and field."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        field, reason = _first_fault(error)
        raise EvaluationError(f"{place}{f' 字段 {field}' if field else ''}：{reason}") from error


def options_of(model: type[_Options], given: Mapping[str, object]) -> _Options:
    """The options of a set. Raises EvaluationError, naming the option."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        field, reason = _first_fault(error)
        if error.errors()[0]["type"] == "extra_forbidden":
            known = "、".join(model.model_fields) or "无"
            raise EvaluationError(f"没有选项 {field}；可用的选项：{known}") from error
        raise EvaluationError(f"选项 {field}：{reason}") from error


def write_whole(file: Path, text: str) -> None:
    """Write a text in one go: a failure leaves the file as it was. Raises EvaluationError."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8", newline="\n")
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error


def _loaded(text: str, file: Path, first: int) -> object:
    try:
        held: object = json.loads(text)
        # Half of a surrogate pair may be escaped in JSON, but is no character to keep.
        json.dumps(held, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        at = f"{file}:{first + error.lineno - 1}"
        raise EvaluationError(f"{at} 不是有效的 JSON（第 {error.colno} 个字符处）") from error
    except UnicodeEncodeError as error:
        raise EvaluationError(
            f"{file}:{first} 含有半个代理对（\\ud800 之类），不是有效字符"
        ) from error
    return held


def _first_fault(error: ValidationError) -> tuple[str, str]:
    """(field, what is wrong with it) in Chinese."""
    fault = error.errors()[0]
    field = ".".join(str(part) for part in fault["loc"])
    limits = fault.get("ctx", {})
    if fault["type"] == "enum":
        choices = _AND.sub("、", limits["expected"]).replace("'", "")
        return field, f"应为 {choices} 之一"
    if fault["type"] == _AT_LEAST:
        return field, f"应不小于 {limits['ge']}"
    if fault["type"] == _AT_MOST:
        return field, f"应不大于 {limits['le']}"
    return field, _REASONS.get(fault["type"], "内容不合要求")
