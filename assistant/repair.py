"""An index damaged while it is served: nothing is answered from it, and it is built anew."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from assistant.app import Assistant
from assistant.errors import RepairError
from retrieval.manifest import Condition

_LOG = logging.getLogger(__name__)
_PAUSE = 5.0  # seconds between two attempts
_T = TypeVar("_T")


def soundly(seen: Assistant, work: Callable[[], _T]) -> _T:
    """What work with an assistant gives, where its index was whole before and after it.

    Raises RepairError in place of what was found, or raised, in files that were written to.
    """
    _check(seen)  # a file that was cut off ends the process that reads on in it
    try:
        return work()
    finally:
        _check(seen)


def _check(seen: Assistant) -> None:
    if seen.condition is Condition.CHANGED:
        raise RepairError(round(_PAUSE))


class Repair:
    """Has what is served opened anew, and so built where it is damaged; once at a time."""

    def __init__(self, reload: Callable[[], Awaitable[None]]) -> None:
        self._reload = reload
        self._task: asyncio.Task[None] | None = None
        self._last = float("-inf")

    def begin(self) -> None:
        """Do so, unless it is being done; a while after the last time."""
        if self._task:
            return
        _LOG.warning("the files of an index are not what they were: it is opened anew")
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        await asyncio.sleep(max(0.0, self._last + _PAUSE - time.monotonic()))
        try:
            await self._reload()
        except Exception:
            _LOG.exception("the index could not be opened anew")
        finally:
            self._task = None
            self._last = time.monotonic()
