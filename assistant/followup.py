"""A follow-up completed from the conversation: 「那2030年呢」 becomes a whole question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import wording
from assistant.answer import Turn
from assistant.said import Said, is_small_talk, taken_apart
from assistant.values import values
from assistant.wording import places_said, years_said, years_span
from corpus.orders import without_orders
from retrieval.places import places_in
from retrieval.query import Kind
from retrieval.understand import Holdings, as_read, understand

_FIGURE = re.compile(r"多少|百分之几|数字|数值|数据")
_WITH = re.compile(r"跟|和|与|同|比|较")
_THAN_IT = re.compile("(?:是不是|会不会|要)?比(?:它们?|这个|这里|这边|前面的?|上面的?)")
_COMPARES = re.compile(rf"^(?:{_THAN_IT.pattern}|相比|比较|比起来|对比|比)|[高低多少大小]")
_WHICH = re.compile(
    r"(?:哪[个家边]|谁|哪[一两]?个?[省市区县地])的?(?:目标|要求|比例|数值)?[更最要]?[高低大小多少早晚快慢严]"
    r"|相?差(?:多少|几|距)|对比|比较"
)
_BASE_OR_SCOPE = re.compile(r"比|基[数期年准]|口径|还是|全[国省市区县]|所有|约束|预期")


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole question; `place_changed` says that it is an earlier one asked of another place."""

    text: str
    place_changed: bool = False


def complete(question: str, history: Sequence[Turn], holdings: Holdings) -> Completed:
    """The question made whole with what the earlier questions of the user named."""
    wholes: list[str] = []
    for turn in (t.content for t in history if t.role == "user"):
        said, _ = as_read(without_orders(turn), holdings)
        if not is_small_talk(said):
            wholes.append(_complete(said, wholes, holdings).text)
    said, _ = as_read(without_orders(question), holdings)
    return Completed(said) if is_small_talk(said) else _complete(said, wholes, holdings)


def at_home(history: Sequence[Turn], holdings: Holdings) -> Holdings:
    """Holdings in which 我省 starts from the place last spoken of, where no home is configured."""
    if holdings.home:
        return holdings
    for turn in reversed(history):
        found = places_in(as_read(turn.content, holdings)[0], holdings.regions)
        if turn.role == "user" and found:
            return replace(holdings, home=found[-1].region)
    return holdings


def _complete(question: str, wholes: Sequence[str], holdings: Holdings) -> Completed:
    """A turn made whole from those before it, which are whole."""
    if not wholes:
        return Completed(question)
    said = taken_apart(question, wholes[-1], holdings)
    before = wording.as_asked(wholes[-1])
    if said.elsewhere and wording.asks(said.text) and wording.about(said.left):
        return Completed(said.text)
    if said.asks_for_source:
        return Completed(wholes[-1])
    compared = _of_both(said, before, holdings) or _of_last_two(said, wholes, holdings)
    if compared:
        return Completed(compared)
    framed = _framed(before, said, holdings)
    if said.is_bare:
        return Completed(_asked_for_figure(framed, said, holdings), bool(said.place))
    if asked := _asked_of_subject(said, framed, wholes[-1]):
        return Completed(asked, bool(said.place))
    if said.thing and (not said.is_placed or (said.place and said.continues)):
        return Completed(wording.with_thing(framed, said.thing, holdings), bool(said.place))
    if said.is_placed:
        return Completed(said.text)
    year = "" if said.year or said.query.asks is not Kind.TARGET else years_said(before)
    return Completed(f"{places_said(before, holdings)}{year}{said.text}")


