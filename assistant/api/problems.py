"""Errors as RFC 9457 problem details, in Chinese, one shape for all."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from assistant.api.schema import methods_of
from assistant.errors import AskError, OverloadError, RepairError, UnknownAnswerError
from corpus.database import UNREACHABLE
from corpus.disk import is_full
from corpus.document import Region
from corpus.errors import CatalogError, ClausewiseError, DiskFullError
from corpus.targets.select import region_named
from retrieval.errors import EngineError

REASONED = "reasoned"  # a type of error beside those of pydantic: its context gives the reason
BROKEN = "服务器出错，请稍后重试；若反复出现，请联系管理员。"
NO_DATABASE = "数据库暂时无法使用，请稍后重试。"
_PAUSE = {"Retry-After": "5"}  # seconds

_LONGEST = 500  # characters of what a driver says
_LOG = logging.getLogger(__name__)
_TITLES = {
    400: "请求有误",
    401: "需要身份",
    403: "没有权限",
    404: "未找到",
    405: "不支持的请求方法",
    409: "暂时无法回答",
    408: "请求超时",
    413: "请求过大",
    421: "主机名不符",
    422: "请求有误",
    429: "请求过多",
    500: "服务器内部错误",
    503: "暂时无法使用",
    507: "磁盘已满",
}
# What the framework says in English.
_DETAILS = {
    "Not Found": "没有这个地址",
    "Method Not Allowed": "这个地址不支持所用的请求方法",
    "There was an error parsing the body": "请求内容无法读取：应为 UTF-8 编码、嵌套不过深的 JSON",
}
_OBJECT = "应为 JSON 对象，且请求头 content-type 为 application/json"
_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
    "string_type": "类型不对，应为文本",
    "string_unicode": "含有无效字符",
    "list_type": "类型不对，应为列表",
    "int_type": "类型不对，应为整数",
    "int_parsing": "类型不对，应为整数",
    "int_from_float": "类型不对，应为整数",
    "bool_type": "类型不对，应为 true 或 false",
    "bool_parsing": "类型不对，应为 true 或 false",
    "model_type": "类型不对，应为对象",
    "model_attributes_type": "类型不对，应为对象",
}
_QUOTED = re.compile(r"'([^']+)'")


def problem(
    status: int,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document; `errors` name the fields at fault and why."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "请求失败"),
        "status": status,
        "detail": detail,
    }
    if request_id := structlog.contextvars.get_contextvars().get("request"):
        body["request_id"] = request_id
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def unavailable(error: Exception) -> JSONResponse:
    """The answer where the database cannot be asked; it goes on as soon as that is back."""
    _LOG.error("the database cannot be asked: %s", " ".join(str(error).split())[:_LONGEST])
    return problem(503, NO_DATABASE, headers=_PAUSE)


def no_room(error: Exception) -> JSONResponse:
    """What was to be kept is not."""
    _LOG.error("the disk is full: %s", error)
    return problem(507, str(DiskFullError()))


def refused(parameter: str, reason: str) -> RequestValidationError:
    """A problem that names the parameter, like those of the framework."""
    found = {"type": REASONED, "loc": ("query", parameter), "ctx": {"reason": reason}}
    return RequestValidationError([found])


def region_asked(name: str, parameter: str) -> Region:
    """The jurisdiction of a parameter. Raises RequestValidationError."""
    try:
        return region_named(name)
    except ClausewiseError as error:
        raise refused(parameter, str(error)) from error


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem document."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_field_error(found) for found in error.errors()]
        detail = "；".join(f"{e['field']}：{e['reason']}" for e in errors)
        return problem(422, detail, errors)

    @app.exception_handler(OverloadError)
    async def too_many(_: Request, error: OverloadError) -> JSONResponse:
        return problem(429, str(error), headers={"Retry-After": str(error.seconds)})

    @app.exception_handler(RepairError)
    async def repairing(_: Request, error: RepairError) -> JSONResponse:
        return problem(503, str(error), headers={"Retry-After": str(error.seconds)})

    @app.exception_handler(EngineError)
    async def not_searchable(_: Request, error: EngineError) -> JSONResponse:
        return problem(503, str(error), headers=_PAUSE)

    @app.exception_handler(AskError)
    async def cannot_answer(_: Request, error: AskError) -> JSONResponse:
        return problem(409, str(error))

    @app.exception_handler(UnknownAnswerError)
    async def no_such_answer(_: Request, error: UnknownAnswerError) -> JSONResponse:
        return problem(404, str(error))

    @app.exception_handler(HTTPException)
    async def failed(request: Request, error: HTTPException) -> JSONResponse:
        methods = methods_of(app, request.url.path) if error.status_code == 405 else []
        if methods:
            said = f"{request.url.path} 只支持 {'、'.join(methods)}"
            return problem(405, said, headers={"Allow": ", ".join(methods)})
        detail = _DETAILS.get(error.detail, error.detail)
        return problem(error.status_code, detail, headers=error.headers)

    async def no_database(_: Request, error: Exception) -> JSONResponse:
        return no_room(error) if is_full(error) else unavailable(error)

    for kind in (*UNREACHABLE, CatalogError, DiskFullError):
        app.add_exception_handler(kind, no_database)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> JSONResponse:
        if is_full(error):
            return no_room(error)
        _LOG.error("unexpected error", exc_info=error)
        return problem(500, BROKEN)


def faults_of(error: ValidationError) -> str:
    """In one line, which fields are at fault and why, for what comes by another way than HTTP."""
    return "；".join(
        f"{'.'.join(map(str, found['loc']))}：{_reason(found['type'], found.get('ctx', {}))}"
        for found in error.errors()
    )


def _field_error(found: dict[str, Any]) -> dict[str, str]:
    """Which field and why, from pydantic's error."""
    place = [str(part) for part in found["loc"][1:]]
    if found["type"] == "json_invalid":
        return {"field": "body", "reason": f"不是有效的 JSON（第 {found['loc'][-1]} 个字符处）"}
    if not place:
        return {"field": "body", "reason": _OBJECT}
    return {"field": ".".join(place), "reason": _reason(str(found["type"]), found.get("ctx", {}))}


def _reason(kind: str, context: Mapping[str, Any]) -> str:
    """Why, with the limit or the choices where there are any."""
    if kind == "string_too_long":
        return f"过长，不能超过 {context['max_length']} 字"
    if kind == "too_long":
        return f"项数过多，不能超过 {context['max_length']} 项"
    if kind == REASONED:
        return str(context["reason"])
    if kind == "greater_than_equal":
        return f"不能小于 {context['ge']}"
    if kind == "less_than_equal":
        return f"不能大于 {context['le']}"
    if kind in ("enum", "literal_error"):
        return f"不是可选值，可选：{'、'.join(_QUOTED.findall(str(context['expected'])))}"
    return _REASONS.get(kind, "取值无效")
