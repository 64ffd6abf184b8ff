"""The whole way from a question to an answer: understand → retrieve → compose → check."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant import generate
from assistant.answer import Answer, Mode, Question, Refusal, Source
from assistant.check import UnprovenError, check
from assistant.compose import comparison, measure, premise, responsibility, target
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.errors import ChatModelError, NoChatModelError
from assistant.followup import at_home, complete
from assistant.inquiry import Inquiry, open_inquiry
from corpus.targets.select import other_readings
from corpus.traditional import simplified
from retrieval.found import Hit
from retrieval.query import Kind, Query
from retrieval.search import Search
from retrieval.topic import topic_of
from retrieval.understand import Holdings, understand

_LOG = logging.getLogger(__name__)
_RELATED = 5
_UNPROVEN = Composed(
    "找到的内容未能通过核对，没有显示。请换一种问法，或查看相关条款。", Refusal.SILENT
)

_COMPOSERS: dict[Kind, Callable[[Inquiry, Citations], Composed]] = {
    Kind.TARGET: target.compose,
    Kind.COMPARISON: comparison.compose,
    Kind.RESPONSIBILITY: responsibility.compose,
    Kind.LIST: measure.compose,
    Kind.TIME: measure.compose,
    Kind.EXISTENCE: measure.compose,
    Kind.MEASURE: measure.compose,
}


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and the stages it came through."""

    query: Query
    hits: tuple[Hit, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Model:
    """A chat model to write with, and how many tokens of clauses it is sent."""

    write: generate.Writer
    context: int


def ask(
    question: Question, *, search: Search, holdings: Holdings, model: Model | None = None
) -> Trace:
    """Answer one question from the clauses held. Raises NoChatModelError.

    A model writes only what is no refusal; what the clauses do not say is decided without it.
    """
    if question.mode is Mode.GENERATIVE and model is None:
        raise NoChatModelError
    clock = _Clock()
    holdings = at_home(question.history, holdings)
    whole = complete(question.question, question.history, holdings)
    query = understand(whole, holdings)
    clock.lap("understand")
    topic = topic_of(query, search.frequency, search.size)
    inquiry = open_inquiry(query, topic, search, question.filters.scope())
    clock.lap("retrieve")
    citations = Citations()
    composed = _compose(inquiry, citations)
    clock.lap("compose")
    mode, note = Mode.EXTRACTIVE, None
    if model and question.mode is not Mode.EXTRACTIVE and composed.refusal is None:
        written, note = _write(inquiry, model)
        if written is not None:
            (composed, citations), mode = written, Mode.GENERATIVE
        clock.lap("write")
    cited = citations.all()
    try:
        check(composed.text, cited)
    except UnprovenError:
        _LOG.exception("an answer was not proven and is not shown")
        composed, cited = _UNPROVEN, []
    clock.lap("check")
    answer = Answer(
        id=uuid.uuid4().hex,
        question=question.question,
        understood=query.text if query.text != simplified(question.question) else None,
        answer=composed.text,
        refused=composed.refusal is not None,
        refusal_reason=composed.refusal,
        mode=mode,
        note="".join(_notes(query, inquiry, note)) or None,
        citations=cited,
        related=_related(inquiry.hits, {citation.clause_id for citation in cited}),
        timings_ms=clock.laps,
    )
    return Trace(query, inquiry.hits, answer)


def _compose(inquiry: Inquiry, citations: Citations) -> Composed:
    query = inquiry.query
    if query.absent and not (query.documents or query.regions or query.issuers):
        return measure.absent(query.absent)
    if inquiry.topic.is_empty:
        return measure.out_of_scope()
    if premise.supposes_figure(inquiry.query, inquiry.topic):
        return premise.compose(inquiry, citations)
    return _COMPOSERS[inquiry.query.kind](inquiry, citations)


def _write(inquiry: Inquiry, model: Model) -> tuple[tuple[Composed, Citations] | None, str | None]:
    """The model's answer as far as it is proven, or why there is none."""
    citations = Citations()
    try:
        composed = generate.compose(inquiry, citations, model.write, model.context)
    except ChatModelError:
        return None, "对话模型暂不可用，以下为条款原文摘录。"
    if composed is None:
        return None, "对话模型的回答未通过核对，以下为条款原文摘录。"
    return (composed, citations), None


def _notes(query: Query, inquiry: Inquiry, of_model: str | None) -> Iterator[str]:
    """Which of several jurisdictions a name was taken for, and what did not answer."""
    readings = (other_readings(one.words) for one in query.recognised if query.others)
    absent = (f"未收录{name}" for name in query.absent)
    for note in dict.fromkeys((*readings, *absent, *inquiry.notes)):
        if note:
            yield f"{note}。"
    if of_model:
        yield of_model


def _related(hits: tuple[Hit, ...], cited: set[str]) -> list[Source]:
    """The nearest clauses that were not cited."""
    return [
        Source.model_validate(Source.fields_of(hit.held, hit.score))
        for hit in hits
        if hit.held.id not in cited
    ][:_RELATED]


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round((now - self._last) * 1000, 2)
        self.laps["total"] = round((now - self._start) * 1000, 2)
        self._last = now
