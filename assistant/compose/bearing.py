"""The sentences of a clause that bear on what is asked, whole and in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from assistant.evidence import Evidence, Wanted
from assistant.inquiry import Inquiry
from assistant.passages import segments
from corpus.document import HeldClause
from retrieval.query import Kind, Query
from retrieval.times import years_of
from retrieval.topic import Topic, pairs_of

_ROOM = 360  # characters of an answer that says how something is done
_ADDS = 0.12  # share of the topic that a sentence must add to those before it
_NAMES = 0.6  # share of what is asked that a heading must hold to be its name
_NAMES_BEST = 0.33  # or this, where no sentence under it holds more
_BEARS = 0.5  # of what the best sentence holds
_LEAST = 0.1
_INNER = re.compile(
    r"^\W*(?:\d{1,2}[.．、]|[（(]?[一二三四五六七八九十]{1,3}[）)、])[^，,；;：:]{2,40}$"
)
# Whether something is so wants the sentence that says it, and no other.
_WHETHER = re.compile(r"[吗么][?？]?\s*$|是否|是不是|能不能|可不可以|有没有|会不会")
_MEASURES = re.compile(
    r"哪些.{0,8}(?:措施|举措|做法|办法|招|支持|要求|安排|部署|动作|政策)|有(?:哪些|什么|啥)招"
)


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading, and the sentences under it."""

    heading: str
    sentences: tuple[Evidence, ...]


def bearing(found: Sequence[Evidence], inquiry: Inquiry, wanted: Wanted) -> list[Evidence]:
    """The first of what was found, best first, with those of its clause that it leaves open.

    Of a question how something is done: all that its heading names, or else all that say nearly
    as much of it as the best one.
    """
    first, topic = found[0], inquiry.topic
    if asks_how(inquiry.query):
        return _said_of(first, inquiry, wanted)
    more = (one for one in found[1:8] if one.held.id == first.held.id)
    return _in_order([first, *islice(_adding([first], more, topic), 1)])


def asks_how(query: Query) -> bool:
    """Whether a question asks how something is done, or for measures by that name."""
    if query.kind is Kind.LIST:
        return _MEASURES.search(query.text) is not None
    return query.kind is Kind.MEASURE and _WHETHER.search(query.text) is None


def named_by_heading(held: HeldClause, topic: Topic) -> float:
    """How much of what is asked, beside the title, the heading of a clause holds; 0 to 1."""
    return _share(_besides(topic, held.document.title), "".join(held.clause.path[-1:]))


def _said_of(first: Evidence, inquiry: Inquiry, wanted: Wanted) -> list[Evidence]:
    topic, section = inquiry.topic, _section(first, wanted, inquiry.query.years)
    first = section.sentences[0]
    asked = _besides(topic, first.held.document.title)
    named = _share(asked, section.heading)
    best = max(_share(asked, one.quote) for one in section.sentences)
    if named >= _NAMES or named >= max(_NAMES_BEST, best):
        return _fitting(first, section.sentences, asked)
    heading = pairs_of(section.heading)
    core = {pair: weight for pair, weight in asked.items() if pair not in heading} or asked
    shares = [_share(core, one.quote) for one in section.sentences]
    least = max(_BEARS * max(shares), _LEAST)
    near = [one for one, share in zip(section.sentences, shares, strict=True) if share >= least]
    chosen = _fitting(first, near, core)
    return _fitting(first, [*chosen, *_adding(chosen, section.sentences, topic)], core)


def _adding(
    chosen: Sequence[Evidence], others: Iterable[Evidence], topic: Topic
) -> Iterator[Evidence]:
    """Those of the others that hold words asked which no sentence before them does."""
    said = " ".join(one.quote for one in chosen)
    covered = topic.coverage(said)
    for one in others:
        with_it = topic.coverage(f"{said} {one.quote}")
        if with_it - covered >= _ADDS:
            said, covered = f"{said} {one.quote}", with_it
            yield one


def _fitting(
    first: Evidence, others: Iterable[Evidence], asked: Mapping[str, float]
) -> list[Evidence]:
    """The first, and of the others the most telling that there is room for."""
    chosen, room = [first], _ROOM - len(first.words)
    rest = [one for one in others if one.start >= first.end or one.end <= first.start]
    for one in sorted(rest, key=lambda one: -_share(asked, one.quote)):
        if len(one.words) <= room:
            chosen.append(one)
            room -= len(one.words)
    return _in_order(chosen)


def _in_order(chosen: Iterable[Evidence]) -> list[Evidence]:
    return sorted(chosen, key=lambda one: one.start)


def _section(first: Evidence, wanted: Wanted, years: Sequence[int]) -> _Section:
    """The part of its clause where a sentence stands: under a numbered heading in the text, or
    all of it, without what is said of other years than those asked for."""
    heading, under = "".join(first.held.clause.path[-1:]), [first]
    prose = (part for part in segments(first.held) if not part.row)
    for _, run in groupby(prose, key=lambda part: part.sentence):
        window = list(run)
        start, end = window[0].start, window[-1].end
        words = first.held.text[start:end]
        if _INNER.match(words):
            if first.end <= start:
                break
            heading, under = words, [first]
        apart = end <= first.start or first.end <= start
        if apart and wanted.admits(window) and _of_years(words, years):
            under.append(replace(first, start=start, end=end, words=words))
    if len(under) > 1 and _INNER.match(first.quote):
        under.remove(first)
    return _Section(heading, tuple(under))


def _of_years(words: str, asked: Sequence[int]) -> bool:
    said = years_of(words)
    return not asked or not said or not set(asked).isdisjoint(said)


def _besides(topic: Topic, title: str) -> dict[str, float]:
    """What is asked of a document beside what its title says; all where that is nothing."""
    pairs = {pair: weight for pair, weight in topic.weights.items() if len(pair) > 1}
    given = pairs_of(title)
    return {pair: weight for pair, weight in pairs.items() if pair not in given} or pairs


def _share(asked: Mapping[str, float], text: str) -> float:
    present = pairs_of(text)
    return sum(weight for pair, weight in asked.items() if pair in present) / (
        sum(asked.values()) or 1.0
    )
