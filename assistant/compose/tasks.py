"""The tasks that a document lists: the headings under the section that is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.compose.headings import ENOUGH, documents_of, plain, plainness, share
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import body_start
from corpus.document import HeldClause
from retrieval.found import Hit
from retrieval.query import Kind, Query

_TASKS = re.compile(
    r"哪(?:些|几)(?:大|项|个|方面)?的?(?:重点|主要|保障|具体|支持)?(?:领域|任务|行动|方面|工作|内容|举措|措施|工程)"
    r"|(?:任务|行动|措施|举措|工程)(?:有|包括|是|分为)?哪[些几]"
)
_LONGEST_HEADING = 30
_LEAST, _MOST = 3, 15  # items of a list; two where the question names its heading
_SHORTEST_NAMED = 4  # characters of a heading that a question names
_ADDS = 0.2  # share of the topic that a heading must hold beside the title
_AS_SUCH = re.compile(r"(?:重点|主要|工作|具体|核心)(?:任务|行动|措施|举措|工作|领域).{0,20}")
_ENDS = ("行动", "工程")


def asks_tasks(query: Query) -> bool:
    """Whether a question asks for the tasks that a document lists."""
    return query.kind in (Kind.LIST, Kind.MEASURE) and _TASKS.search(query.text) is not None


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading of a document and the headings right under it, in order."""

    path: tuple[str, ...]
    children: tuple[str, ...]


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """The headings under the section that the question names; None where none is so named."""
    best: tuple[float, Hit, _Section] | None = None
    for hit in documents_of(inquiry):
        known = hit.held.document
        for section in _sections(inquiry.search.outline(known.id)):
            fit = _fit(inquiry, known.title, section)
            ranked = fit + plainness(known)
            if fit > 0 and (best is None or ranked > best[0]):
                best = (ranked, hit, section)
    return _listed(best[1], best[2], inquiry, citations) if best else None


def _fit(inquiry: Inquiry, title: str, section: _Section) -> float:
    """How well a section is the one asked about; 0 where it is not.

    Its heading stands in the question; or it is that of the tasks as such, of a document that the
    question is about; or heading and title together hold what is asked.
    """
    heading = plain(section.path[-1:])
    of_title, of_both = share(inquiry, [title]), share(inquiry, [title, heading])
    if of_both < ENOUGH:
        return 0.0
    if len(heading) >= _SHORTEST_NAMED and heading in inquiry.query.text:
        return of_both + 2
    if len(section.children) < _LEAST:
        return 0.0
    if _AS_SUCH.fullmatch(heading):
        return of_both + 1 if of_title >= ENOUGH else 0.0
    return of_both if of_both - of_title >= _ADDS else 0.0


def _listed(hit: Hit, section: _Section, inquiry: Inquiry, citations: Citations) -> Composed | None:
    """The items, each cited where its heading stands; None where one has no heading to name."""
    clauses = {h.clause.path: h for h in inquiry.search.clauses(hit.held.document.id)}
    quotes = []
    for child in section.children:
        held = clauses.get((*section.path, child))
        words = _item(plain([child]) or _opening_words(held), section)
        start = held.text.find(words) if held and words else -1
        if held is None or start < 0:
            return None
        found = Hit(held, hit.score)
        quotes.append(Evidence(found, start, start + len(words), words, (), 1.0, hit.score))
    items = [f"{quote.words}{citations.cite(quote)}" for quote in quotes[:_MOST]]
    more = "等" if len(quotes) > _MOST else ""
    head = f"{hit.held.document.region_name}{status_note(quotes[0])}："
    return Composed(f"{head}{'；'.join(items)}{more}。")


def _item(words: str, section: _Section) -> str:
    """A heading without the text that has run into it; empty where it can not be told."""
    for end in _ENDS:
        alike = sum(plain([other]).endswith(end) for other in section.children)
        at = words.find(end)
        if at > 0 and 2 * alike >= len(section.children):
            return words[: at + len(end)]
    return words if len(words) <= _LONGEST_HEADING else ""


def _opening_words(held: HeldClause | None) -> str:
    """The first words of a clause without a heading, up to the first mark."""
    if held is None:
        return ""
    text = held.text[body_start(held) :].lstrip()
    return re.split(r"[，,。；;：:\n]", text, maxsplit=1)[0].strip()


def _sections(outline: Sequence[tuple[str, ...]]) -> list[_Section]:
    children: dict[tuple[str, ...], dict[str, None]] = {}
    for path in outline:
        if len(path) > 1:
            children.setdefault(path[:-1], {})[path[-1]] = None
    return [_Section(path, tuple(under)) for path, under in children.items() if len(under) > 1]
