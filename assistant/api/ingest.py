"""Taking documents in over HTTP: upload, watch, cancel; contributors only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as StarletteError

from assistant.access.principal import Principal, Role
from assistant.api.caller import Caller, Served, requires
from assistant.api.events import EVENT_STREAM, event, stream
from assistant.api.problems import refused
from assistant.job import Job
from assistant.service import Service
from corpus.document import PUBLIC

_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "文件：文本、网页、PDF、Word、OFD，或其 ZIP 压缩包",
                        },
                        "collection": {
                            "type": "string",
                            "default": PUBLIC,
                            "description": "放入哪个文件集",
                        },
                    },
                }
            }
        },
    }
}
_CONTRIBUTOR = requires(Role.CONTRIBUTOR)


class JobPage(BaseModel):
    """A page of jobs, the newest first."""

    total: int
    offset: int
    limit: int
    items: list[Job]


class Collections(BaseModel):
    """The collections that the caller may read."""

    items: list[str] = Field(description="public 人人可读")


def routes() -> APIRouter:
    """The routes under /v1/ingest, and /v1/collections."""
    router = APIRouter(prefix="/v1", tags=["导入"])

    @router.get("/collections", summary="可读的文件集")
    def collections(service: Served, caller: Caller) -> Collections:
        return Collections(items=sorted(service.readable(caller)))

    @router.post(
        "/ingest",
        status_code=202,
        dependencies=[_CONTRIBUTOR],
        openapi_extra=_UPLOAD,
        summary="上传文件，在后台导入（投稿人）",
    )
    async def ingest(request: Request, service: Served, caller: Caller) -> Job:
        most = service.settings.upload_files
        try:
            async with request.form(max_files=most, max_fields=10) as form:
                return await accept(service, caller, form)
        except StarletteError as error:
            if error.status_code != 400:
                raise
            raise HTTPException(422, f"应为 multipart/form-data，至多 {most} 个文件") from error

    @router.get("/ingest", dependencies=[_CONTRIBUTOR], summary="自己的导入任务，新的在前")
    def jobs(
        service: Served,
        caller: Caller,
        offset: Annotated[int, Query(ge=0, le=2**53, description="从第几个起")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="至多几个")] = 100,
    ) -> JobPage:
        total, items = service.jobs.jobs(caller, offset, limit)
        return JobPage(total=total, offset=offset, limit=limit, items=items)

    @router.get("/ingest/{job_id}", dependencies=[_CONTRIBUTOR], summary="一个导入任务")
    def job(job_id: str, service: Served, caller: Caller) -> Job:
        return _held(service, caller, job_id)

    @router.get(
        "/ingest/{job_id}/events",
        dependencies=[_CONTRIBUTOR],
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "任务每有变化即发一个 progress 事件，结束时发 done",
                "content": EVENT_STREAM,
            }
        },
        summary="导入进度（事件流）",
    )
    async def progress(job_id: str, service: Served, caller: Caller) -> StreamingResponse:
        await to_thread.run_sync(_held, service, caller, job_id)

        async def told() -> AsyncIterator[str]:
            async for now in service.jobs.changes(job_id, caller):
                yield event("done" if now.state.is_over else "progress", now.model_dump_json())

        return stream(told())

    @router.post("/ingest/{job_id}/cancel", dependencies=[_CONTRIBUTOR], summary="取消导入")
    async def cancel(job_id: str, service: Served, caller: Caller) -> Job:
        held = await to_thread.run_sync(_held, service, caller, job_id)
        await service.jobs.cancel(held)
        service.audit.record(caller, "cancel", job_id)
        return await to_thread.run_sync(_held, service, caller, job_id)

    return router


async def accept(service: Service, caller: Principal, form: FormData) -> Job:
    """Keep the files of a form and queue them. Raises RequestValidationError."""
    files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if not files or len(files) != len(form.getlist("files")):
        raise refused("files", "请给出文件")
    said = form.get("collection", PUBLIC)
    readable = await to_thread.run_sync(service.readable, caller)
    if not isinstance(said, str) or said not in readable:
        raise refused("collection", "没有这个文件集，可用 /v1/collections 查看")
    return await service.take_in(caller, said, [(one.filename or "", one.file) for one in files])


def _held(service: Service, caller: Principal, job_id: str) -> Job:
    found = service.jobs.job(job_id, caller)
    if found is None:
        raise HTTPException(404, f"没有编号为 {job_id} 的导入任务")
    return found
