"""Whether the cost of ingesting grows with the corpus: documents re-labelled many times."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.indexes import spaces_of
from corpus import readers
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from evals.bench.settings import BenchSettings
from retrieval.index import ensure_index

_LABELS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Size:
    """One size of corpus: clauses held, seconds to ingest and to index, peak memory in MiB."""

    factor: int
    clauses: int
    ingest_s: float
    index_s: float
    peak_mib: float


def sizes(folder: Path, factors: list[int]) -> Iterator[Size]:
    """Measure each size in a process of its own, so that memory is its own too."""
    for factor in factors:
        command = [sys.executable, "-m", "evals.bench.scale", str(folder), str(factor)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        clauses, ingest_s, index_s, peak = done.stdout.split()
        yield Size(factor, int(clauses), float(ingest_s), float(index_s), float(peak))


def _copies(folder: Path, factor: int, target: Path) -> None:
    """The text files of a folder, `factor` times; a letter before 方案 makes other documents."""
    for path in find([folder]):
        if path.suffix.lower() not in readers.TEXT:
            continue
        text = readers.read(path).pages[0].text
        for number in range(factor):
            label = _LABELS[number] if number else ""
            copy = text.replace("方案", f"{label}方案").replace("意见", f"{label}意见")
            (target / f"{number}-{path.name}").write_text(copy, encoding="utf-8")


def _measure(folder: Path, factor: int) -> None:
    with tempfile.TemporaryDirectory() as root:
        copies, data = Path(root, "in"), Path(root, "data")
        copies.mkdir()
        _copies(folder, factor, copies)
        start = time.perf_counter()
        catalog = Catalog(data)
        for result in ingest(find([copies]), catalog):
            if result.error:
                raise SystemExit(result.error)
        ingested = time.perf_counter()
        ensure_index(catalog, spaces_of(BenchSettings(data=data)), data, report=lambda _: None)
        indexed = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        clauses = catalog.size().clauses
        catalog.close()
    sys.stdout.write(f"{clauses} {ingested - start:.2f} {indexed - ingested:.2f} {peak:.0f}\n")


if __name__ == "__main__":
    _measure(Path(sys.argv[1]), int(sys.argv[2]))
