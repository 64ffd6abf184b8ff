"""How large a request may be, and how slowly it may come."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import problem

MAXIMUM_BODY = 2**20
_SLOWEST = 30.0  # seconds between two pieces of a body


class BodyLimit:
    """Refuses a body over its limit, declared or sent, with 413, and one that stalls with 408.

    `larger` are the limits of some paths, in bytes; a body there is passed on as it comes, so that
    it is never held in memory.
    """

    def __init__(self, app: ASGIApp, larger: dict[str, int]) -> None:
        self._app = app
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(("/v1/", "/mcp", "/login")):
            await self._app(scope, receive, send)
        elif scope["path"] in self._larger:
            await self._passed_on(scope, receive, send, self._larger[scope["path"]])
        else:
            await self._held(scope, receive, send)

    async def _held(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        while True:
            try:
                async with asyncio.timeout(_SLOWEST):
                    message = await receive()
            except TimeoutError:
                await problem(408, "请求内容迟迟没有传完")(scope, receive, send)
                return
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > MAXIMUM_BODY:
                await _too_large(MAXIMUM_BODY)(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > most:
            await _too_large(most)(scope, receive, send)
            return
        came = 0
        started = False

        async def counted() -> Message:
            nonlocal came
            async with asyncio.timeout(None if started else _SLOWEST):
                message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise _TooLargeError
            return message

        async def noticed(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, noticed)
        except _TooLargeError:
            await _too_large(most)(scope, receive, send)
        except TimeoutError:
            if started:
                raise
            await problem(408, "请求内容迟迟没有传完")(scope, receive, send)


class _TooLargeError(Exception):
    """More came than may."""


def _too_large(most: int) -> ASGIApp:
    return problem(413, f"请求内容超过 {most // 1024} KB")
