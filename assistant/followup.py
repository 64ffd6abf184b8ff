"""A follow-up completed from the conversation: 「那2030年呢」 becomes a whole question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Turn
from corpus.regions import gazetteer
from corpus.traditional import simplified
from retrieval.query import Kind
from retrieval.understand import Holdings, understand
from retrieval.words import content_words

_YEAR_WORDS = re.compile(
    r"20\d\d年?|[“\"]?十[二三四五六]五[”\"]?(?:规划)?(?:时期|期间|末期|末|后期|中期)?"
)
_ANAPHORA = re.compile(
    r"^(?:那么?|再往后|再|往后|然后|还有|接着)[，,]?|呢|啊|吧|要到|是?多少|怎么样|又|[？?，,。！!]"
)


def complete(question: str, history: Sequence[Turn], holdings: Holdings) -> str:
    """The question made whole with what the earlier questions of the user named."""
    whole = ""
    for turn in [*(t.content for t in history if t.role == "user"), question]:
        said = simplified(turn)
        whole = _complete(said, whole, holdings) if whole else said
    return whole


def _complete(question: str, before: str, holdings: Holdings) -> str:
    now, then = understand(question, holdings), understand(before, holdings)
    topic = _ANAPHORA.sub(" ", _ANAPHORA.sub(" ", now.topic))
    has_topic = bool(content_words(topic))
    has_place = bool(now.regions or now.places)
    if not has_topic and (has_place or now.years):
        return _swap(before, question, swap_place=has_place, swap_year=bool(now.years))
    if has_place or not (then.regions or then.places):
        return question
    if now.kind is Kind.RESPONSIBILITY and _only_asks_who(topic):
        return f"{before.rstrip('？?。')}，{question}"
    return f"{_places(before)}{'' if now.years else _years(before)}{question}"


def _only_asks_who(topic: str) -> bool:
    rest = re.sub(r"由|哪些?|几个|几家|部门|单位|负责|牵头|分工|责任|谁|归|是|的", "", topic)
    return not content_words(rest)


def _swap(before: str, question: str, *, swap_place: bool, swap_year: bool) -> str:
    """The earlier question with the new place or year in it."""
    whole = before
    if swap_place:
        named = gazetteer().mentions(question)
        old = gazetteer().mentions(whole)
        if old:
            whole = whole[: old[0].start] + named[0].words + whole[old[-1].end :]
        else:
            whole = named[0].words + whole
    if swap_year:
        new = _YEAR_WORDS.findall(question)[0]
        whole = _YEAR_WORDS.sub(new, whole, count=1) if _YEAR_WORDS.search(whole) else new + whole
    return whole


def _places(text: str) -> str:
    mentions = gazetteer().mentions(text)
    return text[mentions[0].start : mentions[-1].end] if mentions else ""


def _years(text: str) -> str:
    found = _YEAR_WORDS.search(text)
    return found.group() if found else ""
