"""Which stage of the way to an answer failed, told from its receipt."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from assistant.answer import Refusal
from corpus.errors import ClausewiseError
from corpus.targets.select import region_named
from evals.metrics.citations import groups, proves, support
from evals.metrics.score import Score
from evals.metrics.statements import statements
from evals.originals import Gold
from evals.reply import Reply
from retrieval.times import years_of

_NOTE = re.compile(r"（[^（）]*）")
_NOT_UNDERSTOOD = (Refusal.OUT_OF_SCOPE.value, Refusal.NOT_HELD.value)
_NEAR = 5  # passages within which a proof must rank


class Stage(StrEnum):
    """A stage, in the order of the way."""

    ASKING = "asking"  # there was no reply at all
    UNDERSTANDING = "understanding"
    RETRIEVAL = "retrieval"
    RANKING = "ranking"
    COMPOSING = "composing"
    VERIFICATION = "verification"

    @property
    def chinese(self) -> str:
        return _CHINESE[self]


_CHINESE = {
    Stage.ASKING: "提问",
    Stage.UNDERSTANDING: "理解",
    Stage.RETRIEVAL: "检索",
    Stage.RANKING: "排序",
    Stage.COMPOSING: "成文",
    Stage.VERIFICATION: "核对",
}


def failed_stage(gold: Gold, reply: Reply | None, score: Score | None) -> Stage | None:
    """The first stage that went wrong; None where the reply is right.

    Understanding failed where the receipt says another jurisdiction or year than the gold, or the
    question was taken for one about something else;
    retrieval where no proof is among the passages ranked, ranking where none is among the first
    five; verification where what was said is not what is cited, or a proven sentence was struck;
    else it was the composing. Without a receipt understanding is not told apart, without a
    ranking retrieval and ranking are not.
    """
    if reply is None or score is None:
        return Stage.ASKING
    if score.passed:
        return None
    if not gold.case.answerable:
        return Stage.COMPOSING if not reply.refused else Stage.VERIFICATION
    if reply.refused and reply.reason in _NOT_UNDERSTOOD:
        return Stage.UNDERSTANDING
    if reply.receipt and _misunderstood(gold, dict(reply.receipt.get("understood") or ())):
        return Stage.UNDERSTANDING
    if reply.ranked is not None and gold.proofs:
        if not _ranked(gold, reply, len(reply.ranked)):
            return Stage.RETRIEVAL
        if not _ranked(gold, reply, _NEAR):
            return Stage.RANKING
    return Stage.VERIFICATION if _unverified(reply, score) else Stage.COMPOSING


def _ranked(gold: Gold, reply: Reply, depth: int) -> bool:
    """Whether each thing to be proven has a proof among the first passages."""
    first = (reply.ranked or ())[:depth]
    return all(any(proves(one, proofs) for one in first) for proofs in groups(gold).values())


def _misunderstood(gold: Gold, understood: dict[str, Any]) -> bool:
    regions = _names(understood.get("辖区"))
    wanted = {source.region for source in gold.case.sources if _is_jurisdiction(source.region)}
    years = {int(y) for y in _names(understood.get("年份")) if y.isdecimal()}
    due = {year for number in gold.case.numbers for year in years_of(number.year)}
    return bool(regions and wanted and not wanted & regions) or bool(
        years and due and not due & years
    )


def _names(said: Any) -> set[str]:
    """What is listed: 绵阳市（绵阳）、四川省 are two names."""
    return {name.strip() for name in re.split(r"[、，\s]+", _NOTE.sub("", str(said or ""))) if name}


def _is_jurisdiction(name: str) -> bool:
    try:
        region_named(name)
    except ClausewiseError:
        return False
    return True


def _unverified(reply: Reply, score: Score) -> bool:
    """Whether something was said that its citations do not hold, or a proven sentence struck."""
    if reply.refused:
        return False
    struck = (reply.receipt or {}).get("sentences") or ()
    said = statements(reply.text)
    return (
        score.right("grounded") is False
        or score.right("faithful") is False
        or any(not sentence.get("passed", True) for sentence in struck)
        or support(said, reply).supported < len(said)
    )
