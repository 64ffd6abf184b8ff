"""Words on a page: whatever they hold, they are shown as they are."""

from __future__ import annotations

import html
from collections.abc import Callable

from nicegui import ui


def words(text: str, tag: str = "span") -> ui.html:
    """Text as an element of its own. Untrusted text reaches a page through here alone."""
    return ui.html(html.escape(text), sanitize=False, tag=tag)


def label(text: str) -> str:
    """Text as the value of an attribute in `props`, quotes and line ends included."""
    plain = " ".join(text.split()).replace("\\", "＼").replace('"', "”")
    return f'aria-label="{plain}"'


def button(text: str, classes: str, pressed: Callable[[], object] | None = None) -> ui.element:
    """A button that says something, and what pressing it does here on the server."""
    made = ui.element("button").props('type="button"').classes(classes)
    if pressed:
        made.on("click", pressed, args=[])
    with made:
        words(text)
    return made
