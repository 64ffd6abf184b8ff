"""An answer written by a chat model, of which only what its clauses prove is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import prompts
from assistant.chat.context import Context
from assistant.chat.model import ChatModel, Message
from assistant.chat.sentences import Sentence, sentences
from assistant.check import UnprovenError, check
from assistant.compose.citations import Citations
from assistant.errors import ChatModelError, Fault
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.proof.claims import amounts_in, folded
from assistant.proof.prove import Verdict, prove
from corpus.departments import departments_in
from retrieval.query import Kind

Need = frozenset[str]
"""Figures or departments, of which an answer must say one."""

_MOST = 8  # sentences of an answer
_LONGEST_SILENCE = 20  # characters
_SILENT = re.compile(r"未给出|没有给出|未提及")
_DECLINES = re.compile(
    r"抱歉|对不起|无法回答|不能回答|无法提供|作为.{0,6}(?:AI|人工智能|语言模型)"
    r"|I'm sorry|I can(?:no|')t",
    re.I,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(slots=True)
class Writing:
    """What has come of a model so far: its messages, the verdicts, and what went wrong.

    `answered` says that what was asked for stands in the sentences shown; `first` is an answer
    that the model has given already.
    """

    prompt: list[Message]
    verdicts: list[Verdict] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    fault: Fault | None = None
    answered: bool = False
    first: str | None = None


def write(
    writing: Writing,
    context: Context,
    inquiry: Inquiry,
    model: ChatModel,
    citations: Citations,
    needs: Sequence[Need],
) -> Iterator[str]:
    """Lines of the answer as they are proven; what fails is sent back once, then struck.

    Nothing is shown before proven sentences say one of each of `needs`.
    """
    gate = _Gate(needs)
    said: list[Sentence] = []
    failed: list[Verdict] = []
    first = model.write(writing.prompt) if writing.first is None else iter([writing.first])
    lines = _proven(_read(first, writing, said), writing, failed, context, inquiry, citations)
    yield from gate.released(lines)
    if failed and writing.fault is None and len(writing.shown) < _MOST:
        writing.prompt += [
            Message("assistant", "\n".join(map(_written, said))),
            Message("user", prompts.render("repair", faults=_faults(failed))),
        ]
        again = _read(model.write(writing.prompt), writing, [])
        yield from gate.released(_proven(again, writing, [], context, inquiry, citations))
    writing.answered = gate.open and bool(writing.shown)
    if not writing.answered:
        writing.fault = writing.fault or _fault(writing, said)


def _read(pieces: Iterator[str], writing: Writing, said: list[Sentence]) -> Iterator[Sentence]:
    """What the model says, kept in `said`; its failure becomes the fault of the writing."""
    try:
        for sentence in sentences(pieces):
            said.append(sentence)
            yield sentence
    except ChatModelError as error:
        writing.fault = error.fault


def _proven(
    said: Iterable[Sentence],
    writing: Writing,
    failed: list[Verdict],
    context: Context,
    inquiry: Inquiry,
    citations: Citations,
) -> Iterator[tuple[str, Verdict]]:
    for sentence in said:
        if len(writing.shown) >= _MOST:
            return
        verdict = prove(sentence, context.hit, inquiry)
        line = _line(verdict, citations) if verdict.proven else None
        if verdict.proven and line is None:
            verdict = Verdict(sentence, fault="数字与引文不一致")
        if line is not None and line in writing.shown:
            continue
        writing.verdicts.append(verdict)
        if line is None:
            if not _is_no_answer(sentence.said):
                failed.append(verdict)
        else:
            writing.shown.append(line)
            yield line, verdict


def _is_no_answer(said: str) -> bool:
    """未给出, or an excuse: nothing that could be mended."""
    silent = _SILENT.search(said) is not None and len(said) < _LONGEST_SILENCE
    return silent or _DECLINES.search(said) is not None


def _line(verdict: Verdict, citations: Citations) -> str | None:
    """The sentence with our markers; None where the last look at it fails."""
    said = verdict.sentence.said
    trial = Citations()
    try:
        check(said + "".join(map(trial.cite, verdict.evidence)), trial.all())
    except UnprovenError:
        return None
    return said + "".join(map(citations.cite, verdict.evidence))


class _Gate:
    """Holds sentences back until they have said all that was asked for."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self._needs = list(needs)
        self._held: list[str] = []

    @property
    def open(self) -> bool:
        return not self._needs

    def released(self, lines: Iterable[tuple[str, Verdict]]) -> Iterator[str]:
        """The lines, from the one on that leaves nothing open; those before it come with it."""
        for line, verdict in lines:
            self._held.append(line)
            said = _amounts(verdict.sentence.said) | _departments(verdict.sentence.said)
            self._needs = [need for need in self._needs if not need & said]
            if self.open:
                yield from self._held
                self._held.clear()


def need_of(kind: Kind, evidence: Sequence[Evidence]) -> Need | None:
    """The figures, or the departments, of which an answer of this kind must say one."""
    said = "。".join(one.words for one in evidence)
    if kind is Kind.TARGET:
        return _amounts(said) or None
    return _departments(said) or None if kind is Kind.RESPONSIBILITY else None


def _departments(text: str) -> Need:
    return frozenset(function for function, _ in departments_in(text))


def _amounts(text: str) -> Need:
    amounts = (one for one in amounts_in(folded(text)) if one.unit)
    return frozenset(f"{one.low.normalize()}-{one.high.normalize()}{one.unit}" for one in amounts)


def _fault(writing: Writing, said: Sequence[Sentence]) -> Fault:
    """Why nothing came of what the model said."""
    text = "".join(sentence.said for sentence in said)
    if writing.shown:
        return Fault.BESIDE
    if _DECLINES.search(text):
        return Fault.DECLINED
    if _SILENT.search(text) and len(text) < _LONGEST_SILENCE:
        return Fault.SILENT
    return Fault.UNPROVEN if _HAN.search(text) else Fault.FOREIGN


def _faults(failed: Sequence[Verdict]) -> str:
    return "\n".join(
        f"- {_written(verdict.sentence)}（{verdict.fault}）" for verdict in failed[:_MOST]
    )


def _written(sentence: Sentence) -> str:
    return sentence.said + "".join(f"[{handle}]" for handle in sentence.handles)
