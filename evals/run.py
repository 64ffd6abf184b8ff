"""Ask every gold question, keep the answers, score them; kept answers score again unasked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer import Answer, Question, Turn
from evals.case import Case, text_of
from evals.errors import EvaluationError
from evals.score import Score, score

Ask = Callable[[Question], Answer]
Progress = Callable[[int, int], None]


class Row(BaseModel):
    """A question as it was asked, its answer, and the seconds it took."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: Question
    seconds: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Result:
    """A gold question, the answer to it, and what that is worth. `seconds` is wall-clock."""

    case: Case
    answer: Answer
    score: Score
    seconds: float


def run(cases: Sequence[Case], ask: Ask, progress: Progress | None = None) -> list[Result]:
    """Ask and score all questions; `progress` hears (done, of how many) after each."""
    return judge(cases, generate(cases, ask, progress))


def generate(cases: Sequence[Case], ask: Ask, progress: Progress | None = None) -> Iterator[Row]:
    """Ask one question after the other."""
    for done, case in enumerate(cases, start=1):
        question = asked(case)
        start = time.perf_counter()
        answer = ask(question)
        seconds = time.perf_counter() - start
        yield Row(id=case.id, question=question, seconds=seconds, answer=answer)
        if progress is not None:
            progress(done, len(cases))


def asked(case: Case) -> Question:
    """The question as a user would ask it, earlier turns first."""
    history = [Turn(role="user", content=words) for words in case.history]
    return Question(question=case.question, history=history)


def judge(cases: Sequence[Case], rows: Iterable[Row]) -> list[Result]:
    """Score the rows, in the order of the questions.

    Raises EvaluationError where a question has no row or was asked in other words.
    """
    kept = {row.id: row for row in rows}
    results = []
    for case in cases:
        row = kept.get(case.id)
        if row is None or row.question != asked(case):
            raise EvaluationError(f"没有问题 {case.id} 的回答，或提问后问题有改动，请重新提问")
        results.append(Result(case, row.answer, score(case, row.answer), row.seconds))
    return results


def keep(rows: Iterable[Row], file: Path) -> list[Row]:
    """Write the rows to a JSONL file as they come, and return them."""
    try:
        lines = file.open("w", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error
    kept = []
    with lines:
        for row in rows:
            lines.write(row.model_dump_json() + "\n")
            lines.flush()
            kept.append(row)
    return kept


def read_rows(file: Path) -> list[Row]:
    """The rows `keep` wrote; raises EvaluationError, naming file:line, for anything else."""
    rows = []
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise EvaluationError(f"{file}:{number} 不是保存的回答（字段 {field}）") from error
    return rows
