"""The whole way from a question to an answer: understand → retrieve → compose → write → check."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Answer, Citation, Mode, Question, Refusal, Searched, Source, Step
from assistant.chat import agent
from assistant.chat.context import context_of, messages
from assistant.chat.model import ChatModel, Message
from assistant.chat.write import Need, Writing, need_of, write
from assistant.check import UnprovenError, check
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.compose.dispatch import answer_of, joined
from assistant.errors import Fault
from assistant.followup import Completed, at_home, complete
from assistant.inquiry import Inquiry, open_inquiry
from assistant.parts import parts_of, says_all
from assistant.proof.prove import Verdict
from assistant.receipt import id_of
from corpus.targets.select import other_readings
from corpus.traditional import simplified
from retrieval.found import Hit
from retrieval.query import Query
from retrieval.search import Search, implied_regions
from retrieval.topic import topic_of
from retrieval.understand import Holdings, understand

_LOG = logging.getLogger(__name__)
_RELATED = 5
_UNPROVEN = Composed(
    "找到的内容未能通过核对，没有显示。请换一种问法，或查看相关条款。", Refusal.SILENT
)
_INSTEAD = "以下直接摘自条款原文。"
_COMPUTED = "数值对比由条款直接列出，未用对话模型。"


@dataclass(frozen=True, slots=True)
class Understood:
    """The first thing known of an answer: the question as it was taken, made whole."""

    text: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The clauses found, the best first."""

    hits: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer, proven, and the citations that are new in it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and the stages it came through.

    `sent` is the exact text that a chat model was sent, `model` its name, `verdicts` what became
    of each of its sentences.
    """

    asked: Question
    query: Query
    hits: tuple[Hit, ...]
    answer: Answer
    model: str | None = None
    sent: tuple[Message, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


Stage = Understood | Retrieved | Line | Step | Trace


def ask(
    question: Question, *, search: Search, holdings: Holdings, model: ChatModel | None = None
) -> Trace:
    """Answer one question from the clauses held."""
    *_, trace = stages(question, search=search, holdings=holdings, model=model)
    if not isinstance(trace, Trace):
        raise TypeError(trace)
    return trace


def stages(
    question: Question, *, search: Search, holdings: Holdings, model: ChatModel | None = None
) -> Iterator[Stage]:
    """An answer as it comes: each line once it is proven, and last the whole.

    A model writes only what is no refusal; what the clauses do not say is decided without it.
    """
    clock = _Clock()
    holdings = at_home(question.history, holdings)
    whole = complete(question.question, question.history, holdings)
    query = understand(whole.text, holdings)
    shown = query.text if query.text != simplified(question.question) else None
    yield Understood(query.text)
    clock.lap("understand")
    inquiry = _inquiry(query, search, question)
    clock.lap("retrieve")
    yield Retrieved(tuple(_sources(inquiry.hits[:_RELATED])))
    extract = Citations()
    answered = [_Part(inquiry, extract)]
    texts = parts_of(query, holdings)
    if texts and not says_all(texts, answered[0].words):
        of_parts = Citations()
        parts = [_inquiry(understand(text, holdings), search, question) for text in texts]
        by_part = [_Part(one, of_parts) for one in parts]
        if any(part.composed.refusal is None for part in by_part):
            extract, answered = of_parts, by_part
    composed = _in_conversation(joined([part.composed for part in answered]), whole)
    clock.lap("compose")
    draft = _Draft(composed, extract)
    if model and question.mode is not Mode.EXTRACTIVE and composed.refusal is None:
        needs = [need for part in answered if (need := part.need)]
        yield from _written(draft, question.mode, inquiry, model, holdings, needs)
        clock.lap("write")
    cited = draft.citations.all()
    try:
        check(draft.composed.text, cited)
    except UnprovenError:
        _LOG.exception("an answer was not proven and is not shown")
        draft.composed, cited = _UNPROVEN, []
    if draft.mode is Mode.EXTRACTIVE:
        yield from _lines(draft.composed.text, cited)
    clock.lap("check")
    refusal = draft.composed.refusal
    answer = Answer(
        id="",
        question=question.question,
        understood=shown,
        answer=draft.composed.text,
        refused=refusal is not None,
        refusal_reason=refusal,
        mode=draft.mode,
        note="".join(_notes(query, inquiry, draft.note)) or None,
        citations=cited,
        related=_related(inquiry.hits, {citation.clause_id for citation in cited}),
        searched=_searched(inquiry) if refusal else None,
        steps=draft.steps,
        timings_ms=clock.laps,
    )
    answer = answer.model_copy(update={"id": id_of(question, answer)})
    sent, verdicts = tuple(draft.sent), tuple(draft.verdicts)
    name = model.name if model and draft.sent else None
    yield Trace(question, query, inquiry.hits, answer, name, sent, verdicts)


class _Part:
    """The answer by rules to one of the things asked."""

    def __init__(self, inquiry: Inquiry, citations: Citations) -> None:
        before = len(citations.evidence)
        self._kind = inquiry.query.kind
        self.composed = answer_of(inquiry, citations)
        self._evidence = citations.evidence[before:]

    @property
    def words(self) -> str:
        """The words that it is made of."""
        return "。".join(evidence.words for evidence in self._evidence)

    @property
    def need(self) -> Need | None:
        """What a model's answer must say of it, where that is a figure or a department."""
        return None if self.composed.refusal else need_of(self._kind, self._evidence)


