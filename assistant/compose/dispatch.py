"""Which composer answers which kind of question, and what is refused before any is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer import Refusal
from assistant.compose import (
    comparison,
    descent,
    goals,
    measure,
    premise,
    ranking,
    responsibility,
    target,
    tasks,
)
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed
from assistant.inquiry import Inquiry
from retrieval.query import Kind, Query

_COMPOSERS: dict[Kind, Callable[[Inquiry, Citations], Composed]] = {
    Kind.TARGET: target.compose,
    Kind.COMPARISON: comparison.compose,
    Kind.RESPONSIBILITY: responsibility.compose,
    Kind.LIST: measure.compose,
    Kind.TIME: measure.compose,
    Kind.EXISTENCE: measure.compose,
    Kind.MEASURE: measure.compose,
}


# What a question asks for beside its kind; each may find nothing, and then the kind answers.
_BEFORE_KINDS: tuple[
    tuple[Callable[[Query], bool], Callable[[Inquiry, Citations], Composed | None]], ...
] = (
    (descent.asks_descent, descent.compose),
    (ranking.asks_ranking, ranking.compose),
    (goals.asks_goals, goals.compose),
    (tasks.asks_tasks, tasks.compose),
)


# Who asks for a text to be made up; 数据造假怎么处罚 asks what is done about it.
_INVENT = re.compile(r"(?:编造|杜撰|虚构|捏造|伪造|假造)出?(?:[一几两]?[份个条段篇项]|些)")


def answer_of(inquiry: Inquiry, citations: Citations) -> Composed:
    """The answer to one question by rules alone, or the refusal."""
    query = inquiry.query
    if query.absent and not (query.documents or query.regions or query.issuers):
        return measure.absent(query.absent)
    if _INVENT.search(query.text):
        return Composed(
            "只说现有政策文件写明的内容，不编写文件中没有的规定。", Refusal.OUT_OF_SCOPE
        )
    if inquiry.topic.is_empty:
        return measure.out_of_scope()
    if premise.supposes_figure(query, inquiry.topic):
        return premise.compose(inquiry, citations)
    for asks, compose in _BEFORE_KINDS:
        if asks(query) and (found := compose(inquiry, citations)):
            return found
    return _COMPOSERS[query.kind](inquiry, citations)


def joined(parts: Sequence[Composed]) -> Composed:
    """The answers to the parts of a question as one: a part without an answer says so.

    A refusal only where every part is refused.
    """
    if len(parts) == 1:
        return parts[0]
    texts = list(dict.fromkeys(part.text for part in parts))
    refusals = [part.refusal for part in parts if part.refusal]
    return Composed("\n".join(texts), refusals[0] if len(refusals) == len(parts) else None)
