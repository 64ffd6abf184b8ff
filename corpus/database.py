"""Where tables are: each store in a SQLite file of the data directory, or all in one PostgreSQL
database. Which it is, nobody else has to know."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy import Table as DatabaseTable
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from corpus.disk import has_room, is_full
from corpus.errors import CatalogError, DiskFullError
from corpus.migrate import History, bring_up

UNREACHABLE = (OperationalError, InterfaceError, PoolTimeoutError)
"""What is raised where a database that was opened cannot be asked: it is down, or overrun."""

_T = TypeVar("_T")
# FULL: what was acknowledged outlasts a loss of power, for 2 ms a record.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
_POSTGRESQL = "postgresql+psycopg"
# A database that has gone is to be noticed in seconds, not when TCP gives up.
_CONNECTING = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10}
_CONNECTIONS, _MORE = 4, 12  # of one process: kept, and opened where those do not suffice
_PATIENCE = 10.0  # seconds that a connection is waited for


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


@dataclass(frozen=True, slots=True)
class Store:
    """Tables that belong together. `private`: their file is readable by its owner alone."""

    history: History
    private: bool = True

    def open(self, data: Path, url: str = "") -> Engine:
        """Open or create the tables: in a file of the data directory, or in the database at `url`.

        Raises CatalogError where they cannot be used, or a newer version wrote them.
        """
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(f"无法创建数据目录 {data}（{error.strerror}）") from error
        if url:
            place = _parsed(url)
            engine, name = shared(place), said(place)
        else:
            file = self.file(data)
            if self.private:
                file.touch(mode=0o600)
            engine, name = create_engine(f"sqlite:///{file}", hide_parameters=True), str(file)
            event.listen(engine, "connect", _configure)
        try:
            bring_up(engine, self.history)
        except DatabaseError as error:
            engine.dispose()
            if is_full(error) or not (url or has_room(data)):
                raise DiskFullError from error
            raise CatalogError(f"{name} 无法打开：{_reason(error)}") from error
        except CatalogError:
            engine.dispose()
            raise
        return engine

    def file(self, data: Path) -> Path:
        """The file that holds these tables where there is no other database."""
        return data / f"{self.history.name}.sqlite"


def is_shared(engine: Engine | Connection) -> bool:
    """Whether the tables are in a database that other machines may use too."""
    return engine.dialect.name == "postgresql"


@lru_cache
def shared(place: URL) -> Engine:
    """The one engine of this process for a PostgreSQL database; closing it closes what is idle."""
    try:
        engine = create_engine(
            place,
            hide_parameters=True,  # questions and documents do not belong in a log
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE,
            pool_timeout=_PATIENCE,
            connect_args=_CONNECTING,
        )
    except ModuleNotFoundError as error:
        raise CatalogError("使用 PostgreSQL 需要安装 postgres 扩展") from error
    event.listen(engine, "connect", _without_nul)
    return engine


def said(place: URL) -> str:
    """A database as it may be shown: never with its password."""
    port = f":{place.port}" if place.port else ""
    return f"数据库 {place.host or ''}{port}/{place.database or ''}"


def only_writer(session: Session, table: str) -> None:
    """Wait until nobody else writes to a table, and keep it so until the transaction ends.

    A SQLite file has one writer at a time anyway.
    """
    if is_shared(session.connection()):
        session.execute(text(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE'))


class Counter:
    """A number in a table of its own, raised by every change of its neighbours.

    Its row is locked until the change is through: so changes take turns, in either database.
    """

    def __init__(self, name: str, tables: MetaData) -> None:
        self._table = DatabaseTable(
            name, tables, TableColumn("number", Integer, primary_key=True, autoincrement=False)
        )
        event.listen(self._table, "after_create", _start_at_zero)

    def raised(self, session: Session) -> None:
        """Count a change; to be called first in its transaction."""
        session.execute(update(self._table).values(number=self._table.c.number + 1))

    def value(self, engine: Engine) -> int:
        """How many changes there were; takes one question to the database."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return self.seen(connection)

    def seen(self, connection: Connection) -> int:
        """The same, asked over a connection that is open."""
        return connection.scalar(select(self._table.c.number)) or 0


class Watch:
    """Tells whether anybody, of whatever process, has written to a store since the last look.

    SQLite counts that itself (`PRAGMA data_version`), in microseconds; else the counter is asked,
    over a connection of its own: a third of what one of the pool takes, which is tried first.
    """

    def __init__(self, engine: Engine, counter: Counter) -> None:
        self._lock = Lock()
        self._engine, self._counter = engine, counter
        self._kept: Connection | None = None
        self._file = (
            None
            if is_shared(engine)
            else sqlite3.connect(str(engine.url.database), check_same_thread=False)
        )

    def fresh(self, read: Callable[[], _T]) -> Callable[[], _T]:
        """The same, read again only where something has been written."""
        kept: tuple[int, _T] | None = None

        def found() -> _T:
            nonlocal kept
            now_ = self._version()
            seen = kept  # another thread may set it meanwhile
            if seen is None or seen[0] != now_:
                kept = seen = (now_, read())
            return seen[1]

        return found

    def close(self) -> None:
        """Release the file, or the connection."""
        if self._file:
            self._file.close()
        with self._lock:
            self._let_go()

    def _version(self) -> int:
        with self._lock:
            if self._file:
                version: int = self._file.execute("PRAGMA data_version").fetchone()[0]
                return version
            if self._kept:
                try:
                    return self._counter.seen(self._kept)
                except UNREACHABLE:  # the database was away: by now it may be back
                    self._let_go()
            self._kept = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return self._counter.seen(self._kept)

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept:
            kept.invalidate()
            kept.close()


@contextmanager
def changing(engine: Engine, counter: Counter) -> Iterator[Session]:
    """A transaction that changes what a counter counts the changes of."""
    with Session(engine) as session, session.begin():
        counter.raised(session)
        yield session


def _parsed(url: str) -> URL:
    """Raises CatalogError for what is no PostgreSQL database; it never repeats the password."""
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        place = None
    if place is None or place.drivername not in ("postgresql", _POSTGRESQL):
        raise CatalogError(
            f"CLAUSEWISE_DATABASE 应形如 {_POSTGRESQL}://用户:口令@主机/库；留空则用数据目录中的文件"
        )
    return place.set(drivername=_POSTGRESQL)


def _reason(error: SQLAlchemyError) -> str:
    """What the driver says, in one line."""
    return " ".join(str(getattr(error, "orig", error)).split())


def _configure(connection: Any, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _without_nul(connection: Any, _record: object) -> None:
    """PostgreSQL holds no character 0; SQLite does. So what anybody types is never refused."""
    from psycopg.types.string import StrDumper

    class Dumper(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd"))

    connection.adapters.register_dumper(str, Dumper)


def _start_at_zero(table: DatabaseTable, connection: Connection, **_: object) -> None:
    connection.execute(insert(table).values(number=0))
