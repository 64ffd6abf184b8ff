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
    String,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.database import database
from assistant.receipt import Receipt
from assistant.writer import Writer

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


class Receipts:
    """The newest receipts of a data directory, by the id of their answer."""

    def __init__(self, data: Path, room: int = _ROOM) -> None:
        self._file = data / "receipts.sqlite"
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
        """Keep what is still to be kept, and release the file."""
        self._writer.close()
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def _write(self, records: Sequence[tuple[Callable[[], Receipt], list[str]]]) -> None:
        rows = [row for record in records if (row := _row(record))]
        with self._engine.begin() as connection:
            # Of an answer given twice the newest receipt stays.
            connection.execute(insert(_ReceiptRow).prefix_with("OR REPLACE"), rows)
            self._kept += len(rows)
            if self._kept >= _SWEEP:
                self._kept = 0
                newest = connection.scalar(select(func.max(_ReceiptRow.at))) or 0
                old = _ReceiptRow.at <= newest - self._room
                connection.execute(delete(_ReceiptRow).where(old))

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
        return database(self._file, _Base)


def _row(record: tuple[Callable[[], Receipt], list[str]]) -> dict[str, Any] | None:
    make, collections = record
    try:
        receipt = make()
    except Exception:
        _LOG.exception("a receipt was not kept")
        return None
    packed = zlib.compress(receipt.text().encode(), 1)
    return {"id": receipt.answer["id"], "collections": "\n".join(collections), "text": packed}
