"""Questions with a test for what answers them, whatever units a system hands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Turn
from assistant.followup import complete
from corpus.document import HeldClause
from corpus.view import View
from evals.case import Case
from evals.metrics.text import bare
from evals.retrieval.beir import Collection, Entry
from evals.retrieval.questions import Asked, relevant
from evals.retrieval.systems import System, Unit
from evals.retrieval.trec import Run
from retrieval.understand import Holdings

Qrels = dict[str, dict[str, int]]
_STRETCH = 100  # characters of a clause that a chunk must hold


@dataclass(frozen=True, slots=True)
class Judged:
    """A question in full, and what answers it: a unit that holds one of the proofs.

    Proofs are as `bare` leaves them. With `document_ids`, only units of these documents answer.
    """

    id: str
    question: str
    proofs: tuple[str, ...]
    document_ids: frozenset[str] = frozenset()


def of_cases(cases: Sequence[Case], catalog: View) -> list[Judged]:
    """Gold questions that have evidence, follow-ups made whole."""
    holdings = Holdings.of(catalog.documents())
    return [
        Judged(case.id, _whole(case, holdings), tuple(bare(s.evidence) for s in case.sources))
        for case in cases
        if case.sources
    ]


def of_asked(asked: Sequence[Asked], catalog: View) -> list[Judged]:
    """Questions of our own, answered by any long stretch of their clause."""
    clauses = list(catalog.clauses())
    held = {clause.id: clause for clause in clauses}
    found = []
    for number, one in enumerate(asked, start=1):
        right = [held[id_] for id_ in sorted(relevant(one, clauses))]
        if right:
            proofs = tuple(stretch for clause in right for stretch in _stretches(clause))
            ids = frozenset(clause.document.id for clause in right)
            found.append(Judged(f"q{number}", one.question, proofs, ids))
    return found


def _whole(case: Case, holdings: Holdings) -> str:
    turns = [Turn(role="user", content=words) for words in case.history]
    return complete(case.question, turns, holdings).text


def _stretches(clause: HeldClause) -> Iterator[str]:
    text = bare(clause.text)
    for start in range(0, max(len(text) - _STRETCH, 0) + 1, _STRETCH // 2):
        yield text[start : start + _STRETCH]


def judge(system: System, asked: Sequence[Judged]) -> tuple[Qrels, Run]:
    """Which of a system's units answer each question, and what it finds."""
    units = [(unit.id, unit.document_id, bare(unit.text)) for unit in system.units]
    qrels: Qrels = {}
    run: Run = {}
    for one in asked:
        qrels[one.id] = {
            id_: 1
            for id_, document_id, text in units
            if (not one.document_ids or document_id in one.document_ids)
            and any(proof in text for proof in one.proofs)
        }
        found = list(dict.fromkeys(system.find(one.question)))
        run[one.id] = [(id_, float(len(found) - at)) for at, id_ in enumerate(found)]
    return qrels, run


def as_collection(asked: Sequence[Judged], catalog: View) -> Collection:
    """The clauses, the questions and what answers them, for any other system to run on."""
    held = list(catalog.clauses())
    units = [Unit(one.id, one.text, one.document.id) for one in held]
    qrels, _ = judge(System("", lambda _: (), units), asked)
    entries = {
        one.id: Entry(f"{one.document.title} {' '.join(one.clause.path)}", one.text) for one in held
    }
    return Collection(entries, {one.id: one.question for one in asked}, qrels)