def _asked_of_subject(said: Said, framed: str, before: str) -> str | None:
    """谁来牵头 and 这项任务由谁负责, asked of what was asked about before."""
    of_it = said.of_it
    if of_it is not None and not (wording.asks(of_it) or wording.names_answer(of_it)):
        return None  # that project: it names something
    asks = said.asks_of_it and not said.document
    if of_it is None and not asks and not _repeats_figure(said, before):
        return None
    subject = wording.subject_of(framed)
    figure = said.query.asks in (Kind.TARGET, Kind.RESPONSIBILITY) or values(said.left)
    if not (said.year or figure or _BASE_OR_SCOPE.search(said.left)):
        subject = _without_year(subject)  # what is done is of no year
    return f"{subject}{said.left.lstrip('的') if of_it is None else of_it}"


def _repeats_figure(said: Said, before: str) -> bool:
    """Whether it opens with a figure that the turn before has named: 那6%是…"""
    stated = {(v.number, v.unit) for v in values(before) if v.unit}
    opening = values(said.left)[:1] if re.match(r"\d", said.left) else []
    return any((v.number, v.unit) in stated for v in opening)


def _asked_for_figure(question: str, said: Said, holdings: Holdings) -> str:
    """The question itself; where it asks for no figure and the follow-up does, its figure."""
    asks = understand(question, holdings).asks
    if asks is Kind.TARGET or not _FIGURE.search(said.left) or values(question):
        return question
    return f"{wording.subject_of(question)}的目标是多少"


def _framed(before: str, said: Said, holdings: Holdings) -> str:
    """The earlier question with the place, document and year of a follow-up in it."""
    if said.document:
        before = _with_document(before, said, holdings)
    elif said.place:
        before = _with_places(before, said.place, holdings)
    return _with_year(before, said.year, holdings) if said.year else before


def _with_document(before: str, said: Said, holdings: Holdings) -> str:
    """The earlier question asked of another document; of the same place where it names none."""
    old = places_said(before, holdings)
    new = said.document if said.query.regions else f"{old}{said.document}"
    if span := wording.document_span(before):
        return before[: span[0]] + new + before[span[1] :]
    if not old:
        return f"{new}里{before}"
    head, _, rest = before.partition(old)
    return f"{head}{new}里{rest}"


def _with_places(before: str, new: str, holdings: Holdings) -> str:
    """The earlier question with the new place in it; 全市 of the old one goes."""
    old = places_in(before, holdings.regions, holdings.home)
    if not old:
        return new + before
    after = re.sub(r"^全?[省市区县](?!场|政)", "", before[old[-1].end :])
    return before[: old[0].start] + new + after


def _with_year(before: str, new: str, holdings: Holdings) -> str:
    """The earlier question with the new year in it."""
    if span := years_span(before):
        return before[: span[0]] + new + before[span[1] :]
    head = wording.head_of(before, holdings)
    return head + new + before[len(head) :] if before.startswith(head) else new + before


def _without_year(text: str) -> str:
    year = years_said(text)
    return re.sub(rf"[到至在]?{re.escape(year)}(?:底|末|以?前)?的?", "", text) if year else text


def _of_both(said: Said, before: str, holdings: Holdings) -> str | None:
    """和南宁比呢: the earlier question asked of both places."""
    old = places_said(before, holdings)
    if not (old and said.place) or said.document or said.place == old:
        return None
    leads, _, after = said.text.partition(said.place)
    rest = Said("", said.query, "", "", "", _COMPARES.sub("", _WHICH.sub("", after)))
    beside = _WITH.fullmatch(leads.strip()) if leads.strip() else _THAN_IT.match(after)
    if not beside or not rest.is_bare:
        return None
    return _with_places(before, f"{old}和{said.place}", holdings)


def _of_last_two(said: Said, wholes: Sequence[str], holdings: Holdings) -> str | None:
    """哪个高: the last question asked of the two places that were spoken of last."""
    last = places_said(wholes[-1], holdings)
    if said.is_placed or not last or not _WHICH.search(said.left) or wording.about(said.left):
        return None
    others = (places_said(whole, holdings) for whole in reversed(wholes[:-1]))
    other = next((place for place in others if place and place != last), None)
    before = wording.as_asked(wholes[-1])
    return _with_places(before, f"{other}和{last}", holdings) if other else None
