"""For whoever runs the server: whether it lives and is ready, its figures, the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel

from assistant.access.audit import Entry
from assistant.access.principal import Role
from assistant.api.caller import Served, requires
from assistant.metrics import CONTENT_TYPE


class AuditPage(BaseModel):
    """A page of the audit log, the newest first."""

    total: int
    offset: int
    limit: int
    items: list[Entry]


class State(BaseModel):
    """How the server is."""

    status: str


def routes() -> APIRouter:
    """The routes /healthz, /readyz, /metrics and /v1/audit."""
    router = APIRouter(tags=["运行"])

    @router.get("/healthz", summary="存活检查")
    def health() -> State:
        return State(status="ok")

    @router.get(
        "/readyz", summary="就绪检查：有文件可答", responses={503: {"description": "未就绪"}}
    )
    def ready(service: Served) -> State:
        service.access.is_guarded()  # which the database has to be there for
        if not service.is_ready:
            raise HTTPException(503, "尚未导入任何文件")
        return State(status="ready")

    @router.get(
        "/metrics",
        dependencies=[requires(Role.ADMIN)],
        summary="Prometheus 指标（管理员）",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def metrics(service: Served) -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    @router.get("/v1/audit", dependencies=[requires(Role.ADMIN)], summary="审计记录（管理员）")
    def audit(
        service: Served,
        who: Annotated[str | None, Query(description="谁：编号或名称")] = None,
        action: Annotated[str | None, Query(description="做了什么，如 ask、ingest")] = None,
        offset: Annotated[int, Query(ge=0, le=2**53, description="从第几条起")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="至多几条")] = 100,
    ) -> AuditPage:
        total, entries = service.audit.entries(who=who, action=action, offset=offset, limit=limit)
        return AuditPage(total=total, offset=offset, limit=limit, items=list(entries))

    return router
