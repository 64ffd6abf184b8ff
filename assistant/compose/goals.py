"""The goals of a plan as such: the first sentences of what it heads 目标."""

from __future__ import annotations

import re

from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.compose.headings import ENOUGH, documents_of, plain, plainness, share
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import body_start, sentences
from corpus.document import HeldClause
from corpus.targets.select import authority
from retrieval.found import Hit
from retrieval.query import Query

_GOALS = re.compile(
    r"(?:总体|主要|总|工作|发展|奋斗)的?目标(?:是|有|包括|定)?(?:的是)?(?:什么|哪些|怎么)|目标(?:是|有)(?:什么|哪些)"
)
_GOAL_HEADING = re.compile(r"(?:总体|主要|工作|发展|行动|战略)?目标(?:[和与及].*)?")
_LONGEST = 330  # characters of the goals that are quoted


def asks_goals(query: Query) -> bool:
    """Whether a question asks for the goals as such, and for no indicator."""
    return _GOALS.search(query.text) is not None and not query.indicators


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """The first sentences of the clauses headed 目标 of the document asked about."""
    found = [
        hit for hit in documents_of(inquiry) if share(inquiry, [hit.held.document.title]) >= ENOUGH
    ]
    found.sort(key=lambda hit: (-plainness(hit.held.document), authority(hit.held.document)))
    for hit in found:
        headed = [one for one in inquiry.search.clauses(hit.held.document.id) if _is_goal(one)]
        lines, room = [], _LONGEST
        for held in headed:
            quoted = _opening(Hit(held, hit.score), room)
            if quoted is not None:
                where = f"{held.document.region_name}{status_note(quoted)}"
                lines.append(f"{where}：{quoted.words}{citations.cite(quoted)}")
                room -= len(quoted.words)
        if lines:
            return Composed("\n".join(lines))
    return None


def _is_goal(held: HeldClause) -> bool:
    """Whether the clause, or the one right above it, is headed 目标."""
    return any(_GOAL_HEADING.fullmatch(plain([label])) for label in held.clause.path[-2:])


def _opening(hit: Hit, room: int) -> Evidence | None:
    """The first sentences of a clause that fit into some characters."""
    text = hit.held.text
    begin = body_start(hit.held)
    start = end = None
    for left, right in sentences(text[begin:]):
        if start is not None and begin + right - start > room:
            break
        if start is None:
            start = begin + left
        end = begin + right
    if start is None or end is None or end - start > max(room, 200):
        return None
    words = " ".join(text[start:end].split())
    return Evidence(hit, start, end, words, (), 1.0, hit.score)
