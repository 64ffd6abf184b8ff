"""The jobs as they are kept: the queue, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import JSON, Engine, Integer, String, func, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Principal, Role
from assistant.job import Job, State
from assistant.migrations import store
from corpus.database import Moment, now, only_writer


class _Base(DeclarativeBase):
    pass


class _JobRow(_Base):
    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, index=True)  # the order; clocks may go back
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String, index=True)
    collection: Mapped[str] = mapped_column(String)
    state: Mapped[str] = mapped_column(String)
    files: Mapped[list[str]] = mapped_column(JSON)
    read: Mapped[int]
    results: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    message: Mapped[str] = mapped_column(String)


STORE = store("jobs", _Base.metadata, newest="0002")
_UNFINISHED = _JobRow.state.not_in([state.value for state in State if state.is_over])


class JobTable:
    """The jobs of a data directory, or of the database at this URL."""

    def __init__(self, data: Path, database: str = "") -> None:
        self.engine: Engine = STORE.open(data, database)

    def add(self, job_id: str, principal: Principal, collection: str, files: Sequence[str]) -> Job:
        """Put a job at the end of the queue."""
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
        following = select(func.coalesce(func.max(_JobRow.number), 0) + 1).scalar_subquery()
        with Session(self.engine) as session, session.begin():
            only_writer(session, _JobRow.__tablename__)
            session.execute(insert(_JobRow).values(**row, number=following))
        return Job.model_validate(row)

    def job(self, job_id: str, principal: Principal) -> Job | None:
        """A job of somebody, or for an admin anybody's; None where there is none."""
        with Session(self.engine) as session:
            row = session.get(_JobRow, job_id)
        if row is None or (row.who != principal.id and principal.role is not Role.ADMIN):
            return None
        return _job(row)

    def jobs(self, principal: Principal, offset: int, limit: int) -> tuple[int, list[Job]]:
        """How many jobs of theirs there are (for an admin: of all), and some, the newest first."""
        own = select(_JobRow)
        if principal.role is not Role.ADMIN:
            own = own.where(_JobRow.who == principal.id)
        newest = own.order_by(_JobRow.number.desc()).offset(offset).limit(limit)
        with Session(self.engine) as session:
            total = session.scalar(select(func.count()).select_from(own.subquery())) or 0
            return total, [_job(row) for row in session.scalars(newest)]

    def under_way(self, principal: Principal) -> int:
        """How many jobs of theirs are not over."""
        own = (_JobRow.who == principal.id) & _UNFINISHED
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(_JobRow).where(own)) or 0

    def next(self) -> Job | None:
        """The oldest job that is not over."""
        oldest = select(_JobRow).where(_UNFINISHED).order_by(_JobRow.number).limit(1)
        with Session(self.engine) as session:
            row = session.scalar(oldest)
            return _job(row) if row else None

    def is_changing(self) -> bool:
        """Whether files are being taken in, so that the documents are about to change again."""
        under_way = _JobRow.state.in_([State.READING, State.INDEXING])
        with Session(self.engine) as session:
            return bool(session.scalar(select(func.count()).where(under_way)))

    def read(self, job_id: str) -> Job:
        """A job that there is."""
        with Session(self.engine) as session:
            return _job(session.get_one(_JobRow, job_id))

    def change(self, job_id: str, **values: object) -> None:
        """Change a job, unless it is over, as another process may have settled meanwhile."""
        with Session(self.engine) as session, session.begin():
            wanted = update(_JobRow).where(_JobRow.id == job_id, _UNFINISHED)
            session.execute(wanted.values(**values))

    def close(self) -> None:
        """Release the database."""
        self.engine.dispose()


def _job(row: _JobRow) -> Job:
    return Job.model_validate(row, from_attributes=True)
