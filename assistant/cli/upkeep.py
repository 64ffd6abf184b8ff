"""Commands of whoever runs it for others: back up, restore, move to other engines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of

app = typer.Typer()


@app.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="写入的文件，如 今天.cwb；须还不存在")],
    data: Data = None,
) -> None:
    """备份全部文件、对话、密钥、记录到一个文件；服务可照常运行。索引不在其中，恢复时重建。"""
    from assistant.backup import backup

    with errors_in_chinese():
        made = backup(settings_of(data), file)
        megabytes = file.stat().st_size / 2**20
        typer.echo(
            f"已备份到 {file}（{megabytes:.1f} MiB）："
            f"{made.documents} 份文件、{made.clauses} 条、{_records(made.rows)} 条记录"
        )


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="备份文件")], data: Data = None
) -> None:
    """把备份恢复到空的数据目录（设了 CLAUSEWISE_DATABASE 则为空的数据库），并重建索引。"""
    from assistant.app import Assistant
    from assistant.backup import restore

    with errors_in_chinese():
        settings = settings_of(data)
        made = restore(settings, file)
        Assistant.open(settings, say).close()
        typer.echo(
            f"已恢复 {made.at:%Y-%m-%d %H:%M}（UTC）的备份："
            f"{made.documents} 份文件、{made.clauses} 条、{_records(made.rows)} 条记录"
        )


def _records(rows: dict[str, dict[str, int]]) -> int:
    """How many rows there are beside the catalog's."""
    return sum(sum(held.values()) for store, held in rows.items() if store != "catalog")
