"""The commands `clausewise eval beir`, `clausewise eval retrieval` and `clausewise eval export`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.errors import ClausewiseError
from evals.case import read_cases
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from evals.retrieval.judged import Judged, Qrels
    from evals.retrieval.measures import Measures
    from evals.retrieval.trec import Run

WIDTH = 110
LEAST = {"首条命中": 0.90, "前五命中": 0.98, "MRR": 0.93}

_Data = Annotated[Path | None, typer.Option("--data", help="数据目录")]
_Json = Annotated[Path | None, typer.Option("--json", help="各项指标写入此文件")]


def beir_command(
    folder: Annotated[Path, typer.Argument(help="BEIR 格式的文件夹")],
    split: Annotated[str, typer.Option(help="qrels 下的文件名，如 test、dev")] = "test",
    run: Annotated[
        Path | None, typer.Option("--run", help="检索结果写入此文件（TREC 格式）")
    ] = None,
    score: Annotated[
        list[Path] | None, typer.Option("--score", help="另给已有的 TREC 结果评分，可重复")
    ] = None,
    json_file: _Json = None,
) -> None:
    """在任意 BEIR 数据集上评测检索：召回率、MRR、nDCG。"""
    from evals.retrieval import beir, foreign, trec
    from evals.retrieval.measures import measure

    with _errors():
        collection = beir.read(folder, split)
        with tempfile.TemporaryDirectory() as scratch:
            runs = dict(foreign.runs(collection, Path(scratch)))
        for file in score or ():
            runs[file.name] = trec.read_run(file)
        if run is not None:
            trec.write_run(next(iter(runs.values())), run, "clausewise")
        _show({name: measure(collection.qrels, one) for name, one in runs.items()}, json_file)


def retrieval_command(
    questions: Annotated[
        Path | None, typer.Argument(help="评测问题（JSONL）；不给则用自编的留出问题")
    ] = None,
    data: _Data = None,
    ablations: Annotated[bool, typer.Option(help="是否逐项去掉各阶段")] = True,
    runs: Annotated[
        Path | None, typer.Option("--runs", help="各系统的结果写入此文件夹（TREC 格式）")
    ] = None,
    json_file: _Json = None,
    failures: Annotated[bool, typer.Option("--failures", help="列出首条不对的问题")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="低于下限即失败")] = False,
) -> None:
    """在已导入的文件上评测检索，与常规切块检索和去掉各阶段的自身比较。"""
    from evals.retrieval import trec
    from evals.retrieval.judged import judge
    from evals.retrieval.measures import measure
    from evals.retrieval.systems import systems

    settings = _settings(data)
    with _errors(), systems(settings, ablations=ablations) as compared:
        asked = _judged(questions, settings)
        measured: dict[str, Measures] = {}
        for system in compared:
            qrels, run = judge(system, asked)
            measured[system.name] = measure(qrels, run)
            if runs is not None:
                runs.mkdir(parents=True, exist_ok=True)
                name = system.name.strip().replace("/", "-")
                trec.write_run(run, runs / f"{name}.trec", "clausewise")
            if failures and system is compared[0]:
                _list_failures(asked, qrels, run)
        _show(measured, json_file)
        below = _below(measured[compared[0].name]) if gate else []
    for sentence in below:
        typer.echo(f"未达下限：{sentence}", err=True)
    if below:
        raise typer.Exit(1)


def _below(measures: Measures) -> list[str]:
    """Which measures are under the least that is accepted."""
    reached = {
        "首条命中": measures.success_at[1],
        "前五命中": measures.success_at[5],
        "MRR": measures.mrr,
    }
    return [
        f"{name} {reached[name]:.3f}，应不低于 {least}"
        for name, least in LEAST.items()
        if reached[name] < least
    ]


def export_command(
    questions: Annotated[Path, typer.Argument(help="评测问题（JSONL）")],
    folder: Annotated[Path, typer.Argument(help="写入的文件夹")],
    data: _Data = None,
) -> None:
    """把已导入的条款和评测问题写成 BEIR 文件夹，供其他系统评测。"""
    from evals.retrieval import beir
    from evals.retrieval.judged import as_collection

    settings = _settings(data)
    with _errors():
        asked = _judged(questions, settings)
        catalog = Catalog(settings.data, settings.database)
        beir.write(folder, as_collection(asked, catalog))
        catalog.close()
    typer.echo(f"已写入 {folder}")


def _settings(data: Path | None) -> Settings:
    return Settings() if data is None else Settings(data=data)


def _judged(questions: Path | None, settings: Settings) -> list[Judged]:
    """Gold questions of a file, or those of our own that taught nothing."""
    from evals.retrieval.judged import of_asked, of_cases
    from evals.retrieval.questions import QUESTIONS, read_questions

    catalog = Catalog(settings.data, settings.database)
    try:
        if questions is not None:
            found = of_cases(read_cases(questions), catalog)
        else:
            own = [one for one in read_questions(QUESTIONS) if not one.teaches]
            found = of_asked(own, catalog)
    finally:
        catalog.close()
    if not found:
        raise EvaluationError("已导入的文件中没有这些问题的依据，请先导入相应文件")
    return found


def _show(measured: Mapping[str, Measures], json_file: Path | None) -> None:
    """A row a system: shares of 1 as percent, the others as they are."""
    first = next(iter(measured.values()))
    table = Table("系统", *_heads(first), box=SIMPLE)
    for name, measures in measured.items():
        table.add_row(name, *_cells(measures))
    Console(width=WIDTH).print(table)
    typer.echo(f"{first.queries} 个问题")
    if json_file is not None:
        rows = {name.strip(): asdict(measures) for name, measures in measured.items()}
        json_file.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _heads(measures: Measures) -> list[str]:
    hits = [f"命中@{k}" for k in measures.success_at]
    return [*hits, *(f"R@{k}" for k in measures.recall_at), "MRR", "nDCG@10"]


def _cells(measures: Measures) -> list[str]:
    values: Sequence[float] = [
        *measures.success_at.values(),
        *measures.recall_at.values(),
        measures.mrr,
        measures.ndcg_at_10,
    ]
    return [f"{value:.3f}" for value in values]


def _list_failures(asked: Sequence[Judged], qrels: Qrels, run: Run) -> None:
    for one in asked:
        found = [id_ for id_, _ in run[one.id]]
        right = [at for at, id_ in enumerate(found, start=1) if id_ in qrels[one.id]]
        if not right or right[0] > 1:
            typer.echo(f"{one.id} 名次 {right[0] if right else '—'}：{one.question}")


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
