"""`clausewise eval figures`: the table of figures in the README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.commands.telling import errors_told

if TYPE_CHECKING:
    from evals.reports.report import Report


def figures_command(
    run: Annotated[Path, typer.Argument(help="一次评测的目录")],
    readme: Annotated[
        Path | None, typer.Argument(help="写入此文件中 <!-- figures 名称 --> 之间，不给则打印")
    ] = None,
    name: Annotated[str, typer.Option(help="表的名称")] = "all",
    check: Annotated[bool, typer.Option("--check", help="只检查是否一致，不一致即失败")] = False,
) -> None:
    """由评测结果生成 README 中的指标表，或检查它是否与结果一致。"""
    from evals.reports.compare import read_report
    from evals.reports.readme import figures_markdown, with_figures

    with errors_told():
        found = read_report(run)
        if readme is None:
            typer.echo(figures_markdown(found), nl=False)
        elif check:
            _check(readme, found)
        else:
            readme.write_text(with_figures(readme, found, name), encoding="utf-8")
            typer.echo(f"已更新 {readme}")


def _check(readme: Path, found: Report) -> None:
    from evals.reports.readme import differing

    wrong = differing(readme, found)
    for line in wrong:
        typer.echo(f"{readme} 中没有这一行：{line}", err=True)
    if wrong:
        typer.echo("请用 make report 重新生成指标表", err=True)
        raise typer.Exit(1)
    typer.echo(f"{readme} 的指标表与这次评测一致")
