"""Receipts of the answers given, kept in the data directory so that they can be asked for."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from sqlalchemy import (
    JSON,
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
    collections: Mapped[list[str]] = mapped_column(JSON)  # what was searched
    text: Mapped[bytes] = mapped_column(LargeBinary)


class Receipts:
    """The newest receipts of a data directory, by the id of their answer."""

    def __init__(self, data: Path, room: int = _ROOM) -> None:
        self._file = data / "receipts.sqlite"
        self._room = room
        # One thread, so that what is asked for after an answer finds what was kept before.
        self._worker = ThreadPoolExecutor(1, "receipts")

    def keep(self, make: Callable[[], Receipt], collections: frozenset[str]) -> None:
        """Make and keep a receipt, beside the answer, which must not wait for it.

        `collections` are those that were searched. One that cannot be kept is logged.
        """
        self._worker.submit(self._keep, make, sorted(collections))

    def text(self, id_: str, collections: frozenset[str]) -> str | None:
        """The receipt of an answer as it is written; None where more was searched than these."""
        return self._worker.submit(self._read, id_, collections).result()

    def close(self) -> None:
        """Keep what is still to be kept, and release the file."""
        self._worker.shutdown()
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def _keep(self, make: Callable[[], Receipt], collections: list[str]) -> None:
        try:
            receipt = make()
            id_ = receipt.answer["id"]
            with Session(self._engine) as session, session.begin():
                same = (_ReceiptRow.id == id_) & (_ReceiptRow.collections == collections)
                session.execute(delete(_ReceiptRow).where(same))
                packed = zlib.compress(receipt.text().encode(), 1)
                row = {"id": id_, "collections": collections, "text": packed}
                session.execute(insert(_ReceiptRow).values(row))
                self._sweep(session)
        except Exception:
            _LOG.exception("a receipt was not kept")

    def _read(self, id_: str, collections: frozenset[str]) -> str | None:
        try:
            with Session(self._engine) as session:
                rows = session.scalars(select(_ReceiptRow).where(_ReceiptRow.id == id_))
                packed = next((r.text for r in rows if collections.issuperset(r.collections)), None)
        except DatabaseError:
            _LOG.exception("a receipt was not read")
            return None
        return zlib.decompress(packed).decode() if packed else None

    @cached_property
    def _engine(self) -> Engine:
        """Opened when it is first wanted, and then stays."""
        return database(self._file, _Base)

    def _sweep(self, session: Session) -> None:
        newest = session.scalar(select(func.max(_ReceiptRow.at))) or 0
        if newest % _SWEEP == 0:
            session.execute(delete(_ReceiptRow).where(_ReceiptRow.at <= newest - self._room))
