"""The command `clausewise eval`: ask or re-score a file of gold questions and report."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from assistant.settings import Settings
from corpus.errors import ClausewiseError
from evals import gate as gates
from evals.case import Case, read_cases
from evals.errors import EvaluationError
from evals.lies import lies_command
from evals.report import Report, as_json, failures, report, table
from evals.retrieval.command import beir_command, export_command, retrieval_command
from evals.run import Result, Row, generate, judge, keep, read_rows

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
) -> None:
    """用一组标准问题评测回答。"""
    settings = Settings() if data is None else Settings(data=data)
    try:
        code = evaluate(
            file, settings, out=json_file, failures=failures, gate=gate, update=update, rows=rows
        )
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(code)


def evaluate(
    file: Path,
    settings: Settings,
    *,
    out: Path | None,
    failures: bool,
    gate: bool,
    update: bool,
    rows: Path | None = None,
    baseline: Path = gates.BASELINE,
) -> int:
    """Evaluate the questions of `file` and print the report; 1 where the gate fails, else 0.

    `out` takes the report as JSON, and beside it the answers as `.rows.jsonl`, which `rows`
    scores again. `gate` is judged before `update` rewrites the baseline.
    Raises ClausewiseError for files that cannot be used.
    """
    cases = read_cases(file)
    before = gates.read_baseline(baseline) if gate else None
    kept = read_rows(rows) if rows else _ask_all(cases, settings, out)
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


def _ask_all(cases: list[Case], settings: Settings, out: Path | None) -> list[Row]:
    from assistant.app import Assistant  # takes seconds to import, and --rows needs none of it

    assistant = Assistant.open(settings)
    assistant.warm()
    try:
        rows = generate(cases, assistant.ask, _show)
        return list(rows) if out is None else keep(rows, out.with_suffix(".rows.jsonl"))
    finally:
        assistant.close()


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
