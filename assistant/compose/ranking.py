"""Which jurisdictions set what for one indicator: all that are held, in order, each cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.inquiry import Inquiry
from assistant.known import Known, proof
from assistant.proof.claims import amounts_in, folded
from corpus.document import Level, Region
from corpus.regions import NATION
from corpus.targets.compare import cell
from corpus.targets.target import HeldTarget
from retrieval.query import Query

_WHICH = re.compile(
    r"(?:哪一?[些个几]?个?|各|最[高低多少大小]的)(?P<level>省份?|市|地市|区县?|县区?|地方|地区|辖区)(?!域)"
)
_BELOW_CITY = (Level.DISTRICT, Level.COUNTY)
_LEVELS = {
    **dict.fromkeys(("省", "省份"), (Level.PROVINCE,)),
    **dict.fromkeys(("市", "地市"), (Level.CITY,)),
    **dict.fromkeys(("区", "区县", "县", "县区"), _BELOW_CITY),
}
_OVER = re.compile(r"高于|超过|大于|不低于|不少于|多于|以上|超")
_UNDER = re.compile(r"低于|小于|不超过|少于|以下|以内|不到")
_ASCENDING = re.compile(r"最低|最少|最小|从低到高")
_MOST = 20  # rows of a table


def asks_ranking(query: Query) -> bool:
    """Whether a question asks which jurisdictions set what for one indicator."""
    return (
        _WHICH.search(query.text) is not None
        and len(query.indicators) == 1
        and not (query.regions or query.places or query.documents)
    )


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """A table of the jurisdictions that give the figure, in its order; None where none does."""
    query = inquiry.query
    rows = inquiry.search.targets_of(query.indicators[0], inquiry.scope)
    year = query.years[0] if query.years else _usual_year(rows)
    found = _passing(_of_each(rows, year, _levels(query)), query)
    if not found:
        return None
    descending = not _ASCENDING.search(query.text)
    found.sort(key=lambda row: _low(row), reverse=descending)
    lines = [f"| 辖区 | {year}年{query.indicators[0]} |", "| --- | --- |"]
    for row in found[:_MOST]:
        hit = inquiry.search.hit(row.clause.id)
        if hit:
            said = proof(Known(row, 1.0), hit)
            tone = "力争" if row.target.aspires else ""
            figure = f"{tone}{row.target.change.value}{row.target.printed}{status_note(said)}"
            lines.append(f"| {row.document.region_name} | {figure}{citations.cite(said)} |")
    more = f"，列出前{_MOST}个" if len(found) > _MOST else ""
    lines += ["", f"共{len(found)}个{more}；只含已收录并给出数值的辖区。"]
    return Composed("\n".join(lines), computed=True)


def _levels(query: Query) -> tuple[Level, ...]:
    """The levels asked about; () for all but the nation."""
    found = _WHICH.search(query.text)
    return _LEVELS.get(found["level"], ()) if found else ()


def _usual_year(rows: Sequence[HeldTarget]) -> int:
    """The year for which most rows are set."""
    years = Counter(row.target.year for row in rows if row.target.year)
    return years.most_common(1)[0][0] if years else 0


def _of_each(rows: Sequence[HeldTarget], year: int, levels: Sequence[Level]) -> list[HeldTarget]:
    """The row that counts of each jurisdiction of these levels."""
    regions: dict[str, Region] = {}
    for row in rows:
        region = row.document.region
        if region and region != NATION and (not levels or region.level in levels):
            regions[region.code] = region
    cells = (cell(rows, region, year, set(regions)) for region in regions.values())
    found = [one.main.first for one in cells if one.main]
    kinds = Counter((row.target.unit, row.target.change) for row in found).most_common(1)
    return [row for row in found if (row.target.unit, row.target.change) == kinds[0][0]]


def _passing(rows: list[HeldTarget], query: Query) -> list[HeldTarget]:
    """The rows over or under the figure that the question names, if it names one."""
    amounts = [one for one in amounts_in(folded(query.text)) if one.unit]
    if not amounts:
        return rows
    bound = amounts[0]
    same = [row for row in rows if row.target.unit == bound.unit]
    if _UNDER.search(query.text):
        return [row for row in same if _low(row) < bound.low]
    if _OVER.search(query.text):
        return [row for row in same if _low(row) > bound.low]
    return [row for row in same if _low(row) == bound.low]


def _low(row: HeldTarget) -> Decimal:
    return row.target.low or Decimal(0)
