"""Commands of whoever runs it for others: back up, restore, move to other engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.answer import Question
from assistant.cli.shell import Data, errors_in_chinese, say, settings_of
from corpus.errors import ClausewiseError

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


@app.command("migrate")
def migrate_command(
    to: Annotated[
        list[str],
        typer.Option(
            help="移到哪里：postgresql+psycopg://…、sqlite、chroma+http://…、milvus+http://…、"
            "local；数据库与检索引擎可各给一次"
        ),
    ],
    data: Data = None,
    questions: Annotated[
        Path | None, typer.Option(help="用来比较回答的问题（JSONL，每行一个 question）")
    ] = None,
) -> None:
    """把数据表移到另一个数据库，或把索引建到另一个检索引擎，再比较条数、编号与回答。原处不变。"""
    from rich.console import Console
    from rich.table import Table

    from assistant.moving import move, settings_for

    with errors_in_chinese():
        settings = settings_of(data)
        target = settings_for(settings, to)
        moved = move(settings, target, _questions(questions), say)
    table = Table("项目", "原处", "新处", "")
    for check in moved.checks:
        table.add_row(check.name, check.before, check.after, "一致" if check.is_well else "不一致")
    Console(highlight=False).print(table)
    for question in moved.differing:
        typer.echo(f"回答不同：{question}")
    if not moved.is_well:
        typer.echo("比较未通过，请继续使用原处", err=True)
        raise typer.Exit(1)
    names = ("database", "search", "search_url", "search_token")
    changed = [n for n in names if getattr(target, n) != getattr(settings, n)]
    said = "、".join(f"CLAUSEWISE_{name.upper()}" for name in changed)
    typer.echo(f"已移好。改设 {said} 后重新启动即用新处")


def _questions(file: Path | None) -> list[Question]:
    """The questions of a file. Raises ClausewiseError where it is none."""
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [Question(question=json.loads(line)["question"]) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClausewiseError(f"{file}: 无法读取，应每行是一个含 question 的 JSON 对象") from error


def _records(rows: dict[str, dict[str, int]]) -> int:
    """How many rows there are beside the catalog's."""
    return sum(sum(held.values()) for store, held in rows.items() if store != "catalog")
