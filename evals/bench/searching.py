"""How the cost of a search grows with the corpus, beside the bare engines on the same clauses.

`python -m evals.bench.searching DATA FACTOR` measures one size in a process of its own, so that
memory is its own too, and prints it as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from corpus.catalog import Catalog
from corpus.document import Region
from corpus.regions import NATION
from evals.bench.measure import PATTERNS, peak_mib, times_ms
from evals.bench.relabel import fill
from evals.metrics.statistics import percentile
from evals.retrieval.baselines import Bm25
from retrieval.engines.vectors import collection_in, taken
from retrieval.index import COMPLETE, ensure_index, open_index
from retrieval.query import Query
from retrieval.scope import EVERYTHING, Scope
from retrieval.search import Search
from retrieval.space import Space
from retrieval.understand import Holdings, understand
from retrieval.words import words

_PLACES = 20
_THREADS = 4
_SPACES = [Space()]


@dataclass(frozen=True, slots=True)
class Size:
    """One size of corpus. Times of a search in milliseconds, as (p50, p99).

    `named`: the question names a jurisdiction; `filtered`: it names none and is filtered by one;
    `open_`: neither. `words` and `vectors` are the bare engines on the open questions.
    """

    factor: int
    passages: int
    index_s: float
    index_mib: float
    peak_mib: float
    named: tuple[float, float]
    filtered: tuple[float, float]
    open_: tuple[float, float]
    words: tuple[float, float]
    vectors: tuple[float, float]
    per_second: float

    @property
    def ratio(self) -> float:
        """How many times the bare engines' own time an open search takes, at the median."""
        return self.open_[0] / (self.words[0] + self.vectors[0])


def sizes(data: Path, factors: Sequence[int]) -> Iterator[Size]:
    """Measure each size; `data` is a data directory whose catalog is copied."""
    for factor in factors:
        command = [sys.executable, "-m", __name__, str(data), str(factor)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
        yield Size(**json.loads(done.stdout))


def _measure(data: Path, factor: int) -> Size:
    with tempfile.TemporaryDirectory() as root:
        source, target = Catalog(data), Catalog(Path(root))
        documents = (source.document(known.id) for known in source.documents())
        fill(target, (found for found in documents if found), factor)
        start = time.perf_counter()
        folder = ensure_index(target, _SPACES, Path(root), report=_silent)
        index_s = time.perf_counter() - start
        peak = peak_mib()
        index = open_index(target, _SPACES, Path(root), report=_silent)
        search = Search(target, index)
        holdings = Holdings.of(target.documents())
        places = _places(holdings)
        open_ = [understand(pattern.format(""), holdings) for pattern in PATTERNS]
        named = [understand(p.format(r.name), holdings) for r in places for p in PATTERNS]
        scoped = [(query, Scope(regions=(place,))) for place in places for query in open_]
        built = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))["vectors"]
        bare_words = Bm25((held.id, held.text) for held in target.clauses())
        bare_vectors = collection_in(taken(folder / built[_SPACES[0].identity]))
        embed = index.vectors[0].embeddings.embed_query
        size = Size(
            factor=factor,
            passages=search.size,
            index_s=index_s,
            index_mib=sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20,
            peak_mib=peak,
            named=_both(times_ms(search.search, named)),
            filtered=_both(times_ms(lambda one: search.search(*one), scoped)),
            open_=_both(times_ms(search.search, open_ * _PLACES)),
            words=_both(times_ms(bare_words.holding, [words(q.text) for q in open_] * _PLACES)),
            vectors=_both(
                times_ms(partial(_nearest, bare_vectors), [embed(q.topic) for q in open_] * _PLACES)
            ),
            per_second=_per_second(search.search, named),
        )
        source.close()
        target.close()
    return size


def _nearest(collection: Any, vector: Sequence[float]) -> object:
    """Chroma's own ten nearest, with nothing of ours."""
    return collection.query(query_embeddings=[vector], n_results=10, include=["distances"])


def _places(holdings: Holdings) -> list[Region]:
    """Jurisdictions spread evenly over those held."""
    held = sorted(holdings.regions - {NATION}, key=lambda region: region.code)
    return held[:: max(1, len(held) // _PLACES)][:_PLACES]


def _both(times: Sequence[float]) -> tuple[float, float]:
    return percentile(times, 50), percentile(times, 99)


def _per_second(search: Callable[[Query, Scope, int], object], queries: Sequence[Query]) -> float:
    """Searches a second from several threads."""
    start = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        done = list(pool.map(lambda query: search(query, EVERYTHING, 10), queries))
    return len(done) / (time.perf_counter() - start)


def _silent(_: str) -> None:
    """The figures are the only output."""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_measure(Path(sys.argv[1]), int(sys.argv[2])))))
