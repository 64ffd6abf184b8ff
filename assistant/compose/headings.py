"""Documents and headings as answers to what a question asks of a whole document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.inquiry import Inquiry
from corpus.document import Metadata
from corpus.regions import NATION
from retrieval.found import Hit
from retrieval.topic import pairs_of
from retrieval.words import bigrams

ENOUGH = 0.7  # share of what is asked that a title and a heading must hold
_DOCUMENTS = 10  # hits whose documents are looked into
_NUMBER = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]+[）)]?[、.．]?\s*|^第[一二三四五六七八九十]+[章节条]\s*"
)
_NOISE = frozenset(
    bigrams(
        "领域，任务，行动，方面，工作，内容，举措，措施，工程，重点，主要，开展，包括，提出，部署，实施"
    )
)


def documents_of(inquiry: Inquiry) -> list[Hit]:
    """The best hit of each document found, of the jurisdiction where one is named."""
    regions = inquiry.query.regions
    hits = inquiry.hits_of(regions[0]) if len(regions) == 1 else list(inquiry.hits)
    first: dict[str, Hit] = {}
    for hit in hits[:_DOCUMENTS]:
        first.setdefault(hit.held.document.id, hit)
    return list(first.values())


def share(inquiry: Inquiry, words: Iterable[str]) -> float:
    """Share of what is asked, words of asking for a whole aside, that stands in the words."""
    weights = {p: w for p, w in inquiry.topic.weights.items() if len(p) > 1 and p not in _NOISE}
    total = sum(weights.values())
    present = pairs_of(" ".join(words))
    return sum(w for p, w in weights.items() if p in present) / total if total else 1.0


def plain(path: Sequence[str]) -> str:
    """The last heading without its number."""
    return _NUMBER.sub("", path[-1].strip()).rstrip("。：:") if path else ""


def plainness(known: Metadata) -> float:
    """Of documents that fit alike, the nation's and the one of the shortest title come first."""
    return (0.05 if known.region == NATION else 0.0) - 0.002 * len(known.title)
