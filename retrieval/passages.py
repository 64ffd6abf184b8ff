"""What is searched: a clause, or the passages of a long one, cited as their clause all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.document import HeldClause

LONG = 800  # characters; a longer clause is searched in passages
_LENGTH = 500
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+|[^。！？!?]+$")
_MARK = "#"


@dataclass(frozen=True, slots=True)
class Passage:
    """Text to be searched. `key` is the clause's id, with a number for passages after the first."""

    key: str
    held: HeldClause
    text: str

    @property
    def in_context(self) -> str:
        """The passage under its title and headings, which say what it is about."""
        return f"{self.held.document.title}\n{' '.join(self.held.clause.path)}\n{self.text}"


def passages(held: HeldClause) -> Iterator[Passage]:
    """The passages of a clause: whole sentences, about 500 characters, the last sentence twice."""
    if len(held.text) <= LONG:
        yield Passage(held.id, held, held.text)
        return
    for number, text in enumerate(_runs(held.text)):
        yield Passage(f"{held.id}{_MARK}{number}" if number else held.id, held, text)


def clause_of(key: str) -> str:
    """The id of the clause that a passage belongs to."""
    return key.partition(_MARK)[0]


def _runs(text: str) -> Iterator[str]:
    """Runs of sentences; each begins with the last sentence of the one before."""
    run: list[str] = []
    fresh = False
    for sentence in _SENTENCE.findall(text):
        if fresh and sum(map(len, run)) + len(sentence) > _LENGTH:
            yield "".join(run)
            run, fresh = run[-1:], False
        run.append(sentence)
        fresh = True
    if fresh:
        yield "".join(run)
