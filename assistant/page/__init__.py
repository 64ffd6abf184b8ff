"""The pages for officials: ask and read, look targets up, look at the documents."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from nicegui import app as pages
from nicegui import ui

from assistant.access.principal import Principal
from assistant.errors import UnknownAnswerError
from assistant.page.choices import Choice
from assistant.page.evaluations import evaluations
from assistant.page.kept import opened
from assistant.page.library import Library, rows_of
from assistant.page.policy import Nonces
from assistant.page.reader import Reading, marked_of, read
from assistant.page.reports import routes
from assistant.page.shared import shared
from assistant.page.shell import Place, missing, shell
from assistant.page.talk import Talk
from assistant.page.targets import Targets
from assistant.service import Service

_STATIC = Path(__file__).with_name("static")
_NO_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>条析 Clausewise</title>'
    '<p>没有这个网页。<a href="/">回到条析</a></p></html>'
)
_NO_DOCUMENT = "它可能已移除、有了新版本，或不在您可以查看的范围内。"
# Seconds that a page may take, or be without a network before it is given up and built anew.
_PATIENCE = 60.0


def mount(app: FastAPI, service: Service) -> None:
    """Serve the pages of the app."""
    ui.add_head_html(_head(), shared=True)
    # The first page of a reader may wait for an index to be built of what they may see.
    page_at = partial(ui.page, response_timeout=_PATIENCE)

    @page_at("/", title="条析 Clausewise")
    async def talk(request: Request) -> None:
        principal: Principal = request.state.principal
        seen = await to_thread.run_sync(service.seen_by, principal)
        await to_thread.run_sync(lambda: seen.suggested)
        page = Talk(service, principal)
        with shell(principal, Place.TALK):
            page.build(seen)
        await page.ready()

    @page_at("/c/{conversation_id}", title="条析 Clausewise")
    async def conversation(request: Request, conversation_id: str) -> None:
        principal: Principal = request.state.principal
        seen = await to_thread.run_sync(service.seen_by, principal)
        kept = await to_thread.run_sync(opened, service, principal, conversation_id)
        with shell(principal, Place.TALK):
            if kept is None:
                missing("没有这个对话", "它可能已被删除，或属于另一位用户。")
                return
            page = Talk(service, principal, kept)
            page.build(seen)
        await page.ready()

    @page_at("/answers/{answer_id}", title="条析 Clausewise")
    async def answer(request: Request, answer_id: str) -> None:
        principal: Principal = request.state.principal
        seen = await to_thread.run_sync(service.seen_by, principal)
        with shell(principal, None):
            try:
                receipt = await to_thread.run_sync(seen.receipt, answer_id)
            except UnknownAnswerError:
                missing("没有这个回答", "它可能已过保存数量，或引用了您无权查看的文件。")
            else:
                shared(service, principal, receipt)

    @page_at(Place.TARGETS.value[0], title="指标 · 条析 Clausewise")
    async def targets(request: Request) -> None:
        principal: Principal = request.state.principal
        said = request.query_params
        with shell(principal, Place.TARGETS):
            await Targets(service, principal, Choice.of(said, said.getlist("region"))).build()

    @page_at("/documents", title="文件库 · 条析")
    async def library(request: Request) -> None:
        principal: Principal = request.state.principal
        held = await to_thread.run_sync(lambda: rows_of(service.seen_by(principal)))
        Library(service, principal).build(held, request.query_params.multi_items())

    @page_at("/documents/{document_id}")
    async def reader(request: Request, document_id: str, clause: str = "", span: str = "") -> None:
        principal: Principal = request.state.principal
        reading = await to_thread.run_sync(
            lambda: Reading.of(service, service.seen_by(principal), document_id)
        )
        if reading is None:
            ui.page_title("没有这份文件 · 条析")
            with shell(principal, Place.LIBRARY):
                missing(
                    "没有这份文件",
                    "它可能已移除、有了新版本，或不在您可以查看的范围内。",
                    Place.LIBRARY,
                )
            return
        ui.page_title(f"{reading.whole.metadata.title} · 条析")
        read(service, principal, reading, marked_of(clause, span))

    @page_at(Place.EVALUATIONS.value[0], title="评测 · 条析")
    async def measured(request: Request) -> None:
        principal: Principal = request.state.principal
        with shell(principal, Place.EVALUATIONS):
            await evaluations(service, principal, request.query_params.getlist("run"))

    app.include_router(routes())

    @pages.exception_handler(404)
    async def no_page(_: Request, __: Exception) -> HTMLResponse:
        return HTMLResponse(_NO_PAGE, 404)

    pages.add_static_files("/assets", _STATIC)
    pages.add_middleware(Nonces)  # before `run_with` adds the compression, which is to be outside
    ui.run_with(
        app,
        title="条析 Clausewise",
        language="zh-CN",
        dark=None,
        tailwind=False,
        reconnect_timeout=_PATIENCE,
        show_welcome_message=False,
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
