"""The command `clausewise eval`: ask or re-score a file of gold questions and report."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from assistant.answer import Answer, Question
from assistant.settings import Settings
from corpus.errors import ClausewiseError
from evals import gate as gates
from evals.case import Case, read_cases
from evals.errors import EvaluationError
from evals.lies import lies_command
from evals.report import Report, as_json, failures, report, table
from evals.retrieval.command import beir_command, export_command, retrieval_command
from evals.run import Ask, Result, Row, generate, judge, keep, read_rows

_TRIES = 10  # where a server asks to come again
WIDTH = 100  # of the table, in terminal columns, also where the output is no terminal


class _Group(TyperGroup):
    """`eval FILE` asks questions; `eval beir` and others are commands of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [_QUESTIONS, *args]
        return super().parse_args(ctx, args)


_QUESTIONS = "questions"
_eval = typer.Typer(
    cls=_Group,
    help="评测：eval 问题文件，或下列命令之一",
    no_args_is_help=True,
    add_completion=False,
)
_eval.command("beir")(beir_command)
_eval.command("retrieval")(retrieval_command)
_eval.command("export")(export_command)
_eval.command("lies")(lies_command)
app = typer.Typer()
app.add_typer(_eval, name="eval")


@_eval.command(_QUESTIONS)
def command(
    file: Annotated[Path, typer.Argument(help="评测问题（JSONL，每行一题）")],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="报告写入此文件，回答写入同名 .rows.jsonl")
    ] = None,
    rows: Annotated[
        Path | None, typer.Option("--rows", help="对已保存的回答重新评分，不再提问")
    ] = None,
    failures: Annotated[bool, typer.Option("--failures", help="列出未达标的问题")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="任一指标比基线差 1 个百分点以上即失败")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="以本次结果为新基线")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录")] = None,
    server: Annotated[
        str, typer.Option("--server", envvar="CLAUSEWISE_SERVER", help="改评这台服务器的回答")
    ] = "",
    key: Annotated[str, typer.Option("--key", envvar="CLAUSEWISE_KEY", help="服务器的密钥")] = "",
) -> None:
    """用一组标准问题评测回答。"""
    settings = Settings() if data is None else Settings(data=data)
    try:
        code = evaluate(
            file,
            partial(_asking, settings, server, key),
            out=json_file,
            failures=failures,
            gate=gate,
            update=update,
            rows=rows,
        )
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(code)


def evaluate(
    file: Path,
    asking: Callable[[], AbstractContextManager[Ask]],
    *,
    out: Path | None,
    failures: bool,
    gate: bool,
    update: bool,
    rows: Path | None = None,
    baseline: Path = gates.BASELINE,
) -> int:
    """Evaluate the questions of `file` and print the report; 1 where the gate fails, else 0.

    `asking` opens whatever is asked, and closes it. `out` takes the report as JSON, and beside it
    the answers as `.rows.jsonl`, which `rows` scores again. `gate` is judged before `update`
    rewrites the baseline.
    Raises ClausewiseError for files that cannot be used.
    """
    cases = read_cases(file)
    before = gates.read_baseline(baseline) if gate else None
    kept = read_rows(rows) if rows else _ask_all(cases, asking, out)
    results = judge(cases, kept)
    found = report(results)
    if out is not None:
        _write(out, found, results)
    _print(found, results, failures)
    worse = gates.worsened(found.overall, before) if before else []
    for sentence in worse:
        typer.echo(f"未达基线：{sentence}", err=True)
    if update:
        gates.write_baseline(found.overall, baseline)
    return 1 if worse else 0


def _ask_all(
    cases: list[Case], asking: Callable[[], AbstractContextManager[Ask]], out: Path | None
) -> list[Row]:
    with asking() as ask:
        rows = generate(cases, ask, _show)
        return list(rows) if out is None else keep(rows, out.with_suffix(".rows.jsonl"))


@contextmanager
def _asking(settings: Settings, server: str, key: str) -> Iterator[Ask]:
    """What is asked: a server, or the data directory."""
    if server:
        from assistant.client import Client

        with Client(server, key) as client:
            yield partial(patiently, client.answer)
        return
    from assistant.app import Assistant  # takes seconds to import, and --rows needs none of it

    assistant = Assistant.open(settings)
    assistant.warm()
    try:
        yield assistant.ask
    finally:
        assistant.close()


def patiently(answer: Ask, question: Question) -> Answer:
    """Ask, and where the server says when to come again, come again. Raises ServerError."""
    from assistant.client import ServerError

    for _ in range(_TRIES):
        try:
            return answer(question)
        except ServerError as error:
            if error.retry_after is None:
                raise
            time.sleep(error.retry_after)
    return answer(question)


def _show(done: int, total: int) -> None:
    """A line that counts up on a terminal, a line a hundred questions elsewhere."""
    if sys.stderr.isatty():
        typer.echo(f"\r已提问 {done}/{total}", err=True, nl=done == total)
    elif done == total or done % 100 == 0:
        typer.echo(f"已提问 {done}/{total}", err=True)


def _write(out: Path, found: Report, results: list[Result]) -> None:
    text = json.dumps(as_json(found, results), ensure_ascii=False, indent=2)
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{out}: 无法写入（{error.strerror}）") from error


def _print(found: Report, results: list[Result], listing: bool) -> None:
    Console(width=WIDTH).print(table(found))
    if listing:
        for paragraph in failures(results):
            typer.echo("\n" + paragraph)


if __name__ == "__main__":
    app()
