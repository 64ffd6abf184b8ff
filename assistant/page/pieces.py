"""Pieces that pages are made of: buttons, menus, dialogs, fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nicegui import ui

from assistant.page.text import label, words

_VALUE = "(event) => emit(event.target.value)"


def button(
    text: str, deed: Callable[..., Any] | None, kind: str = "cw-button", says: str = ""
) -> ui.element:
    """A button of this look; `says` is its name where the text alone would not do.

    Without a deed, a script of the page does what it is for.
    """
    made = ui.element("button").classes(kind).props('type="button"')
    if says:
        made.props(label(says))
    if deed:
        made.on("click", deed, args=[])
    with made:
        words(text)
    return made


def link(text: str, address: str, kind: str = "cw-plain") -> ui.element:
    """A link to another of our pages; the address is our own."""
    made = ui.element("a").classes(kind).props(f'href="{address}"')
    with made:
        words(text)
    return made


@contextmanager
def menu(text: str, says: str) -> Iterator[None]:
    """What opens under a word: a few buttons."""
    with ui.element("details").classes("cw-menu"):
        with ui.element("summary").props(label(says)):
            words(text)
        with ui.element("div"):
            yield


@contextmanager
def wide(says: str) -> Iterator[ui.element]:
    """A place of its own for a table, to be scrolled by keyboard too where it is too wide."""
    with ui.element("div").classes("cw-wide") as place:
        place.props(f'tabindex="0" role="group" {label(says)}')
        yield place


@contextmanager
def dialog(title: str) -> Iterator[ui.dialog]:
    """A dialog with a heading; it goes from the page once it is closed."""
    with ui.dialog() as opened, ui.element("div").classes("cw-dialog"):
        opened.props(label(title))
        opened.on("hide", opened.delete)
        words(title, "h2")
        yield opened
    opened.open()


def field(
    name: str,
    changed: Callable[[str], Any],
    *,
    kind: str = "text",
    value: str = "",
    longest: int = 200,
    pause: float = 0.0,
) -> ui.element:
    """A field of one line; `changed` is told what stands in it whenever that is something else.

    With a `pause` (seconds), at most once in it.
    """
    made = ui.element("input").classes("cw-field")
    made.props(f'type="{kind}" maxlength="{longest}" autocomplete="off" {label(name)}')
    made.props["value"] = value
    made.on(
        "input",
        lambda event: changed(str(event.args)),
        js_handler=_VALUE,
        throttle=pause,
        leading_events=not pause,
    )
    return made
