"""The chat page: ask, read, and open the clause that proves each sentence."""

from __future__ import annotations

from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from nicegui import app as pages
from nicegui import ui

from assistant.access.principal import Principal
from assistant.page.talk import Talk
from assistant.service import Service

_STYLE = Path(__file__).with_name("style.css")
_NO_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>条析 Clausewise</title>'
    '<p>没有这个网页。<a href="/">回到条析</a></p></html>'
)
# Seconds without a network before a conversation is given up.
_PATIENCE = 60.0


def mount(app: FastAPI, service: Service) -> None:
    """Serve the page at `/` of the app."""

    @ui.page("/", title="条析 Clausewise")
    async def page(request: Request) -> None:
        principal: Principal = request.state.principal
        held = await to_thread.run_sync(lambda: service.seen_by(principal).documents())
        ui.add_css(_STYLE)
        ui.colors(primary="#0b5cad")
        Talk(service, principal).build(held)

    @pages.exception_handler(404)
    async def no_page(_: Request, __: Exception) -> HTMLResponse:
        return HTMLResponse(_NO_PAGE, 404)

    ui.run_with(
        app,
        title="条析 Clausewise",
        language="zh-CN",
        reconnect_timeout=_PATIENCE,
        show_welcome_message=False,
    )
