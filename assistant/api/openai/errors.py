"""Errors in OpenAI's shape on the paths that its clients use; everywhere else they are problems."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.openai.shapes import ErrorBody, ErrorView

BROKEN = "服务器出错，请稍后重试。"
_PATHS = ("/v1/chat/completions", "/v1/embeddings", "/v1/models")
_BELOW = "/v1/models/"
_INVALID = "invalid_request_error"
# Type and code of a status; others are as a bad request, or as a failure of the server.
_KINDS: dict[int, tuple[str, str | None]] = {
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", None),
    404: (_INVALID, "model_not_found"),
    409: (_INVALID, "nothing_ingested"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


class OpenAIErrors:
    """Turns problem documents into OpenAI's errors, whoever on the way inside wrote them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        started = False
        problem: Message | None = None
        body = bytearray()

        async def shaped(message: Message) -> None:
            nonlocal problem, started
            started = True
            if message["type"] == "http.response.start" and _is_problem(message):
                problem = message
            elif problem is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _as_error(problem, bytes(body))(scope, receive, send)

        try:
            await self._app(scope, receive, shaped)
        except Exception:
            if not started:
                await _response(500, error_of(500, BROKEN))(scope, receive, send)
            raise


def error_of(status: int, message: str, param: str | None = None) -> ErrorBody:
    """The error of a status."""
    kind, code = _KINDS.get(status, (_INVALID if status < 500 else "server_error", None))
    if status == 404:
        param = "model"
    return ErrorBody(error=ErrorView(message=message, type=kind, param=param, code=code))


def _is_ours(path: str) -> bool:
    return path in _PATHS or path.startswith(_BELOW)


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == "application/problem+json"


def _as_error(start: Message, body: bytes) -> JSONResponse:
    """A problem as an error. To OpenAI's clients a request is bad (400), never unprocessable."""
    problem: dict[str, Any] = json.loads(body)
    status = 400 if start["status"] == 422 else start["status"]
    fields = [error["field"] for error in problem.get("errors", ()) if error["field"] != "body"]
    kept = Headers(raw=start["headers"]).mutablecopy()
    del kept["content-type"], kept["content-length"]
    error = error_of(status, problem["detail"], fields[0] if fields else None)
    return _response(status, error, dict(kept))


def _response(status: int, error: ErrorBody, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(error.model_dump(), status, headers)
