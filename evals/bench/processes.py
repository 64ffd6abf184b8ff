"""`python -m evals.bench.processes 文件夹`: how many answers a second one, two, … processes give.

The shared mode as it is run, all of it on this machine: identical processes over one PostgreSQL
database and one Chroma server. The readers speak plain HTTP over connections of their own (aiohttp,
whose parser is compiled: they share the cores with what is measured); those of two processes are
divided evenly, as by a proxy. The numbers of processes take turns, round by round, so that a
machine that slows down slows all of them.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from assistant.indexes import ensure_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.errors import ClausewiseError
from corpus.ingest import find, ingest
from evals.bench.load import questions_of
from evals.bench.postgres import postgres_server
from evals.bench.server import chroma_server, served
from evals.bench.settings import BenchSettings
from evals.errors import EvaluationError

_PATIENCE = ClientTimeout(total=120)


@dataclass(frozen=True, slots=True)
class Carried:
    """What so many processes carried: answers a second in each round."""

    processes: int
    rounds: tuple[float, ...]

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)


def carried(
    originals: Path, processes: Sequence[int], *, readers: int, questions: int, rounds: int
) -> list[Carried]:
    """Take in a folder of documents in shared mode, and ask so many processes in turn.

    `questions` are asked of each process in each round, so that a round of two takes as long.
    Raises EvaluationError without PostgreSQL, or where a process does not start or answer.
    """
    rates: dict[int, list[float]] = {number: [] for number in processes}
    with shared(originals) as (settings, asked), ExitStack() as running:
        environment = {
            "CLAUSEWISE_DATABASE": settings.database,
            "CLAUSEWISE_SEARCH": settings.search,
            "CLAUSEWISE_SEARCH_URL": settings.search_url,
        }
        urls = [
            running.enter_context(served(settings.data, environment)) for _ in range(max(processes))
        ]
        for number in (number for _ in range(rounds) for number in processes):
            some = list(islice(asked, questions * number))
            rates[number].append(asyncio.run(_asked(urls[:number], some, readers)))
    return [Carried(number, tuple(found)) for number, found in rates.items()]


@contextmanager
def shared(originals: Path) -> Iterator[tuple[Settings, Iterator[str]]]:
    """A PostgreSQL database and a Chroma server of their own with a folder of documents taken in.

    Gives the settings that processes are started with, and questions without end.
    """
    with ExitStack() as running:
        root = Path(running.enter_context(TemporaryDirectory()))
        postgres = running.enter_context(postgres_server())
        if postgres is None:
            raise EvaluationError(
                "没有找到 PostgreSQL，请先安装（Debian：apt-get install postgresql）"
            )
        settings = BenchSettings(
            data=root / "data",
            database=running.enter_context(postgres.database()),
            search="chroma",
            search_url=running.enter_context(chroma_server(root / "chroma")),
        )
        catalog = Catalog(settings.data, settings.database)
        for result in ingest(find([originals]), catalog):
            if result.error:
                raise EvaluationError(result.error)
        ensure_index(catalog, settings, report=lambda _: None)
        questions = questions_of(catalog)
        catalog.close()
        yield settings, questions


async def _asked(urls: Sequence[str], questions: Sequence[str], readers: int) -> float:
    """All the questions, by so many readers; returns answers a second."""
    left = iter(questions)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=_PATIENCE) as client:

        async def read(url: str) -> None:
            for question in left:
                asked = client.post(f"{url}/v1/answer", json={"question": question})
                async with asked as answer:
                    await answer.read()
                    if answer.status != 200:
                        raise EvaluationError(f"{url} 没有回答：{answer.status}")

        start = time.perf_counter()
        await asyncio.gather(*(read(url) for url in islice(cycle(urls), readers)))
        return len(questions) / (time.perf_counter() - start)


def main(
    folder: Annotated[Path, typer.Argument(help="政策文件所在文件夹")],
    readers: Annotated[int, typer.Option(help="同时提问的人数")] = 16,
    questions: Annotated[int, typer.Option(help="每轮向每个进程提多少问")] = 400,
    rounds: Annotated[int, typer.Option(help="轮数")] = 5,
) -> None:
    """一个与两个进程（同一 PostgreSQL、同一 Chroma）每秒各回答多少，及其比。"""
    try:
        found = carried(folder, (1, 2), readers=readers, questions=questions, rounds=rounds)
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(
        "| 进程 | 每秒回答（各轮中位） | 各轮 | 与一个进程之比 |\n| ---: | ---: | --- | ---: |"
    )
    for one in found:
        each = "、".join(f"{rate:.0f}" for rate in one.rounds)
        ratio = one.rate / found[0].rate
        typer.echo(f"| {one.processes} | {one.rate:.1f} | {each} | {ratio:.2f} |")


if __name__ == "__main__":
    typer.run(main)
