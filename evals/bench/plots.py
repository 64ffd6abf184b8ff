"""Lines over the size of a corpus, drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 44, 44
_COLOURS = ("#1f5fa8", "#b4531a", "#2c7a4b", "#7a3e9d", "#6b6b6b", "#a8861f")
_TICKS = 5
_GAP = 14  # between names at the right, so that none covers another


@dataclass(frozen=True, slots=True)
class Line:
    """A name and a value for each size, or for the first of them."""

    name: str
    values: Sequence[float]


def plot(title: str, sizes: Sequence[int], lines: Sequence[Line]) -> str:
    """The lines over the sizes, which are spaced by their magnitude; values begin at 0."""
    return "\n".join(_elements(title, sizes, lines))


def _elements(title: str, sizes: Sequence[int], lines: Sequence[Line]) -> Iterator[str]:
    lines = [line for line in lines if line.values]
    most = max(value for line in lines for value in line.values)
    step = _round(most / _TICKS)
    top = step * ceil(most / step) or 1

    def x(size: float) -> float:
        first, last = log10(sizes[0]), log10(sizes[-1])
        share = (log10(size) - first) / (last - first) if last > first else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="12">'
    )
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
    yield f'<text x="{_LEFT}" y="24" font-size="14" fill="#222">{escape(title)}</text>'
    for tick in range(round(top / step) + 1):
        at = y(tick * step)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>'
        )
        yield _text(_LEFT - 8, at + 4, f"{tick * step:g}", "end")
    for size in sizes:
        yield _text(x(size), _HEIGHT - _BOTTOM + 20, f"{size:,}", "middle")
    yield _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, "条款", "middle")
    free = 0.0
    for number, line in sorted(enumerate(lines), key=lambda one: -one[1].values[-1]):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [(x(size), y(value)) for size, value in zip(sizes, line.values, strict=False)]
        joined = " ".join(f"{left:.1f},{up:.1f}" for left, up in points)
        yield f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for left, up in points:
            yield f'<circle cx="{left:.1f}" cy="{up:.1f}" r="3" fill="{colour}"/>'
        free = max(free + _GAP, points[-1][1] + 4)
        said = f"{line.name} {line.values[-1]:.0f}"
        yield _text(_WIDTH - _RIGHT + 10, free, said, "start", colour)
    yield "</svg>\n"


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#444") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {where}>{escape(words)}</text>"


def _round(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, …"""
    if value <= 0:
        return 1.0
    unit = 10.0 ** floor(log10(value))
    return next(unit * by for by in (1, 2, 5, 10) if unit * by >= value)
