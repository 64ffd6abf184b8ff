"""A sentence with its times and its lists of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.targets.figures import Figure, figures
from corpus.targets.prose import Stretch, segments
from corpus.targets.target import Kind
from corpus.targets.times import Time, times

_JOINS = re.compile(r"(?:[、,和与及]|以及|或)+")
_ENDS = re.compile(
    r"$|[,;。:、)!?\x1e”]|和|与|及|并|且|或|以及|\((?!含\))"
    r"|的?(?:目标|水平|要求|比例|规模)(?:[,;。、]|$)|的(?:要求|标准)|节能要求|的基础上"
)
_LEAD = 30  # characters before a list in which 分别 may stand
_WHEN = re.compile(r"[到至在,“]|20\d\d年?[、和]?")
_OPENS = re.compile(
    r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、]|[—·\-\x1e]|其中|近期"
    r"|远期|力争|确保|争取|[^,。;\d]{0,16}(?:目标|规划)?[。:])*"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Folded text from `start` of its clause's prose on; offsets count from its own start."""

    start: int
    text: str
    times: tuple[Time, ...]
    parts: tuple[Stretch, ...]
    lists: tuple[tuple[Figure, ...], ...]

    @classmethod
    def of(cls, stretch: Stretch) -> Sentence:
        """Read a stretch."""
        said = tuple(times(stretch.text))
        parts = tuple(
            replace(part, start=part.start - stretch.start, end=part.end - stretch.start)
            for part in segments(stretch)
        )
        return cls(
            stretch.start, stretch.text, said, parts, _lists(_amounts(stretch.text, said), stretch)
        )

    def between(self, start: int, end: int) -> str:
        """text[start:end] with each time in it as one `\\x01`."""
        pieces: list[str] = []
        at = start
        for time in self.times:
            if time.start >= at and time.end <= end:
                pieces += [self.text[at : time.start], "\x01"]
                at = time.end
        return "".join([*pieces, self.text[at:end]])

    def base(self, start: int, end: int) -> str:
        """The base year named last between two places, "" where none is."""
        inside = [t for t in self.times if t.base and start <= t.start and t.end <= end]
        return inside[-1].base if inside else ""

    def due(self, before: int) -> tuple[Time, ...]:
        """The times before a place by which something is due."""
        return tuple(t for t in self.times if t.year and t.end <= before and not t.peaking)

    def lead_in(self, time: Time) -> int:
        """Where a time begins with the word that leads to it: 到2025年."""
        return time.start - (self.text[max(time.start - 1, 0) : time.start] in ("到", "至", "在"))

    def years_listed(self, before: int) -> list[Time]:
        """The last times before a place that are named together: 2025年和2030年."""
        listed: list[Time] = []
        for time in reversed(self.due(before)):
            if listed and listed[0].start - time.end > 2:
                break
            listed.insert(0, time)
        return listed

    def opening(self, label: str) -> Time | None:
        """The time that governs what follows: the last that opens a part, where one opens it all.

        `label` is the heading, which may run into the sentence.
        """
        due = self.due(len(self.text))
        if not due:
            return None
        lead = _WHEN.sub("", self.text[: due[0].start].removeprefix(label))
        if not _OPENS.fullmatch(lead):
            return None
        opening = [t for t in due if any(0 <= t.start - part.start <= 3 for part in self.parts)]
        return (opening or [due[0]])[-1]

    def has_figure(self, part: Stretch) -> bool:
        """Whether a figure stands in a part."""
        return any(part.start <= f.core < part.end for figures in self.lists for f in figures)


def joins(text: str) -> bool:
    """Whether a text only joins what stands around it."""
    return _JOINS.fullmatch(text) is not None


def ends(after: str) -> bool:
    """Whether what a figure belongs to stands before it: nothing more follows."""
    return _ENDS.match(after) is not None


def _amounts(text: str, said: Sequence[Time]) -> Iterator[Figure]:
    """The figures that are no times; right behind a count they specify it: 200个120千瓦的桩."""
    last: Figure | None = None
    for figure in figures(text):
        if any(time.start < figure.rest and figure.core < time.end for time in said):
            continue
        if last and last.end == figure.start and last.kind is Kind.COUNT:
            continue
        last = figure
        yield figure


def _lists(found: Iterator[Figure], stretch: Stretch) -> tuple[tuple[Figure, ...], ...]:
    """Figures of one unit with nothing but commas and conjunctions between them make one list.

    After 分别 their units may differ.
    """
    made: list[list[Figure]] = []
    for figure in found:
        last = made[-1][-1] if made else None
        if last and _go_together(last, figure, made[-1][0].start, stretch.text):
            made[-1].append(figure)
        else:
            made.append([figure])
    return tuple(tuple(_in_one_unit(each)) for each in made)


def _go_together(last: Figure, figure: Figure, start: int, text: str) -> bool:
    """Whether a figure goes on with the list that begins at `start`, and no noun follows it."""
    alike = last.unit in ("", figure.unit) or "分别" in text[max(start - _LEAD, 0) : start]
    return alike and joins(text[last.end : figure.start]) and ends(text[figure.end :])


def _in_one_unit(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Bare numbers before one with a unit are in that unit: 137、165亿立方米."""
    last = figures[-1]
    return (figure if figure.unit else figure.in_unit_of(last) for figure in figures)
