"""Who asked what and who changed what, kept for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Integer, String, Text, delete, func, insert
from sqlalchemy import select as select_rows
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Principal
from assistant.migrations import store
from assistant.writer import Writer
from corpus.database import Moment, now

_LONGEST = 2000  # characters of what it was about
_BELIEVED = 100  # records that a clock must have made
_SWEEP = 200  # records between two looks for old ones


class _Base(DeclarativeBase):
    pass


class _EntryRow(_Base):
    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    action: Mapped[str] = mapped_column(String)
    about: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String)


STORE = store("audit", _Base.metadata)


class Entry(BaseModel):
    """One record: at what time (UTC) who did what, about what, and what came of it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    number: int
    at: datetime
    who: str
    name: str
    action: str
    about: str
    outcome: str


class Audit:
    """The audit log of a data directory, or of the database at this URL; records older than `days`
    go."""

    def __init__(self, data: Path, days: int, database: str = "") -> None:
        self._engine = STORE.open(data, database)
        self._kept = timedelta(days=days)
        self._since_sweep = 0
        self._writer = Writer("audit", self._write)
        self._writer.after(self._sweep)

    def record(
        self, principal: Principal, action: str, about: str = "", outcome: str = "ok"
    ) -> None:
        """Write a record, beside the work. One that cannot be written is logged as an error."""
        row = {"at": now(), "who": principal.id, "name": principal.name, "action": action}
        row |= {"about": about[:_LONGEST], "outcome": outcome}
        self._writer.put(row)

    def entries(
        self,
        *,
        who: str | None = None,
        action: str | None = None,
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[int, Sequence[Entry]]:
        """How many records there are, and some of them, the newest first."""
        return self._writer.after(lambda: self._read(who, action, offset, limit))

    def close(self) -> None:
        """Write what is still to be written, and release the database."""
        self._writer.close()
        self._engine.dispose()

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(_EntryRow), list(rows))
        self._since_sweep += len(rows)
        if self._since_sweep >= _SWEEP:
            self._sweep()

    def _sweep(self) -> None:
        """Let go of old records: old by the clock, and by that of records made since.

        A clock that jumps ahead for a while is not believed before so many were made by it.
        """
        self._since_sweep = 0
        lately = select_rows(_EntryRow.at).order_by(_EntryRow.number.desc()).offset(_BELIEVED)
        with Session(self._engine) as session, session.begin():
            then = session.scalar(lately.limit(1))
            if then is not None:
                old = _EntryRow.at < min(now(), then) - self._kept
                session.execute(delete(_EntryRow).where(old))

    def _read(
        self, who: str | None, action: str | None, offset: int, limit: int
    ) -> tuple[int, Sequence[Entry]]:
        wanted = select_rows(_EntryRow)
        if who:
            wanted = wanted.where((_EntryRow.who == who) | (_EntryRow.name == who))
        if action:
            wanted = wanted.where(_EntryRow.action == action)
        newest = wanted.order_by(_EntryRow.number.desc()).offset(offset).limit(limit)
        with Session(self._engine) as session:
            total = session.scalar(select_rows(func.count()).select_from(wanted.subquery())) or 0
            rows = session.scalars(newest)
            return total, [Entry.model_validate(row) for row in rows]
