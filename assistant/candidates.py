"""Feedback as gold questions: ready for `clausewise eval`, or for a person to complete.

A line has the fields of a gold question (evals/README.md) and, under `feedback`, what was said of
which answer. Where all agree that it was right, the answer itself is the gold; of any other the
gold fields are empty and `todo` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from assistant.answer import Answer, Filters, Question
from assistant.export.reference import reference
from assistant.feedback import Judged, Verdict
from assistant.markup import Cell, Marker, Table, blocks
from assistant.proof.claims import amounts_in, folded
from assistant.receipt import Receipt, answer_of
from retrieval.query import KIND_NAMES, Kind

_TODO = "请核对原文，填写 type、answer、answer_points、sources，再删去此项"
_KINDS = {name: kind for kind, name in KIND_NAMES.items() if kind is not Kind.EXISTENCE}
_OF_FIGURES = (KIND_NAMES[Kind.TARGET], KIND_NAMES[Kind.COMPARISON])
_KIND = "问题类型"


def candidates(words: Sequence[Judged]) -> Iterator[dict[str, Any]]:
    """One an answer, in the order in which they were first spoken of."""
    order = list(dict.fromkeys(word.answer_id for word in words))
    of_answer = sorted(words, key=lambda word: order.index(word.answer_id))
    for _, said in groupby(of_answer, key=lambda word: word.answer_id):
        yield _candidate(list(said))


def is_ready(candidate: dict[str, Any]) -> bool:
    """Whether it can be evaluated as it is."""
    return "todo" not in candidate


def _candidate(said: Sequence[Judged]) -> dict[str, Any]:
    latest = {word.who: word for word in said}.values()
    text = next((word.receipt for word in reversed(said) if word.receipt), None)
    known = Receipt.model_validate_json(text) if text else None
    row: dict[str, Any] = {
        "id": f"feedback-{said[0].id}",
        "question": said[-1].question,
        "type": "",
        "history": [],
        "answer": "",
        "answer_points": [],
        "numbers": [],
        "sources": [],
        "difficulty": "",
        "why_hard": "",
    }
    if known:
        row |= _asked(known)
    if known and _can_be_gold(known, [word.verdict for word in latest]):
        row |= _gold(known)
    else:
        row["todo"] = _TODO
    return row | {"feedback": _told(latest, known)}


def _asked(known: Receipt) -> dict[str, Any]:
    """Question, earlier turns of the user and type, as far as a receipt knows them."""
    asked = Question.model_validate(known.question)
    earlier = [turn.content for turn in asked.history if turn.role == "user"]
    kind = _KINDS.get(dict(known.understood).get(_KIND, ""), Kind.MEASURE)
    return {
        "question": asked.question,
        "type": "followup" if earlier else kind.value,
        "history": [words for words in earlier if any(c.isalnum() for c in words)],
    }


def _can_be_gold(known: Receipt, verdicts: Sequence[Verdict]) -> bool:
    """All found it right, and a gold question, which has no filters, would be the same one."""
    asked = Question.model_validate(known.question)
    return set(verdicts) == {Verdict.RIGHT} and asked.filters == Filters()


def _gold(known: Receipt) -> dict[str, Any]:
    answer = answer_of(known)
    sources = [
        {
            "file": citation.document_id,
            "title": citation.document_title,
            "region": citation.region,
            "pages": citation.pages,
            "clause": " > ".join(citation.clause_path),
            "evidence": citation.quote,
        }
        for citation in answer.citations
    ]
    gold = {"answer": answer.answer, "sources": sources}
    if answer.refused:
        return gold | {"type": "unanswerable"}
    of_figures = dict(known.understood).get(_KIND) in _OF_FIGURES
    return gold | {"answer_points": list(dict.fromkeys(_points(answer, of_figures=of_figures)))}


def _points(answer: Answer, *, of_figures: bool) -> Iterator[str]:
    """What an answer must hold to be as right as this one: figures, else words of the clauses."""
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    for block in blocks(answer.answer):
        for cells in block.rows if isinstance(block, Table) else ((block.parts,),):
            for at, cell in enumerate(cells):
                words, subject = _words(cell), _words(cells[0]) if at else ""
                marked = [quotes.get(p.number, "") for p in cell if isinstance(p, Marker)]
                if marked:
                    figures = [subject + one for one in _figures(words)] if of_figures else []
                    yield from figures or [q for q in marked if q and q in words] or [words]


def _figures(words: str) -> list[str]:
    """The figures of a cell or line, as printed there."""
    plain = folded(words)
    printed = [plain[figure.start : figure.end] for figure in amounts_in(plain)]
    return [figure for figure in printed if figure in words]


def _words(cell: Cell) -> str:
    return "".join("" if isinstance(part, Marker) else part.words for part in cell)


def _told(said: Iterable[Judged], known: Receipt | None) -> dict[str, Any]:
    """Who said it stays out: a gold question is passed on."""
    told: dict[str, Any] = {
        "words": [
            {"verdict": word.verdict.value, "comment": word.comment, "at": word.at.isoformat()}
            for word in said
        ]
    }
    if known is None:
        return told
    answer = answer_of(known)
    return told | {
        "corpus": known.corpus,
        "answered": answer.answer,
        "refused": answer.refused,
        "citations": [
            {"reference": reference(citation), "quote": citation.quote}
            for citation in answer.citations
        ],
    }
