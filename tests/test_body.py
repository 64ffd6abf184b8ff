"""How large a body may be, and how slowly it may come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from assistant.api import body
from assistant.api.body import MAXIMUM_BODY, BodyLimit

LARGER = {"/v1/ingest": 3 * MAXIMUM_BODY}


async def counted(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that says how many bytes came."""
    came = sum([len(piece) async for piece in Request(scope, receive).stream()])
    await PlainTextResponse(str(came))(scope, receive, send)


def sent(path: str, pieces: list[bytes], *, stalls: bool = False) -> tuple[int, str]:
    """The status and text of the answer to a body in pieces; it may stall after the last."""
    left = list(pieces)
    answers: list[Message] = []

    async def receive() -> Message:
        if left:
            piece = left.pop(0)
            more = bool(left) or stalls
            return {"type": "http.request", "body": piece, "more_body": more}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        answers.append(message)

    scope: dict[str, Any] = {"type": "http", "path": path, "method": "POST", "headers": []}
    asyncio.run(BodyLimit(counted, LARGER)(scope, receive, send))
    return answers[0]["status"], answers[1]["body"].decode()


def test_what_fits_comes_whole() -> None:
    assert sent("/v1/answer", [b"x" * 1000, b"y" * 500]) == (200, "1500")
    assert sent("/v1/ingest", [b"x" * MAXIMUM_BODY] * 2) == (200, str(2 * MAXIMUM_BODY))


@pytest.mark.parametrize(("path", "most"), [("/v1/answer", 1024), ("/v1/ingest", 3072)])
def test_what_is_larger_is_refused(path: str, most: int) -> None:
    status, text = sent(path, [b"x" * MAXIMUM_BODY] * 4)
    assert status == 413
    assert f"{most} KB" in text


@pytest.mark.parametrize("path", ["/v1/answer", "/v1/ingest"])
def test_what_stalls_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_SLOWEST", 0.02)
    status, text = sent(path, [b"x"], stalls=True)
    assert status == 408
    assert "没有传完" in text
