"""`clausewise eval external` and `ragas`: sets of others, and answers for the tools of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.commands.run import SYSTEMS, show
from evals.commands.telling import errors_told
from evals.errors import EvaluationError


def external_command(
    form: Annotated[str, typer.Argument(help="格式：rgb、squad、cmrc、lexrag")],
    path: Annotated[Path, typer.Argument(help="题集文件")],
    out: Annotated[Path, typer.Option("--out", help="文件库、回答和报告写入此目录")],
    system: Annotated[list[str] | None, typer.Option("--system", help=SYSTEMS)] = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", help="该格式的选项，如 ability=rejection、noise=0.4，可重复"),
    ] = None,
    width: Annotated[int, typer.Option(min=0, help="同时提问几题，0 由系统定")] = 0,
    failures: Annotated[bool, typer.Option("--failures", help="列出未通过的题目")] = False,
    rescore: Annotated[bool, typer.Option("--rescore", help="用已有的回答重新打分")] = False,
) -> None:
    """用外部题集评测：其中的段落先入库，再逐题提问。"""
    from evals.evaluate import Plan, evaluate
    from evals.external.sets import catalog_of, read_external
    from evals.suite import Suite, digest_of
    from evals.systems.opened import Material

    data = out / "data"
    with errors_told():
        found = read_external(form, path, **dict(map(_pair, option or ())))
        held = (data / "catalog.sqlite").exists()
        catalog = Catalog(data) if held else catalog_of(found, data)
        suite = Suite(form, found.cases, digest_of(path))
        plan = Plan([suite], system or ["clausewise"], out, width=width, rescore=rescore)
        try:
            report = evaluate(
                plan, Material(Settings(data=data, database="", library=False), catalog)
            )
        finally:
            catalog.close()
    show(report, out, failures=failures)


def ragas_command(
    suites: Annotated[list[str], typer.Argument(help="题库名称或文件")],
    answers: Annotated[Path, typer.Option("--answers", help="一次评测的 answers/系统.jsonl")],
    out: Annotated[Path, typer.Option("--out", help="写入此文件（JSONL）")],
    data: Annotated[Path | None, typer.Option("--data", help="数据目录")] = None,
) -> None:
    """把回答写成 ragas 的数据集。"""
    from evals.external.ragas import write_ragas
    from evals.originals import Originals
    from evals.runner import read_rows
    from evals.suite import read_suites

    settings = Settings() if data is None else Settings(data=data)
    with errors_told():
        cases = [case for suite in read_suites(suites) for case in suite.cases]
        catalog = Catalog(settings.data, settings.database)
        try:
            originals = Originals(catalog)
        finally:
            catalog.close()
        files = write_ragas(map(originals.gold, cases), read_rows(answers), out)
    typer.echo(f"已写入 {'、'.join(map(str, files))}")


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals:
        raise EvaluationError(f"--option 应写作 名称=值，而不是 {said}")
    return name, value
