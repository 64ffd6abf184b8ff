"""An answer written by a chat model, of which only what its clauses prove is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import prompts
from assistant.budget import counter, pack
from assistant.check import UnprovenError, check
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.compose.measure import sentences_wanted
from assistant.errors import ChatModelError
from assistant.evidence import Evidence, find
from assistant.inquiry import Inquiry
from assistant.settings import Settings
from retrieval.found import Hit
from retrieval.query import Kind
from retrieval.topic import topic_of

_CLAUSES = 8
_LONGEST_ANSWER = 4000
_HANDLE = re.compile(r"\[(\d+)\]")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?(?:\s*\[\d+\])*")
_MARKUP = re.compile(r"!?\[[^\]]*\]\([^)]*\)|<[^>]*>|https?://\S+")


class Writer(Protocol):
    """A chat model: a prompt in, its words out. Raises ChatModelError."""

    def __call__(self, prompt: str) -> str: ...


def writer_of(settings: Settings) -> Writer | None:
    """The chat model that is configured, by LangChain's name of it; None without one."""
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    options: dict[str, object] = {"temperature": 0, "timeout": settings.chat_timeout}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key:
        options["api_key"] = settings.chat_api_key
    name = settings.chat_model
    model = init_chat_model(name if ":" in name else f"openai:{name}", **options)  # type: ignore[call-overload]

    def write(prompt: str) -> str:
        try:
            return str(model.invoke(prompt).text)
        except Exception as error:  # whatever a provider's client raises is a model that failed
            raise ChatModelError(str(error)) from error

    return write


def prompt_for(inquiry: Inquiry, budget: int) -> tuple[str, list[Hit]]:
    """The exact text sent, and the clauses behind its handles [1], [2] …"""
    hits = list(inquiry.hits[:_CLAUSES])
    texts = [_clause(number, hit) for number, hit in enumerate(hits, start=1)]
    packed = pack(texts, budget, counter())
    clauses = "\n\n".join(packed)
    text = prompts.render("answer", clauses=clauses, question=inquiry.query.text)
    return text, hits[: len(packed)]


def _clause(number: int, hit: Hit) -> str:
    known = hit.held.document
    where = f"《{known.title}》（{known.region_name}，{known.status.value}）"
    return f"[{number}] {where}{' > '.join(hit.held.clause.path)}\n{hit.held.text.strip()}"


def compose(inquiry: Inquiry, citations: Citations, write: Writer, budget: int) -> Composed | None:
    """The proven sentences of the model's answer; None where nothing of it is proven.

    Raises ChatModelError where the model fails.
    """
    prompt, hits = prompt_for(inquiry, budget)
    written = _MARKUP.sub("", write(prompt)[:_LONGEST_ANSWER])
    kept = [line for line in map(str.strip, _SENTENCE.findall(written)) if line]
    proven = [text for line in kept if (text := _proven(line, hits, inquiry, citations))]
    return Composed("\n".join(proven)) if proven else None


def _proven(line: str, hits: Sequence[Hit], inquiry: Inquiry, citations: Citations) -> str | None:
    """The sentence with our markers, if every handle exists and every figure stands there."""
    handles = [int(handle) for handle in _HANDLE.findall(line)]
    said = _HANDLE.sub("", line).strip()
    if not handles or not said or any(not 1 <= handle <= len(hits) for handle in handles):
        return None
    evidence = [_support(said, hits[handle - 1], inquiry) for handle in dict.fromkeys(handles)]
    trial = Citations()
    text = said + "".join(trial.cite(e) for e in evidence)
    try:
        check(text, trial.all())
    except UnprovenError:
        return None
    return said + "".join(citations.cite(e) for e in evidence)


def _support(said: str, hit: Hit, inquiry: Inquiry) -> Evidence:
    """The sentence of the clause that is nearest to what was said; else the whole clause."""
    query = replace(inquiry.query, topic=said, years=())
    topic = topic_of(query, inquiry.search.frequency, inquiry.search.size)
    found = find([hit], replace(topic, indicators=()), (), sentences_wanted(Kind.MEASURE, 400))
    if found:
        return found[0]
    text = hit.held.text
    return Evidence(hit, 0, len(text), text, (), 0.0, hit.score)
