"""Receipts: all that an answer was made from, so that it can be made again and compared.

A receipt holds no clock and no chance: without a chat model, the same question to the same
corpus gives the same bytes.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts
from assistant.answer import Answer, Mode, Question
from assistant.check import checks, is_verbatim
from corpus.errors import ClausewiseError
from retrieval.found import Hit

if TYPE_CHECKING:
    from assistant.ask import Trace

_RANKED = 20
_WRITING = ("answer", "evidence", "repair")
_PROMPTS: dict[Mode, tuple[str, ...]] = {
    Mode.AUTO: _WRITING,
    Mode.EXTRACTIVE: (),
    Mode.GENERATIVE: _WRITING,
    Mode.AGENT: ("agent", "repair"),
}


class ReceiptError(ClausewiseError):
    """A receipt cannot be read, written or replayed."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class RankedClause(_Frozen):
    """A clause of the ranking and what placed it there."""

    rank: int
    clause_id: str
    document: str
    clause_path: list[str]
    lexical_rank: int | None
    vector_rank: int | None
    score: float

    @classmethod
    def of(cls, rank: int, hit: Hit) -> RankedClause:
        return cls(
            rank=rank,
            clause_id=hit.held.id,
            document=hit.held.document.title,
            clause_path=list(hit.held.clause.path),
            lexical_rank=hit.lexical_rank,
            vector_rank=hit.vector_rank,
            score=round(hit.score, 3),
        )


class LineCheck(_Frozen):
    """A line of the answer, the citations it marks, and what is wrong with it, if anything."""

    line: str
    markers: list[int]
    passed: bool
    reason: str


class QuoteCheck(_Frozen):
    """Whether the quote of a citation stands verbatim in its clause."""

    marker: int
    clause_id: str
    passed: bool


class SentenceCheck(_Frozen):
    """A sentence of a chat model: shown, or why it was struck."""

    sentence: str
    handles: list[int]
    passed: bool
    reason: str


class Receipt(_Frozen):
    """What an answer was made from. `corpus` is the hash of all documents held."""

    receipt: Literal[1] = 1
    program: str
    corpus: str
    question: dict[str, Any] = Field(description="原样的提问")
    understood: list[tuple[str, str]] = Field(description="对问题的理解")
    ranked: list[RankedClause] = Field(description="检索名次")
    model: str | None
    prompts: dict[str, str] = Field(description="所用提示词的版本")
    sent: str | None = Field(description="发给对话模型的全文的 SHA-256")
    lines: list[LineCheck]
    quotes: list[QuoteCheck]
    sentences: list[SentenceCheck]
    answer: dict[str, Any]

    def text(self) -> str:
        """The receipt as it is written."""
        return self.model_dump_json(indent=2) + "\n"


_PARTS = {
    "program": "程序版本",
    "question": "提问",
    "understood": "对问题的理解",
    "ranked": "检索名次",
    "lines": "逐句核对",
    "quotes": "引文核对",
    "answer": "回答",
}


def id_of(question: Question, answer: Answer) -> str:
    """The id of an answer: a hash of what was asked and what was answered."""
    asked = question.model_dump_json(exclude={"stream"})
    said = answer.model_dump_json(exclude={"id", "timings_ms"})
    return hashlib.sha256(f"{asked}\n{said}".encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _program() -> str:
    """The version of the program (1 ms, once)."""
    return version("clausewise")


def receipt_of(trace: Trace, corpus: str) -> Receipt:
    """The receipt of an answer from the corpus of this hash."""
    answer = trace.answer
    sent = "\n\n".join(f"{one.role}\n{one.text}" for one in trace.sent)
    used = _PROMPTS[trace.asked.mode] if trace.sent else ()
    return Receipt(
        program=_program(),
        corpus=corpus,
        question=trace.asked.model_dump(mode="json", exclude={"stream"}),
        understood=trace.query.described(),
        ranked=[RankedClause.of(n, hit) for n, hit in enumerate(trace.hits[:_RANKED], start=1)],
        model=trace.model,
        prompts={name: prompts.version(name) for name in used},
        sent=hashlib.sha256(sent.encode()).hexdigest() if sent else None,
        lines=[
            LineCheck(line=c.line, markers=list(c.markers), passed=not c.fault, reason=c.fault)
            for c in checks(answer.answer, answer.citations)
        ],
        quotes=[
            QuoteCheck(marker=c.marker, clause_id=c.clause_id, passed=is_verbatim(c))
            for c in answer.citations
        ],
        sentences=[
            SentenceCheck(
                sentence=v.sentence.said,
                handles=list(v.sentence.handles),
                passed=v.proven,
                reason=v.fault,
            )
            for v in trace.verdicts
        ],
        answer=answer.model_dump(mode="json", exclude={"timings_ms"}),
    )


def write_receipt(receipt: Receipt, file: Path) -> None:
    """Write a receipt whole or not at all. Raises ReceiptError."""
    beside = file.with_name(f"{file.name}.part")
    try:
        beside.write_text(receipt.text(), encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise ReceiptError(f"{file}: 无法写入回执（{error.strerror}）") from error


def read_receipt(file: Path) -> Receipt:
    """The receipt of a file. Raises ReceiptError, naming the field at fault."""
    try:
        return Receipt.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ReceiptError(f"{file}: 无法读取回执") from error
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
        raise ReceiptError(f"{file}: 不是回执（字段 {field}）") from error


def differences(one: Receipt, other: Receipt) -> list[str]:
    """In which parts two receipts differ, in Chinese; [] where their bytes are the same."""
    if one.text() == other.text():
        return []
    if one.corpus != other.corpus:
        return [f"语料不同：回执作于 {one.corpus}，现有语料为 {other.corpus}。"]
    before, after = one.model_dump(mode="json"), other.model_dump(mode="json")
    return [f"不一致：{_PARTS.get(name, name)}" for name in before if before[name] != after[name]]


def answer_of(receipt: Receipt) -> Answer:
    """The answer of a receipt, which does not say how long it took."""
    return Answer.model_validate({**receipt.answer, "timings_ms": {}})


def question_of(receipt: Receipt) -> Question:
    """The question of a receipt, to be asked again. Raises ReceiptError where a model wrote."""
    if receipt.answer.get("mode") != Mode.EXTRACTIVE or receipt.sent:
        raise ReceiptError("这份回执的回答用过对话模型，无法逐字重放；只能核对引文。")
    try:
        return Question.model_validate(receipt.question)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ReceiptError(f"回执中的提问不完整（字段 question.{field}）") from error
