"""This assistant, in process or behind a URL, with the receipt of each answer."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answer import Answer, Citation, Mode, Question
from assistant.app import Assistant
from assistant.client import Client, ServerError
from assistant.receipt import Receipt, receipt_of
from assistant.settings import Settings
from corpus.document import HeldClause
from evals.errors import EvaluationError
from evals.reply import Cited, Passage, Reply
from evals.systems.system import BusyError

_AGAIN = frozenset([0, 408, 429, 502, 503, 504])

Clause = Callable[[str], HeldClause | None]


class InProcess:
    """The assistant over a data directory."""

    width = 1

    def __init__(self, settings: Settings, mode: Mode = Mode.AUTO) -> None:
        self.name = "clausewise" if mode is Mode.AUTO else f"clausewise:{mode.value}"
        self._mode = mode
        self._assistant = Assistant.open(settings)
        self._assistant.warm()

    def ask(self, question: Question) -> Reply:
        """Answer one question."""
        trace = self._assistant.trace(question.model_copy(update={"mode": self._mode}))
        receipt = receipt_of(trace, self._assistant.version)
        held = {hit.held.id: hit.held for hit in trace.hits}
        return reply_of(trace.answer, receipt, held.get)

    def close(self) -> None:
        """Release the index."""
        self._assistant.close()


class Server:
    """A server of this assistant; `clause` looks up what its receipts name."""

    width = 4

    def __init__(self, url: str, key: str, clause: Clause) -> None:
        self.name = url.rstrip("/")
        self._client = Client(url, key)
        self._clause = clause

    def ask(self, question: Question) -> Reply:
        """Answer one question and fetch its receipt."""
        try:
            answer = self._client.answer(question)
            return reply_of(answer, self._receipt(answer.id), self._clause)
        except ServerError as error:
            if error.status in _AGAIN:
                raise BusyError(str(error), float(error.retry_after or 0)) from error
            raise EvaluationError(str(error)) from error

    def close(self) -> None:
        """Release the connections."""
        self._client.close()

    def _receipt(self, answer_id: str) -> Receipt | None:
        """The receipt of an answer; None where the server keeps none."""
        try:
            return self._client.receipt(answer_id)
        except ServerError as error:
            if error.status == 404:
                return None
            raise


def reply_of(answer: Answer, receipt: Receipt | None, clause: Clause) -> Reply:
    """An answer of this assistant as a reply; `clause` gives the text of what was ranked."""
    return Reply(
        text=answer.answer,
        refused=answer.refused,
        reason=answer.refusal_reason.value if answer.refusal_reason else None,
        citations=tuple(map(_cited, answer.citations)),
        ranked=_ranked(receipt, clause) if receipt else None,
        confidence=answer.citations[0].score if answer.citations else None,
        receipt=receipt.model_dump(mode="json") if receipt else None,
    )


def _cited(citation: Citation) -> Cited:
    return Cited(
        text=citation.clause_text,
        title=citation.document_title,
        region=citation.region,
        path=tuple(citation.clause_path),
        marker=citation.marker,
        quote=citation.quote,
        span=citation.span,
    )


def _ranked(receipt: Receipt, clause: Clause) -> tuple[Passage, ...] | None:
    """The first ten clauses of the ranking; None where their texts are not to be had."""
    held = [clause(one.clause_id) for one in receipt.ranked[:10]]
    if not all(held):
        return None
    return tuple(
        Passage(
            text=one.text,
            title=one.document.title,
            region=one.document.region_name,
            path=one.clause.path,
        )
        for one in held
        if one is not None
    )
