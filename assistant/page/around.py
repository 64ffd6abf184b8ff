"""What is shown around an answer: what was understood, and what to ask where it was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.app import Assistant
from assistant.suggestions import instead
from retrieval.query import Query, Recognised

_MENDED = "错字"
_LEAST = 4  # characters that a question has to keep


@dataclass(frozen=True, slots=True)
class Chip:
    """`without` is the question without it; None where it cannot be left out."""

    said: str
    without: str | None


@dataclass(frozen=True, slots=True)
class Extras:
    """What is shown around an answer besides its words."""

    chips: Sequence[Chip] = ()
    instead: Sequence[str] = ()


def extras_of(seen: Assistant, query: Query, answer: Answer) -> Extras:
    """What is shown around the answer to a question; some 30 ms where it was refused."""
    return Extras(chips_of(query), instead(seen, query, answer) if answer.refused else ())


def extras_again(seen: Assistant, answer: Answer) -> Extras:
    """The same of an answer that was given before."""
    return extras_of(seen, seen.understand(answer.understood or answer.question), answer)


def chips_of(query: Query) -> list[Chip]:
    """Places, years, indicators, departments and so on, as they were recognised."""
    chips = (
        Chip(_said(one), _without(query.text, one.words))
        for one in query.recognised
        if one.what != _MENDED
    )
    return list(dict.fromkeys(chips))


def _said(one: Recognised) -> str:
    if one.what == "年份":
        return f"{one.meant}年"
    return f"{one.meant}（未收录）" if one.what.startswith("未收录") else one.meant


def _without(text: str, words: str) -> str | None:
    left = text.replace(words, "", 1).strip(" ，,、的和与跟比") if words in text else ""
    return left if sum(c.isalnum() for c in left) >= _LEAST else None
