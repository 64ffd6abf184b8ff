"""`clausewise eval run`: ask systems the questions of suites, measure, report, hold to gates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.commands.telling import errors_told
from evals.errors import EvaluationError

# What asks and measures takes seconds to import, and every command of the program loads this file.
if TYPE_CHECKING:
    from evals.reports.report import Price, Report
    from evals.suite import Suite

WIDTH = 150  # of the tables, in terminal columns, also where the output is no terminal
SYSTEMS = (
    "被测系统，可重复：clausewise（或 clausewise:extractive 等）、http://主机:8000、"
    "openai:模型@地址、langchain:模块:名称、bm25、vectors、hybrid（可加 +模型@地址）、"
    "stuffing+模型@地址"
)


def run_command(
    suites: Annotated[
        list[str], typer.Argument(help="题库名称（all 为全部自带题库）或问题文件（JSONL）")
    ],
    system: Annotated[list[str] | None, typer.Option("--system", help=SYSTEMS)] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="报告与回答写入此目录，默认在数据目录的 evaluations 下"),
    ] = None,
    most: Annotated[int, typer.Option("--sample", min=0, help="每个题库至多几题，0 为全部")] = 0,
    width: Annotated[int, typer.Option(min=0, help="同时提问几题，0 由系统定")] = 0,
    judge: Annotated[str, typer.Option(help="另请模型评判：模型@地址")] = "",
    price: Annotated[str, typer.Option(help="每百万 token 的价格：发送,生成")] = "0,0",
    tokens: Annotated[int, typer.Option(help="stuffing 送入多少 token 的文件")] = 100_000,
    failures: Annotated[bool, typer.Option("--failures", help="列出未通过的题目")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="未达门槛即失败")] = False,
    gates: Annotated[
        Path | None, typer.Option(help="门槛文件（TOML），默认为自带的 evals/gates.toml")
    ] = None,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="目录中已有完成的评测：用其中的回答重新打分")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录")] = None,
    server: Annotated[
        str, typer.Option("--server", envvar="CLAUSEWISE_SERVER", help="改评这台服务器的回答")
    ] = "",
    key: Annotated[str, typer.Option("--key", envvar="CLAUSEWISE_KEY", help="服务器的密钥")] = "",
) -> None:
    """评测：按题库提问，逐题打分，写出报告。中断后以同一 --out 再次运行即可继续。"""
    from evals.evaluate import Plan, evaluate
    from evals.gates import GATES, below, read_gates
    from evals.suite import read_suites, sample
    from evals.systems.opened import Material, data_of

    settings = Settings() if data is None else Settings(data=data)
    with errors_told():
        bounds = read_gates(gates or GATES) if gate else None
        chosen = read_suites(suites)
        folder = out or data_of(settings) / _name_of(chosen)
        plan = Plan(
            suites=sample(chosen, most) if most else chosen,
            systems=system or [server or "clausewise"],
            folder=folder,
            sampled=most,
            width=width,
            judge=judge,
            price=_price(price),
            rescore=rescore,
        )
        catalog = Catalog(settings.data, settings.database)
        try:
            found = evaluate(plan, Material(settings, catalog, key=key, stuffed=tokens))
        except KeyboardInterrupt:
            typer.echo(f"已中断。答过的题已保存，以 --out {folder} 再次运行即可继续", err=True)
            raise typer.Exit(130) from None
        finally:
            catalog.close()
    show(found, folder, failures=failures)
    missed = below(found.systems[0], bounds) if bounds else []
    for sentence in missed:
        typer.echo(f"未达门槛：{sentence}", err=True)
    if missed:
        raise typer.Exit(1)


def show(found: Report, folder: Path, *, failures: bool) -> None:
    """Print the figures, the failures if wanted, and where the report is."""
    from evals.commands.tables import failure_of, figures_table, suites_table

    console = Console(width=WIDTH)
    console.print(figures_table(found))
    console.print(suites_table(found))
    for paragraph in failure_of(found) if failures else ():
        typer.echo(f"\n{paragraph}")
    typer.echo(f"报告：{folder / 'report.html'}")


def _name_of(suites: Sequence[Suite]) -> str:
    """A folder name for a run: when, and of what."""
    from evals.evaluate import slug_of

    of = slug_of("+".join(suite.name for suite in suites))
    short = of if len(of) <= 60 else hashlib.sha256(of.encode()).hexdigest()[:8]
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{short}"


def _price(words: str) -> Price:
    from evals.reports.report import Price

    try:
        sent, written = (float(one) for one in words.split(","))
    except ValueError as error:
        raise EvaluationError(f"--price 应为两个数，如 2,8，而不是 {words}") from error
    return Price(sent=sent, written=written)
