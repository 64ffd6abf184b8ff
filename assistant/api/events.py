"""An answer as server-sent events: understood, hit, step, sentence, citation; done or error."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator

from fastapi.responses import StreamingResponse

from assistant.answer import Step
from assistant.ask import Line, Retrieved, Stage, Trace, Understood
from retrieval.errors import EngineError

_LOG = logging.getLogger(__name__)
# How OpenAPI describes it: each event has a name and data, which is JSON.
EVENT_STREAM = {
    "text/event-stream": {
        "itemSchema": {
            "type": "object",
            "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
            "required": ["event", "data"],
        }
    }
}
_SILENCE = 15.0  # seconds
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def begun(coming: AsyncIterator[Stage]) -> AsyncIterator[Stage]:
    """The same stages, once the first is there: what is refused is refused by status."""
    first = await anext(coming)

    async def all_of_them() -> AsyncIterator[Stage]:
        yield first
        async for stage in coming:
            yield stage

    return all_of_them()


def stream(events: AsyncIterator[str]) -> StreamingResponse:
    """Events as a response that nothing on the way should hold back or give up."""
    return StreamingResponse(alive(events), media_type="text/event-stream", headers=_HEADERS)


async def alive(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """The events, and a comment where there is none for long: proxies close what is silent."""
    while True:
        coming = asyncio.ensure_future(_next(events))
        try:
            while not (await asyncio.wait({coming}, timeout=_SILENCE))[0]:
                yield ": \n\n"
        except BaseException:
            coming.cancel()
            raise
        event = coming.result()
        if event is None:
            return
        yield event


async def _next(events: AsyncIterator[str]) -> str | None:
    return await anext(events, None)


async def events(coming: AsyncIterator[Stage]) -> AsyncIterator[str]:
    """The events of the stages; what goes wrong on the way is the last one, `error`."""
    try:
        async for stage in coming:
            for one in _events_of(stage):
                yield one
    except EngineError as error:
        yield event("error", _json({"text": str(error)}))
    except Exception:
        _LOG.exception("a stream failed")
        yield event("error", _json({"text": "服务器出错，请稍后重试。"}))


def _events_of(stage: Stage) -> Iterator[str]:
    match stage:
        case Understood(text):
            yield event("understood", _json({"text": text}))
        case Retrieved(hits):
            for hit in hits:
                yield event("hit", hit.model_dump_json())
        case Step():
            yield event("step", stage.model_dump_json())
        case Line(text, citations):
            yield event("sentence", _json({"text": text}))
            for citation in citations:
                yield event("citation", citation.model_dump_json())
        case Trace():
            yield event("done", stage.answer.model_dump_json())


def event(name: str, data: str) -> str:
    """One event."""
    return f"event: {name}\ndata: {data}\n\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
