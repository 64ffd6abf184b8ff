"""`python -m evals.bench 文件夹`: print the measures as a Markdown table."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import ClausewiseError
from evals.bench import scaling
from evals.bench.load import Load, loads
from evals.bench.measure import ROUNDS, Measures, measure
from evals.bench.page import PageLoad, chromium, pages
from evals.bench.scale import Size, sizes
from evals.case import read_cases
from evals.runner import asked


def main(
    folder: Annotated[Path, typer.Argument(help="政策文件所在文件夹")],
    questions: Annotated[
        Path | None, typer.Option("--questions", help="评测问题（JSONL）；不给则用固定问题")
    ] = None,
    scale: Annotated[
        str, typer.Option("--scale", help="另测几倍语料的导入与建索引，如 1,4,16")
    ] = "",
    search: Annotated[
        str,
        typer.Option("--search", help="另测多少条款的检索（换上其他辖区的副本），如 10000,100000"),
    ] = "",
    peers: Annotated[int | None, typer.Option("--peers", help=scaling.PEERS)] = None,
    load: Annotated[
        str, typer.Option("--load", help="另测多少人同时提问，如 1,4,16,64,256；最后一行为过载")
    ] = "",
    write: Annotated[
        Path | None, typer.Option("--write", help="把检索的结果与图写进此文件夹")
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="另测网页：传输量、打开用时、点击到首句回答的用时")
    ] = False,
) -> None:
    """在一个文件夹的真实文件上测量导入、建索引、问答、检索的用时与内存，以及同时提问的吞吐、网页。"""
    try:
        cases = read_cases(questions) if questions else []
        with tempfile.TemporaryDirectory() as data:
            found = measure(folder, Path(data), [asked(case) for case in cases])
            for line in markdown(found):
                typer.echo(line)
            _table(_INGEST, (_ingest(size) for size in sizes(folder, _factors(scale))))
            of_search = list(scaling.sizes(Path(data), _factors(search), peers=peers))
            _table(scaling.HEADS, (size.row for size in of_search))
            _table(scaling.PEER_HEADS, (size.peer_row for size in of_search))
            if write and of_search:
                scaling.write(of_search, write, scaling.command(search, peers))
            if load:
                _table(_LOAD, map(_load, loads(Path(data), _factors(load), _QUESTIONS)))
            if page:
                with chromium() as browser:
                    visited, words = pages(Path(data), _PAGES, browser)
                _table(_PAGE, map(_page, visited))
                typer.echo(
                    f"\n点击到首句回答（{words.questions} 问）："
                    f"p50 {words.p50_ms:.0f} ms，最长 {words.longest_ms:.0f} ms"
                )
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _factors(text: str) -> list[int]:
    return [int(factor) for factor in text.split(",") if factor]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table, row by row as they come; nothing where there are none."""
    for number, row in enumerate(rows):
        if number == 0:
            typer.echo(f"\n| {' | '.join(heads)} |\n| ---: {'| ---: ' * (len(heads) - 1)}|")
        typer.echo(f"| {' | '.join(row)} |")


_INGEST = ("倍数", "条款", "导入 s", "建索引 s", "内存峰值 MiB")
_LOAD = ("同时提问", "回答", "每秒回答", "p50 ms", "p99 ms", "被拒 429", "出错")
_QUESTIONS = 400  # of every number of readers; no two the same


def _load(found: Load) -> list[str]:
    return [
        str(found.readers),
        str(found.answered),
        f"{found.rate:.0f}",
        f"{found.p50_ms:.0f}",
        f"{found.p99_ms:.0f}",
        str(found.turned_away),
        str(found.failed),
    ]


_PAGE = ("网页", "文件", "传输 KiB", "首次打开 s", "再次打开 s")
_PAGES = ("/", "/targets", "/documents")


def _page(found: PageLoad) -> list[str]:
    return [
        found.path,
        str(found.files),
        f"{found.kib:.0f}",
        f"{found.first_s:.2f}",
        f"{found.again_s:.2f}",
    ]


def _ingest(size: Size) -> list[str]:
    return [
        str(size.factor),
        str(size.clauses),
        f"{size.ingest_s:.1f}",
        f"{size.index_s:.1f}",
        f"{size.peak_mib:.0f}",
    ]


def markdown(found: Measures) -> Iterator[str]:
    """One row a measure."""
    ingest, index, ask = found.peak_mib
    yield f"Python {platform.python_version()}，{os.cpu_count()} 核，{platform.machine()}"
    yield ""
    yield "| 项目 | 结果 |"
    yield "| --- | ---: |"
    rows = {
        "文件／文档／条款": f"{found.files}／{found.documents}／{found.clauses}",
        "导入": f"{found.ingest_s:.1f} s",
        "建索引": f"{found.index_s:.1f} s",
        "内存峰值（导入后／建索引后／问答后）": f"{ingest:.0f}／{index:.0f}／{ask:.0f} MiB",
        f"问答 p50（{found.questions} 问 × {ROUNDS} 轮）": f"{found.ask_p50_ms:.1f} ms",
        "问答 p99": f"{found.ask_p99_ms:.1f} ms",
        "检索 p50": f"{found.search_p50_ms:.2f} ms",
    }
    for name, result in rows.items():
        yield f"| {name} | {result} |"


if __name__ == "__main__":
    typer.run(main)
