"""The HTTP API over the service layer."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer, Question, Step
from assistant.api import search, targets
from assistant.api.manual import manual
from assistant.api.problems import install, problem
from assistant.api.views import ClauseView, DocumentPage, DocumentView, OutlineEntry
from assistant.app import Assistant
from assistant.ask import Line, Stage, Trace, Understood
from assistant.library import matching
from assistant.receipt import Receipt
from corpus.document import Document, Level

MAXIMUM_BODY = 2**20

_LOG = logging.getLogger(__name__)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "回答；stream 为 true 时为事件流",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    409: {"description": "尚未导入文件，或未配置对话模型"},
}


def create_app(assistant: Assistant) -> FastAPI:
    """The API of one assistant."""
    app = FastAPI(
        title="条析 Clausewise",
        description="政策文件问答，回答引到具体条款。",
        # The usual pages fetch their scripts from outside; ours is served by `documentation`.
        docs_url=None,
        redoc_url=None,
    )
    install(app)
    app.add_middleware(BodyLimit)

    @app.post("/v1/answer", response_model=Answer, responses=_EVENTS, summary="提问")
    def answer(question: Question) -> Answer | StreamingResponse:
        if question.stream:
            coming = events(assistant.stages(question))
            return StreamingResponse(coming, media_type="text/event-stream")
        return assistant.ask(question)

    @app.get(
        "/v1/answers/{answer_id}/receipt",
        response_model=Receipt,
        summary="回答的回执：语料版本、理解、检索名次、各项核对结果",
    )
    def receipt(answer_id: str) -> Response:
        text = assistant.receipt(answer_id)
        if text is None:
            raise HTTPException(404, f"没有编号为 {answer_id} 的回答，或其回执已过保存数量")
        return Response(text, media_type="application/json")

    @app.get("/v1/documents", summary="文件列表，可按辖区、层级、状态、领域筛选")
    def documents(
        region: str | None = None,
        level: Level | None = None,
        status: str | None = None,
        subject: str | None = None,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DocumentPage:
        found = matching(
            assistant.documents(), region=region, level=level, status=status, subject=subject
        )
        items = [DocumentView.of(known) for known in found[offset : offset + limit]]
        return DocumentPage(total=len(found), offset=offset, limit=limit, items=items)

    @app.get("/v1/documents/{document_id}", summary="一份文件")
    def document(document_id: str) -> DocumentView:
        return DocumentView.of(held_document(document_id).metadata)

    @app.get("/v1/documents/{document_id}/outline", summary="一份文件的条款目录")
    def outline(document_id: str) -> list[OutlineEntry]:
        clauses = held_document(document_id).clauses
        return [OutlineEntry.of(clause, clauses) for clause in clauses]

    def held_document(document_id: str) -> Document:
        found = assistant.document(document_id)
        if found is None:
            raise HTTPException(404, f"没有编号为 {document_id} 的文件")
        return found

    @app.get("/v1/clauses/{clause_id}", summary="一条条款的全文与前后条")
    def clause(clause_id: str) -> ClauseView:
        held = assistant.clause(clause_id)
        whole = assistant.document(held.document.id) if held else None
        if held is None or whole is None:
            raise HTTPException(404, f"没有编号为 {clause_id} 的条款")
        return ClauseView.of(held, whole.clauses)

    app.include_router(search.routes(assistant))
    app.include_router(targets.routes(assistant))

    @app.get("/healthz", summary="存活检查")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/docs", include_in_schema=False)
    def documentation() -> HTMLResponse:
        return HTMLResponse(manual(app.openapi()))

    @app.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(request: Request, rest: str) -> None:
        allowed = _allowed(app, request.scope)
        if allowed:
            detail = f"/v1/{rest} 只支持 {'、'.join(allowed)}"
            raise HTTPException(405, detail, {"Allow": ", ".join(allowed)})
        raise HTTPException(404, f"没有接口 /v1/{rest}")

    return app


def _allowed(app: FastAPI, scope: Scope) -> list[str]:
    """Methods of the routes that have this path but not this method."""
    return sorted(
        method
        for route in app.routes
        if route.matches(scope)[0] is Match.PARTIAL
        for method in getattr(route, "methods", ())
    )


def events(coming: Iterator[Stage]) -> Iterator[str]:
    """Server-sent events: understood, steps, each sentence with its citations, the whole answer.

    What goes wrong on the way is the last event, `error`: the status has been sent by then.
    """
    try:
        for stage in coming:
            yield from _events_of(stage)
    except Exception:
        _LOG.exception("a stream failed")
        yield _event("error", _json_text("服务器出错，请稍后重试。"))


def _events_of(stage: Stage) -> Iterator[str]:
    match stage:
        case Understood(text):
            yield _event("understood", _json_text(text))
        case Step():
            yield _event("step", stage.model_dump_json())
        case Line(text, citations):
            yield _event("sentence", _json_text(text))
            for citation in citations:
                yield _event("citation", citation.model_dump_json())
        case Trace():
            yield _event("done", stage.answer.model_dump_json())


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"


def _json_text(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


class BodyLimit:
    """Refuses a body over MAXIMUM_BODY bytes, declared or sent, with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > MAXIMUM_BODY:
                response = problem(413, f"请求内容超过 {MAXIMUM_BODY // 1024} KB")
                await response(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)
