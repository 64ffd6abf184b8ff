"""Asking again where a system is busy: how often, and after how long."""

from __future__ import annotations

import threading

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from evals.systems.system import BusyError

TRIES = 6  # of one question
_LONGEST = 30.0  # seconds between two attempts, unless the system asks for more
_PATIENCE = 600.0  # seconds that a system may ask for


def attempts(pause: float, over: threading.Event | None = None) -> Retrying:
    """Attempts at a call that raises BusyError: `pause` seconds apart, then twice that, and so on.

    What the system asks for is waited at least. Once `over` is set there are no more; the last
    error is raised.
    """
    ended = over or threading.Event()

    def after(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        own = error.after if isinstance(error, BusyError) else 0.0
        grown = min(pause * 2 ** (state.attempt_number - 1), _LONGEST)
        return float(max(min(own, _PATIENCE), grown))

    return Retrying(
        stop=lambda state: ended.is_set() or stop_after_attempt(TRIES)(state),
        wait=after,
        sleep=lambda seconds: _wait(ended, seconds),
        retry=retry_if_exception_type(BusyError),
        reraise=True,
    )


def _wait(ended: threading.Event, seconds: float) -> None:
    ended.wait(seconds)
