"""What goes around every request: its id, its line in the log, its measures, its headers."""

from __future__ import annotations

import logging
import re
import time
import uuid

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.service import Service

_LOG = structlog.stdlib.get_logger("clausewise.http")
_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
# Of what is no page of the framework's, which bring a policy of their own (page/policy.py).
_PAGE_POLICY = (
    "default-src 'self'; script-src 'none'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_STATIC = "/_nicegui/"
_DATA = ("/v1/", "/mcp", "/healthz", "/readyz", "/metrics", "/openapi.json")


class Context:
    """The outermost layer. A client's own X-Request-ID is kept where it looks like one."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._metrics = service.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = HTTPConnection(scope).headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request=request_id)
        start = time.perf_counter()
        status = 500
        is_data = scope["path"].startswith(_DATA)

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                policy = _DATA_POLICY if is_data else _PAGE_POLICY
                headers.setdefault("Content-Security-Policy", policy)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if is_data and "Cache-Control" not in headers:
                    headers["Cache-Control"] = "no-store"
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        finally:
            self._over(scope, status, time.perf_counter() - start)
            structlog.contextvars.unbind_contextvars("request")

    def _over(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "other"
        self._metrics.requests.labels(route, scope["method"], status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        principal = scope.get("state", {}).get("principal")
        level = logging.DEBUG if scope["path"].startswith(_STATIC) else logging.INFO
        _LOG.log(
            level,
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
            who=principal.id if principal else None,
        )
