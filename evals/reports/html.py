"""A report as one self-contained page, in Chinese and English, without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from evals.case import Type
from evals.metrics.abstention import Point
from evals.metrics.registry import HEADLINE, MEASURES
from evals.metrics.statistics import Estimate
from evals.reports.report import Answered, QuestionReport, Report, SystemReport

SUITES = {
    "targets": ("已知目标", "known targets"),
    "clauses": ("条款", "clauses"),
    "comparisons": ("比较与逐级", "comparisons and descent"),
    "followups": ("追问", "follow-ups"),
    "unanswerable": ("应拒", "unanswerable"),
    "adversarial": ("对抗", "adversarial"),
    "dev": ("标准问题", "gold questions"),
}
TYPES: dict[str, tuple[str, str]] = {
    Type.TARGET: ("目标指标", "target"),
    Type.MEASURE: ("政策措施", "measure"),
    Type.RESPONSIBILITY: ("责任单位", "responsibility"),
    Type.LIST: ("列举", "list"),
    Type.TIME: ("时间或定义", "time or definition"),
    Type.COMPARISON: ("比较", "comparison"),
    Type.FOLLOWUP: ("追问", "follow-up"),
    Type.UNANSWERABLE: ("无答案", "unanswerable"),
    Type.OPEN: ("其他", "open"),
}
_LEVELS = {
    "national": ("国家", "national"),
    "ministry": ("部委", "ministry"),
    "province": ("省级", "province"),
    "city": ("市级", "city"),
    "district": ("区级", "district"),
    "county": ("县级", "county"),
}
SPLITS = {
    "tune": ("调试用", "the half tuned on"),
    "held_out": ("留出", "the half held out"),
}
_DIMENSIONS = {
    "suite": (("题库", "Suite"), SUITES),
    "type": (("题型", "Type"), TYPES),
    "split": (("调试与留出", "Tuned and held out"), SPLITS),
    "level": (("层级", "Level"), _LEVELS),
    "tag": (("标签", "Tag"), {}),
    "jurisdiction": (("辖区", "Jurisdiction"), {}),
}
_LONGEST = 2000  # characters of an answer shown
_WIDTH, _HEIGHT = 320, 150  # of the risk-coverage plot


@dataclass(frozen=True, slots=True)
class Section:
    """A table of one dimension: its two titles, and (two labels, figures by system) a row."""

    title: tuple[str, str]
    rows: tuple[tuple[tuple[str, str], int, dict[str, dict[str, Estimate]]], ...]


def write_html(found: Report, file: Path) -> None:
    """Write the page."""
    file.write_text(html(found), encoding="utf-8")


def html(found: Report) -> str:
    """The page; every text of documents, questions and answers is escaped."""
    first = found.systems[0]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            run=found.run,
            systems=found.systems,
            first=first,
            measures=[
                m for m in MEASURES.values() if any(m.name in s.figures for s in found.systems)
            ],
            headline=[MEASURES[name] for name in HEADLINE if name in first.figures],
            sections=list(_sections(found.systems)),
            failures=list(_failures(found, first.name)),
            longest=_LONGEST,
            width=_WIDTH,
            height=_HEIGHT,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evals", "reports"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}"
    environment.filters["line"] = _line_of
    environment.filters["suite"] = lambda name: SUITES.get(name, (name, name))
    environment.filters["type"] = lambda name: TYPES.get(name, (name, name))
    return environment


def _sections(systems: Sequence[SystemReport]) -> Iterator[Section]:
    """The dimensions along which the first system has more than one group."""
    for dimension, (title, names) in _DIMENSIONS.items():
        groups = systems[0].groups.get(dimension, [])
        if len(groups) > 1:
            others = {
                system.name: {one.name: one.figures for one in system.groups.get(dimension, [])}
                for system in systems
            }
            yield Section(
                title,
                tuple(
                    (
                        names.get(group.name, (group.name, group.name)),
                        group.questions,
                        {name: figures.get(group.name, {}) for name, figures in others.items()},
                    )
                    for group in groups
                ),
            )


def _failures(
    found: Report, name: str
) -> Iterator[tuple[str, list[tuple[QuestionReport, Answered]]]]:
    """The first system's wrong answers, by suite."""
    for suite in found.run.suites:
        wrong = [
            (question, question.answers[name])
            for question in found.questions
            if question.suite == suite and not question.answers[name].passed
        ]
        if wrong:
            yield suite, wrong


def _line_of(points: Sequence[Point]) -> str:
    """The points of a polyline: coverage to the right, risk upwards."""
    return " ".join(
        f"{point.coverage * _WIDTH:.1f},{_HEIGHT - point.risk * _HEIGHT:.1f}" for point in points
    )
