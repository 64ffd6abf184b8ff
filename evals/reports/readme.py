"""The table of figures in the README: written from a report, and checked against one."""

from __future__ import annotations

from pathlib import Path

from evals.case import text_of
from evals.metrics.registry import HEADLINE, MEASURES
from evals.metrics.statistics import Estimate
from evals.reports.block import with_block
from evals.reports.html import SPLITS, SUITES
from evals.reports.report import Report


def figures_markdown(found: Report) -> str:
    """Each system's figures over all questions, then the first system's by suite and by half, in
    percent.

    Times are left out: they are not the same twice.
    """
    heads = [MEASURES[name].english for name in HEADLINE]
    lines = [
        _row(["system", "questions", *heads]),
        _row(["---", *["---:"] * (len(heads) + 1)]),
    ]
    for system in found.systems:
        lines.append(_row([system.name, str(system.questions), *_cells(system.figures)]))
    groups = found.systems[0].groups
    for group in (*groups["suite"], *groups["split"]):
        name = (SUITES | SPLITS).get(group.name, ("", group.name))[1]
        lines.append(_row([f"– {name}", str(group.questions), *_cells(group.figures)]))
    return "\n".join(lines) + "\n"


def differing(readme: Path, found: Report) -> list[str]:
    """The rows of the figures of this run that the README does not show.

    Systems that were not run are not asked for, so that a run of one can be checked.
    """
    shown = set(text_of(readme).splitlines())
    return [line for line in figures_markdown(found).splitlines() if line not in shown]


def with_figures(readme: Path, found: Report, name: str) -> str:
    """The README with the table of this name made anew.

    Raises EvaluationError where the README has no such place for one.
    """
    return with_block(readme, f"figures {name}", figures_markdown(found))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figures: dict[str, Estimate]) -> list[str]:
    return [
        "–" if (one := figures.get(name)) is None else f"{100 * one.value:.1f}" for name in HEADLINE
    ]
