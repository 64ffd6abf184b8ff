"""From the nation down to a district: what each level sets, and how it stands to the one above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.compose.citations import Citations
from assistant.compose.comparison import Row, difference, region_row, resting_on, table
from assistant.compose.composed import Composed
from assistant.inquiry import Inquiry
from corpus.document import Region
from corpus.regions import superiors
from retrieval.query import Query

_DOWN = re.compile(
    r"从国家到|从中央到|从上到下|自上而下|逐级|层层|一级一级|上下级|国家[、到]省[、到]|各级分别|各层级"
)


def asks_descent(query: Query) -> bool:
    """Whether a question asks for the whole line above jurisdictions."""
    return _DOWN.search(query.text) is not None and bool(query.regions)


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """A table from the nation down, then how each stands to the one above; None without figures."""
    held = {known.region for known in inquiry.search.documents()}
    rows = [region_row(inquiry, r, held=r in held) for r in _line(inquiry.query.regions)]
    if not any(row.evidence for row in rows):
        return None
    lines = [*table(rows, inquiry.query, citations), "", *_standings(rows, citations)]
    return Composed("\n".join(lines).strip(), computed=True)


def _line(regions: Sequence[Region]) -> list[Region]:
    """The jurisdictions and all above them, the highest first, each once."""
    above = [s for r in regions for s in reversed(superiors(r)) if s.level is not r.level]
    return sorted(dict.fromkeys([*above, *regions]), key=lambda region: len(region.parents))


def _standings(rows: Sequence[Row], citations: Citations) -> Iterator[str]:
    """How each figure stands to the nearest one above it in the same unit."""
    for at, row in enumerate(rows):
        over = [one for one in rows[:at] if one.value and _lies_over(one.region, row.region)]
        if row.value is None or not over or over[-1].value is None:
            continue
        above, value = over[-1], over[-1].value
        if value.unit == row.value.unit:
            gap = row.value.number - value.number
            stands = "与{}持平" if gap == 0 else "高于{}" if gap > 0 else "低于{}"
            by = "" if gap == 0 else difference(row.value, value)
            marks = resting_on((above, row), citations)
            yield f"{row.name}{stands.format(above.name)}{by}。{marks}"


def _lies_over(one: Region | None, other: Region | None) -> bool:
    return one is not None and other is not None and one in superiors(other)
