"""The small SQLite files: private, and read again only where they changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.database import Moment, Watch, database, now


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    database(tmp_path / "deep" / "a.sqlite", _Base).dispose()
    assert (tmp_path / "deep" / "a.sqlite").stat().st_mode & 0o077 == 0


def test_a_moment_comes_back_in_utc(tmp_path: Path) -> None:
    engine = database(tmp_path / "a.sqlite", _Base)
    shanghai = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    with Session(engine) as session, session.begin():
        session.execute(insert(_Row).values(at=shanghai))
    with Session(engine) as session:
        held = session.scalars(select(_Row.at)).one()
    engine.dispose()
    assert held == shanghai
    assert held.isoformat() == "2026-01-01T00:00:00+00:00"
    assert now().tzinfo is not None


def test_it_is_read_again_once_anybody_has_written(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    engine = database(file, _Base)
    watch = Watch(file)
    reads = []

    def count() -> int:
        with Session(engine) as session:
            reads.append(1)
            return len(session.scalars(select(_Row)).all())

    fresh = watch.fresh(count)
    assert [fresh(), fresh(), fresh()] == [0, 0, 0]
    assert len(reads) == 1
    with Session(engine) as session, session.begin():
        session.execute(insert(_Row).values(at=now()))
    assert [fresh(), fresh()] == [1, 1]
    assert len(reads) == 2
    with closing(sqlite3.connect(file)) as other, other:  # as another process would
        other.execute("INSERT INTO rows (at) VALUES ('2026-01-01 00:00:00')")
    assert fresh() == 2
    watch.close()
    engine.dispose()
