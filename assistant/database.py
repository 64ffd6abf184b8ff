"""The small SQLite files beside the catalog: receipts, access, audit, feedback, jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Engine, TypeDecorator, create_engine, event
from sqlalchemy.orm import DeclarativeBase

_T = TypeVar("_T")
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000")


class Moment(TypeDecorator[datetime]):
    """A point in time, held and given in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def database(file: Path, tables: type[DeclarativeBase]) -> Engine:
    """Open or create a file with these tables, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", _configure)
    tables.metadata.create_all(engine)
    return engine


class Watch:
    """Tells whether anybody, of whatever process, has written to a file since the last look.

    SQLite counts that itself (`PRAGMA data_version`), in microseconds.
    """

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._lock = Lock()

    def fresh(self, read: Callable[[], _T]) -> Callable[[], _T]:
        """The same, read again only where something has been written."""
        kept: tuple[int, _T] | None = None

        def found() -> _T:
            nonlocal kept
            now_ = self._version()
            if kept is None or kept[0] != now_:
                kept = (now_, read())
            return kept[1]

        return found

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _version(self) -> int:
        with self._lock:
            version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return version


def _configure(connection: Any, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
