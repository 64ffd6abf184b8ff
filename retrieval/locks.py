"""Locks between processes: the kernel gives them back when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HELD = "held.lock"


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Alone meanwhile: whoever else wants the lock of this file waits."""
    with file.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


class Hold:
    """A folder is in use as long as this lives: other processes do not take it away."""

    def __init__(self, folder: Path) -> None:
        file = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(file, fcntl.LOCK_SH)
        self._release = weakref.finalize(self, os.close, file)

    def release(self) -> None:
        """It is in use no more."""
        self._release()


def is_held(folder: Path) -> bool:
    """Whether any process, this one too, has the folder in use."""
    try:
        file = os.open(folder / _HELD, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(file)
