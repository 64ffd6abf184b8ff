"""Documents and clauses over HTTP, with the tag by which a client knows that nothing changed."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Path, Query, Response
from pydantic import BaseModel, TypeAdapter

from assistant.access.principal import Role
from assistant.api.caller import Caller, Seen, Served, requires
from assistant.api.views import ClauseView, DocumentPage, DocumentView, OutlineEntry
from assistant.app import Assistant
from assistant.job import Job
from assistant.library import matching
from corpus.document import Document, Level

_TAGGED: dict[int | str, dict[str, Any]] = {304: {"description": "与 If-None-Match 所给的相同"}}
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "这一页的图像",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_PICTURE_HEADERS = {"Cache-Control": "private, max-age=3600", "Vary": "Authorization, Cookie"}
_LAST_PAGE = 100_000
_OUTLINE = TypeAdapter(list[OutlineEntry])
Known = Annotated[str | None, Header(alias="If-None-Match", description="上次的 ETag")]


def routes() -> APIRouter:
    """The routes under /v1/documents and /v1/clauses."""
    router = APIRouter(prefix="/v1", tags=["文件与条款"])

    @router.get("/documents", summary="文件列表，可按辖区、层级、状态、领域筛选")
    def documents(
        seen: Seen,
        region: Annotated[str | None, Query(description="辖区（含下级），如 吉林省")] = None,
        level: Annotated[Level | None, Query(description="层级")] = None,
        status: Annotated[str | None, Query(description="正式 或 征求意见稿")] = None,
        subject: Annotated[str | None, Query(description="领域，如 工业")] = None,
        offset: Annotated[int, Query(ge=0, description="从第几份起")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="至多几份")] = 100,
    ) -> DocumentPage:
        found = matching(
            seen.documents(), region=region, level=level, status=status, subject=subject
        )
        items = [DocumentView.of(known) for known in found[offset : offset + limit]]
        return DocumentPage(total=len(found), offset=offset, limit=limit, items=items)

    @router.get(
        "/documents/{document_id}",
        response_model=DocumentView,
        responses=_TAGGED,
        summary="一份文件",
    )
    def document(document_id: str, seen: Seen, known: Known = None) -> Response:
        return _tagged(DocumentView.of(_held(seen, document_id).metadata), known)

    @router.get(
        "/documents/{document_id}/outline",
        response_model=list[OutlineEntry],
        responses=_TAGGED,
        summary="一份文件的条款目录",
    )
    def outline(document_id: str, seen: Seen, known: Known = None) -> Response:
        clauses = _held(seen, document_id).clauses
        entries = [OutlineEntry.of(clause, clauses) for clause in clauses]
        return _tagged_json(_OUTLINE.dump_json(entries), known)

    @router.get(
        "/documents/{document_id}/pages/{number}",
        response_class=Response,
        responses=_PICTURE,
        summary="原件的一页（PNG）；只有从 PDF 导入的文件才有",
    )
    async def page(
        document_id: str,
        number: Annotated[int, Path(ge=1, le=_LAST_PAGE, description="原件的页码")],
        service: Served,
        caller: Caller,
    ) -> Response:
        drawn = await service.page_picture(caller, document_id, number)
        if drawn is None:
            raise HTTPException(404, f"没有文件 {document_id} 第 {number} 页的原件")
        return Response(drawn, media_type="image/png", headers=_PICTURE_HEADERS)

    @router.delete(
        "/documents/{document_id}",
        status_code=202,
        dependencies=[requires(Role.ADMIN)],
        summary="移除一份文件；任务完成后不再据以回答，见 /v1/ingest/{job_id}（管理员）",
    )
    async def remove(document_id: str, service: Served, caller: Caller) -> Job:
        job = await service.remove_document(caller, document_id)
        if job is None:
            raise HTTPException(404, f"没有编号为 {document_id} 的文件")
        return job

    @router.get(
        "/clauses/{clause_id}",
        response_model=ClauseView,
        responses=_TAGGED,
        summary="一条条款的全文与前后条",
    )
    def clause(clause_id: str, seen: Seen, known: Known = None) -> Response:
        held = seen.clause(clause_id)
        whole = seen.document(held.document.id) if held else None
        if held is None or whole is None:
            raise HTTPException(404, f"没有编号为 {clause_id} 的条款")
        return _tagged(ClauseView.of(held, whole.clauses), known)

    return router


def _held(seen: Assistant, document_id: str) -> Document:
    found = seen.document(document_id)
    if found is None:
        raise HTTPException(404, f"没有编号为 {document_id} 的文件")
    return found


def _tagged(view: BaseModel, known: str | None) -> Response:
    return _tagged_json(view.model_dump_json().encode(), known)


def _tagged_json(body: bytes, known: str | None) -> Response:
    """The body with its tag (RFC 9110, 8.8.3), or 304 for a client that knows it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {**_HEADERS, "ETag": tag}
    tags = [one.strip().removeprefix("W/") for one in (known or "").split(",")]
    if tag in tags or "*" in tags:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
