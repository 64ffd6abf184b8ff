"""How many answers are worked on at a time, how many wait, and who is turned away."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from assistant.errors import OverloadError

_SMOOTHING = 0.1  # weight of the newest duration in the running mean


class Gate:
    """At most `running` at a time, `waiting` behind them, and `each` of one principal.

    Of one event loop. What comes beyond is turned away at once, so that those who wait are served
    within `patience` seconds and nobody waits without end.
    """

    def __init__(
        self,
        running: int,
        waiting: int,
        each: int,
        patience: float,
        turned_away: Callable[[], None] = lambda: None,
    ) -> None:
        self._room = asyncio.Semaphore(running)
        self._running = running
        self._most = running + waiting
        self._each = each
        self._patience = patience
        self._turned_away = turned_away  # called for each that is
        self._mean = 0.1  # seconds that one takes
        self._by_principal: Counter[str] = Counter()
        self.inside = 0  # running and waiting

    @asynccontextmanager
    async def entered(self, principal_id: str = "") -> AsyncIterator[None]:
        """A turn. Raises OverloadError where there is none to be had soon.

        Without a principal, only all together are limited.
        """
        own = self._by_principal[principal_id] if principal_id else 0
        if self.inside >= self._most or own >= self._each:
            raise self._overload()
        self.inside += 1
        self._by_principal[principal_id] += 1
        try:
            try:
                # Not wait_for: before Python 3.12 it may swallow that a client has gone.
                async with asyncio.timeout(self._patience):
                    await self._room.acquire()
            except TimeoutError as error:
                raise self._overload() from error
            start = time.perf_counter()
            try:
                yield
            finally:
                self._room.release()
                took = time.perf_counter() - start
                self._mean += _SMOOTHING * (took - self._mean)
        finally:
            self.inside -= 1
            self._by_principal[principal_id] -= 1
            if not self._by_principal[principal_id]:
                del self._by_principal[principal_id]

    def _overload(self) -> OverloadError:
        """To come again once those inside are served."""
        self._turned_away()
        return OverloadError(max(1, round(self.inside * self._mean / self._running)))
