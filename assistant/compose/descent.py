"""From the nation down to a district: what each level sets, and how it stands to the one above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.compose.citations import Citations
from assistant.compose.comparison import Row, difference, region_row, table
from assistant.compose.composed import Composed
from assistant.inquiry import Inquiry
from corpus.document import Region
from corpus.regions import superiors
from retrieval.query import Query

_DOWN = re.compile(
    r"从国家到|从中央到|从上到下|自上而下|逐级|层层|一级一级|上下级|国家[、到]省[、到]|各级分别|各层级"
)


def asks_descent(query: Query) -> bool:
    """Whether a question asks for the whole line above a jurisdiction."""
    return _DOWN.search(query.text) is not None and _lowest(query) is not None


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """A table from the nation down, then how each stands to the one above; None without figures."""
    lowest = _lowest(inquiry.query)
    if lowest is None:
        return None
    line = [*reversed([r for r in superiors(lowest) if r.level is not lowest.level]), lowest]
    held = {known.region for known in inquiry.search.documents()}
    rows = [region_row(inquiry, region, held=region in held) for region in line]
    if not any(row.evidence for row in rows):
        return None
    lines = [*table(rows, inquiry.query, citations), "", *_standings(rows)]
    return Composed("\n".join(lines).strip(), computed=True)


def _lowest(query: Query) -> Region | None:
    """The jurisdiction that lies inside all others that are named."""
    return max(query.regions, key=lambda region: len(region.parents), default=None)


def _standings(rows: Sequence[Row]) -> Iterator[str]:
    """How each figure stands to the nearest one above it in the same unit."""
    above: Row | None = None
    for row in rows:
        if row.value is None:
            continue
        if above is not None and above.value is not None and above.value.unit == row.value.unit:
            gap = row.value.number - above.value.number
            stands = "与{}持平" if gap == 0 else "高于{}" if gap > 0 else "低于{}"
            by = "" if gap == 0 else difference(row.value, above.value)
            yield f"{row.name}{stands.format(above.name)}{by}。"
        above = row
