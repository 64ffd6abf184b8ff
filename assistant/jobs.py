"""Uploads taken in behind the answers: one at a time, seen as they go, cancelled, gone on with."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import JSON, String, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Principal, Role
from assistant.job import Job, State
from assistant.migrations import store
from assistant.worker import FileResult, Order
from corpus.database import Moment, now

_LOG = logging.getLogger(__name__)
_LONGEST_FILE = 1800.0  # seconds that a worker may say nothing


class _Base(DeclarativeBase):
    pass


class _JobRow(_Base):
    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String, index=True)
    collection: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    files: Mapped[list[str]] = mapped_column(JSON)
    read: Mapped[int]
    results: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    message: Mapped[str] = mapped_column(String)


STORE = store("jobs", _Base.metadata)


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
        self._engine = STORE.open(data, database)
        self._news: tuple[asyncio.AbstractEventLoop, asyncio.Condition] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._current: str | None = None

    def folder(self, job_id: str) -> Path:
        """Where the files of a job wait."""
        return self._data / "uploads" / job_id

    async def add(
        self, job_id: str, principal: Principal, collection: str, files: Sequence[str]
    ) -> Job:
        """Put a job in the queue; its files are in its folder already.

        One without files brings the index to what the catalog holds.
        """
        row = {
            "id": job_id,
            "at": now(),
            "who": principal.id,
            "collection": collection,
            "state": State.QUEUED,
            "files": list(files),
            "read": 0,
            "results": [],
            "message": "",
        }
        with Session(self._engine) as session, session.begin():
            session.execute(insert(_JobRow).values(row))
        await self._tell()
        return Job.model_validate(row)

    def job(self, job_id: str, principal: Principal) -> Job | None:
        """A job of somebody, or for an admin anybody's; None where there is none."""
        with Session(self._engine) as session:
            row = session.get(_JobRow, job_id)
        if row is None or (row.who != principal.id and principal.role is not Role.ADMIN):
            return None
        return _job(row)

    def jobs(self, principal: Principal, offset: int, limit: int) -> tuple[int, list[Job]]:
        """How many jobs of theirs there are (for an admin: of all), and some, the newest first."""
        own = select(_JobRow)
        if principal.role is not Role.ADMIN:
            own = own.where(_JobRow.who == principal.id)
        newest = own.order_by(_JobRow.at.desc(), _JobRow.id).offset(offset).limit(limit)
        with Session(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(own.subquery())) or 0
            return total, [_job(row) for row in session.scalars(newest)]

    def under_way(self, principal: Principal) -> int:
        """How many jobs of theirs are not over."""
        over = [state.value for state in State if state.is_over]
        own = (_JobRow.who == principal.id) & _JobRow.state.not_in(over)
        with Session(self._engine) as session:
            return session.scalar(select(func.count()).select_from(_JobRow).where(own)) or 0

    async def changes(self, job_id: str, principal: Principal) -> AsyncIterator[Job]:
        """A job now and each time that it is another, until it is over."""
        last: Job | None = None
        while (now := self.job(job_id, principal)) is not None:
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
        if self._current == job.id and self._process:
            self._process.kill()
        elif job.state is State.QUEUED:
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

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    async def _work(self) -> None:
        while True:
            job = self._next()
            if job is None:
                await self._something_new()
                continue
            try:
                await self._run(job)
            except Exception:
                _LOG.exception("a job failed")
                await self._change(job.id, state=State.FAILED, message="导入出错，请联系管理员")
                self._clear(job.id)
            finally:
                self._current = None

    def _next(self) -> Job | None:
        over = [state.value for state in State if state.is_over]
        oldest = select(_JobRow).where(_JobRow.state.not_in(over)).order_by(_JobRow.at, _JobRow.id)
        with Session(self._engine) as session:
            row = session.scalars(oldest.limit(1)).first()
        return _job(row) if row else None

    async def _run(self, job: Job) -> None:
        """Have a worker do it; where one dies over a file, another goes on behind it."""
        self._current = job.id
        code = 1
        while code and not job.state.is_over:
            code = await self._worked(job, list(enumerate(job.files))[job.read :])
            job = self._read(job.id)
            if code and not job.state.is_over:
                job = await self._without_one(job)
        if job.state is State.CANCELLED:  # what is in already is to be found
            await self._worked(job, [])
        self._clear(job.id)
        await self._reload()
        if not job.state.is_over:
            await self._change(job.id, state=State.DONE)

    async def _worked(self, job: Job, files: list[tuple[int, str]]) -> int:
        """Let a worker read these files and build the index; returns its exit code."""
        if files:  # of a file that was broken off, what was said before is said again
            known = [result.model_dump() for result in job.results if result.file < job.read]
            await self._change(job.id, state=State.READING, results=known)
        order = Order(
            folder=self.folder(job.id),
            files=files,
            name=Path("upload") / job.collection / job.id,
            collection=job.collection,
        )
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "assistant.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                "CLAUSEWISE_DATA": str(self._data),
                "CLAUSEWISE_DATABASE": self._database,
            },
        )
        try:
            told, says = _pipes(process)
            told.write(order.model_dump_json().encode())
            told.close()
            while line := await _line(says):
                await self._heard(job.id, json.loads(line))
        except TimeoutError:
            _LOG.warning("a worker said nothing for %s s", _LONGEST_FILE)
            process.kill()
        except BaseException:
            process.kill()
            raise
        finally:
            code = await process.wait()
            self._process = None
        return code

    async def _without_one(self, job: Job) -> Job:
        """After a worker that died: without the file that it died over."""
        if job.read < len(job.files):
            name = job.files[job.read]
            error = FileResult(file=job.read, name=name, error="读取时程序中止，已跳过这个文件")
            await self._add_result(job, error)
            await self._change(job.id, read=job.read + 1)
        else:
            await self._change(job.id, state=State.FAILED, message="建立索引时程序中止")
        return self._read(job.id)

    async def _heard(self, job_id: str, said: dict[str, object]) -> None:
        job = self._read(job_id)
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

    def _read(self, job_id: str) -> Job:
        with Session(self._engine) as session:
            return _job(session.get_one(_JobRow, job_id))

    async def _change(self, job_id: str, **values: object) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(update(_JobRow).where(_JobRow.id == job_id).values(**values))
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


def _job(row: _JobRow) -> Job:
    return Job.model_validate(row, from_attributes=True)
