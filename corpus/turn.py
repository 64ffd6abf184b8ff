"""What one process at a time may do, wherever the others are."""

from __future__ import annotations

import fcntl
from pathlib import Path
from threading import Lock
from typing import IO

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from corpus.database import UNREACHABLE, is_shared


class Turn:
    """A lock that ends with the process that has it, however that ends.

    It is PostgreSQL's where the tables are there, else the kernel's on a file.
    """

    def __init__(self, engine: Engine, file: Path, number: int) -> None:
        self._engine, self._path, self._number = engine, file, number
        self._lock = Lock()
        self._file: IO[bytes] | None = None
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether it is this process's turn; it is taken where nobody has it."""
        with self._lock:
            return self._held_there() if is_shared(self._engine) else self._held_here()

    def release(self) -> None:
        """Let another have it."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
            self._let_go()

    def _held_here(self) -> bool:
        if self._file is None:
            file = self._path.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def _held_there(self) -> bool:
        """The connection that has the lock is kept for it; where it breaks the lock is gone."""
        try:
            if self._connection is not None:
                self._connection.scalar(select(1))
                return True
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not connection.scalar(select(func.pg_try_advisory_lock(self._number))):
                connection.close()
                return False
        except UNREACHABLE:
            self._let_go()
            return False
        connection.detach()
        self._connection = connection
        return True

    def _let_go(self) -> None:
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            connection.close()
        except DBAPIError:
            connection.invalidate()