def _inquiry(query: Query, search: Search, question: Question) -> Inquiry:
    topic = topic_of(query, search.frequency, search.size)
    return open_inquiry(query, topic, search, question.filters.scope())


@dataclass(slots=True)
class _Draft:
    """The answer so far: by rules, until a model has written a proven one."""

    composed: Composed
    citations: Citations
    mode: Mode = Mode.EXTRACTIVE
    note: str | None = None
    sent: list[Message] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def _written(
    draft: _Draft,
    mode: Mode,
    inquiry: Inquiry,
    model: ChatModel,
    holdings: Holdings,
    needs: Sequence[Need],
) -> Iterator[Stage]:
    """Let the model write; what it has not proven leaves the draft as it is."""
    if draft.composed.computed and mode is not Mode.AGENT:
        draft.note = _COMPUTED
        return
    extract = draft.citations.evidence
    context = context_of(inquiry, (evidence.hit for evidence in extract), model.context)
    if mode is Mode.AGENT:
        found = agent.Agent(inquiry, model, holdings)
        for step in found.look_up():
            draft.steps.append(step)
            yield step
        writing, context = found.writing, found.context
    else:
        writing = Writing(messages(context, inquiry.query.text))
    citations = Citations()
    shown = 0
    for line in write(writing, context, inquiry, model, citations, needs):
        cited = citations.all()
        yield Line(line, tuple(cited[shown:]))
        shown = len(cited)
    draft.sent, draft.verdicts = writing.prompt, writing.verdicts
    if writing.answered:
        draft.composed, draft.citations = Composed("\n".join(writing.shown)), citations
        draft.mode = Mode.AGENT if mode is Mode.AGENT else Mode.GENERATIVE
        draft.note = f"{writing.fault.value}，已显示核对过的部分。" if writing.fault else None
    else:
        fault = writing.fault or Fault.UNPROVEN
        draft.note = f"{fault.value}，{_INSTEAD}"


def _lines(text: str, cited: Sequence[Citation]) -> Iterator[Line]:
    """The lines of an answer, each with the citations that it is the first to mark."""
    left = list(cited)
    for line in text.splitlines():
        if line.strip():
            new = [citation for citation in left if f"[{citation.marker}]" in line]
            left = [citation for citation in left if citation not in new]
            yield Line(line, tuple(new))


def _in_conversation(composed: Composed, whole: Completed) -> Composed:
    """「南宁呢」 compares with what was said before: that it defers to a superior answers it."""
    if whole.place_changed and composed.refusal is Refusal.DEFERRED:
        return replace(composed, refusal=None)
    return composed


def _searched(inquiry: Inquiry) -> Searched:
    extent = inquiry.search.extent(inquiry.query, inquiry.scope)
    return Searched(
        regions=_regions_searched(inquiry),
        documents=extent.documents,
        clauses=extent.clauses,
        years=list(inquiry.query.years),
        terms=list(inquiry.query.terms),
    )


def _regions_searched(inquiry: Inquiry) -> list[str]:
    """Whose documents were searched; [] where it was everybody's."""
    query = inquiry.query
    wanted = implied_regions(query)
    held = [
        known.region
        for known in inquiry.search.documents()
        if known.region
        and (known.id in query.documents if query.documents else known.region in wanted)
    ]
    order = {region: at for at, region in enumerate(wanted)}
    found = sorted(dict.fromkeys(held), key=lambda region: order.get(region, len(order)))
    return [region.name for region in found]


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
    return _sources([hit for hit in hits if hit.held.id not in cited][:_RELATED])


def _sources(hits: Sequence[Hit]) -> list[Source]:
    return [Source.model_validate(Source.fields_of(hit.held, hit.score)) for hit in hits]


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
