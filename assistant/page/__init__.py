"""The pages for officials: ask and read, look targets up, look at the documents."""

from __future__ import annotations

import hashlib
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from nicegui import app as pages
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware

from assistant.access.principal import Principal
from assistant.page.library import Library, rows_of
from assistant.page.policy import Nonces
from assistant.page.reader import Reading, marked_of, not_held, read
from assistant.page.shell import Place, shell
from assistant.page.talk import Talk
from assistant.service import Service

_STATIC = Path(__file__).with_name("static")
_NO_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>条析 Clausewise</title>'
    '<p>没有这个网页。<a href="/">回到条析</a></p></html>'
)
# Seconds without a network before a page is given up, and built anew when it is back.
_PATIENCE = 60.0


def mount(app: FastAPI, service: Service) -> None:
    """Serve the pages of the app."""
    head = _head()

    @ui.page("/", title="条析 Clausewise")
    async def talk(request: Request) -> None:
        ui.add_head_html(head)
        principal: Principal = request.state.principal
        held = await to_thread.run_sync(lambda: service.seen_by(principal).documents())
        with shell(principal, Place.TALK):
            Talk(service, principal).build(held)

    @ui.page("/documents", title="文件库 · 条析")
    async def library(request: Request) -> None:
        ui.add_head_html(head)
        principal: Principal = request.state.principal
        held = await to_thread.run_sync(lambda: rows_of(service.seen_by(principal)))
        Library(service, principal).build(held, request.query_params.multi_items())

    @ui.page("/documents/{document_id}")
    async def reader(request: Request, document_id: str, clause: str = "", span: str = "") -> None:
        ui.add_head_html(head)
        principal: Principal = request.state.principal
        reading = await to_thread.run_sync(
            lambda: Reading.of(service, service.seen_by(principal), document_id)
        )
        if reading is None:
            ui.page_title("没有这份文件 · 条析")
            not_held(principal)
            return
        ui.page_title(f"{reading.whole.metadata.title} · 条析")
        read(service, principal, reading, marked_of(clause, span))

    @pages.exception_handler(404)
    async def no_page(_: Request, __: Exception) -> HTMLResponse:
        return HTMLResponse(_NO_PAGE, 404)

    pages.add_static_files("/assets", _STATIC)
    ui.run_with(
        app,
        title="条析 Clausewise",
        language="zh-CN",
        dark=None,
        tailwind=False,
        reconnect_timeout=_PATIENCE,
        show_welcome_message=False,
        # Inside of the compression, as it reads what is sent.
        gzip_middleware_factory=lambda inner: GZipMiddleware(Nonces(inner)),
    )


def _head() -> str:
    """Our scripts and styles; their addresses change with what is in them."""
    files = sorted(_STATIC.iterdir())
    version = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
    styles = (
        f'<link rel="stylesheet" href="/assets/{file.name}?{version}">'
        for file in files
        if file.suffix == ".css"
    )
    scripts = (
        f'<script src="/assets/{file.name}?{version}"></script>'
        for file in files
        if file.suffix == ".js"
    )
    return "".join((*styles, *scripts))
