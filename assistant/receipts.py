"""Receipts of the answers given, kept in the data directory so that they can be asked for."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Engine,
    Integer,
    LargeBinary,
    ScalarSelect,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.migrations import store
from assistant.receipt import Receipt
from assistant.writer import Writer
from corpus.database import only_writer

_LOG = logging.getLogger(__name__)
_ROOM = 5000  # receipts; about 8 KB each
_SWEEP = 100  # how many over that are let in before the oldest go


class _Base(DeclarativeBase):
    pass


class _ReceiptRow(_Base):
    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("id", "collections"),)

    at: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String)
    collections: Mapped[str] = mapped_column(String)  # what was searched, a name a line
    text: Mapped[bytes] = mapped_column(LargeBinary)


STORE = store("receipts", _Base.metadata)


class Receipts:
    """The newest receipts of a data directory, or of the database at this URL, by the id of their
    answer."""

    def __init__(self, data: Path, room: int = _ROOM, database: str = "") -> None:
        self._data, self._database = data, database
        self._room = room
        self._kept = 0  # since the oldest went
        self._writer = Writer("receipts", self._write)

    def keep(self, make: Callable[[], Receipt], collections: frozenset[str]) -> None:
        """Make and keep a receipt, beside the answer, which must not wait for it.

        `collections` are those that were searched. One that cannot be kept is logged.
        """
        self._writer.put((make, sorted(collections)))

    def text(self, id_: str, collections: frozenset[str]) -> str | None:
        """The receipt of an answer as it is written; None where more was searched than these."""
        return self._writer.after(lambda: self._read(id_, collections))

    def close(self) -> None:
        """Keep what is still to be kept, and release the database."""
        self._writer.close()
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def _write(self, records: Sequence[tuple[Callable[[], Receipt], list[str]]]) -> None:
        rows = [row for record in records if (row := _row(record))]
        # Of an answer given twice the newest receipt stays.
        newest = {(row["id"], row["collections"]): row for row in rows}
        with Session(self._engine) as session, session.begin():
            only_writer(session, _ReceiptRow.__tablename__)
            same = (_ReceiptRow.id == bindparam("i")) & (_ReceiptRow.collections == bindparam("c"))
            before = [{"i": id_, "c": collections} for id_, collections in newest]
            session.connection().execute(delete(_ReceiptRow).where(same), before)
            session.execute(insert(_ReceiptRow), list(newest.values()))
            self._kept += len(rows)
            if self._kept >= _SWEEP:
                self._kept = 0
                session.execute(delete(_ReceiptRow).where(_ReceiptRow.at < self._oldest()))

    def _oldest(self) -> ScalarSelect[int]:
        """The first number that there is room for; numbers may be missing between."""
        numbers = select(_ReceiptRow.at).order_by(_ReceiptRow.at.desc())
        last = numbers.limit(self._room).subquery()
        return select(func.min(last.c.at)).scalar_subquery()

    def _read(self, id_: str, collections: frozenset[str]) -> str | None:
        try:
            with Session(self._engine) as session:
                rows = session.scalars(select(_ReceiptRow).where(_ReceiptRow.id == id_))
                packed = next(
                    (r.text for r in rows if collections.issuperset(r.collections.split("\n"))),
                    None,
                )
        except DatabaseError:
            _LOG.exception("a receipt was not read")
            return None
        return zlib.decompress(packed).decode() if packed else None

    @cached_property
    def _engine(self) -> Engine:
        """Opened when it is first wanted, and then stays."""
        return STORE.open(self._data, self._database)


def _row(record: tuple[Callable[[], Receipt], list[str]]) -> dict[str, Any] | None:
    make, collections = record
    try:
        receipt = make()
    except Exception:
        _LOG.exception("a receipt was not kept")
        return None
    packed = zlib.compress(receipt.text().encode(), 1)
    return {"id": receipt.answer["id"], "collections": "\n".join(collections), "text": packed}
