"""Any LangChain runnable: a chain, a chat model, a compiled graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from langchain_core.documents import Document
from langchain_core.language_models import BaseLanguageModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable

from assistant.answer import Question
from evals.errors import EvaluationError
from evals.metrics.abstention import refuses
from evals.reply import Cited, Reply, Usage
from evals.systems.models import messages

_TEXTS = ("answer", "result", "output", "text")
_PASSAGES = ("context", "source_documents", "documents")


class Chain:
    """A runnable at `module:name`, given the question under the names that chains use for it.

    What it returns may be text, a message, or a mapping with the text under `answer`, `result`,
    `output` or `messages` and the documents it read under `context` or `source_documents`.
    """

    width = 4

    def __init__(self, address: str) -> None:
        self.name = f"langchain:{address}"
        self._runnable = _imported(address)

    def ask(self, question: Question) -> Reply:
        """Answer one question. Raises EvaluationError where the chain fails or gives no text."""
        try:
            given = self._runnable.invoke(_input(question, self._runnable))
        except Exception as error:
            raise EvaluationError(f"{self.name} 出错：{type(error).__name__} {error}") from error
        text, usage = _text(given)
        if text is None:
            raise EvaluationError(f"{self.name} 的返回中没有文字（{'、'.join(_TEXTS)}）")
        read = tuple(_passages(given))
        return Reply(
            text=text, refused=refuses(text), citations=read, ranked=read or None, usage=usage
        )

    def close(self) -> None:
        """Nothing is held."""


def _imported(address: str) -> Runnable[Any, Any]:
    module, _, name = address.partition(":")
    try:
        found = getattr(import_module(module), name)
    except Exception as error:  # the module is anybody's code
        raise EvaluationError(
            f"langchain:{address} 无法载入（{error}），应为 模块:名称，模块须在 PYTHONPATH 中"
        ) from error
    if not isinstance(found, Runnable):
        raise EvaluationError(f"langchain:{address} 不是 LangChain 的 Runnable")
    return found


def _input(question: Question, runnable: Runnable[Any, Any]) -> Any:
    said = messages(question)
    if isinstance(runnable, BaseLanguageModel):
        return said
    words = question.question
    named = dict.fromkeys(("question", "input", "query"), words)
    history = [(turn.role, turn.content) for turn in question.history]
    return {**named, "history": history, "chat_history": history, "messages": said}


def _text(given: Any) -> tuple[str | None, Usage | None]:
    if isinstance(given, str):
        return given, None
    if isinstance(given, BaseMessage):
        used = getattr(given, "usage_metadata", None) or {}
        counted = Usage(sent=used.get("input_tokens", 0), written=used.get("output_tokens", 0))
        return str(given.text), counted if used else None
    if isinstance(given, Mapping):
        if given.get("messages"):
            return _text(given["messages"][-1])
        said = next((given[name] for name in _TEXTS if name in given), None)
        return _text(said)
    return None, None


def _passages(given: Any) -> Iterable[Cited]:
    """The documents that a chain says it read, as citations 1, 2, …"""
    if not isinstance(given, Mapping):
        return
    read = next((given[name] for name in _PASSAGES if name in given), ())
    documents = [one for one in read or () if isinstance(one, Document)]
    for marker, document in enumerate(documents, start=1):
        known = document.metadata
        title = known.get("title") or known.get("source") or ""
        yield Cited(
            text=document.page_content,
            title=str(title),
            region=str(known.get("region") or ""),
            marker=marker,
        )
