"""`clausewise eval compare`: what changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.commands.tables import changes, comparison_table
from evals.commands.telling import errors_told
from evals.reports.compare import compare, read_report

WIDTH = 120


def compare_command(
    before: Annotated[Path, typer.Argument(help="先前一次评测的目录")],
    after: Annotated[Path, typer.Argument(help="后来一次评测的目录，可为同一目录")],
    system: Annotated[
        list[str] | None,
        typer.Option("--system", help="比较哪个系统，默认各自的第一个；给两个则先后各一"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="比较结果写入此文件")] = None,
    brief: Annotated[bool, typer.Option("--brief", help="不列题目")] = False,
) -> None:
    """比较两次评测：各项指标的差别与显著性，逐题列出变化。"""
    with errors_told():
        old, new = read_report(before), read_report(after)
        names = [*(system or []), *(system or [])] or [old.systems[0].name, new.systems[0].name]
        found = compare(old, new, (names[0], names[1]))
    Console(width=WIDTH).print(comparison_table(found))
    alone = f"，另有 {found.only} 题只在一次中" if found.only else ""
    typer.echo(
        f"共同 {found.questions} 题{alone}：由对变错 {len(found.lost)}，由错变对 {len(found.won)}，"
        f"措辞改变 {len(found.reworded)}"
    )
    for paragraph in () if brief else changes(found):
        typer.echo("\n" + paragraph)
    if out is not None:
        out.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
