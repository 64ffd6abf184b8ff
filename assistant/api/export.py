"""An answer to take away, over HTTP."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from assistant.api.caller import Caller, Served
from assistant.app import Assistant
from assistant.export.markdown import as_markdown
from assistant.export.paper import file_name, paper_of
from assistant.export.word import as_word
from corpus.database import now


class Format(StrEnum):
    """What an answer is written as."""

    DOCX = "docx"
    MD = "md"


_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.MD: "text/markdown",
}
_FILES: dict[str, Any] = {
    _TYPES[Format.DOCX]: {"schema": {"type": "string", "format": "binary"}},
    _TYPES[Format.MD]: {"schema": {"type": "string"}},
}


def routes() -> APIRouter:
    """The route /v1/answers/{answer_id}/export."""
    router = APIRouter(tags=["问答"])

    @router.get(
        "/v1/answers/{answer_id}/export",
        response_class=Response,
        responses={200: {"description": "文件", "content": _FILES}},
        summary="带走一个回答：Word 文件或 Markdown，引文为脚注",
    )
    async def export(
        answer_id: str,
        service: Served,
        caller: Caller,
        format_: Annotated[Format, Query(alias="format", description="docx 或 md")] = Format.DOCX,
    ) -> Response:
        write = as_word if format_ is Format.DOCX else as_markdown

        def written(seen: Assistant) -> tuple[str, str | bytes]:
            paper = paper_of(seen.receipt(answer_id), now())
            return file_name(paper, format_), write(paper)

        name, content = await service.look_up(caller, written, "export", answer_id)
        return Response(content, headers=_attached(name), media_type=_TYPES[format_])

    return router


def _attached(name: str) -> dict[str, str]:
    """A header that names the file, in Chinese for whoever reads RFC 5987, which is everybody."""
    plain = f"clausewise.{name.rpartition('.')[2]}"
    value = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": value}
