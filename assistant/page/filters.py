"""What the list of documents is filtered by: words, facets with counts, a map of the provinces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from nicegui import events, ui

from assistant.page.coverage import TILES, beyond, covered, missing, shade
from assistant.page.facets import (
    FACETS,
    LONGEST_WORDS,
    PROVINCE,
    Facet,
    Row,
    Selection,
    counts,
    values_of,
)
from assistant.page.pieces import button
from assistant.page.text import label, words

_VALUE = "(event) => emit(event.target.value)"


class Filters:
    """The field for words, and the facets with their counts."""

    def __init__(
        self, rows: Sequence[Row], selection: Selection, select: Callable[[Selection], None]
    ) -> None:
        self._rows = rows
        self._selection = selection
        self._select = select
        self._options: dict[tuple[str, str], tuple[ui.element, ui.element, ui.html]] = {}
        with ui.element("details").classes("cw-filters").props("open data-wide"):
            words("筛选", "summary")
            field = ui.element("input").classes("cw-field")
            field.props('type="search" id="cw-words" placeholder="题名、文号或地名" data-slash')
            field.props('aria-label="按题名、文号或地名筛选" autocomplete="off"')
            field.props["value"] = selection.words
            field.on("input", self._typed, throttle=0.2, leading_events=False, js_handler=_VALUE)
            self._all = button("清除筛选", self._clear, "cw-plain")
            for facet in FACETS:
                values = values_of(rows, facet)
                if len(values) > 1:
                    self._build(facet, values)

    def _build(self, facet: Facet, values: Sequence[str]) -> None:
        with ui.element("fieldset").classes("cw-facet"):
            words(facet.title, "legend")
            with ui.element("div"):
                for value in values:
                    with ui.element("label") as option:
                        box = ui.element("input").props('type="checkbox"')
                        box.on("change", lambda f=facet, v=value: self._toggle(f, v), args=[])
                        words(value)
                        count = words("").classes("cw-quiet")
                    self._options[facet.name, value] = option, box, count

    def show(self, selection: Selection) -> None:
        """Tick what is chosen, and count what there would be."""
        self._selection = selection
        self._all.set_visibility(selection.is_narrow)
        for facet in FACETS:
            found = counts(self._rows, selection, facet)
            for (name, value), (option, box, count) in self._options.items():
                if name == facet.name:
                    is_chosen = (name, value) in selection.chosen
                    box.props["checked"] = is_chosen
                    count.set_content(str(found[value]))
                    option.set_visibility(bool(found[value]) or is_chosen)

    def _toggle(self, facet: Facet, value: str) -> None:
        self._select(self._selection.toggled(facet, value))

    def _typed(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, str):
            self._select(replace(self._selection, words=event.args[:LONGEST_WORDS]))

    def _clear(self) -> None:
        ui.run_javascript("document.getElementById('cw-words').value = ''")
        self._select(replace(self._selection, words="", chosen=frozenset()))


class Map:
    """The provinces as tiles with their counts, and the same as a table."""

    def __init__(self, rows: Sequence[Row], press: Callable[[str], None]) -> None:
        self._rows = rows
        self._press = press
        self._tiles: dict[str, tuple[ui.element, ui.html]] = {}
        with ui.element("details").classes("cw-coverage").props("open data-wide"):
            words("覆盖情况", "summary")
            apart = beyond(rows)
            none = "、".join(missing(rows))
            said = [apart, f"尚未收录：{none}" if none else ""]
            words("；".join(part for part in said if part), "p").classes("cw-quiet")
            with ui.element("div").classes("cw-covered"):
                tiles = ui.element("div").classes("cw-tiles")
                with tiles.props('role="group" aria-label="按省查看文件，按一下筛选"'):
                    for tile in TILES:
                        self._tile(tile.name, tile.row, tile.column)
                with (
                    ui.element("div")
                    .classes("cw-provinces")
                    .props('tabindex="0" role="region" aria-label="各省收录情况"')
                ):
                    ui.html(_provinces(rows), sanitize=False, tag="table").classes("cw-table")

    def _tile(self, name: str, row: int, column: int) -> None:
        tile = ui.element("button").props('type="button"').classes("cw-tile")
        tile.style(f"grid-area: {row} / {column}")
        tile.on("click", lambda: self._pressed(name), args=[])
        with tile:
            words(name)
            self._tiles[name] = tile, words("")

    def _pressed(self, name: str) -> None:
        if self._tiles[name][0].props["aria-disabled"] == "false":
            self._press(name)

    def show(self, selection: Selection) -> None:
        """Count and shade the tiles, and mark those that are chosen."""
        found = counts(self._rows, selection, PROVINCE)
        for name, (tile, number) in self._tiles.items():
            is_chosen = (PROVINCE.name, name) in selection.chosen
            count = found[name]
            tile.props(label(f"{name} {count} 份"))
            tile.props["aria-pressed"] = "true" if is_chosen else "false"
            tile.props["data-shade"] = str(shade(count))
            # Not "disabled": the framework pales what is, and the name is to be read.
            tile.props["aria-disabled"] = "false" if count or is_chosen else "true"
            number.set_content(str(count))


def _provinces(rows: Sequence[Row]) -> str:
    """The provinces held: documents of their own, and of the places inside."""
    body = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th><td>{one.own or ""}</td>'
        f"<td>{escape(_places(one.inside))}</td></tr>"
        for one in covered(rows)
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("省", "省级文件", "市、区、县"))
    return (
        '<caption class="cw-hidden">各省收录的文件</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    )


def _places(inside: Sequence[tuple[str, int]]) -> str:
    return "、".join(f"{name}（{count}）" if count > 1 else name for name, count in inside)
