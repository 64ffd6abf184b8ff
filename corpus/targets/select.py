"""Choosing targets: whose, of what, for when; the most authoritative first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Level, Metadata, Region, Status, short_name
from corpus.errors import ClausewiseError
from corpus.indicators import fold, indicators_named
from corpus.regions import NATION, gazetteer
from corpus.targets.target import HeldTarget, Kind
from corpus.view import View

_GOVERNMENT = re.compile(r"中共|党委|人民政府|国务院|中央|完整准确全面贯彻新发展理念")
_PLAN = "碳达峰实施方案"  # with the jurisdiction's name alone before it, the government's own
_YEAR = re.compile(r"20[12]\d")
_LAST_YEAR = 2029  # 2030 in a link is of the plan, not of its date


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of the table; what is None limits nothing.

    `inside` takes in the jurisdictions that lie inside `region` as well.
    """

    region: Region | None = None
    inside: bool = False
    indicator: str | None = None
    year: int | None = None
    level: Level | None = None
    kind: Kind | None = None
    status: Status | None = None
    document_id: str | None = None


_LONGEST_NAME = 60  # characters, superiors and all


def region_named(name: str) -> Region:
    """The jurisdiction of a full or spoken name; 吉林 is the province, the city is 吉林市.

    Its superiors may stand before it (福州市鼓楼区).
    Raises ClausewiseError for a name that is no jurisdiction.
    """
    region = next(iter(_readings(name)), None)
    if region is None:
        raise ClausewiseError(f"没有名为“{name}”的辖区，请写全称，如 吉林省、四平市、龙潭区")
    return region


def other_readings(name: str) -> str | None:
    """In Chinese, which jurisdiction a name is taken for where it is that of several."""
    readings = [_full_name(region) for region in _readings(name)]
    if len(readings) < 2:
        return None
    return f"“{name}”按{readings[0]}理解；如指{'、'.join(readings[1:])}，请这样写全"


def _readings(name: str) -> list[Region]:
    """The jurisdictions of a name, the likeliest first."""
    words = name.strip()
    if len(words) > _LONGEST_NAME:
        return []
    aliases = gazetteer().aliases
    return list(aliases.get(words, ())) or [
        region
        for cut in range(1, len(words))
        for region in aliases.get(words[cut:], ())
        if not _without_superiors(words[:cut], region)
    ]


def _without_superiors(words: str, region: Region) -> str:
    """What is left of the words before a name when its superiors are taken off."""
    for parent in reversed(region.parents):
        shorter = words.removeprefix(parent)
        words = words.removeprefix(short_name(parent)) if shorter == words else shorter
    return words


def _full_name(region: Region) -> str:
    """The name with its superiors before it: 福建省福州市鼓楼区."""
    above = [parent for parent in reversed(region.parents) if parent != NATION.name]
    return "".join((*above, region.name))


def select(catalog: View, wanted: Filter) -> list[HeldTarget]:
    """The targets that pass a filter, by authority of their documents, then in their order."""
    rows = catalog.targets(
        regions=_codes(catalog.documents(), wanted),
        years=None if wanted.year is None else [wanted.year],
        documents=None if wanted.document_id is None else [wanted.document_id],
    )
    passing = [
        row
        for row in rows
        if _of_document(row.document, wanted)
        and (wanted.kind is None or row.target.kind is wanted.kind)
    ]
    if wanted.indicator is not None:
        passing = of_indicator(passing, wanted.indicator)
    return sorted(passing, key=lambda row: (_region_code(row), authority(row.document)))


def why_none(catalog: View, wanted: Filter) -> str:
    """In Chinese, why nothing passes a filter: no such document is held, or all are silent."""
    documents = catalog.documents()
    codes = _codes(documents, wanted)
    held = [
        known
        for known in documents
        if (codes is None or (known.region is not None and known.region.code in codes))
        and _of_document(known, wanted)
    ]
    place = wanted.region.name if wanted.region else ""
    if held:
        return f"已收录{place}文件 {len(held)} 份，未提及所问目标"
    return f"未收录{place}符合条件的文件"


def of_indicator(rows: Sequence[HeldTarget], words: str) -> list[HeldTarget]:
    """The rows of the indicators that the words name, or else those whose own words hold them.

    非化石 names no indicator of the list, and so finds every row that holds it.
    """
    folded = fold(words)
    names = {indicator.name for indicator in indicators_named(words)}
    found = [row for row in rows if row.target.indicator in names]
    return found or [
        row
        for row in rows
        if folded in fold(row.target.indicator) or folded in fold(row.target.words)
    ]


def of_one(rows: Sequence[HeldTarget], words: str) -> list[HeldTarget]:
    """The rows of one indicator only: of several that the words fit, the one with most rows.

    Values of different indicators do not compare.
    """
    found = of_indicator(rows, words)
    counts = Counter(row.target.indicator for row in found if row.target.indicator)
    if not counts:
        return found
    most = counts.most_common(1)[0][0]
    return [row for row in found if row.target.indicator == most]


def authority(document: Metadata) -> tuple[bool, bool, int, int, str]:
    """Sorts documents of one jurisdiction: what is in force and an original before what is not,
    party and government before departments, then the newest: by the year of signing or of the
    link, else the first of the title, those without any last."""
    day = document.issued.timetuple().tm_yday if document.issued else 0
    return (
        document.status is Status.DRAFT,
        not _of_government(document),
        -(year_of(document) or _year_in_title(document) or 0),
        -day,
        document.title,
    )


def _of_government(document: Metadata) -> bool:
    """Whether party or government set it, not a department."""
    if document.level is Level.MINISTRY:
        return False
    own = (document.region.name, document.region.short) if document.region else ()
    return _GOVERNMENT.search(f"{document.issuer or ''}{document.title}") is not None or any(
        document.title.startswith(f"{name}{_PLAN}") for name in own
    )


def year_of(document: Metadata) -> int | None:
    """The year a document was signed or, failing that, the last that its link names (/202206/)."""
    if document.issued:
        return document.issued.year
    years = [int(year) for year in _YEAR.findall(document.source_url or "")]
    return max((year for year in years if year <= _LAST_YEAR), default=None)


def _year_in_title(document: Metadata) -> int | None:
    """The first year of the title (2022-2030年), unless it is the goal's (2030年前)."""
    found = _YEAR.search(document.title)
    return int(found.group()) if found and int(found.group()) <= _LAST_YEAR else None


def _codes(documents: Iterable[Metadata], wanted: Filter) -> Collection[str] | None:
    if wanted.region is None:
        return None
    name = wanted.region.name
    inner = {
        known.region.code
        for known in documents
        if known.region is not None and wanted.inside and name in known.region.parents
    }
    return {wanted.region.code, *inner}


def _of_document(document: Metadata, wanted: Filter) -> bool:
    """Whether a document of the jurisdictions asked for passes the rest of a filter."""
    return (
        (wanted.level is None or document.level is wanted.level)
        and (wanted.status is None or document.status is wanted.status)
        and (wanted.document_id is None or document.id == wanted.document_id)
    )


def _region_code(row: HeldTarget) -> str:
    return row.document.region.code if row.document.region else "~"
