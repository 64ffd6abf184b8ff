"""Words on a page: whatever they hold, they are shown as they are."""

from __future__ import annotations

import html
from datetime import datetime, timedelta, timezone

from nicegui import ui

_CHINA = timezone(timedelta(hours=8))


def words(text: str, tag: str = "span") -> ui.html:
    """Text as an element of its own. Untrusted text reaches a page through here alone."""
    return ui.html(html.escape(text), sanitize=False, tag=tag)


def reword(element: ui.html, text: str) -> None:
    """Let an element of words say something else."""
    element.set_content(html.escape(text))


def label(text: str) -> str:
    """Text as the value of an attribute in `props`, quotes and line ends included."""
    plain = " ".join(text.split()).replace("\\", "＼").replace('"', "”")
    return f'aria-label="{plain}"'


def said_when(at: datetime) -> str:
    """A time as it is said in China: 11月21日 14:05."""
    there = at.astimezone(_CHINA)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def said_in_full(at: datetime) -> str:
    """A time with its year: 2026年11月21日 14:05."""
    return f"{at.astimezone(_CHINA).year}年{said_when(at)}"
