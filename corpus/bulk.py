"""Many files into the catalog: read by Dask workers in parallel, written by this process alone.

A few batches of files are under way at a time; what they hold is written as it comes, in the
order of the files, and dropped. So the catalog is that of an ordinary ingest to the last row,
and memory does not grow with the number of files. A file whose bytes the catalog holds is not
read; so after a stop, whatever stopped, the next run goes on where this one was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import readers
from corpus.catalog import Catalog
from corpus.document import PUBLIC
from corpus.errors import ClausewiseError, SourceError
from corpus.ingest import Ingested, keep, members, skip
from corpus.source import Outcome, Source, read_all, said_of, source_id

if TYPE_CHECKING:
    from distributed import Client, Future

_AHEAD = 4  # batches under way for each worker
_FILES = 8  # of a batch: reading one takes some 20 ms, sending a task some 3 ms
_BYTES = 256 * 1024  # of a batch; a larger file is one by itself

Found = Source | Ingested  # what is to be taken in, or what cannot be


@dataclass(frozen=True, slots=True)
class _Batch:
    """Sources in the order of the files; those that are being read, and the task that does."""

    found: tuple[Found, ...]
    reading: tuple[Source, ...]
    task: Future[list[Outcome]] | None


def ingest_all(
    files: Iterable[Path], catalog: Catalog, client: Client, collection: str = PUBLIC
) -> Generator[Ingested, None, None]:
    """Take files into a collection by the workers of a client (see `corpus.workers`).

    A bad file is reported and the rest goes on; so does a file that the workers die of. Raises
    ClausewiseError where the cluster is lost; what is written by then stays.
    """
    run = _Run(catalog, client, collection)
    ahead = _AHEAD * len(client.nthreads())
    try:
        for batch in _batches(_found(files, collection)):
            run.start(batch)
            if len(run.under_way) > ahead:
                yield from run.finish()
        while run.under_way:
            yield from run.finish()
    finally:
        run.cancel()


class _Run:
    """The batches that are under way, the oldest first."""

    def __init__(self, catalog: Catalog, client: Client, collection: str) -> None:
        self.under_way: deque[_Batch] = deque()
        self._catalog = catalog
        self._client = client
        self._collection = collection

    def start(self, found: Sequence[Found]) -> None:
        """Send out what is not held, and not on its way from another file of the same bytes."""
        coming = {source.id for batch in self.under_way for source in batch.reading}
        wanted: dict[str, Source] = {}
        for one in found:
            if isinstance(one, Source) and one.id not in coming and not self._catalog.holds(one.id):
                wanted.setdefault(one.id, one)
        reading = tuple(wanted.values())
        task = self._send(reading) if reading else None
        self.under_way.append(_Batch(tuple(found), reading, task))

    def finish(self) -> Iterator[Ingested]:
        """Write the oldest batch as soon as it is read.

        What is held is asked again: files before these may have brought it, or replaced it.
        """
        batch = self.under_way.popleft()
        outcomes = self._outcomes(batch) if batch.task else {}
        for one in batch.found:
            if isinstance(one, Ingested):
                yield one
                continue
            try:
                if self._catalog.holds(one.id):
                    yield skip(one, self._catalog)
                    continue
                outcome = outcomes.pop(one, None) or self._alone(one)
                if isinstance(outcome, str):
                    yield Ingested(one.name, error=outcome)
                else:
                    yield keep(one, outcome, self._catalog)
            except SourceError as error:
                yield Ingested(one.name, error=str(error))

    def cancel(self) -> None:
        """Let go of what is under way."""
        self._client.cancel([batch.task for batch in self.under_way if batch.task])
        self.under_way.clear()

    def _send(self, sources: tuple[Source, ...]) -> Future[list[Outcome]]:
        return self._client.submit(read_all, sources, self._collection, pure=False)

    def _outcomes(self, batch: _Batch) -> dict[Source, Outcome]:
        """What was read of each source; nothing where the workers died of the batch."""
        assert batch.task
        read = _result(batch.task)
        return dict(zip(batch.reading, read, strict=True)) if read else {}

    def _alone(self, source: Source) -> Outcome:
        """Read by itself, with nothing else under way: so a worker's death is this file's."""
        for batch in self.under_way:
            if batch.task:
                batch.task.exception()  # waits for it
        read = _result(self._send((source,)))
        return read[0] if read else f"{source.name}: 读取它的进程一再中断，可能过大或已损坏"


def _result(task: Future[list[Outcome]]) -> list[Outcome] | None:
    """What a task read; None where it was given up because its workers died."""
    from distributed.scheduler import KilledWorker

    try:
        return task.result()
    except KilledWorker:
        return None
    except (CancelledError, OSError) as error:
        raise ClausewiseError(f"工作进程全部中断（{error}）；再次运行即从断处继续") from error


def _found(files: Iterable[Path], collection: str) -> Iterator[Found]:
    """Every file by its hash, and every member of an archive."""
    for path in files:
        if path.suffix.lower() not in readers.ARCHIVES:
            yield _hashed(path, path, path, None, collection)
            continue
        try:
            for number, name, file in members(path, path):
                yield _hashed(path, file, name, number, collection)
        except SourceError as error:
            yield Ingested(path, error=str(error))


def _hashed(path: Path, file: Path, name: Path, member: int | None, collection: str) -> Found:
    try:
        return Source(path, name, source_id(file, collection), member)
    except SourceError as error:
        return Ingested(name, error=said_of(error, file, name))


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    """A few small files together, because sending a task costs as much as reading one."""
    batch: list[Found] = []
    size = 0
    for one in found:
        new = one.path.stat().st_size if isinstance(one, Source) else 0
        if batch and (len(batch) == _FILES or size + new > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += new
    if batch:
        yield batch
