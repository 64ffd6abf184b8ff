"""Records written beside the answers: by one thread, all of a quarter second in one go."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

_LOG = logging.getLogger(__name__)
_GATHERED = 0.25  # seconds that records are gathered for
_T = TypeVar("_T")
_R = TypeVar("_R")


class Writer(Generic[_T]):
    """Writes records in the order they came; no answer waits for one.

    What cannot be written is logged. `after` runs something once all that came before is written.
    """

    def __init__(self, name: str, write: Callable[[Sequence[_T]], None]) -> None:
        self._write = write
        self._queue: SimpleQueue[_T | _Asked | None] = SimpleQueue()
        self._name = name
        # Of a daemon, so that a program which forgets to close ends all the same.
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, record: _T) -> None:
        """Write a record, soon."""
        self._queue.put(record)

    def after(self, read: Callable[[], _R]) -> _R:
        """What this gives, once all that came before is written. Raises what it raises."""
        asked = _Asked(read)
        self._queue.put(asked)
        found: _R = asked.future.result()
        return found

    def close(self) -> None:
        """Write what is still to be written, and end."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        last: _T | _Asked | None
        while True:
            batch: list[_T] = []
            last = self._queue.get()
            end = time.monotonic() + _GATHERED
            while not (last is None or isinstance(last, _Asked)):
                batch.append(last)
                try:
                    last = self._queue.get(timeout=max(end - time.monotonic(), 0))
                except Empty:
                    break
            if batch:
                self._written(batch)
            if isinstance(last, _Asked):
                last.answer()
            elif last is None:
                return

    def _written(self, batch: Sequence[_T]) -> None:
        try:
            self._write(batch)
        except Exception:
            _LOG.exception("%s: %d records were not written", self._name, len(batch))


class _Asked:
    """Something to run in the thread, and its result."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read
        self.future: Future[Any] = Future()

    def answer(self) -> None:
        try:
            self.future.set_result(self._read())
        except BaseException as error:
            self.future.set_exception(error)
