"""The OpenAPI description: what FastAPI finds, and the errors, keys and examples beside it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from starlette.routing import compile_path

from assistant.api.examples import examples

_PROBLEM = "application/problem+json"
_OPEN = ("/healthz", "/readyz")
# By status: what may go wrong with (nearly) every operation.
_ERRORS = {
    "400": "请求内容无法读取",
    "401": "没有密钥，或密钥无效",
    "403": "当前角色不能做这件事，或请求来自其他网站",
    "404": "没有这一项，或无权看到",
    "409": "尚未导入文件，或未配置对话模型",
    "413": "请求过大",
    "421": "只以本机名称应答",
    "422": "参数或请求内容有误，errors 指明哪一项",
    "429": "请求过于频繁，或正在处理的请求过多；Retry-After 为应等的秒数",
}
_TAGS = [
    {"name": "问答", "description": "提问，取回执，评价回答"},
    {"name": "检索", "description": "直接检索条款"},
    {"name": "文件与条款", "description": "文件列表、目录与条款全文"},
    {"name": "目标", "description": "数值目标：列表、跨辖区比较、由上到下逐级"},
    {"name": "导入", "description": "上传文件，在后台读入"},
    {"name": "OpenAI 兼容", "description": "供 openai SDK、LangChain、Open WebUI 等直接使用"},
    {"name": "运行", "description": "健康检查、指标、审计"},
]


class FieldFault(BaseModel):
    """A field at fault and why."""

    field: str
    reason: str


class Problem(BaseModel):
    """RFC 9457 出错说明。"""

    type: str
    title: str
    status: int
    detail: str = Field(description="出了什么错，该怎么办")
    request_id: str | None = Field(default=None, description="请求编号，可凭此查日志")
    errors: list[FieldFault] | None = Field(default=None, description="哪些字段有误")


def described(app: FastAPI) -> dict[str, Any]:
    """The schema of an app, made once and kept in `app.openapi_schema`."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=_TAGS,
        )
        components = schema.setdefault("components", {})
        shapes = components.setdefault("schemas", {})
        shapes |= {"Problem": _shape(Problem), "FieldFault": _shape(FieldFault)}
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        app.openapi_schema = schema
    return app.openapi_schema


def methods_of(app: FastAPI, path: str) -> list[str]:
    """The methods that a path has; none for a path that there is not."""
    return sorted(
        method.upper()
        for template, methods in described(app)["paths"].items()
        if compile_path(template)[0].match(path)
        for method in methods
    )


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Add to an operation what may go wrong, the key and a real example."""
    responses = operation["responses"]
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status, description in _ERRORS.items():
        if "content" not in responses.get(status, {}) or status == "422":
            responses[status] = {"description": description, "content": {_PROBLEM: problem}}
    if "503" in responses:
        responses["503"]["content"] = {_PROBLEM: problem}
    if path not in _OPEN:
        operation["security"] = [{"key": []}]
    example = examples().get(f"{method.upper()} {path}")
    if example:
        _show(operation, example)


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example["parameters"]:
            parameter["example"] = example["parameters"][parameter["name"]]
    if "body" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["body"]
    operation["responses"]["200"]["content"]["application/json"]["example"] = example["response"]


def _shape(model: type[BaseModel]) -> dict[str, Any]:
    shape = model.model_json_schema(ref_template="#/components/schemas/{model}")
    shape.pop("$defs", None)
    return shape
