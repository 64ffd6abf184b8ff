"""Two runs beside each other: each measure with a paired test, and every question that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.case import text_of
from evals.errors import EvaluationError
from evals.metrics.registry import MEASURES
from evals.metrics.statistics import Difference, difference
from evals.reports.report import Answered, QuestionReport, Report


class Changed(BaseModel):
    """A question that only one run answered rightly, or that they answered in other words."""

    model_config = ConfigDict(frozen=True)

    id: str
    suite: str
    question: str
    expected: str
    before: Answered
    after: Answered


class Comparison(BaseModel):
    """What changed between two runs over the questions of both; `only` counts the others."""

    model_config = ConfigDict(frozen=True)

    before: str
    after: str
    questions: int
    only: int
    measures: dict[str, Difference]
    lost: list[Changed]
    won: list[Changed]
    reworded: list[Changed]


def read_report(folder: Path) -> Report:
    """The report of a run's folder. Raises EvaluationError where there is none to be read."""
    file = folder / "report.json" if folder.is_dir() else folder
    try:
        return Report.model_validate_json(text_of(file))
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise EvaluationError(f"{file}: 不是评测报告（字段 {field}）") from error


def compare(before: Report, after: Report, systems: tuple[str, str]) -> Comparison:
    """Compare a system of one report with a system of another, question by question.

    Raises EvaluationError where a report has no such system, or they share no question.
    """
    pairs = list(_pairs(before, after, systems))
    if not pairs:
        raise EvaluationError("两次评测没有共同的题目")
    changed = [_changed(one, *answers) for one, *answers in pairs]
    return Comparison(
        before=systems[0],
        after=systems[1],
        questions=len(pairs),
        only=len(before.questions) + len(after.questions) - 2 * len(pairs),
        measures=_measures(pairs),
        lost=[one for one in changed if one.before.passed and not one.after.passed],
        won=[one for one in changed if one.after.passed and not one.before.passed],
        reworded=[
            one
            for one in changed
            if one.before.passed == one.after.passed and one.before.text != one.after.text
        ],
    )


_Pair = tuple[QuestionReport, Answered, Answered]


def _pairs(before: Report, after: Report, systems: tuple[str, str]) -> Iterator[_Pair]:
    for found, name in zip((before, after), systems, strict=True):
        if name not in (system.name for system in found.systems):
            known = "、".join(system.name for system in found.systems)
            raise EvaluationError(f"报告中没有系统 {name}，有 {known}")
    old = {_key(one): one.answers[systems[0]] for one in before.questions}
    for question in after.questions:
        answer = old.get(_key(question))
        if answer is not None:
            yield question, answer, question.answers[systems[1]]


def _key(one: QuestionReport) -> tuple[str, ...]:
    return (one.case.id, *one.case.history, one.case.question)


def _changed(question: QuestionReport, before: Answered, after: Answered) -> Changed:
    case = question.case
    return Changed(
        id=case.id,
        suite=question.suite,
        question=" → ".join((*case.history, case.question)),
        expected=case.answer,
        before=before,
        after=after,
    )


def _measures(pairs: Sequence[_Pair]) -> dict[str, Difference]:
    found = {}
    for name in MEASURES:
        both = [
            (before.values[name], after.values[name])
            for _, before, after in pairs
            if name in before.values and name in after.values
        ]
        tested = difference([one for one, _ in both], [two for _, two in both])
        if tested is not None:
            found[name] = tested
    return found
