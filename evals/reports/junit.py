"""A report as JUnit XML: a suite each, a test case each question, for whatever reads such files."""

from __future__ import annotations

from pathlib import Path

from evals.errors import EvaluationError
from evals.reports.report import Answered, QuestionReport, Report


def write_junit(found: Report, file: Path) -> None:
    """Write the first system's answers. Raises EvaluationError without the extra `evals`."""
    try:
        from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
    except ImportError as error:
        raise EvaluationError(
            "JUnit 报告需要扩展 evals：uv sync --frozen --inexact --extra evals"
        ) from error
    name = found.systems[0].name
    whole = JUnitXml("clausewise eval")
    for title in found.run.suites:
        suite = TestSuite(title)
        for question in found.questions:
            if question.suite != title:
                continue
            answer = question.answers[name]
            case = TestCase(f"{question.case.id} {_line(question.case.question)}", title)
            case.time = answer.seconds
            if answer.error:
                case.result = [Error(_line(answer.error))]
            elif not answer.passed:
                stage = answer.stage.value if answer.stage else ""
                case.result = [Failure(_line("；".join(answer.faults)), stage)]
                case.system_out = _told(question, answer)
            suite.add_testcase(case)
        whole.add_testsuite(suite)
    whole.write(str(file), pretty=True)


def _told(question: QuestionReport, answer: Answered) -> str:
    cited = [f"[{one.marker}] {one.place}" for one in answer.citations]
    return _printable("\n".join([f"应答：{question.case.answer}", f"实答：{answer.text}", *cited]))


def _line(text: str) -> str:
    return _printable(text).replace("\n", " ")


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
