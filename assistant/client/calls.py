"""The requests of the API: how each is made, and the shape of what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter

from assistant.answer import Answer, Filters, Mode, Question, Turn
from assistant.api.search import SearchPage
from assistant.api.views import ClauseView, DocumentPage, DocumentView, OutlineEntry
from assistant.feedback import Feedback, HeldFeedback, Verdict
from assistant.job import Job
from assistant.receipt import Receipt
from assistant.target_views import Descent, Matrix, TargetPage
from corpus.errors import ClausewiseError

T = TypeVar("T")


class ServerError(ClausewiseError):
    """What the server said no to: `status` of HTTP (0: it was not reached), in its own words.

    `retry_after` are seconds, where it says when to come again.
    """

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Event:
    """One event of an answer as it comes; `data` as the API describes it."""

    name: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and the shape of what comes back."""

    shape: TypeAdapter[T]
    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    files: Sequence[tuple[str, tuple[str, bytes]]] = ()
    form: Mapping[str, str] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """As httpx takes them."""
        given = {name: value for name, value in self.params.items() if value is not None}
        sent: dict[str, Any] = {"method": self.method, "url": self.path, "params": given}
        if self.json is not None:
            sent["json"] = self.json
        if self.files:
            sent |= {"files": list(self.files), "data": dict(self.form)}
        return sent

    def read(self, response: httpx.Response) -> T:
        """What came back. Raises ServerError."""
        check(response)
        try:
            return self.shape.validate_json(response.content)
        except ValueError as error:
            raise ServerError(response.status_code, "服务器的应答不是条析的格式") from error

    @classmethod
    def to(cls, shape: type[T], method: str, path: str, **rest: Any) -> Call[T]:
        """A call whose answer is of this type."""
        return Call(TypeAdapter(shape), method, path, **rest)


def answer(
    question: str | Question, history: Iterable[Turn], mode: Mode, filters: Filters | None
) -> Call[Answer]:
    """The call that asks; a whole question stands for itself."""
    if not isinstance(question, Question):
        found = filters or Filters()
        question = Question(question=question, history=list(history), mode=mode, filters=found)
    return Call.to(Answer, "POST", "/v1/answer", json=_json(question))


def receipt(answer_id: str) -> Call[Receipt]:
    return Call.to(Receipt, "GET", f"/v1/answers/{quote(answer_id, safe='')}/receipt")


def feedback(answer_id: str, verdict: Verdict, comment: str) -> Call[HeldFeedback]:
    said = Feedback(answer_id=answer_id, verdict=verdict, comment=comment)
    return Call.to(HeldFeedback, "POST", "/v1/feedback", json=_json(said))


def search(q: str, filters: Filters | None, offset: int, limit: int) -> Call[SearchPage]:
    chosen = filters or Filters()
    params = {
        "q": q,
        "region": chosen.regions,
        "inside": chosen.inside,
        "level": chosen.levels,
        "status": chosen.statuses,
        "year": chosen.years,
        "subject": chosen.subjects,
        "department": chosen.departments,
        "document_id": chosen.document_ids,
        "offset": offset,
        "limit": limit,
    }
    return Call.to(SearchPage, "GET", "/v1/search", params=params)


def documents(filters: Mapping[str, Any]) -> Call[DocumentPage]:
    return Call.to(DocumentPage, "GET", "/v1/documents", params=filters)


def document(document_id: str) -> Call[DocumentView]:
    return Call.to(DocumentView, "GET", f"/v1/documents/{quote(document_id, safe='')}")


def outline(document_id: str) -> Call[list[OutlineEntry]]:
    path = f"/v1/documents/{quote(document_id, safe='')}/outline"
    return Call(TypeAdapter(list[OutlineEntry]), "GET", path)


def clause(clause_id: str) -> Call[ClauseView]:
    return Call.to(ClauseView, "GET", f"/v1/clauses/{quote(clause_id, safe='')}")


def targets(filters: Mapping[str, Any]) -> Call[TargetPage]:
    return Call.to(TargetPage, "GET", "/v1/targets", params=filters)


def compare(indicator: str, regions: Sequence[str], years: Sequence[int]) -> Call[Matrix]:
    params = {"indicator": indicator, "regions": list(regions), "year": list(years) or None}
    return Call.to(Matrix, "GET", "/v1/targets/compare", params=params)


def descent(indicator: str, year: int, region: str) -> Call[Descent]:
    params = {"indicator": indicator, "year": year, "region": region}
    return Call.to(Descent, "GET", "/v1/targets/descent", params=params)


def ingest(files: Iterable[Path], collection: str) -> Call[Job]:
    sent = [("files", (path.name, path.read_bytes())) for path in files]
    return Call.to(Job, "POST", "/v1/ingest", files=sent, form={"collection": collection})


def job(job_id: str) -> Call[Job]:
    return Call.to(Job, "GET", f"/v1/ingest/{quote(job_id, safe='')}")


def cancel(job_id: str) -> Call[Job]:
    return Call.to(Job, "POST", f"/v1/ingest/{quote(job_id, safe='')}/cancel")


def progress(job_id: str) -> dict[str, Any]:
    """The arguments of the stream of an upload's progress, which comes for as long as it takes."""
    path = f"/v1/ingest/{quote(job_id, safe='')}/events"
    return {"method": "GET", "url": path, "timeout": None}


def streamed(question: str | Question, mode: Mode) -> dict[str, Any]:
    """The arguments of the stream of an answer."""
    asked = answer(question, (), mode, None)
    return {"method": "POST", "url": asked.path, "json": {**asked.json, "stream": True}}


def check(response: httpx.Response) -> None:
    """Raises ServerError for an answer that is a refusal; its body must have been read."""
    if response.status_code < 400:
        return
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"服务器应答 {response.status_code}"
    again = response.headers.get("retry-after", "")
    raise ServerError(response.status_code, detail, int(again) if again.isdigit() else None)


def headers(key: str) -> dict[str, str]:
    """What a key goes in."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def unreached(url: httpx.URL, error: Exception) -> ServerError:
    """A server that is not there."""
    return ServerError(0, f"无法连接 {url}（{type(error).__name__}），请检查地址、网络和服务器")


class Events:
    """The lines of an event stream, put together again."""

    def __init__(self) -> None:
        self._name = ""

    def heard(self, line: str) -> Event | None:
        """An event, once its line with the data has come."""
        if line.startswith("event: "):
            self._name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            return Event(self._name, json.loads(line.removeprefix("data: ")))
        return None


def _json(model: BaseModel) -> Any:
    return model.model_dump(mode="json", exclude_defaults=True)
