"""SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018) and CMRC 2018 (Cui et al., EMNLP 2019).

CMRC is read in both its forms: that of SQuAD, and the older list of `context_text` with
`query_text`. The paragraphs of all questions are one corpus that a system must search, where the
sets hand each question its own; a question that its paragraph does not answer (`is_impossible`)
counts as unanswerable although another paragraph might by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from evals.case import Case, Type, Words
from evals.errors import EvaluationError
from evals.external.files import Asked, Options, Record, checked, parsed
from evals.external.shape import Draft, External, around, evidence_of, source


class SquadOptions(Options):
    """There are none."""


_Context = Annotated[
    str, StringConstraints(pattern=r"\w")
]  # as it is: answers count from its start


class _Answer(Record):
    text: Words
    answer_start: int = -1


class _Question(Record):
    id: Words
    question: Asked
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(Record):
    context: _Context
    qas: tuple[_Question, ...]


class _Article(Record):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _File(Record):
    data: tuple[_Article, ...]


class _OldQuestion(Record):
    query_id: Words
    query_text: Asked
    answers: tuple[Annotated[_Answer, BeforeValidator(lambda text: {"text": text})], ...]


class _OldParagraph(Record):
    title: str = ""
    context_text: _Context
    qas: tuple[_OldQuestion, ...]


def read(file: Path, _: SquadOptions) -> External:
    """Read a file of either form. Raises EvaluationError, naming file, index and field."""
    draft = Draft()
    for place, title, paragraph in _paragraphs(file):
        draft.passage(title, paragraph.context)
        for at, asked in enumerate(paragraph.qas):
            here = f"{place}.qas.{at}"
            draft.case(_case(asked, title, paragraph.context, here), here)
    return draft.done(file)


def _paragraphs(file: Path) -> list[tuple[str, str, _Paragraph]]:
    """(place, title, paragraph), the older form as the newer."""
    held = parsed(file)
    if isinstance(held, list):
        old = [checked(_OldParagraph, row, f"{file} [{at}]") for at, row in enumerate(held)]
        return [(f"{file} [{at}]", one.title, _renewed(one)) for at, one in enumerate(old)]
    whole = checked(_File, held, str(file))
    return [
        (f"{file} data.{at}.paragraphs.{number}", article.title, paragraph)
        for at, article in enumerate(whole.data)
        for number, paragraph in enumerate(article.paragraphs)
    ]


def _renewed(old: _OldParagraph) -> _Paragraph:
    asked = [
        _Question(id=one.query_id, question=one.query_text, answers=one.answers) for one in old.qas
    ]
    return _Paragraph(context=old.context_text, qas=tuple(asked))


def _case(asked: _Question, title: str, context: str, place: str) -> Case:
    if asked.is_impossible:
        return Case(id=asked.id, question=asked.question, type=Type.UNANSWERABLE)
    if not asked.answers:
        raise EvaluationError(f"{place} 字段 answers：可回答的问题至少要有一项")
    ways = tuple(dict.fromkeys(answer.text for answer in asked.answers))
    return Case(
        id=asked.id,
        question=asked.question,
        type=Type.OPEN,
        answer=ways[0],
        answer_points=(ways,),
        sources=tuple(source(title, words) for words in _evidence(asked.answers, context)),
    )


def _evidence(answers: Sequence[_Answer], context: str) -> list[str]:
    """The sentences where the answers stand, by `answer_start` where that is right."""
    found = []
    for answer in answers:
        start, end = answer.answer_start, answer.answer_start + len(answer.text)
        stands = start >= 0 and context[start:end] == answer.text
        found.append(around(context, start, end) if stands else evidence_of(context, [answer.text]))
    return list(dict.fromkeys(found))
