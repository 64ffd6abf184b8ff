"""One answer that was shared, as whoever may read what it cites sees it."""

from __future__ import annotations

from nicegui import ui

from assistant.access.principal import Principal
from assistant.page.around import Extras
from assistant.page.pieces import link
from assistant.page.source import SourcePanel
from assistant.page.text import words
from assistant.page.tools import Tools
from assistant.page.turn import Deeds, Turn
from assistant.receipt import Receipt, answer_of
from assistant.service import Service


def shared(service: Service, principal: Principal, receipt: str) -> None:
    """Build the answer of a receipt into the page."""
    kept = Receipt.model_validate_json(receipt)
    answer = answer_of(kept)
    panel = SourcePanel(service, principal)
    with ui.element("div").classes("cw-main"):
        with (
            ui.element("main").classes("cw-talk").props('id="cw-main"'),
            ui.element("div").classes("cw-scroll"),
            ui.element("div").classes("cw-turns"),
        ):
            words("分享的回答", "h1").classes("cw-hidden")
            turn = Turn(answer.question, panel, Deeds(Tools(service, principal).build))
            turn.build()
            turn.done(answer, Extras(), None, kept.corpus)  # a receipt holds no time
            link("提一个问题", "/")
        panel.build()
