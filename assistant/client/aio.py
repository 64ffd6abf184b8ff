"""The client of a program that does other things meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from assistant.answer import Answer, Filters, Mode, Question, Turn
from assistant.api.search import SearchPage
from assistant.api.views import ClauseView, DocumentPage, DocumentView, OutlineEntry
from assistant.client import calls
from assistant.client.calls import Call, Event, Events
from assistant.feedback import HeldFeedback, Verdict
from assistant.job import Job
from assistant.receipt import Receipt
from assistant.target_views import Descent, Matrix, TargetPage
from corpus.document import PUBLIC

_T = TypeVar("_T")


class AsyncClient:
    """A server, asked from an event loop."""

    def __init__(self, url: str, key: str = "", *, timeout: float = 120.0) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=calls.headers(key), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Release the connections."""
        await self._http.aclose()

    async def answer(
        self,
        question: str | Question,
        *,
        history: Iterable[Turn] = (),
        mode: Mode = Mode.AUTO,
        filters: Filters | None = None,
    ) -> Answer:
        """Ask; a refusal is an answer too."""
        return await self._do(calls.answer(question, history, mode, filters))

    async def receipt(self, answer_id: str) -> Receipt:
        """All that an answer was made from."""
        return await self._do(calls.receipt(answer_id))

    async def feedback(self, answer_id: str, verdict: Verdict, comment: str = "") -> HeldFeedback:
        """Say what an answer was worth."""
        return await self._do(calls.feedback(answer_id, verdict, comment))

    async def search(
        self, q: str, filters: Filters | None = None, *, offset: int = 0, limit: int = 10
    ) -> SearchPage:
        """A page of the clauses for a question."""
        return await self._do(calls.search(q, filters, offset, limit))

    async def documents(self, **filters: Any) -> DocumentPage:
        """A page of the documents."""
        return await self._do(calls.documents(filters))

    async def document(self, document_id: str) -> DocumentView:
        """One document."""
        return await self._do(calls.document(document_id))

    async def outline(self, document_id: str) -> list[OutlineEntry]:
        """The clauses of a document, without their text."""
        return await self._do(calls.outline(document_id))

    async def clause(self, clause_id: str) -> ClauseView:
        """One clause with its text."""
        return await self._do(calls.clause(clause_id))

    async def targets(self, **filters: Any) -> TargetPage:
        """A page of the table of targets; filters as the API names them."""
        return await self._do(calls.targets(filters))

    async def compare(
        self, indicator: str, regions: Sequence[str], years: Sequence[int] = ()
    ) -> Matrix:
        """Jurisdictions by years for one indicator."""
        return await self._do(calls.compare(indicator, regions, years))

    async def descent(self, indicator: str, year: int, region: str) -> Descent:
        """The line from the nation down to a jurisdiction."""
        return await self._do(calls.descent(indicator, year, region))

    async def ingest(self, files: Iterable[Path], collection: str = PUBLIC) -> Job:
        """Upload files; what becomes of them, `job` and `progress` say."""
        return await self._do(calls.ingest(files, collection))

    async def job(self, job_id: str) -> Job:
        """How far an upload is."""
        return await self._do(calls.job(job_id))

    async def cancel(self, job_id: str) -> Job:
        """Stop an upload."""
        return await self._do(calls.cancel(job_id))

    async def stream(
        self, question: str | Question, *, mode: Mode = Mode.AUTO
    ) -> AsyncIterator[Event]:
        """Ask, and hear the answer as it comes; the last event is `done` or `error`."""
        async for event in self._events(calls.streamed(question, mode)):
            yield event

    async def progress(self, job_id: str) -> AsyncIterator[Job]:
        """An upload each time that it is further, until it is over."""
        async for event in self._events(calls.progress(job_id)):
            yield Job.model_validate(event.data)

    async def _events(self, arguments: dict[str, Any]) -> AsyncIterator[Event]:
        events = Events()
        try:
            async with self._http.stream(**arguments) as response:
                if response.status_code >= 400:
                    await response.aread()
                calls.check(response)
                async for line in response.aiter_lines():
                    if event := events.heard(line):
                        yield event
        except httpx.TransportError as error:
            raise calls.unreached(self._http.base_url, error) from error

    async def _do(self, call: Call[_T]) -> _T:
        try:
            return call.read(await self._http.request(**call.arguments()))
        except httpx.TransportError as error:
            raise calls.unreached(self._http.base_url, error) from error
