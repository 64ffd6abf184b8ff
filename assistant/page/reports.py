"""The files of evaluation runs, to open and to take away. They tell of all collections."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from assistant.access.principal import Role
from assistant.api.caller import Served, requires
from assistant.evaluations import Part, file_of

# A report is made elsewhere: it may show itself and do nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def routes() -> APIRouter:
    """The routes of one run, under /evaluations."""
    router = APIRouter(
        prefix="/evaluations/{name}",
        include_in_schema=False,
        dependencies=[requires(Role.ADMIN)],
    )

    @router.get("/report")
    def report(name: str, service: Served) -> FileResponse:
        return _sent(service.settings.data, name, Part.REPORT, "text/html")

    @router.get("/questions.csv")
    def questions(name: str, service: Served) -> FileResponse:
        return _sent(service.settings.data, name, Part.QUESTIONS, "text/csv", f"{name}.csv")

    return router


def _sent(data: Path, name: str, part: Part, kind: str, save_as: str | None = None) -> FileResponse:
    """A file as it is; to be saved where there is a name for that."""
    file = file_of(data, name, part)
    if file is None:
        raise HTTPException(404, f"没有名为“{name}”的评测，或它没有 {part}")
    return FileResponse(file, media_type=kind, filename=save_as, headers=_HEADERS)
