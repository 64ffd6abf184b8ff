"""Corpora of growing size, each made, searched and asked of others, by a process each.

`python -m evals.bench.scaling DATA --clauses 10000,100000 --out docs` measures them and writes
`benchmarks.md` and its plots; with `--keep` what was made stays, and is not made again.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from evals.bench.building import Built
from evals.bench.peers import Peers, read
from evals.bench.plots import Line, plot
from evals.bench.searching import Searched
from evals.reports.block import with_block

_BLOCK = "measured"
_EMPTY = f"# Benchmarks\n\n<!-- {_BLOCK} -->\n<!-- /{_BLOCK} -->\n"
_WITHOUT = 500_000  # clauses from which on LangChain is left out: its build would take an hour
PEERS = "不超过这么多条款时并列测量其他引擎；不给则一律测量"
HEADS = (
    "条款",
    "建索引 s（处理器 s）",
    "索引 MiB",
    "建索引内存 MiB",
    "检索进程内存 MiB（无文件部分）",
    "打开 s",
    "点名辖区 p50／p99 ms",
    "同上，首次",
    "窄筛选",
    "宽筛选",
    "不限",
    "回答",
    "每秒检索",
)
PEER_HEADS = (
    "条款",
    "本系统 不限 p50 ms",
    "单用 tantivy",
    "单用 Chroma",
    "本系统／两引擎之和",
    "LangChain＋Chroma",
    "本系统／LangChain",
    "LangChain 切块",
    "LangChain 建库 s",
    "LangChain 内存 MiB",
)


@dataclass(frozen=True, slots=True)
class Size:
    """All that was measured of one size."""

    built: Built
    searched: Searched
    peers: Peers | None  # None where they were left out

    @property
    def row(self) -> list[str]:
        """Under HEADS."""
        made, found = self.built, self.searched
        times = (found.named, found.first, found.narrow, found.wide, found.open_, found.answers)
        return [
            str(made.clauses),
            f"{made.seconds:.0f}（{made.cpu_s:.0f}）",
            f"{made.index_mib:.0f}",
            f"{made.peak_mib:.0f}",
            f"{found.resident_mib:.0f}（{found.anonymous_mib:.0f}）",
            f"{found.opening_s:.1f}",
            *(f"{p50:.1f}／{p99:.1f}" for p50, p99 in times),
            f"{found.per_second:.0f}",
        ]

    @property
    def peer_row(self) -> list[str]:
        """Under PEER_HEADS."""
        ours, others = self.searched.open_[0], self.peers
        if others is None:
            return [str(self.built.clauses), f"{ours:.1f}", *["—"] * 8]
        chunked = others.langchain
        bare = others.tantivy[0] + others.chroma[0]
        times = (ours, others.tantivy[0], others.chroma[0], ours / bare)
        of_chunks = ["—"] * 5
        if chunked:
            of_chunks = [
                f"{chunked.search[0]:.1f}",
                f"{ours / chunked.search[0]:.1f}",
                str(chunked.chunks),
                f"{chunked.build_s:.0f}",
                f"{chunked.resident_mib:.0f}",
            ]
        return [str(self.built.clauses), *(f"{time:.1f}" for time in times), *of_chunks]


def sizes(
    data: Path, clauses: Sequence[int], keep: Path | None = None, peers: int | None = None
) -> Iterator[Size]:
    """Measure corpora of about so many clauses; `data` is a data directory, and is copied.

    The peers are left out of those of more than `peers` clauses.
    """
    for number in clauses:
        with TemporaryDirectory() as scratch:
            folder = keep / str(number) if keep else Path(scratch)
            yield Size(
                Built(**_measured("building", data, number, folder)),
                Searched(**_measured("searching", folder)),
                _peers(folder, number) if peers is None or number <= peers else None,
            )


def _peers(folder: Path, clauses: int) -> Peers:
    return read(_measured("peers", folder, *(["langchain"] if clauses < _WITHOUT else [])))


def _measured(module: str, *arguments: object) -> Any:
    command = [sys.executable, "-m", f"evals.bench.{module}", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


def main(
    data: Annotated[Path, typer.Argument(help="数据目录，其条款换上其他辖区后成倍复制")],
    clauses: Annotated[str, typer.Option("--clauses", help="各测多少条款")] = "10000,100000",
    out: Annotated[Path, typer.Option("--out", help="写 benchmarks.md 与图的文件夹")] = Path(
        "docs"
    ),
    keep: Annotated[Path | None, typer.Option("--keep", help="语料与索引留在此文件夹")] = None,
    peers: Annotated[int | None, typer.Option("--peers", help=PEERS)] = None,
) -> None:
    """测量各规模语料的建索引、检索、回答，与单用引擎和 LangChain 并列。"""
    numbers = [int(number) for number in clauses.split(",")]
    found = list(sizes(data, numbers, keep, peers))
    write(found, out, command(clauses, peers))


def command(clauses: str, peers: int | None) -> str:
    """What measures these sizes, with the peers up to so many clauses."""
    return f"make bench CLAUSES={clauses}" + ("" if peers is None else f" PEERS={peers}")


def write(found: Sequence[Size], out: Path, asked: str) -> None:
    """The results into the page of a folder, and their plots; `asked` is the command for them.

    What is written on the page beside them stays. Raises EvaluationError where it has no place.
    """
    (out / "benchmarks").mkdir(parents=True, exist_ok=True)
    for name, drawing in drawings(found):
        (out / "benchmarks" / f"{name}.svg").write_text(drawing, encoding="utf-8")
    page, measured = out / "benchmarks.md", "\n".join(markdown(found, asked))
    if not page.exists():
        page.write_text(_EMPTY, encoding="utf-8")
    page.write_text(with_block(page, _BLOCK, measured), encoding="utf-8")


def markdown(found: Sequence[Size], asked: str) -> Iterator[str]:
    """The results, as they stand on the page."""
    yield f"`{asked}`, on {machine()}, Python {platform.python_version()}."
    yield ""
    yield (
        "Each corpus is the same real documents many times over, each copy of other jurisdictions "
        "(of which there are 3,200), so words and lengths are real, and every provision stands in "
        "many documents. Searches are those of `Search.search`, warm unless it says first (首次: "
        "no question was asked before); an answer (回答) is the whole way from the question to the "
        "cited lines, once each. Memory is of the process that searches, after all of them; what "
        "files back, the kernel takes back when it needs it. The peers search the same texts in "
        "the same run; LangChain is its retriever over Chroma, recursive chunks of 500 characters, "
        "our embedding."
    )
    busy = max(one.built.busy for one in found)
    yield ""
    yield f"Up to {busy:.0f} processes wanted a processor while the indexes were built."
    for heads, rows in (
        (HEADS, [one.row for one in found]),
        (PEER_HEADS, [one.peer_row for one in found]),
    ):
        yield ""
        yield from table(heads, rows)
    yield ""
    share = found[-1].searched.share
    yield f"窄筛选：一个辖区；宽筛选：市、区、县文件，占条款 {100 * share:.0f}%。"
    yield ""
    for name, _ in drawings(found):
        yield f"![{name}](benchmarks/{name}.svg)"
    yield ""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table of figures."""
    yield f"| {' | '.join(heads)} |"
    yield f"| {'---: | ' * len(heads)}".rstrip()
    for row in rows:
        yield f"| {' | '.join(row)} |"


def machine() -> str:
    """Cores and memory, without a name."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, {platform.machine()}"


def drawings(found: Sequence[Size]) -> Iterator[tuple[str, str]]:
    """The plots, by name."""
    at = [one.built.clauses for one in found]
    searches = {
        "点名辖区": [one.searched.named[0] for one in found],
        "窄筛选": [one.searched.narrow[0] for one in found],
        "宽筛选": [one.searched.wide[0] for one in found],
        "不限": [one.searched.open_[0] for one in found],
        "LangChain＋Chroma": [
            one.peers.langchain.search[0] for one in found if one.peers and one.peers.langchain
        ],
    }
    memory = {
        "检索进程": [one.searched.resident_mib for one in found],
        "其中无文件部分": [one.searched.anonymous_mib for one in found],
        "建索引": [one.built.peak_mib for one in found],
    }
    yield "latency", plot("检索 p50（ms）", at, [Line(*one) for one in searches.items() if one[1]])
    yield "memory", plot("内存（MiB）", at, [Line(*one) for one in memory.items()])


if __name__ == "__main__":
    typer.run(main)
