"""A question that asks several things, as the questions that it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.wording import places_said, years_said
from corpus.indicators import indicators_named
from retrieval.query import Kind, Query
from retrieval.understand import Holdings

_ASKS = re.compile(
    r"多少|多大|多高|百分之几|[几哪]|怎么|怎样|如何|什么|何时|是否|有没有|[吗么][?？]?$"
)
# …多少，由谁负责: who does it is asked of what was asked about before.
_WHO = re.compile(
    r"[，,？?；;。\s](?:并且|以及|同时|另外|还有|又)?(?:分别|主要|具体)?(?:是)?(?:由|归)?"
    r"(?:谁|哪(?:些|个|几个|几家)?(?:部门|单位|委|局|厅)|牵头(?:单位|部门)|责任(?:单位|部门)).{0,20}$"
)
_JOINS = re.compile(r"以及|[、和与及，,]")
_TWO = re.compile(r"(?:风电|风能|风力发电|风)[、和与及]?(?:太阳能|光伏|光电|光)(?:发电)?")
# Two energies that are counted together.
ONE_THING = re.compile(rf"{_TWO.pattern}|新能源[、和与及]清洁能源")
_EACH = re.compile(r"(?<!总)装机(?!总)")
_OF_TWO = re.compile("风|光")
_RESULT = re.compile(r"(?:的?目标)?(?:分别|各自|各|都)?(?:是|为|要|达到)*(?:多少|百分之几|多大).*$")


def parts_of(query: Query, holdings: Holdings) -> tuple[str, ...]:
    """The questions that are asked at once, each whole; () for one that asks one thing."""
    if query.kind is Kind.RESPONSIBILITY:
        who = _WHO.search(query.text)
        before = query.text[: who.start()] if who else ""
        return (before, query.text) if _ASKS.search(before) else ()
    if query.kind is Kind.TARGET and len(query.regions) <= 1 and not query.places:
        items = list(_items(query.text))
        if len(items) > 1:
            head = f"{places_said(query.text, holdings)}{years_said(query.text)}"
            return tuple(f"{'' if head in item else head}{item}是多少？" for item in items)
        two = _TWO.search(query.text) if _EACH.search(query.text) else None
        if two:  # asked for one by one only where no sum of them answers
            before, after = query.text[: two.start()], query.text[two.end() :]
            return tuple(f"{before}{one}{after}" for one in ("风电", "光伏"))
    return ()


def says_all(parts: Sequence[str], words: str) -> bool:
    """Whether the words of an answer name an indicator of each of the parts."""
    return all(
        any(one.stands_in(words) for one in indicators_named(part))
        or (_OF_TWO.search(part) and ONE_THING.search(words))
        for part in parts
    )


def _items(text: str) -> Iterator[str]:
    """The indicators of a list, in the question's own words; nothing where it is no such list."""
    found = []
    whole = ONE_THING.sub(lambda one: _JOINS.sub("\x00", one.group()), _RESULT.sub("", text))
    for part in (part.replace("\x00", "、") for part in _JOINS.split(whole)):
        named = {indicator.name for indicator in indicators_named(part)}
        if named:
            found.append((part, named))
        elif found:
            return  # the list goes on with something that is no indicator
    distinct = all(
        one != other for at, (_, one) in enumerate(found) for _, other in found[at + 1 :]
    )
    if distinct:
        yield from (part for part, _ in found)
