"""Two runs beside each other: what changed, question by question, and whether that is chance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.answer import Question
from evals.case import Case, Type
from evals.errors import EvaluationError
from evals.originals import Gold
from evals.reply import Reply, Row
from evals.reports.compare import Comparison, compare, read_report
from evals.reports.report import Asked, Report, Run, report

MADE = Run(
    suites={"mine": "0"},
    corpus="c",
    program="1",
    machine="m",
    at=datetime(2026, 1, 1, tzinfo=UTC),
)
RIGHT, WRONG = "达到29.5%", "达到30%"
BOTH = ("old", "new")


def gold(id_: str, question: str = "") -> Case:
    return Case(
        id=id_,
        question=question or f"{id_}的森林覆盖率？",
        type=Type.OPEN,
        answer="29.5%",
        answer_points=(("29.5%",),),
    )


def made(system: str, said: Mapping[str, str], **reworded: str) -> Report:
    """The report of a system that said these words to these questions; nothing is an error."""
    asked = []
    for id_, text in said.items():
        case = gold(id_, reworded.get(id_, ""))
        row = Row(
            id=id_,
            question=Question(question=case.question),
            seconds=0.1,
            reply=Reply(text=text) if text else None,
            error="" if text else "断开",
        )
        asked.append(Asked("mine", Gold(case), {system: row}))
    return report(MADE, asked, None)


def compared(before: Mapping[str, str], after: Mapping[str, str]) -> Comparison:
    return compare(made("old", before), made("new", after), BOTH)


def test_questions_lost_won_and_reworded_are_told_apart() -> None:
    found = compared(
        {"a": RIGHT, "b": WRONG, "c": RIGHT, "d": WRONG, "e": RIGHT, "f": RIGHT},
        {"a": WRONG, "b": RIGHT, "c": f"森林覆盖率{RIGHT}", "d": "达到31%", "e": RIGHT, "f": ""},
    )
    assert [one.id for one in found.lost] == ["a", "f"]
    assert [one.id for one in found.won] == ["b"]
    assert [one.id for one in found.reworded] == ["c", "d"]
    assert (found.questions, found.only) == (6, 0)
    lost = found.lost[0]
    assert (lost.suite, lost.question, lost.expected) == ("mine", "a的森林覆盖率？", "29.5%")
    assert (lost.before.text, lost.after.text) == (RIGHT, WRONG)
    assert found.lost[1].after.error == "断开"


def test_questions_of_one_run_alone_are_counted_and_not_compared() -> None:
    found = compared({"a": RIGHT, "b": RIGHT, "c": RIGHT}, {"b": WRONG, "d": RIGHT})
    assert (found.questions, found.only) == (1, 3)
    assert [one.id for one in found.lost] == ["b"]
    assert (found.measures["answer"].n, found.measures["answer"].p) == (1, 1.0)


def test_a_question_that_was_reworded_is_another_question() -> None:
    before = made("old", {"a": RIGHT, "b": RIGHT})
    after = made("new", {"a": WRONG, "b": RIGHT}, a="改写了？")
    found = compare(before, after, BOTH)
    assert (found.questions, found.only, found.lost) == (1, 2, [])


def test_a_clear_difference_is_no_chance() -> None:
    ids = [f"q{at}" for at in range(20)]
    found = compared(dict.fromkeys(ids, WRONG), dict.fromkeys(ids, RIGHT)).measures["answer"]
    assert (found.before, found.after, found.better, found.worse) == (0, 1, 20, 0)
    assert found.p < 0.001


def test_no_difference_is_nothing_but_chance() -> None:
    said = {f"q{at}": RIGHT if at % 2 else WRONG for at in range(20)}
    found = compared(said, said).measures["answer"]
    assert (found.before, found.after, found.p) == (0.5, 0.5, 1.0)


def test_one_question_more_may_be_chance() -> None:
    before = {f"q{at}": RIGHT for at in range(20)}
    found = compared(before, before | {"q3": WRONG}).measures["answer"]
    assert (found.better, found.worse) == (0, 1)
    assert found.p > 0.05


def test_what_neither_run_measures_is_not_compared() -> None:
    found = compared({"a": RIGHT}, {"a": WRONG})
    assert "answer" in found.measures
    assert "refusal" not in found.measures
    assert "numbers" not in found.measures


def test_a_system_that_a_report_has_not_is_named_with_those_it_has() -> None:
    one = made("old", {"a": RIGHT})
    for names in (("other", "old"), ("old", "other")):
        with pytest.raises(EvaluationError, match="没有系统 other，有 old"):
            compare(one, one, names)


def test_runs_without_a_common_question_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="没有共同的题目"):
        compared({"a": RIGHT}, {"b": RIGHT})


def test_a_report_is_read_from_its_folder_or_file(tmp_path: Path) -> None:
    found = made("old", {"a": RIGHT, "b": ""})
    file = tmp_path / "report.json"
    file.write_text(found.model_dump_json(), encoding="utf-8")
    assert read_report(tmp_path) == read_report(file) == found


@pytest.mark.parametrize("text", ["{}", "no json", "[]"])
def test_what_is_no_report_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"report\.json: 不是评测报告"):
        read_report(tmp_path)
    with pytest.raises(EvaluationError, match="无法读取"):
        read_report(tmp_path / "nowhere")
