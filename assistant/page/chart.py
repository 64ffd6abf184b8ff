"""Charts of targets: bars by jurisdiction, of numbers that compare and of no others.

A chart is data (an option of ECharts), drawn as SVG: its colours are the tokens of the page's
styles, so that it is dark when the page is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nicegui import ui

from assistant.answer import Answer
from assistant.markup import Cell, Table, Text, blocks
from assistant.page.text import label
from assistant.target_views import CellView, EntryView, Matrix, RowView, TargetValue
from assistant.values import CHANGES
from corpus.document import Status
from corpus.indicators import fold
from corpus.targets.figures import Figure, figures
from corpus.targets.target import Comparison
from corpus.targets.times import times

Option = dict[str, Any]  # as ECharts has it
# As the page's own: names are measured before they are drawn.
_FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
_COLOURS = 5  # --chart-1 to --chart-5
_SIZE = 13  # pixels: of letters
_NARROWEST = 120  # pixels: the axis on a phone
_BAR, _GAP, _AROUND = 20, 10, 88  # pixels: a bar, between places, axis and legend
_UNNAMED = "规定"  # the head of a column of whole sentences
_SHOWN = 4  # values left out that are named
_MARKS = {Comparison.AT_LEAST: "≥", Comparison.AT_MOST: "≤", Comparison.ABOUT: "约"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One number: whose, of which series (a year), and what stands beside its bar."""

    place: str
    series: str
    low: Decimal
    high: Decimal
    said: str
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Numbers of one quantity in one unit, and the others, which do not compare with them."""

    axis: str
    bars: tuple[Bar, ...]
    left_out: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The chart in a sentence, for whoever does not see it."""
        numbers = "；".join(f"{bar.place}{bar.series} {bar.said}" for bar in self.bars)
        return f"柱状图，{self.axis}：{numbers}。各数值及依据见表格。"

    @property
    def note(self) -> str:
        """What is not in the chart."""
        if not self.left_out:
            return ""
        named = "；".join(self.left_out[:_SHOWN])
        more = "等" if len(self.left_out) > _SHOWN else ""
        return f"另有{len(self.left_out)}个数值口径或单位不同，不入图：{named}{more}。"


def chart_of(matrix: Matrix) -> Option | None:
    """The chart of a matrix; None where fewer than two numbers compare."""
    plot = plot_of(matrix)
    return option_of(plot) if plot else None


def plot_of(matrix: Matrix) -> Plot | None:
    """The numbers of a matrix on the basis that most have; None where fewer than two share one."""
    counts = Counter(_basis(one.value) for row in matrix.rows for one in _numbers(row))
    if not counts or (basis := counts.most_common(1)[0][0]) is None or counts[basis] < 2:
        return None
    bars: list[Bar] = []
    left_out: list[str] = []
    for row in matrix.rows:
        for cell in row.cells:
            entries = _numbers_of(cell)
            same = [entry for entry in entries if _basis(entry.value) == basis]
            when = f"{cell.year}年" if cell.year else "未写年份"
            if same:
                bars.append(_bar(row.region, when, same))
            left_out += [
                f"{row.region}{when}{entry.value.said}" for entry in entries if entry not in same
            ]
    if len(bars) < 2:
        return None
    first = next(one.value for row in matrix.rows for one in _numbers(row) if _is(one, basis))
    return Plot(_axis(matrix.indicator, first), tuple(bars), tuple(left_out))


def _numbers(row: RowView) -> Iterator[EntryView]:
    return (entry for cell in row.cells for entry in _numbers_of(cell))


def _numbers_of(cell: CellView) -> list[EntryView]:
    """The numbers of a cell that are for the whole jurisdiction."""
    return [entry for entry in cell.entries if entry.whole and entry.value.low is not None]


def _basis(value: TargetValue) -> tuple[str, ...]:
    """What numbers must have in common to be on one axis."""
    return value.unit, value.change, value.base, str(value.annual)


def _is(entry: EntryView, basis: tuple[str, ...]) -> bool:
    return _basis(entry.value) == basis


