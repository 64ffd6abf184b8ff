"""Errors as RFC 9457 problem details, in Chinese, one shape for all."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.answer import MAXIMUM_QUESTION
from assistant.errors import AskError

_LOG = logging.getLogger(__name__)
_TITLES = {
    404: "未找到",
    405: "不支持的请求方法",
    409: "暂时无法回答",
    413: "请求过大",
    422: "请求有误",
    500: "服务器内部错误",
}
_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_too_short": "不能为空",
    "string_too_long": "过长",
    "json_invalid": "不是有效的 JSON",
    "enum": "不是可选值",
    "literal_error": "不是可选值",
    "too_long": "项数过多",
}


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> JSONResponse:
    """A problem document; `errors` name the fields at fault and why."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "请求失败"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem document."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_field_error(found) for found in error.errors()]
        detail = "；".join(f"{e['field']}：{e['reason']}" for e in errors)
        return problem(422, detail, errors)

    @app.exception_handler(AskError)
    async def cannot_answer(_: Request, error: AskError) -> JSONResponse:
        return problem(409, str(error))

    @app.exception_handler(HTTPException)
    async def failed(_: Request, error: HTTPException) -> JSONResponse:
        detail = str(error.detail) if error.status_code != 405 else _TITLES[405]
        if error.status_code == 404 and error.detail == "Not Found":
            detail = "没有这个地址"
        return problem(error.status_code, detail)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> JSONResponse:
        _LOG.error("unexpected error", exc_info=error)
        return problem(500, "服务器出错，请稍后重试；若反复出现，请联系管理员。")


def _field_error(found: dict[str, Any]) -> dict[str, str]:
    """Which field and why, from pydantic's error."""
    field = ".".join(str(part) for part in found["loc"] if part != "body") or "body"
    kind = str(found["type"])
    if field == "question" and kind == "string_too_long":
        return {"field": field, "reason": f"问题过长，不能超过 {MAXIMUM_QUESTION} 字"}
    if field == "question" and kind == "string_too_short":
        return {"field": field, "reason": "问题不能为空"}
    reason = _REASONS.get(kind) or ("类型不对" if kind.endswith("_type") else "取值无效")
    return {"field": field, "reason": reason}
