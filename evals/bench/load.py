"""How a server bears many readers at once: answers a second, latency, and what is turned away.

A server of its own process on the loopback, without a model; the readers are here, each asking its
next question once it has an answer. Every question is another one, so no answer comes from having
been given before.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path

import httpx

from corpus.catalog import Catalog
from evals.bench.measure import PATTERNS
from evals.bench.server import served
from evals.errors import EvaluationError
from evals.metrics.statistics import percentile

_PATTERNS = (
    "{place}{year}年{indicator}是多少？",
    "{place}到{year}年{indicator}的目标",
    "请问{place}{year}年{indicator}定了多少？",
)
_PATIENCE = 120.0  # seconds after which a reader gives a server up


@dataclass(frozen=True, slots=True)
class Load:
    """What `readers` at once got in `seconds`; latencies of the answers in milliseconds."""

    readers: int
    seconds: float
    answered: int
    turned_away: int
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def loads(data: Path, readers: Sequence[int], each: int) -> Iterator[Load]:
    """Ask a server over `data` `each` questions with every number of readers, one after the other.

    At last with more readers than may wait, to see them turned away.
    Raises EvaluationError where the server does not start, or there are too few targets to ask for.
    """
    catalog = Catalog(data)
    asked = questions_of(catalog)
    catalog.close()
    most = max(readers)
    with served(data, {"CLAUSEWISE_WAITING": str(most)}) as url:
        for number in readers:
            yield asyncio.run(_load(url, list(islice(asked, max(each, number))), number))
    with served(data, {"CLAUSEWISE_WAITING": "32"}) as url:
        yield asyncio.run(_load(url, list(islice(asked, each)), most))


def questions_of(catalog: Catalog) -> Iterator[str]:
    """Questions for the figures of every jurisdiction, and others; no two alike at first.

    Raises EvaluationError where there are none.
    """
    rows = [row for row in catalog.targets() if row.target.year and row.document.region]
    places = list(dict.fromkeys(row.document.region_name for row in rows))
    if not rows:
        raise EvaluationError("没有可问的数值目标")
    of_targets = (
        pattern.format(
            place=row.document.region_name, year=row.target.year, indicator=row.target.name
        )
        for pattern, row in product(_PATTERNS, rows)
    )
    others = (pattern.format(place) for pattern, place in product(PATTERNS, places))
    return cycle(dict.fromkeys(_mixed(of_targets, others)))


def _mixed(often: Iterator[str], seldom: Iterator[str]) -> Iterator[str]:
    """Three of the first to one of the second, as long as there are any."""
    for number, one in enumerate(often):
        yield one
        if number % 3 == 0 and (other := next(seldom, None)):
            yield other


async def _load(url: str, questions: Sequence[str], readers: int) -> Load:
    """All the questions, by so many readers."""
    left = iter(questions)
    codes: Counter[int] = Counter()
    latencies: list[float] = []
    secure = ssl.create_default_context()  # made once: it takes longer than many answers

    async def read() -> None:
        # A connection each, as readers have: one pool of hundreds would be slower than the server.
        async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE, verify=secure) as client:
            for question in left:
                begin = time.perf_counter()
                try:
                    response = await client.post("/v1/answer", json={"question": question})
                    code = response.status_code
                except httpx.HTTPError:
                    code = 0
                codes[code] += 1
                if code == 200:
                    latencies.append(1000 * (time.perf_counter() - begin))

    start = time.perf_counter()
    await asyncio.gather(*(read() for _ in range(readers)))
    seconds = time.perf_counter() - start
    latencies.sort()
    answered, turned_away = codes.pop(200, 0), codes.pop(429, 0)
    return Load(
        readers,
        seconds,
        answered,
        turned_away,
        codes.total(),
        percentile(latencies, 50) if latencies else 0.0,
        percentile(latencies, 99) if latencies else 0.0,
    )
