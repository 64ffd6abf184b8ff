"""A report as CSV: a row for each question and system."""

from __future__ import annotations

import csv
from pathlib import Path

from assistant.sheet import inert
from evals.metrics.registry import MEASURES
from evals.reports.report import Report

_HEADS = (
    *("system", "suite", "id", "type", "split", "level", "jurisdiction", "tags", "history"),
    *("question", "expected", "reply", "refused", "refused_for", "citations", "passed", "stage"),
    *("faults", "error", "seconds", *MEASURES),
)


def write_csv(found: Report, file: Path) -> None:
    """Write the sheet; a spreadsheet takes none of its cells for a formula."""
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        sheet = csv.DictWriter(lines, _HEADS, restval="")
        sheet.writeheader()
        for question in found.questions:
            case = question.case
            asked = {
                "suite": question.suite,
                "id": case.id,
                "type": case.type.value,
                "split": question.split,
                "level": question.level,
                "jurisdiction": case.jurisdiction,
                "tags": " ".join(case.tags),
                "history": " → ".join(case.history),
                "question": case.question,
                "expected": case.answer,
            }
            for name, answer in question.answers.items():
                given = {
                    "system": name,
                    "reply": answer.text,
                    "refused": answer.refused,
                    "refused_for": answer.reason or "",
                    "citations": "\n".join(f"[{c.marker}] {c.place}" for c in answer.citations),
                    "passed": answer.passed,
                    "stage": answer.stage.value if answer.stage else "",
                    "faults": "\n".join(answer.faults),
                    "error": answer.error,
                    "seconds": round(answer.seconds, 4),
                }
                shares = {
                    name: round(held / total, 4)
                    for name, (held, total) in answer.values.items()
                    if total
                }
                row = {**asked, **given, **shares}
                sheet.writerow({head: inert(str(value)) for head, value in row.items()})
