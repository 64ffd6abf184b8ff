"""A disk without room, told from other failures whichever library meets it."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from corpus.errors import DiskFullError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAID = ("no space left on device", "disk is full", "disk quota exceeded")
_LITTLE = 256 * 1024  # bytes; SQLite cannot open a file for reading with less


def is_full(error: BaseException | None) -> bool:
    """Whether it failed for want of room; engines and databases only say so in words."""
    while error is not None:
        if isinstance(error, DiskFullError) or getattr(error, "errno", None) in _FULL:
            return True
        if any(words in str(error).lower() for words in _SAID):
            return True
        error = error.__cause__ or error.__context__
    return False


def has_room(folder: Path) -> bool:
    """Whether the disk of a folder has any room to speak of."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free > _LITTLE


def sync(folder: Path) -> None:
    """Have a folder, its files, and their names, outlast a loss of power."""
    for path in (*folder.iterdir(), folder, folder.parent):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
