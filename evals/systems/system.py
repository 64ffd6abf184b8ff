"""What a system under test is to the runner, and what can go wrong while it is asked."""

from __future__ import annotations

from typing import Protocol

from assistant.answer import Question
from corpus.errors import ClausewiseError
from evals.reply import Reply


class System(Protocol):
    """Answers questions. `name` is what reports call it; `width` how many it is asked at a time."""

    name: str
    width: int

    def ask(self, question: Question) -> Reply:
        """Answer one question; called from several threads where `width` is over 1.

        Raises BusyError for what may go better later, ClausewiseError for what will not.
        """

    def close(self) -> None:
        """Release what it holds."""


class BusyError(ClausewiseError):
    """A system could not answer now; `after` are the seconds it asks to wait, 0 for none."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after