def _axis(indicator: str, value: TargetValue) -> str:
    base = f"比{value.base}年" if value.base.isdigit() else f"比{value.base}" if value.base else ""
    change = f"{'每年' if value.annual else ''}{base}{value.change}"
    return f"{indicator}{change}" + (f"（{value.unit}）" if value.unit else "")


def _bar(place: str, when: str, entries: Sequence[EntryView]) -> Bar:
    """The bar of the first value; where there are others, they stand beside it."""
    first = entries[0]
    others = "、".join(entry.value.printed for entry in entries[1:])
    is_draft = all(citation.status == Status.DRAFT for citation in first.citations)
    said = _marked(first.value) + (f"（另有{others}）" if others else "")
    low, high = Decimal(first.value.low or 0), Decimal(first.value.high or first.value.low or 0)
    return Bar(place, when, low, high, said + ("（征求意见稿）" if is_draft else ""), is_draft)


def _marked(value: TargetValue) -> str:
    """The figure as printed; how it binds is put before where that is said elsewhere."""
    known = figures(fold(value.printed))
    comparison = Comparison(value.comparison)
    is_said = any(figure.comparison is comparison for figure in known)
    mark = "" if is_said else _MARKS.get(comparison, "")
    return f"{'力争' if value.aspires else ''}{mark}{value.printed}"


def chart_of_answer(answer: Answer) -> Option | None:
    """The chart of an answer that compares figures in a table.

    None where their units, years or bases differ, or fewer than two rows have a figure.
    """
    table = next((block for block in blocks(answer.answer) if isinstance(block, Table)), None)
    if table is None or len(table.head) != 2:
        return None
    # Without a name for what the column holds, only what is bold is the figure asked for.
    head = _plain(table.head[1])
    is_named = head != _UNNAMED
    read = [row for cells in table.rows if (row := _row(cells, needs_bold=not is_named))]
    if len(read) < 2 or not _compare([words for words, _, _ in read]):
        return None
    first = read[0][1]
    if any((figure.unit, figure.kind) != (first.unit, first.kind) for _, figure, _ in read):
        return None
    axis = (head if is_named else "数值") + (f"（{first.unit}）" if first.unit else "")
    return option_of(Plot(axis, tuple(bar for _, _, bar in read)))


def _row(cells: tuple[Cell, ...], *, needs_bold: bool) -> tuple[str, Figure, Bar] | None:
    """The words, the figure and the bar of a row; None where it has none."""
    if len(cells) != 2:  # a row that was not written by rules
        return None
    place, words = _plain(cells[0]), _plain(cells[1])
    bold = [part.words for part in cells[1] if isinstance(part, Text) and part.bold]
    read = figures(fold(bold[0] if bold else words))
    if (needs_bold and not bold) or len(read) != 1:
        return None
    figure = read[0]
    said = bold[0] if bold else words.partition("（")[0]
    others = f"（另有{'、'.join(bold[1:])}）" if len(bold) > 1 else ""
    is_draft = Status.DRAFT.value in words
    draft = "（征求意见稿）" if is_draft else ""
    bar = Bar(place, "", figure.low, figure.high, f"{said}{others}{draft}", is_draft)
    return words, figure, bar


def _compare(rows: Sequence[str]) -> bool:
    """Whether rows speak of one year, one direction and one base, as far as they say."""
    folded = [fold(words) for words in rows]
    years = [{time.year for time in times(words) if time.year} for words in folded]
    said = [found for found in years if found]
    directions = {tuple(way for way, is_it in _ways(words) if is_it) for words in folded}
    bases = {tuple(sorted({time.base for time in times(words) if time.base})) for words in folded}
    is_one_year = not said or bool(set.intersection(*said))
    return is_one_year and len(directions) == 1 and len(bases) == 1


def _ways(words: str) -> Iterator[tuple[str, bool]]:
    return ((change.value, pattern.search(words) is not None) for pattern, change in CHANGES)


def _plain(cell: Cell) -> str:
    return "".join(part.words for part in cell if isinstance(part, Text)).strip()


