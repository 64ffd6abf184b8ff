"""A circuit breaker: what has failed is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

_COOLDOWN = 30.0  # seconds


class Breaker:
    """Open after a failure, until the cooldown (seconds) is over."""

    def __init__(
        self, cooldown: float = _COOLDOWN, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._cooldown = cooldown
        self._clock = clock
        self._until = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether to leave it alone for now."""
        return self._clock() < self._until

    def trip(self) -> None:
        """It failed just now."""
        self._until = self._clock() + self._cooldown
