"""The files of a report: JSON, a summary, JUnit XML, CSV and HTML, each whole or not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from evals.errors import EvaluationError
from evals.reports.html import write_html
from evals.reports.junit import write_junit
from evals.reports.report import Report
from evals.reports.sheet import write_csv

_BRIEF = {"name", "questions", "failures", "errors", "p50_ms", "p95_ms", "figures"}


def write_reports(found: Report, folder: Path) -> None:
    """Write all of them; raises EvaluationError where that fails."""
    _write(folder / "report.json", lambda file: _json(found, file))
    _write(folder / "report.xml", lambda file: write_junit(found, file))
    _write(folder / "questions.csv", lambda file: write_csv(found, file))
    _write(folder / "report.html", lambda file: write_html(found, file))
    _write(folder / "summary.json", lambda file: _summary(found, file))


def _json(found: Report, file: Path) -> None:
    file.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _summary(found: Report, file: Path) -> None:
    """What lists of runs show: the run and the figures of each system, no questions."""
    brief = [system.model_dump(mode="json", include=_BRIEF) for system in found.systems]
    told = {"run": found.run.model_dump(mode="json"), "systems": brief}
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(file: Path, write: Callable[[Path], None]) -> None:
    fresh = file.with_name(f".{file.name}.new")
    try:
        write(fresh)
        fresh.replace(file)
    except OSError as error:
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error
    finally:
        fresh.unlink(missing_ok=True)