def option_of(plot: Plot) -> Option:
    """Bars as ECharts wants them: places down the side, a group of bars for each."""
    places = list(dict.fromkeys(bar.place for bar in plot.bars))
    names = sorted({bar.series for bar in plot.bars})
    several = len(names) > 1
    quiet = {"color": "var(--quiet)", "fontSize": _SIZE}
    return {
        "animation": False,
        "textStyle": {"fontFamily": _FONT},
        "grid": {"left": 4, "right": _room(plot.bars), "top": 36 if several else 8, "bottom": 4},
        "legend": {"show": several, "data": names, "top": 0, "left": 0, "textStyle": quiet},
        "xAxis": {
            "type": "value",
            "name": plot.axis,
            "nameLocation": "middle",
            "nameTextStyle": quiet,
            "axisLabel": quiet | {"hideOverlap": True},
            "splitNumber": 4,
            "splitLine": {"lineStyle": {"color": "var(--line)"}},
        },
        "yAxis": {
            "type": "category",
            "data": places,
            "inverse": True,
            "axisLabel": {"color": "var(--ink)", "fontSize": _SIZE, "interval": 0},
            "axisLine": {"lineStyle": {"color": "var(--edge)"}},
            "axisTick": {"show": False},
        },
        "series": [
            part
            for number, name in enumerate(names)
            for part in _series(plot, places, name, number)
        ],
    }


def _room(bars: Sequence[Bar]) -> int:
    """Pixels to the right of the axis for what stands beside the bars, also on a phone."""
    most = max((bar.high for bar in bars), default=Decimal(0)) or Decimal(1)
    wanted = (_width(bar.said) - float(1 - bar.high / most) * _NARROWEST for bar in bars)
    return max(16, round(max(wanted, default=0)) + 16)


def _width(said: str) -> float:
    return sum(_SIZE if ord(letter) > 255 else _SIZE * 0.62 for letter in said)


def _series(plot: Plot, places: Sequence[str], name: str, number: int) -> Iterator[Option]:
    """The bars of a series; a range goes on, lighter, from its low to its high."""
    bars = {bar.place: bar for bar in plot.bars if bar.series == name}
    colour = f"var(--chart-{number % _COLOURS + 1})"
    ranged = {place for place, bar in bars.items() if bar.high > bar.low}
    whole = {
        "type": "bar",
        "name": name,
        "stack": f"{number}",
        "silent": True,
        "barMaxWidth": 18,
        "itemStyle": {"color": colour},
        "emphasis": {"disabled": True},
    }
    yield whole | {
        "data": [
            _datum(bars[place], bars[place].low, colour, shown=place not in ranged)
            if place in bars
            else None
            for place in places
        ]
    }
    if ranged:
        yield whole | {
            "data": [
                _datum(bars[place], bars[place].high - bars[place].low, colour, light=True)
                if place in ranged
                else None
                for place in places
            ]
        }


def _datum(
    bar: Bar, value: Decimal, colour: str, *, shown: bool = True, light: bool = False
) -> Option:
    """A bar. What is a draft's is outlined; braces would be a template."""
    outlined = {"color": "var(--paper)", "borderColor": colour, "borderType": "dashed"}
    return {
        "value": float(value),
        "itemStyle": {
            **(outlined if bar.is_draft else {"color": colour}),
            "opacity": 0.45 if light else 1,
        },
        "label": {
            "show": shown,
            "position": "right",
            "formatter": bar.said.replace("{", "｛").replace("}", "｝"),
            "color": "var(--ink)",
            "fontSize": _SIZE,
        },
    }


def build_chart(option: Option, summary: str) -> ui.echart:
    """Put a chart on the page; `summary` says in words what it shows."""
    places = len(option["yAxis"]["data"])
    stacks = len({series["stack"] for series in option["series"]})
    height = places * (stacks * _BAR + _GAP) + _AROUND
    chart = ui.echart(option, renderer="svg").classes("cw-chart")
    return chart.props(f'role="img" {label(summary)}').style(f"height: {height}px")
