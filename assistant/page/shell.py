"""What every page has around it: the name, the ways, the reader's settings, who is here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from nicegui import ui

from assistant.access.principal import LOCAL, Principal, Role
from assistant.page.text import words
from corpus.document import Metadata


class Place(Enum):
    """The pages that the head leads to: address and name."""

    TALK = "/", "问答"
    TARGETS = "/targets", "指标"
    LIBRARY = "/documents", "文件库"
    EVALUATIONS = "/evaluations", "评测"


_ADMINS = (Place.EVALUATIONS,)
# Settings stay in the browser (static/page.js); the first of each is the usual one.
_SETTINGS = {
    "theme": ("配色", {"auto": "跟随系统", "light": "浅色", "dark": "深色"}),
    "size": ("字号", {"normal": "标准字号", "large": "大字号", "huge": "特大字号"}),
}


@contextmanager
def shell(principal: Principal, here: Place | None) -> Iterator[None]:
    """The head of a page, and a place below it for what the page is about."""
    _unmark_main()
    with ui.element("div").classes("cw-page"):
        with ui.element("a").props('href="#cw-main"').classes("cw-skip"):
            words("跳到正文")
        with ui.element("header").classes("cw-bar"):
            with ui.element("h1" if here is Place.TALK else "div").classes("cw-name"):
                words("条析 Clausewise")
            _ways("栏目", [place for place in Place if place not in _ADMINS], here)
            if principal.role is Role.ADMIN:
                _ways("管理", _ADMINS, here)
            _settings()
            _person(principal)
        yield


def _unmark_main() -> None:
    """The framework puts all of a page, its head too, in one <main>; ours is further inside."""
    around = ui.context.client.content.parent_slot
    if around is not None:
        around.parent.tag = "div"


def _ways(name: str, places: Sequence[Place], here: Place | None) -> None:
    with ui.element("nav").props(f'aria-label="{name}"').classes("cw-ways"):
        for place in places:
            address, said = place.value
            way = ui.element("a").props(f'href="{address}"')
            if place is here:
                way.props('aria-current="page"')
            with way:
                words(said)


def _settings() -> None:
    with ui.element("div").classes("cw-settings"):
        for name, (title, choices) in _SETTINGS.items():
            with ui.element("select").props(f'data-setting="{name}" aria-label="{title}"'):
                for value, said in choices.items():
                    with ui.element("option").props(f'value="{value}"'):
                        words(said)


def _person(principal: Principal) -> None:
    """Who is here, and the way out."""
    if principal == LOCAL:
        return
    with ui.element("div").classes("cw-person"):
        words(principal.name).classes("cw-quiet")
        with (
            ui.element("form").props('method="post" action="/logout"'),
            ui.element("button").props('type="submit"').classes("cw-plain"),
        ):
            words("退出")


def missing(title: str, why: str, back: Place = Place.TALK) -> None:
    """What stands on a page of which there is nothing to show to this reader."""
    address, name = back.value
    ui.context.client.status_code = 404
    with ui.element("main").classes("cw-sheet").props('id="cw-main"'):
        words(title, "h1")
        words(why, "p")
        with ui.element("a").classes("cw-button").props(f'href="{address}"'):
            words(f"回到{name}")


def holdings(held: Sequence[Metadata]) -> str:
    """How much is held, and of how much only the facts."""
    cards = sum(known.excerpt for known in held)
    if not cards:
        return f"已收录 {len(held)} 份文件"
    return f"已收录 {len(held) - cards} 份文件原文、{cards} 份文件的指标摘录"
