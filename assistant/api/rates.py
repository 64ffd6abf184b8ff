"""How often somebody may ask, in a window that moves with a clock which never jumps."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from limits import RateLimitItem

_MOST = 10_000  # whom is remembered, before those with nothing in their window are forgotten


class Rates:
    """Counts requests, by whom. With the clock of the wall, one set back would lock people out
    for as long as it was wrong."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: dict[tuple[str, ...], deque[float]] = {}
        self._counting = Lock()  # with a shared database keys are looked up in several threads

    def hit(self, rate: RateLimitItem, *who: str) -> float:
        """Count a request; 0 where it is let in, else in how many seconds one will be."""
        window = rate.get_expiry()
        with self._counting:
            now = self._clock()
            if len(self._asked) > _MOST:
                self._forget(now - window)
            asked = self._asked.setdefault(who, deque())
            while asked and asked[0] <= now - window:
                asked.popleft()
            if len(asked) >= rate.amount:
                return asked[0] + window - now
            asked.append(now)
            return 0.0

    def _forget(self, before: float) -> None:
        self._asked = {who: asked for who, asked in self._asked.items() if asked[-1] > before}
