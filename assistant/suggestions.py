"""Questions that the documents held do answer: to begin with, and where one was refused."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, TypeVar

from assistant.answer import Answer, Mode, Question, Refusal
from corpus.document import Document, Region
from corpus.targets.target import HeldTarget
from retrieval.query import Query

if TYPE_CHECKING:
    from assistant.app import Assistant

_T = TypeVar("_T")
_POOL = 12
_INSTEAD = 3
_TRIES = 40
# A heading that says what is to be done: 大力推广新能源汽车.
_TASK = re.compile(
    r"^[^一-鿿]*(?:[一二三四五六七八九十百]+[、）)])?"
    r"(?:大力|加快|积极|全面|深入|稳步|持续|着力|切实)?"
    r"(?P<task>(?:推广|发展|推进|建设|加强|提升|优化|推动|实施|开展|完善)[一-鿿]{3,12})$"
)


def suggestions(seen: Assistant) -> list[str]:
    """Questions of several kinds about what is held; each was tried, and none is refused.

    They take turns by kind and change with the documents. 15 ms a question.
    """
    chance = random.Random(seen.version)  # noqa: S311 - for variety
    places = list(dict.fromkeys(d.region for d in seen.documents() if d.region))
    chance.shuffle(places)
    kinds = cycle((_of_target, _of_comparison, _of_task, _of_department))
    found = (
        next(_tried(seen, kind(seen, place, chance)), None)
        for place, kind in zip(places[:_TRIES], kinds, strict=False)
    )
    return list(islice((text for text in found if text), _POOL))


def instead(seen: Assistant, query: Query, answer: Answer) -> list[str]:
    """What to ask where this was refused; each is answered."""
    if answer.refusal_reason is Refusal.OUT_OF_SCOPE:
        return []
    here = list(_of_the_same_place(seen, query))
    same = [text for text in here if any(name in text for name in query.indicators)]
    candidates = [*same, *_of_superiors(seen, query), *here]
    asked = {answer.question, query.text}
    return list(islice(_tried(seen, (c for c in candidates if c not in asked)), _INSTEAD))


def _tried(seen: Assistant, candidates: Iterable[str]) -> Iterator[str]:
    """Those that are answered, each once."""
    for text in islice(dict.fromkeys(candidates), _TRIES):
        if not seen.trace(Question(question=text, mode=Mode.EXTRACTIVE)).answer.refused:
            yield text


def _of_target(seen: Assistant, place: Region, chance: random.Random) -> Iterator[str]:
    for row in _shuffled(_known(seen.catalog.targets(regions=[place.code])), chance)[:3]:
        yield _figure(place.name, row)


def _of_comparison(seen: Assistant, place: Region, chance: random.Random) -> Iterator[str]:
    """With another jurisdiction of the same level that has the same indicator and year."""
    for row in _shuffled(_known(seen.catalog.targets(regions=[place.code])), chance)[:3]:
        same = seen.catalog.targets(indicators=[row.target.indicator], years=[row.target.year or 0])
        others = (other.document.region for other in _known(same))
        for other in _shuffled([r for r in others if r and r.level is place.level], chance)[:1]:
            if other != place:
                what = f"{row.target.year}年{row.target.indicator}"
                yield f"{place.name}和{other.name}{what}哪个高？"


def _of_task(seen: Assistant, place: Region, chance: random.Random) -> Iterator[str]:
    return (f"{place.name}怎么{task}？" for task in _tasks(seen, place, chance, lambda _: True))


def _of_department(seen: Assistant, place: Region, chance: random.Random) -> Iterator[str]:
    tasks = _tasks(seen, place, chance, lambda has_departments: has_departments)
    return (f"{place.name}{task}由哪个部门负责？" for task in tasks)


def _tasks(
    seen: Assistant, place: Region, chance: random.Random, fits: Callable[[bool], bool]
) -> list[str]:
    found = [
        said["task"]
        for document in _documents(seen, place)
        for clause in document.clauses
        if clause.path and fits(bool(clause.departments)) and (said := _TASK.match(clause.path[-1]))
    ]
    return _shuffled(found, chance)[:3]


def _documents(seen: Assistant, place: Region) -> Iterator[Document]:
    for known in seen.documents():
        if known.region == place and not known.excerpt and (whole := seen.document(known.id)):
            yield whole


def _of_superiors(seen: Assistant, query: Query) -> Iterator[str]:
    """The same of what the place lies in, the nearest first."""
    held = {d.region.name for d in seen.documents() if d.region}
    for place in (*query.places, *query.regions):
        words = [one.words for one in query.recognised if one.meant == place.name]
        for said in [word for word in words if word in query.text][:1]:
            for parent in place.parents:
                if parent in held:
                    yield query.text.replace(said, parent, 1)


def _of_the_same_place(seen: Assistant, query: Query) -> Iterator[str]:
    """Other figures of the place: first those of what was asked for, then those of the year."""

    def unlike(row: HeldTarget) -> tuple[bool, bool]:
        return row.target.indicator not in query.indicators, row.target.year not in query.years

    for place in query.regions:
        rows = sorted(_known(seen.catalog.targets(regions=[place.code])), key=unlike)
        yield from (_figure(place.name, row) for row in rows)


def _figure(place: str, row: HeldTarget) -> str:
    return f"{place}{row.target.year}年{row.target.indicator}的目标是多少？"


def _known(rows: Iterable[HeldTarget]) -> list[HeldTarget]:
    """Those of a listed indicator with a figure and a year."""
    return [row for row in rows if row.target.indicator and row.target.year and row.target.low]


def _shuffled(found: Sequence[_T], chance: random.Random) -> list[_T]:
    return chance.sample(list(found), len(found))
