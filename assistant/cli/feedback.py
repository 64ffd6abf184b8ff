"""Commands of feedback: what was said of answers, and gold questions made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of, write

if TYPE_CHECKING:
    from assistant.feedback import FeedbackStore

app = typer.Typer()
feedback = typer.Typer(help="对回答的评价：列出、导出为评测问题。", no_args_is_help=True)
app.add_typer(feedback, name="feedback")


@feedback.command("list")
def list_command(
    data: Data = None, limit: Annotated[int, typer.Option(min=1, help="至多几条")] = 50
) -> None:
    """列出评价，新的在前。"""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("编号", "时间（UTC）", "谁", "评价", "问题", "说明")
    with _opened(data) as store:
        total, words = store.page(0, limit)
    for word in words:
        at = f"{word.at:%Y-%m-%d %H:%M:%S}"
        cells = (str(word.id), at, word.who, word.verdict.said, word.question, word.comment)
        table.add_row(*map(escape, cells))
    Console().print(table)
    typer.echo(f"共 {total} 条")


@feedback.command("export")
def export_command(
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="写入文件（JSONL），不写则打印")
    ] = None,
    right: Annotated[
        bool, typer.Option("--right", help="只要一致评为正确的，可直接用于 clausewise eval")
    ] = False,
) -> None:
    """把评价导出为评测问题：评为正确的以该回答为标准答案，其余待人工填写。"""
    import json

    from assistant.candidates import candidates, is_ready

    with _opened(data) as store:
        found = [one for one in candidates(store.judged()) if is_ready(one) or not right]
        text = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found)
        if out is None:
            typer.echo(text, nl=False)
        else:
            write(out, text.encode())
    ready = sum(map(is_ready, found))
    say(f"{len(found)} 题：{ready} 题可直接评测，{len(found) - ready} 题待填写标准答案（见 todo）")


@contextmanager
def _opened(data: Path | None) -> Iterator[FeedbackStore]:
    from assistant.feedback import FeedbackStore

    with errors_in_chinese():
        settings = settings_of(data)
        store = FeedbackStore(settings.data, settings.database)
        try:
            yield store
        finally:
            store.close()
