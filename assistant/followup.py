"""A follow-up completed from the conversation: 「那2030年呢」 becomes a whole question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Turn
from corpus.orders import without_orders
from retrieval.places import places_in
from retrieval.query import Kind
from retrieval.understand import Holdings, as_read, understand
from retrieval.words import content_words

_YEAR_WORDS = re.compile(
    r"20\d\d年?|[“\"]?十[二三四五六]五[”\"]?(?:规划)?(?:时期|期间|末期|末|后期|中期)?"
)
_ANAPHORA = re.compile(
    r"^(?:那么?|再往后|再|往后|然后|还有|接着)[，,]?|呢|啊|吧|要到|是?多少|怎么样|又|[？?，,。！!]"
)


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole question; `place_changed` says that it is an earlier one asked of another place."""

    text: str
    place_changed: bool = False


def complete(question: str, history: Sequence[Turn], holdings: Holdings) -> Completed:
    """The question made whole with what the earlier questions of the user named."""
    whole = Completed("")
    for turn in [*(t.content for t in history if t.role == "user"), question]:
        said, _ = as_read(without_orders(turn), holdings)
        whole = _complete(said, whole.text, holdings) if whole.text else Completed(said)
    return whole


def at_home(history: Sequence[Turn], holdings: Holdings) -> Holdings:
    """Holdings in which 我省 starts from the place last spoken of, where no home is configured."""
    if holdings.home:
        return holdings
    for turn in reversed(history):
        found = places_in(as_read(turn.content, holdings)[0], holdings.regions)
        if turn.role == "user" and found:
            return replace(holdings, home=found[-1].region)
    return holdings


def _complete(question: str, before: str, holdings: Holdings) -> Completed:
    now, then = understand(question, holdings), understand(before, holdings)
    topic = _ANAPHORA.sub(" ", _ANAPHORA.sub(" ", now.topic))
    has_topic = bool(content_words(topic))
    has_place = bool(now.regions or now.places)
    if not has_topic and (has_place or now.years):
        placed = _with_places(before, question, holdings) if has_place else before
        return Completed(_with_year(placed, question) if now.years else placed, has_place)
    if has_place or now.levels or not (then.regions or then.places):
        return Completed(question)
    if now.kind is Kind.RESPONSIBILITY and _only_asks_who(topic):
        return Completed(f"{before.rstrip('？?。')}，{question}")
    return Completed(
        f"{places_said(before, holdings)}{'' if now.years else years_said(before)}{question}"
    )


def _only_asks_who(topic: str) -> bool:
    rest = re.sub(r"由|哪些?|几个|几家|部门|单位|负责|牵头|分工|责任|谁|归|是|的", "", topic)
    return not content_words(rest)


def _with_places(before: str, question: str, holdings: Holdings) -> str:
    """The earlier question with the new place in it."""
    new = places_in(question, holdings.regions, holdings.home)
    old = places_in(before, holdings.regions, holdings.home)
    words = question[new[0].start : new[-1].end]
    if not old:
        return words + before
    return before[: old[0].start] + words + before[old[-1].end :]


def _with_year(before: str, question: str) -> str:
    """The earlier question with the new year in it."""
    new = years_said(question)
    return _YEAR_WORDS.sub(new, before, count=1) if _YEAR_WORDS.search(before) else new + before


def places_said(text: str, holdings: Holdings) -> str:
    """The words by which a question names its places."""
    found = places_in(text, holdings.regions, holdings.home)
    return text[found[0].start : found[-1].end] if found else ""


def years_said(text: str) -> str:
    """The words by which a question names its year."""
    found = _YEAR_WORDS.search(text)
    return found.group() if found else ""
