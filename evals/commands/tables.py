"""What the commands print: tables of figures, and failures as paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from evals.metrics.registry import HEADLINE, MEASURES
from evals.metrics.statistics import Estimate
from evals.reports.compare import Changed, Comparison
from evals.reports.html import SUITES, TYPES
from evals.reports.report import Report

_SURE = 0.05  # p under which a difference is called significant


def figures_table(found: Report) -> Table:
    """A row a system."""
    table = Table(box=SIMPLE, caption="误拒越低越好；95% 置信区间见报告")
    for head in ("系统", "题数", "未通过", *_heads(), "p50", "p95"):
        table.add_column(head, justify="left" if head == "系统" else "right", no_wrap=True)
    for system in found.systems:
        times = (f"{system.p50_ms:.0f}", f"{system.p95_ms:.0f}")
        counts = (str(system.questions), str(system.failures))
        table.add_row(escape(system.name), *counts, *_cells(system.figures), *times)
    return table


def suites_table(found: Report) -> Table:
    """The first system's figures by suite and by type."""
    table = Table(box=SIMPLE)
    for head in ("", "题数", *_heads()):
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    groups = found.systems[0].groups
    for dimension, names in (("suite", SUITES), ("type", TYPES)):
        for group in groups[dimension]:
            label = names.get(group.name, (group.name,))[0]
            table.add_row(escape(label), str(group.questions), *_cells(group.figures))
        table.add_section()
    return table


def comparison_table(found: Comparison) -> Table:
    """A row a measure: before, after, the difference, and how sure it is."""
    table = Table(box=SIMPLE, caption=f"p：配对置换检验；* 小于 {_SURE}")
    for head in ("指标", "题数", found.before, found.after, "差（百分点）", "变好", "变差", "p"):
        table.add_column(escape(head), justify="left" if head == "指标" else "right")
    for name, one in found.measures.items():
        sure = "*" if one.p < _SURE else ""
        table.add_row(
            MEASURES[name].chinese,
            str(one.n),
            f"{one.before:.1%}",
            f"{one.after:.1%}",
            f"{100 * (one.after - one.before):+.1f}",
            str(one.worse if MEASURES[name].falls else one.better),
            str(one.better if MEASURES[name].falls else one.worse),
            f"{one.p:.4f}{sure}",
        )
    return table


def failure_of(found: Report) -> Iterator[str]:
    """A paragraph for each wrong answer of the first system: asked, expected, got, cited, why."""
    name = found.systems[0].name
    for question in found.questions:
        case, answer = question.case, question.answers[name]
        if answer.passed:
            continue
        stage = f"，{answer.stage.chinese}" if answer.stage else ""
        yield "\n".join(
            [
                f"{case.id}（{TYPES[case.type][0]}{stage}）"
                + _line(" → ".join((*case.history, case.question))),
                f"  应答：{_line(case.answer)}",
                f"  实答：{_line(answer.text or answer.error)}",
                *(f"  引用[{one.marker}]：{_line(one.place)}" for one in answer.citations),
                *(f"  问题：{_line(fault)}" for fault in answer.faults),
            ]
        )


def changes(found: Comparison) -> Iterator[str]:
    """A paragraph for each question that changed, lost ones first."""
    for title, some in (("由对变错", found.lost), ("由错变对", found.won)):
        for one in some:
            yield f"{title} {_changed(one)}"
    for one in found.reworded:
        yield f"措辞改变 {_changed(one)}"


def _changed(one: Changed) -> str:
    return "\n".join(
        [
            f"{one.id}：{_line(one.question)}",
            f"  应答：{_line(one.expected)}",
            f"  先前：{_line(one.before.text)}",
            f"  现在：{_line(one.after.text)}",
            *(f"  问题：{_line(fault)}" for fault in one.after.faults),
        ]
    )


def _heads() -> list[str]:
    return [MEASURES[name].chinese for name in HEADLINE]


def _cells(figures: dict[str, Estimate]) -> list[str]:
    found = (figures.get(name) for name in HEADLINE)
    return ["—" if one is None else f"{one.value:.1%}" for one in found]


def _line(text: str) -> str:
    """Text on one line, without the control characters a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
