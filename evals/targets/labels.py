"""Labelled places of the corpus: the targets that a clause or sentence holds. No sentences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.document import Document
from evals.case import Split
from evals.errors import EvaluationError

_SENTENCE = re.compile(r"[^。！？]+[。！？]?")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gold(_Strict):
    """A target as a reader writes it down: `value` and `unit` as printed, digits for numerals."""

    indicator: str
    value: str = Field(default="", description="20, 60-70, 1/3; empty for a deferral")
    unit: str = ""
    comparison: str = Field(default="=", pattern="^(=|>=|<=|~|range)$")
    change: str = Field(default="", pattern="^(|down|up|new)$")
    year: str = Field(default="", pattern=r"^(|20\d\d)$")
    period: str = ""
    base: str = ""
    scope: str = ""
    kind: str = Field(default="target", pattern="^(target|deferred)$")
    strive: bool = False
    annual: bool = False
    lost_percent: bool = False
    note: str = ""


class Label(_Strict):
    """A clause, or one sentence of it known by the hash of its letters, and all its targets."""

    document: str
    region: str
    clause: list[str]
    sentence: str | None = Field(default=None, pattern="^[0-9a-f]{12}$")
    split: Split
    targets: list[Gold]


def read_labels(path: Path) -> list[Label]:
    """One JSON object a line. Raises EvaluationError naming file, line and field."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: 无法读取标注（{error}）") from error
    labels = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            labels.append(Label.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise EvaluationError(f"{path} 第 {number} 行 {field}：{first['msg']}") from error
    return labels


def digest(sentence: str) -> str:
    """What a sentence is known by: a hash of its letters and digits."""
    letters = "".join(c for c in sentence if c.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:12]


def place(label: Label, documents: Sequence[Document]) -> tuple[str, int, int]:
    """Clause id and span in its text of what a label speaks of.

    Raises EvaluationError where no held document has it.
    """
    for clause_id, text in _clauses(label, documents):
        if label.sentence is None:
            return clause_id, 0, len(text)
        for found in _SENTENCE.finditer(text):
            if digest(found.group()) == label.sentence:
                return clause_id, *found.span()
    where = f"《{label.document}》{' > '.join(label.clause)}"
    raise EvaluationError(
        f"{where}：现有文件中没有标注所指的{'句子' if label.sentence else '条款'}"
    )


def _clauses(label: Label, documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    for document in documents:
        known = document.metadata
        if known.title == label.document and known.region_name == label.region:
            for clause in document.clauses:
                if list(clause.path) == label.clause:
                    yield clause.id, document.clause_text(clause)
