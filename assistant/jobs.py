"""Uploads taken in behind the answers: one at a time, seen as they go, cancelled, gone on with.

Of all processes that serve the same documents one works through the queue; where it dies, another
goes on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from anyio import to_thread

from assistant.access.principal import Principal
from assistant.job import Job, State
from assistant.jobs_table import JobTable
from assistant.worker import FULL, NO_DATABASE, FileResult, Order
from corpus.database import UNREACHABLE
from corpus.disk import is_full
from corpus.errors import CatalogError, DiskFullError
from corpus.turn import Turn

_LOG = logging.getLogger(__name__)
_WAIT = 5.0  # seconds, after which a full disk is tried again
_LONGEST_FILE = 1800.0  # seconds that a worker may say nothing
_LONGEST_LINE = 2**24  # bytes that a worker says at once: what became of a file
_TURN = 0x6A6F6273  # any number, the same in all processes
_PAUSE = 1.0  # seconds between two looks at a database that cannot be asked


class _InterruptedError(Exception):
    """The job is not this process's any more, or must wait for the database."""


class Jobs:
    """The jobs of a data directory, or of the database at this URL; their files wait in `uploads/`.

    `reload` is called once another index is there.
    """

    def __init__(
        self,
        data: Path,
        reload: Callable[[], Awaitable[None]],
        database: str = "",
    ) -> None:
        self._data = data
        self._database = database
        self._reload = reload
        self._table = JobTable(data, database)
        self._turn = Turn(self._table.engine, data / "jobs.lock", _TURN)
        self._news: tuple[asyncio.AbstractEventLoop, asyncio.Condition] | None = None
        # What is asked of the table as it is.
        self.job, self.jobs = self._table.job, self._table.jobs
        self.under_way, self.is_changing = self._table.under_way, self._table.is_changing
        self._died: tuple[str, int] | None = None  # over which file of which job, last

    def folder(self, job_id: str) -> Path:
        """Where the files of a job wait."""
        return self._data / "uploads" / job_id

    async def add(
        self, job_id: str, principal: Principal, collection: str, files: Sequence[str]
    ) -> Job:
        """Put a job in the queue; its files are in its folder already.

        One without files brings the index to what the catalog holds.
        """
        job = await to_thread.run_sync(self._table.add, job_id, principal, collection, files)
        await self._tell()
        return job

    async def changes(self, job_id: str, principal: Principal) -> AsyncIterator[Job]:
        """A job now and each time that it is another, until it is over."""
        last: Job | None = None
        while (now := await to_thread.run_sync(self.job, job_id, principal)) is not None:
            if now != last:
                yield now
                last = now
            if now.state.is_over:
                return
            await self._something_new()

    async def _something_new(self) -> None:
        """Wait for a change of some job, a second at most."""
        news = self._news_here()
        if news is None:
            await asyncio.sleep(1.0)
            return
        async with news:
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await news.wait()

    async def cancel(self, job: Job) -> None:
        """Stop a job; files that are in stay in. One without files goes on: what is to be found
        has changed already."""
        if job.state.is_over or not job.files:
            return
        await self._change(job.id, state=State.CANCELLED)
        if job.state is State.QUEUED:
            self._clear(job.id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work through the queue meanwhile. What a stop breaks off is gone on with next time."""
        self._news = asyncio.get_running_loop(), asyncio.Condition()
        task = asyncio.create_task(self._work())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await to_thread.run_sync(self._turn.release)

    def close(self) -> None:
        """Release the database."""
        self._table.close()

    async def _work(self) -> None:
        while True:
            try:
                job = await to_thread.run_sync(self._next)
                await (self._run(job) if job else self._something_new())
            except Exception as error:  # uploads must not wait for ever
                known = isinstance(error, (*UNREACHABLE, CatalogError, _InterruptedError))
                said = " ".join(str(error).split())
                _LOG.warning("the queue waits: %s", said, exc_info=None if known else error)
                await asyncio.sleep(_WAIT if is_full(error) else _PAUSE)

    def _next(self) -> Job | None:
        """The job to work at; None also where another process works through the queue."""
        return self._table.next() if self._turn.held() else None

    async def _run(self, job: Job) -> None:
        try:
            await self._through(job)
        except (*UNREACHABLE, CatalogError, _InterruptedError):
            raise
        except Exception as error:
            if is_full(error):
                with suppress(*UNREACHABLE):
                    await self._change(job.id, message="磁盘已满，清理后自动继续")
                raise _InterruptedError from error
            _LOG.exception("a job failed")
            await self._change(job.id, state=State.FAILED, message="导入出错，请联系管理员")
            self._clear(job.id)

    async def _through(self, job: Job) -> None:
        """Have a worker do it; where one dies over a file, another goes on behind it."""
        code = 1
        while code and not job.state.is_over:
            code = await self._worked(job, list(enumerate(job.files))[job.read :])
            job = await self._read(job.id)
            if code and not job.state.is_over:
                job = await self._without_one(job)
        if job.state is State.CANCELLED:  # what is in already is to be found
            await self._worked(job, [])
        self._clear(job.id)
        await self._reload()
        if not job.state.is_over:
            await self._change(job.id, state=State.DONE, message="")

    async def _worked(self, job: Job, files: list[tuple[int, str]]) -> int:
        """Let a worker read these files and build the index; returns its exit code."""
        if files:  # of a file that was broken off, what was said before is said again
            known = [result.model_dump() for result in job.results if result.file < job.read]
            await self._change(job.id, state=State.READING, results=known, message="")
        order = Order(
            folder=self.folder(job.id),
            files=files,
            name=Path("upload") / job.collection / job.id,
            collection=job.collection,
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "assistant.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            env={
                **os.environ,
                "CLAUSEWISE_DATA": str(self._data),
                "CLAUSEWISE_DATABASE": self._database,
            },
        )
        watching = asyncio.create_task(self._watched(process, job.id if files else None))
        try:
            told, says = _pipes(process)
            # Not closed before the worker ends: that tells it that nobody hears it any more.
            told.write(order.model_dump_json().encode() + b"\n")
            while line := await _line(says):
                await self._heard(job.id, json.loads(line))
        except TimeoutError:
            _LOG.warning("a worker said nothing for %s s", _LONGEST_FILE)
            process.kill()
        except BaseException:
            _end(process)
            raise
        finally:
            code = await process.wait()
            watching.cancel()
            lost = (await asyncio.gather(watching, return_exceptions=True))[0] is True
        if code == FULL:
            raise DiskFullError
        if lost or code == NO_DATABASE:
            raise _InterruptedError("another process goes on" if lost else "no database")
        return code

    async def _watched(self, process: asyncio.subprocess.Process, job_id: str | None) -> bool:
        """End a worker whose job was cancelled, by whatever process, or is not ours any more.

        Whether it is not.
        """
        while True:
            await self._something_new()
            lost = not await to_thread.run_sync(self._turn.held)
            with suppress(*UNREACHABLE):
                if lost or (job_id and (await self._read(job_id)).state.is_over):
                    _end(process)
                    return lost

    async def _without_one(self, job: Job) -> Job:
        """After a worker that died twice over a file: without it.

        Once may have been somebody who ended it, or want of memory.
        """
        if self._died != (job.id, job.read):
            self._died = job.id, job.read
            return job
        if job.read < len(job.files):
            name = job.files[job.read]
            error = FileResult(file=job.read, name=name, error="读取时程序中止，已跳过这个文件")
            await self._add_result(job, error)
            await self._change(job.id, read=job.read + 1)
        else:
            await self._change(job.id, state=State.FAILED, message="建立索引时程序中止")
        return await self._read(job.id)

    async def _heard(self, job_id: str, said: dict[str, object]) -> None:
        job = await self._read(job_id)
        if job.state.is_over:
            return
        if "result" in said:
            await self._add_result(job, FileResult.model_validate(said["result"]))
        elif "read" in said:
            await self._change(job_id, read=job.read + 1)
        elif "indexing" in said:
            await self._change(job_id, state=State.INDEXING)

    async def _add_result(self, job: Job, result: FileResult) -> None:
        found = [one.model_dump() for one in (*job.results, result)]
        await self._change(job.id, results=found)

    async def _read(self, job_id: str) -> Job:
        return await to_thread.run_sync(self._table.read, job_id)

    async def _change(self, job_id: str, **values: object) -> None:
        await to_thread.run_sync(lambda: self._table.change(job_id, **values))
        await self._tell()

    async def _tell(self) -> None:
        if news := self._news_here():
            async with news:
                news.notify_all()

    def _news_here(self) -> asyncio.Condition | None:
        """What tells of changes; None in another event loop than the one that works."""
        loop, news = self._news or (None, None)
        return news if loop is asyncio.get_running_loop() else None

    def _clear(self, job_id: str) -> None:
        shutil.rmtree(self.folder(job_id), ignore_errors=True)


def _pipes(
    process: asyncio.subprocess.Process,
) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    """What a worker hears and what it says."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a worker without pipes")
    return process.stdin, process.stdout


async def _line(says: asyncio.StreamReader) -> bytes:
    """What a worker says next. Raises TimeoutError."""
    async with asyncio.timeout(_LONGEST_FILE):
        return await says.readline()


def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):  # it has ended by itself
        process.kill()
