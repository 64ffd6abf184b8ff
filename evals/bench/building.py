"""A corpus of a given size and its index, made from a smaller one and measured.

`python -m evals.bench.building DATA CLAUSES FOLDER` does it in a process of its own, so that memory
is its own too. What is there already is taken as it is, with the figures of its making, as long as
its index is one that would be built today.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.catalog import Catalog
from evals.bench.memory import watched
from evals.bench.relabel import fill
from retrieval.index import ensure_index, folder_of
from retrieval.manifest import is_sealed
from retrieval.space import Space

BUILT = "built.json"
SPACES = (Space(),)


@dataclass(frozen=True, slots=True)
class Built:
    """A corpus and what its index took: seconds, seconds of processors, and MiB."""

    documents: int
    clauses: int
    seconds: float
    cpu_s: float
    peak_mib: float
    index_mib: float
    busy: float  # processes that wanted a processor when it was done, as the kernel averages them


def built(data: Path, clauses: int, folder: Path) -> Built:
    """So many clauses at least, whole copies of the catalog in `data`, and their index."""
    target = Catalog(folder)
    if (folder / BUILT).exists() and is_sealed(folder_of(target, SPACES, folder)):
        target.close()
        return Built(**json.loads((folder / BUILT).read_text(encoding="utf-8")))
    if not target.size().clauses:
        source = Catalog(data)
        documents = (source.document(known.id) for known in source.documents())
        factor = max(1, round(clauses / source.size().clauses))
        fill(target, (found for found in documents if found), factor)
        source.close()
    start, before = time.perf_counter(), _cpu_s()
    with watched() as peak:
        index = ensure_index(target, SPACES, folder, report=lambda _: None)
    made = Built(
        documents=target.size().documents,
        clauses=target.size().clauses,
        seconds=time.perf_counter() - start,
        cpu_s=_cpu_s() - before,
        peak_mib=peak[0],
        index_mib=sum(f.stat().st_size for f in index.rglob("*") if f.is_file()) / 2**20,
        busy=os.getloadavg()[1],
    )
    target.close()
    (folder / BUILT).write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    made = built(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(made)))
