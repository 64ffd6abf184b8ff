"""LexRAG (Li et al., SIGIR 2025): legal consultations of several turns over articles of law.

Every turn is a question with the turns before it as history. Its keywords, the names of the
articles among them, are what the answer must say, so the share of points held is the paper's
keyword accuracy; its articles prove it. Systems are told what the user said before, not the set's
own answers, which the paper hands on as history. A turn without keywords is history only, and an
article that the library lacks proves nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from assistant.answer import MAXIMUM_HISTORY
from evals.case import Case, GoldSource, Type, Words
from evals.errors import EvaluationError
from evals.external.files import Asked, Options, Record, checked, records
from evals.external.shape import Draft, External, source, worded

_LAWS = "law_library.jsonl"


class LexragOptions(Options):
    """`laws` are the articles; without it, the `law_library.jsonl` beside the conversations."""

    laws: Path | None = None


class _Law(Record):
    name: Words
    content: str


class _Turn(Record):
    user: Asked
    assistant: str = ""
    article: tuple[str, ...] = ()
    keyword: tuple[Words, ...] = ()


class _Conversation(Record):
    id: Words
    conversation: Annotated[tuple[_Turn, ...], Field(min_length=1, max_length=MAXIMUM_HISTORY + 1)]


def read(file: Path, options: LexragOptions) -> External:
    """Read conversations and articles. Raises EvaluationError, naming file, place and field."""
    library = options.laws or file.with_name(_LAWS)
    draft = Draft()
    laws = _laws(library, draft)
    proven = False
    for place, row in records(file):
        one = checked(_Conversation, row, place)
        for at, turn in enumerate(one.conversation):
            if turn.keyword:
                case = _case(one, at, laws)
                draft.case(case, place)
                proven = proven or bool(case.sources)
    external = draft.done(file)
    if not proven:
        raise EvaluationError(
            f"{library} 中没有 {file.name} 引用的任何法条，请用选项 laws 指明法条库"
        )
    return external


def _laws(file: Path, draft: Draft) -> dict[str, list[GoldSource]]:
    """The articles by name, put into the draft."""
    found: dict[str, list[GoldSource]] = {}
    for place, row in records(file):
        law = checked(_Law, row, place)
        text = law.content.replace("\\n", "\n").strip()  # the set writes line ends as two signs
        if worded(text):
            draft.passage(law.name, text)
            found.setdefault(law.name, []).append(source(law.name, text))
    return found


def _case(one: _Conversation, at: int, laws: dict[str, list[GoldSource]]) -> Case:
    """Turn `at` of a conversation, named as the set's own tools name it."""
    turn = one.conversation[at]
    named = dict.fromkeys(name.strip() for name in turn.article)
    return Case(
        id=f"{one.id}_turn{at + 1}",
        question=turn.user,
        type=Type.OPEN,
        history=tuple(earlier.user for earlier in one.conversation[:at]),
        answer=turn.assistant,
        answer_points=tuple((word,) for word in turn.keyword),
        sources=tuple(proof for name in named for proof in laws.get(name, ())),
    )
