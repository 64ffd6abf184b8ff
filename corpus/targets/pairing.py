"""Lists of figures: 分别 gives each its subject or its year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.targets.figures import Figure
from corpus.targets.sentence import Sentence
from corpus.targets.subject import Subject, pair
from corpus.targets.target import Flag
from corpus.targets.times import Time


@dataclass(frozen=True, slots=True)
class Span:
    """What a figure is of, from where on it is said, and what a reader should know."""

    words: str
    start: int
    flags: tuple[Flag, ...] = ()
    scope: str = ""


NOTHING = Span("", 0)


def paired(
    sentence: Sentence, figures: Sequence[Figure], said: Span, lead: Subject
) -> Iterator[tuple[Figure, str, Time | None, tuple[Flag, ...]]]:
    """Each figure with its subject and, where years are listed, its year."""
    if len(figures) == 1:
        each = next((p for n in (4, 3, 2) if (p := pair(said.words, n))), ()) if lead.all else ()
        for words in each or (said.words,):
            yield figures[0], words, None, ()
        return
    years = sentence.years_listed(figures[0].start)
    names = pair(said.words, len(figures))
    for number, figure in enumerate(figures):
        if len(years) == len(figures):
            yield figure, said.words, years[number], ()
        elif names:
            yield figure, names[number], None, ()
        else:
            yield figure, said.words, None, (Flag.UNPAIRED,)
