"""What a search takes in a corpus of some size, and an answer, and how much memory they hold.

`python -m evals.bench.searching FOLDER` measures what `building` made, in a process of its own, so
that memory is its own too, and prints it as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.answer import Question
from assistant.app import Assistant
from corpus.document import Level, Region
from corpus.regions import NATION
from evals.bench.measure import PATTERNS, times_ms
from evals.bench.memory import held
from evals.bench.settings import BenchSettings
from evals.metrics.statistics import percentile
from retrieval.query import Query
from retrieval.scope import EVERYTHING, Scope
from retrieval.understand import Holdings, understand

_PLACES = 20
_THREADS = 4
_WIDE = Scope(levels=(Level.CITY, Level.DISTRICT, Level.COUNTY))


@dataclass(frozen=True, slots=True)
class Searched:
    """One size of corpus. Times of a search in milliseconds, as (p50, p99); memory in MiB.

    `named`: the question names a jurisdiction; `first`: so it does, and nothing was asked before;
    `narrow`: it names none and is filtered by one; `wide`: it is filtered by levels that most
    clauses have, `share` of them; `open_`: neither. `answers` are whole answers to the named ones.
    """

    opening_s: float
    resident_mib: float
    anonymous_mib: float
    share: float
    first: tuple[float, float]
    named: tuple[float, float]
    narrow: tuple[float, float]
    wide: tuple[float, float]
    open_: tuple[float, float]
    answers: tuple[float, float]
    per_second: float


def searched(folder: Path) -> Searched:
    """Measure the corpus in this folder."""
    start = time.perf_counter()
    assistant = Assistant.open(BenchSettings(data=folder), report=lambda _: None)
    assistant.understand(PATTERNS[0].format(""))
    opening_s = time.perf_counter() - start
    search, holdings = assistant.search, assistant.holdings
    if search is None:
        raise SystemExit(f"{folder}: 没有索引")
    named = [q for place in places(holdings) for q in asked(place.name, holdings)]
    plain = asked("", holdings) * _PLACES
    narrow = [(q, Scope(regions=(p,))) for p in places(holdings) for q in asked("", holdings)]
    questions = [Question(question=query.text) for query in named]
    first = sorted(_once_ms(search.search, named))
    found = Searched(
        opening_s=opening_s,
        first=_both(first),
        named=_both(times_ms(search.search, named)),
        narrow=_both(times_ms(lambda one: search.search(*one), narrow)),
        wide=_both(times_ms(lambda query: search.search(query, _WIDE), plain)),
        open_=_both(times_ms(search.search, plain)),
        answers=_both(sorted(_once_ms(assistant.ask, questions))),
        per_second=_per_second(search.search, named),
        share=search.extent(plain[0], _WIDE).clauses / search.extent(plain[0]).clauses,
        resident_mib=held().resident,
        anonymous_mib=held().anonymous,
    )
    assistant.close()
    return found


def asked(place: str, holdings: Holdings) -> list[Query]:
    """The fixed questions, of a place or of none, as understood."""
    return [understand(pattern.format(place), holdings) for pattern in PATTERNS]


def places(holdings: Holdings) -> list[Region]:
    """Jurisdictions spread evenly over those held."""
    known = sorted(holdings.regions - {NATION}, key=lambda region: region.code)
    return known[:: max(1, len(known) // _PLACES)][:_PLACES]


def _once_ms(act: Callable[..., object], inputs: Sequence[object]) -> Iterator[float]:
    for one in inputs:
        start = time.perf_counter()
        act(one)
        yield 1000 * (time.perf_counter() - start)


def _both(times: Sequence[float]) -> tuple[float, float]:
    return percentile(times, 50), percentile(times, 99)


def _per_second(search: Callable[[Query, Scope, int], object], queries: Sequence[Query]) -> float:
    """Searches a second from several threads."""
    start = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        done = list(pool.map(lambda query: search(query, EVERYTHING, 10), queries))
    return len(done) / (time.perf_counter() - start)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(searched(Path(sys.argv[1])))))
