"""The Content-Security-Policy of pages: scripts run that the server has marked, and no others."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SCRIPT = re.compile(rb"<script(?=[\s>])")
# The framework compiles its templates in the browser and styles elements in place.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'none'"
)


class Nonces:
    """Marks the scripts of each page with a number used once, and lets the browser run only those.

    The elements of a page are in it with every `<` escaped, so that no text that somebody wrote
    can have a script that is marked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def marked(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                kind = MutableHeaders(scope=message).get("content-type", "")
                if kind.startswith("text/html"):
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send(start, body, send)
                return
            await send(message)

        await self._app(scope, receive, marked)


async def _send(start: Message, body: bytes, send: Send) -> None:
    nonce = secrets.token_urlsafe(16)
    page = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), body)
    headers = MutableHeaders(scope=start)
    headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
    headers["Content-Length"] = str(len(page))
    await send(start)
    await send({"type": "http.response.body", "body": page})
