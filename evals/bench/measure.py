"""Measure, on files as they come, each stage from reading to answering."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from assistant.answer import Question
from assistant.app import Assistant
from assistant.indexes import open_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import Metadata
from corpus.errors import SourceError
from corpus.ingest import find, ingest
from evals.bench.settings import BenchSettings
from evals.metrics.statistics import percentile
from retrieval.search import Search
from retrieval.understand import Holdings, understand

ROUNDS = 3
PLACES = 10
PATTERNS = (
    "{}2030年非化石能源消费比重达到多少？",
    "{}2025年森林覆盖率的目标是多少？",
    "{}推进绿色建筑有哪些措施？",
    "{}公共机构节能由哪些部门负责？",
    "{}什么时候实现碳达峰？",
    "{}与全国的单位生产总值能耗下降目标相比如何？",
)

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Measures:
    """Times in seconds or milliseconds as named; `peak_mib` after each stage, in MiB so far."""

    files: int
    documents: int
    clauses: int
    ingest_s: float
    index_s: float
    questions: int
    ask_p50_ms: float
    ask_p99_ms: float
    search_p50_ms: float
    peak_mib: tuple[float, float, float]


def measure(folder: Path, data: Path, questions: Sequence[Question] = ()) -> Measures:
    """Take in the folder into `data`, which must be empty, index it and ask each question thrice.

    Without questions, fixed ones are asked of the first places held.
    Raises SourceError where the folder is absent or holds nothing that can be read.
    """
    settings = BenchSettings(data=data)
    catalog = Catalog(data, settings.database)
    files = find([folder])
    ingest_s = _seconds(lambda: list(ingest(files, catalog)))
    if not catalog.size().clauses:
        raise SourceError(f"{folder}: 没有可以读取的文件")
    peak_ingest = peak_mib()
    start = time.perf_counter()
    index = open_index(catalog, settings, _silent)
    index_s = time.perf_counter() - start
    peak_index = peak_mib()
    asked = list(questions) or list(fixed_questions(catalog.documents()))
    ask_ms = _ask_ms(settings, asked)
    peak_ask = peak_mib()
    search_ms = _search_ms(catalog, Search(catalog, index), asked)
    size = catalog.size()
    catalog.close()
    return Measures(
        files=len(files),
        documents=size.documents,
        clauses=size.clauses,
        ingest_s=ingest_s,
        index_s=index_s,
        questions=len(asked),
        ask_p50_ms=percentile(ask_ms, 50),
        ask_p99_ms=percentile(ask_ms, 99),
        search_p50_ms=percentile(search_ms, 50),
        peak_mib=(peak_ingest, peak_index, peak_ask),
    )


def fixed_questions(documents: Sequence[Metadata]) -> Iterator[Question]:
    """Every pattern for each of the first places held, national ones aside."""
    regions = (d.region for d in documents if d.region and d.region.parents)
    places = list(dict.fromkeys(region.name for region in regions))[:PLACES] or [""]
    for place in places:
        yield from (Question(question=pattern.format(place)) for pattern in PATTERNS)


def peak_mib() -> float:
    """The most memory this process has held so far, in MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _ask_ms(settings: Settings, questions: Sequence[Question]) -> list[float]:
    assistant = Assistant.open(settings, report=_silent)
    try:
        assistant.ask(questions[0])  # what is loaded on first use is no part of an answer
        return times_ms(assistant.ask, questions)
    finally:
        assistant.close()


def _search_ms(catalog: Catalog, search: Search, questions: Sequence[Question]) -> list[float]:
    """The same questions to the search alone, understood before."""
    holdings = Holdings.of(catalog.documents())
    queries = [understand(question.question, holdings) for question in questions]
    search.search(queries[0])  # what is loaded on first use is no part of a search
    return times_ms(search.search, queries)


def times_ms(act: Callable[[Input], object], inputs: Sequence[Input]) -> list[float]:
    """Milliseconds of each call, ascending, over ROUNDS rounds."""
    return sorted(_seconds(partial(act, one)) * 1000 for _ in range(ROUNDS) for one in inputs)


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _silent(_: str) -> None:
    """The table is the only output."""
