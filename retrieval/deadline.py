"""A bound on how long somebody else may take, whatever they do meanwhile.

The time limits of HTTP clients are of one silence: a server that sends a byte now and then is
waited for without end.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


def within(seconds: float, work: Callable[[], _T]) -> _T:
    """What work gives. Raises TimeoutError where it takes longer; it is then left to itself."""
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    # Of a daemon: what never ends does not keep the program from ending.
    Thread(target=run, name="deadline", daemon=True).start()
    return future.result(seconds)
