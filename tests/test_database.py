"""Where tables are: private files, or one PostgreSQL database; read again only where they changed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, Text, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Role
from assistant.access.store import Access
from corpus.catalog import Catalog
from corpus.database import Counter, Moment, Store, Watch, changing, now
from corpus.errors import CatalogError
from corpus.migrate import History
from evals.bench.postgres import PASSWORD, PostgresServer


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    words: Mapped[str] = mapped_column(Text, default="")


COUNTER = Counter("rows_changes", _Base.metadata)
STORE = Store(History("a", _Base.metadata, Path("nowhere"), newest="0001"))


@pytest.fixture
def engine(tmp_path: Path, database: str) -> Iterator[Engine]:
    opened = STORE.open(tmp_path, database)
    yield opened
    opened.dispose()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    STORE.open(tmp_path / "deep").dispose()
    assert (tmp_path / "deep" / "a.sqlite").stat().st_mode & 0o077 == 0


def test_a_moment_comes_back_in_utc(engine: Engine) -> None:
    shanghai = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    with Session(engine) as session, session.begin():
        session.execute(insert(_Row).values(at=shanghai))
    with Session(engine) as session:
        held = session.scalars(select(_Row.at)).one()
    assert held == shanghai
    assert held.isoformat() == "2026-01-01T00:00:00+00:00"
    assert now().tzinfo is not None


def test_it_is_read_again_once_anybody_has_written(
    engine: Engine, tmp_path: Path, database: str
) -> None:
    watch = Watch(engine, COUNTER)
    reads = []

    def count() -> int:
        with Session(engine) as session:
            reads.append(1)
            return len(session.scalars(select(_Row)).all())

    def write(to: Engine) -> None:
        with changing(to, COUNTER) as session:
            session.execute(insert(_Row).values(at=now()))

    fresh = watch.fresh(count)
    assert [fresh(), fresh(), fresh()] == [0, 0, 0]
    assert len(reads) == 1
    write(engine)
    assert [fresh(), fresh()] == [1, 1]
    assert len(reads) == 2
    other = STORE.open(tmp_path, database)  # as another process would
    write(other)
    other.dispose()
    assert fresh() == 2
    watch.close()


def test_an_error_does_not_tell_what_was_written(engine: Engine) -> None:
    row = {"id": 1, "at": now(), "words": "谁问了什么"}
    _Base.metadata.create_all(engine)
    with Session(engine) as session, pytest.raises(IntegrityError) as told:
        session.execute(insert(_Row), [row, row])
    assert "谁问了什么" not in str(told.value)


def test_changes_take_turns(engine: Engine) -> None:
    """None is lost, though each reads before it writes."""

    def add(_: int) -> None:
        with changing(engine, COUNTER) as session:
            known = session.scalars(select(_Row.id)).all()
            session.execute(insert(_Row).values(id=max(known, default=0) + 1, at=now()))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(20)))
    with Session(engine) as session:
        assert sorted(session.scalars(select(_Row.id))) == list(range(1, 21))
    assert COUNTER.value(engine) == 20


def test_no_character_is_refused(engine: Engine) -> None:
    words = "a\x00b'\"\\%_😀\u202e\x1f"
    with Session(engine) as session, session.begin():
        session.execute(insert(_Row).values(at=now(), words=words))
    with Session(engine) as session:
        found = session.scalars(select(_Row.words).where(_Row.words == words)).one()
    assert found.replace("\ufffd", "\x00") == words


def test_many_that_open_it_at_once_make_one(tmp_path: Path, database: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = list(threads.map(lambda _: Access(tmp_path, database), range(6)))
    opened[0].create_key("前端", Role.READER)
    assert [len(access.all_keys()) for access in opened] == [1] * 6
    for access in opened:
        access.close()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://clausewise:{PASSWORD}@127.0.0.1:1/laws",
        f"postgresql+psycopg://clausewise:{PASSWORD}@127.0.0.1:port/laws",
        f"mysql://clausewise:{PASSWORD}@127.0.0.1/laws",
        PASSWORD,
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    url: str, tmp_path: Path
) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(CatalogError) as raised:
        Catalog(tmp_path, url)
    assert PASSWORD not in str(raised.value)
    wanted = "127.0.0.1:1/laws 无法打开" if ":1/" in url else "CLAUSEWISE_DATABASE"
    assert wanted in str(raised.value)


def test_once_the_database_is_back_all_goes_on(
    postgres: str, postgres_running: PostgresServer, tmp_path: Path
) -> None:
    access = Access(tmp_path, postgres)
    key = access.create_key("前端", Role.READER)
    assert access.principal_of_key(key)
    postgres_running.stop()
    try:
        with pytest.raises(CatalogError):
            Catalog(tmp_path, postgres)
    finally:
        postgres_running.start()
    assert access.principal_of_key(key)
    access.close()
