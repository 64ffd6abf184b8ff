"""How much memory processes hold, as the kernel counts it (Linux; 0 elsewhere)."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

_EVERY = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds, in MiB: all of it, and what no file backs."""

    resident: float
    anonymous: float


def held() -> Held:
    """What this process holds now. Pages of mapped files are the kernel's to take back."""
    return Held(_mib("self", "status", "VmRSS"), _mib("self", "status", "RssAnon"))


@contextmanager
def watched() -> Iterator[list[float]]:
    """The most that this process and its children hold together meanwhile, in MiB: the last one."""
    peak = [0.0]
    over = Event()

    def watch() -> None:
        while not over.wait(_EVERY):
            children = [child.pid for child in multiprocessing.active_children()]
            now = sum(_share_mib(str(pid)) for pid in (os.getpid(), *children))
            peak[0] = max(peak[0], now)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _share_mib(process: str) -> float:
    """What a process holds, its part of the pages that it shares; all of them on older kernels."""
    return _mib(process, "smaps_rollup", "Pss") or _mib(process, "status", "VmRSS")


def _mib(process: str, file: str, field: str) -> float:
    try:
        lines = Path("/proc", process, file).read_text(encoding="utf-8").splitlines()
    except OSError:  # it has ended, or this is another system
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:")), 0.0
    )
