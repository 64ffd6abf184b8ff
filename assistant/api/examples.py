"""The examples in the description of the API: real calls, answered from the starter library.

`python -m assistant.api.examples` writes them anew; a test says when that is due.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

_FILE = "examples.json"
_QUESTION = "四平市2025年煤炭消费量控制在多少？"
# Operation, parameters, body. `{...}` is filled in from the first citation of the first answer.
_CALLS: tuple[tuple[str, str, dict[str, Any], dict[str, Any] | None], ...] = (
    ("POST", "/v1/answer", {}, {"question": _QUESTION}),
    ("GET", "/v1/search", {"q": "四平市煤炭消费量", "limit": 1}, None),
    ("GET", "/v1/documents", {"region": "四平市", "limit": 1}, None),
    ("GET", "/v1/documents/{document_id}", {}, None),
    ("GET", "/v1/documents/{document_id}/outline", {}, None),
    ("GET", "/v1/clauses/{clause_id}", {}, None),
    ("GET", "/v1/targets", {"region": "四平市", "indicator": "煤炭", "year": 2025}, None),
    (
        "GET",
        "/v1/targets/compare",
        {"indicator": "煤炭消费量", "regions": ["吉林省", "四平市"], "year": [2025]},
        None,
    ),
    (
        "GET",
        "/v1/targets/descent",
        {"indicator": "煤炭消费量", "year": 2025, "region": "四平市"},
        None,
    ),
    ("GET", "/v1/collections", {}, None),
)


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Parameters, body and response of a real call, by operation."""
    text = resources.files("assistant.api").joinpath(_FILE).read_text(encoding="utf-8")
    held: dict[str, dict[str, Any]] = json.loads(text)
    return held


def made(data: Path) -> dict[str, dict[str, Any]]:
    """The same, asked of a server over the starter library in an empty folder."""
    return {f"{call['method']} {call['path']}": call for call in _made(data)}


def _made(data: Path) -> Iterator[dict[str, Any]]:
    from fastapi.testclient import TestClient

    from assistant.api import create_app
    from assistant.service import Service
    from assistant.settings import Settings

    service = Service.open(Settings(data=data, database=""), lambda _: None)
    with TestClient(create_app(service), "http://127.0.0.1") as client:
        cited: dict[str, str] = {}
        for method, path, parameters, body in _CALLS:
            filled = path.format(**cited)
            response = client.request(method, filled, params=parameters, json=body)
            response.raise_for_status()
            found = _timeless(response.json())
            if not cited:
                cited = {name: found["citations"][0][name] for name in ("clause_id", "document_id")}
            call = {"method": method, "path": path, "parameters": {**parameters}, "response": found}
            call["parameters"] |= {name: cited[name] for name in cited if f"{{{name}}}" in path}
            yield call | ({"body": body} if body else {})
    service.close()


def _timeless(found: Any) -> Any:
    """Without the milliseconds, which are never the same twice."""
    if isinstance(found, dict) and "timings_ms" in found:
        found["timings_ms"] = {"total": 12.3}
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        text = json.dumps(made(Path(folder)), ensure_ascii=False, indent=1)
    Path(__file__).with_name(_FILE).write_text(text + "\n", encoding="utf-8")
