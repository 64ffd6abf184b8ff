"""The API described on one plain page, which needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>条析 Clausewise 接口</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.75 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #1f2328; margin: 0 auto; max-width: 860px; padding: 16px 24px 48px; }}
h2 {{ font-size: 18px; margin: 32px 0 4px; }}
code {{ background: #f5f7f9; border-radius: 4px; padding: 2px 6px; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ border: 1px solid #d9dee3; padding: 4px 10px; text-align: left; }}
</style></head><body>
<h1>条析 Clausewise 接口</h1>
<p>机器可读的完整定义：<a href="/openapi.json">/openapi.json</a>。
出错时返回 <code>application/problem+json</code>，<code>detail</code> 说明原因，
<code>errors</code> 指明哪个字段；OpenAI 兼容接口出错时返回 <code>error</code>。</p>
{operations}
</body></html>"""


def manual(schema: dict[str, Any]) -> str:
    """An OpenAPI schema as an HTML page: operations, the parameters and fields that they take."""
    shapes = schema.get("components", {}).get("schemas", {})
    operations = (
        _operation(method, path, operation, shapes)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    return _PAGE.format(operations="\n".join(operations))


def _operation(method: str, path: str, operation: dict[str, Any], shapes: dict[str, Any]) -> str:
    heading = f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
    summary = f"<p>{escape(operation.get('summary', ''))}</p>"
    content = operation.get("requestBody", {}).get("content", {})
    taken = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    shape = shapes.get(taken.rpartition("/")[2])
    asked = operation.get("parameters", [])
    parameters = _table("参数", map(_parameter, asked)) if asked else ""
    return heading + summary + parameters + (_table("字段", _fields(shape)) if shape else "")


def _table(first: str, rows: Iterable[tuple[str, str, bool]]) -> str:
    """Names, what is said of them, and whether they are required."""
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(said)}</td>"
        f"<td>{'是' if required else '否'}</td></tr>"
        for name, said, required in rows
    )
    return f"<table><tr><th>{first}</th><th>说明</th><th>必填</th></tr>{cells}</table>"


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, bool]:
    return parameter["name"], parameter.get("description", ""), parameter.get("required", False)


def _fields(shape: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    required = shape.get("required", [])
    for name, field in shape["properties"].items():
        yield name, field.get("description", ""), name in required
