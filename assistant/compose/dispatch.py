"""Which composer answers which kind of question, and what is refused before any is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer import Refusal
from assistant.compose import (
    comparison,
    contrary,
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
from corpus.regions import NATION
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
# A document said to be of the place before it; 计划 and 规划 alone may be verbs.
_DOCUMENT = (
    r"(?P<between>[^，。？！；、《》在对给把怎如]{0,16}?)"
    r"(?:方案|意见|办法|细则|(?:行动|工作)计划|规划(?=[里中提的]))"
)
# What is told of a whole document: of a place without one there is nothing.
_OF_DOCUMENTS = (goals.compose, tasks.compose)


# Who asks for a text to be made up; 数据造假怎么处罚 asks what is done about it.
_INVENT = re.compile(r"(?:编造|杜撰|虚构|捏造|伪造|假造)出?(?:[一几两]?[份个条段篇项]|些)")


def answer_of(inquiry: Inquiry, citations: Citations) -> Composed:
    """The answer to one question by rules alone, or the refusal."""
    answered = _answered(inquiry, citations)
    if answered.refusal is Refusal.SILENT and measure.is_foreign(inquiry):
        return measure.out_of_scope()
    return answered


def _answered(inquiry: Inquiry, citations: Citations) -> Composed:
    query = inquiry.query
    if query.absent and not query.documents and query.regions in ((), (NATION,)):
        return measure.absent(query.absent)
    if inquiry.place is not None and _asks_of_its_document(inquiry):
        return measure.absent([f"{inquiry.place.name}的文件"])
    if _INVENT.search(query.text):
        return Composed(
            "只说现有政策文件写明的内容，不编写文件中没有的规定。", Refusal.OUT_OF_SCOPE
        )
    if inquiry.topic.is_empty:
        return measure.out_of_scope()
    if premise.supposes_figure(query, inquiry.topic) and (
        found := premise.compose(inquiry, citations)
    ):
        return found
    if contrary.supposes_act(query) and (found := contrary.compose(inquiry, citations)):
        return found
    for asks, compose in _BEFORE_KINDS:
        if compose in _OF_DOCUMENTS and inquiry.place is not None:
            continue
        if asks(query) and (found := compose(inquiry, citations)):
            return found
    return _COMPOSERS[query.kind](inquiry, citations)


def _asks_of_its_document(inquiry: Inquiry) -> bool:
    """Whether the question is of a document of the place that has none: 长三角那个方案怎么说."""
    query = inquiry.query
    unheld = (
        one.words for one in query.recognised if inquiry.place and one.meant == inquiry.place.name
    )
    asked = (re.search(re.escape(words) + _DOCUMENT, query.text) for words in unheld)
    return any(
        found and not any(region.short in found["between"] for region in query.regions)
        for found in asked
    )


def joined(parts: Sequence[Composed]) -> Composed:
    """The answers to the parts of a question as one: a part without an answer says so.

    A refusal only where every part is refused.
    """
    if len(parts) == 1:
        return parts[0]
    texts = list(dict.fromkeys(part.text for part in parts))
    refusals = [part.refusal for part in parts if part.refusal]
    return Composed("\n".join(texts), refusals[0] if len(refusals) == len(parts) else None)
