"""What the files of an index must be: a digest of each, written with it and compared at opening.

SHA-256, because processors do it at 1.5 GB a second and more; every byte is read, because what a
sample leaves out may be the clause that is asked for next. While an index is open, its files are
mapped into memory, and what is written to them is seen there; `Watch` tells that it was.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path

_FILE = "manifest.txt"
_LOCK = ".lock"  # files that hold nothing
_READERS = 4  # threads; hashing lets go of the interpreter


class Condition(Enum):
    """How the files of an open index are, against what they were when it was opened."""

    SAME = "same"
    GONE = "gone"  # taken away or named otherwise: what is mapped is still what it was
    CHANGED = "changed"  # written to, or cut off: what is found may be wrong, or end the process


def seal(folder: Path) -> None:
    """Write down what the files of a finished index are."""
    part = folder / f"{_FILE}{_LOCK}"
    part.write_text("\n".join(_lines(folder)), encoding="utf-8")
    part.replace(folder / _FILE)


def is_sealed(folder: Path) -> bool:
    """Whether an index was finished, whatever became of it since."""
    return (folder / _FILE).exists()


def damaged(folder: Path) -> set[str]:
    """The files that are not as they were written, that are missing, or that were added."""
    try:
        written = set((folder / _FILE).read_bytes().split(b"\n"))
        found = {line.encode() for line in _lines(folder)}
    except OSError:
        return {_FILE}
    return {line[66:].decode(errors="replace") or _FILE for line in written ^ found}


def _lines(folder: Path) -> list[str]:
    """Digest and name of each file."""
    with ThreadPoolExecutor(min(_READERS, os.cpu_count() or 1)) as readers:
        files = _files(folder)
        digests = readers.map(_digest, files)
        return [f"{d}  {f.relative_to(folder)}" for d, f in zip(digests, files, strict=True)]


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != _FILE and path.suffix != _LOCK
    )


class Watch:
    """Tells whether the files of a folder have been written to since, in some 50 microseconds.

    It holds them open, so that it knows them under whatever name they go on. The kernel notes when
    a file was last written; so a byte that went bad on the disk is not seen before the next
    opening, but neither does it reach what is in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._name = folder / _FILE
        self._files = [os.open(file, os.O_RDONLY) for file in (*_files(folder), self._name)]
        self._stamps = [_stamp(os.fstat(file)) for file in self._files]
        self._release = weakref.finalize(self, _close, self._files)

    def condition(self) -> Condition:
        """How the files are now."""
        now = [os.fstat(file) for file in self._files]
        if [_stamp(status) for status in now] != self._stamps:
            return Condition.CHANGED
        if all(status.st_nlink for status in now) and self._is_in_place(now[-1]):
            return Condition.SAME
        return Condition.GONE

    def _is_in_place(self, manifest: os.stat_result) -> bool:
        try:
            return os.path.samestat(os.stat(self._name), manifest)
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the files; it must not be asked any more."""
        self._release()


def _close(files: Sequence[int]) -> None:
    for file in files:
        os.close(file)


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
