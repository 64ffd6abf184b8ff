"""The command that looks whether a data directory is in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of

if TYPE_CHECKING:
    from assistant.doctor import Finding

app = typer.Typer()


@app.command("doctor")
def doctor_command(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="修复能安全修复的：重建索引，清除遗留文件")
    ] = False,
) -> None:
    """检查数据目录：磁盘、目录库、索引、原件、记录、遗留文件；有问题时退出码为 1。"""
    from assistant.doctor import examine

    with errors_in_chinese():
        settings = settings_of(data)
        found = list(examine(settings))
        if repair:
            for finding in found:
                if not finding.is_well and finding.repair:
                    say(f"正在修复：{finding.name}……")
                    finding.repair()
            found = list(examine(settings))
    if as_json:
        rows = [
            {"name": one.name, "ok": one.is_well, "found": one.found, "remedy": _remedy(one)}
            for one in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        table = Table("项目", "结果", "怎么办")
        for finding in found:
            mark = "" if finding.is_well else "[bold red]！[/bold red] "
            row = escape(finding.name), mark + escape(finding.found), escape(_remedy(finding))
            table.add_row(*row)
        Console(highlight=False).print(table)
    if not all(finding.is_well for finding in found):
        raise typer.Exit(1)


def _remedy(finding: Finding) -> str:
    return "" if finding.is_well else finding.remedy
