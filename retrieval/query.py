"""A question as the program understands it: where, when, what, and what kind of answer."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.document import Level, Metadata, Region
from corpus.indicators import indicators_named
from corpus.regions import NATION, Mention, gazetteer
from corpus.traditional import simplified
from retrieval.words import content_words, fold, synonym_groups, synonyms


class Kind(StrEnum):
    """What kind of answer is asked for."""

    TARGET = "target"
    COMPARISON = "comparison"
    RESPONSIBILITY = "responsibility"
    LIST = "list"
    TIME = "time_or_definition"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the corpus holds, as far as understanding a question needs it."""

    regions: frozenset[Region]
    issuers: frozenset[str]

    @classmethod
    def of(cls, documents: Collection[Metadata]) -> Holdings:
        """The jurisdictions and issuers of these documents."""
        return cls(
            frozenset(d.region for d in documents if d.region),
            frozenset(d.issuer for d in documents if d.issuer),
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood. `regions` are held; `places` are named but have no document.

    `topic` is the question without its places and years; `years` are the target years it
    names, a plan period counting as its last year.
    """

    text: str
    kind: Kind
    regions: tuple[Region, ...]
    places: tuple[Region, ...]
    issuers: tuple[str, ...]
    years: tuple[int, ...]
    topic: str
    terms: tuple[str, ...]
    expansions: tuple[str, ...]

    def only(self, region: Region) -> Query:
        """The same question asked of one jurisdiction."""
        return replace(self, regions=(region,), places=())


_YEAR = re.compile(r"(?<![\d.])(20[0-6]\d)(?!\s*[\d.%％万亿千百个户家亩吨辆座公平立米套])\s*年?")
_BASELINE = re.compile(r"(?:比|较|相对于|相比|对比|以)\s*$")
_BASIS = re.compile(r"的?基础|[水基]平|相比|相较")
_PERIOD = re.compile(r"[“\"]?(十[二三四五六])五[”\"]?(?:规划)?(?:时期|期间|末期|末|后期|中期)?")
_PERIOD_END = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.RESPONSIBILITY,
        re.compile(
            r"哪(?:个|些|几个|几家|一个)?(?:部门|单位|机构|委办局)|责任单位|牵头(?:单位|部门|的是)|设在哪|归(?:谁|哪)"
            r"|(?:谁|哪|几家|几个).{0,8}(?:负责|牵头|分工|主管|配合)|(?:负责|牵头)的?(?:是|单位|部门)谁?"
        ),
    ),
    (
        Kind.TIME,
        re.compile(
            r"什么时候|何时|哪一?年|什么时间|几时|时间节点|多长时间|期限|期多长|几年|什么是|是什么意思|指的?是什么"
        ),
    ),
    (
        Kind.LIST,
        re.compile(
            r"哪[些几两二三四五六七八九十]|哪.{0,4}(?:市|县|区|类|种|项)|包括什么|列出|名单"
        ),
    ),
    (
        Kind.TARGET,
        re.compile(
            r"多少|多大|多高|几成|百分之|百分比|比例|占比|上限|下限|几个点|多长|几(?:家|个|座|台|万)"
            r"|(?:目标|规模|总量|率|量|装机|面积|产值|比重|占比|比例)(?:是(?!什么)|要|呢|定|为?\W*$)"
        ),
    ),
)
_HOW = re.compile(r"怎么(?!样)|如何|有什么(?:限制|要求|规定)|怎样")
_EITHER = re.compile(r"\d.{0,12}还是.{0,12}\d")


def understand(text: str, holdings: Holdings) -> Query:
    """What a complete question asks. Follow-ups must be completed before."""
    text = simplified(text)
    mentions = _fold_nested(gazetteer().mentions(text), holdings, text)
    mentions = [m for m in mentions if _is_held(m, holdings) or _is_named(m)]
    regions = _without_members(
        tuple(dict.fromkeys(_held(m, text, holdings) for m in mentions if _is_held(m, holdings)))
    )
    places = tuple(dict.fromkeys(m.region for m in mentions if not _is_held(m, holdings)))
    issuers = tuple(issuer for issuer in sorted(holdings.issuers) if _names_issuer(text, issuer))
    if issuers and NATION not in regions and not regions:
        regions = (NATION,)
    topic = _topic(text, mentions)
    apart = [p for p in places if not any(p.within(r.name) for r in regions)]
    kind = _kind(text, len(regions) + len(apart))
    return Query(
        text=text,
        kind=kind,
        regions=regions,
        places=places,
        issuers=issuers,
        years=years_of(text),
        topic=topic,
        terms=tuple(content_words(topic)),
        expansions=tuple(synonyms(text)),
    )


def _without_members(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """成渝地区 named beside 重庆 and 四川 is one jurisdiction, whose document speaks of both."""
    groups = [region for region in regions if region.code.startswith("G-")]
    members = {name for group in groups for name in group.parents if name != NATION.name}
    return tuple(region for region in regions if region.name not in members)


def years_of(text: str) -> tuple[int, ...]:
    """Target years named, in order; 十四五(末) is 2025; a baseline (比2020年) is no target year.

    >>> years_of("到2030年和十四五末，比2020年")
    (2030, 2025)
    """
    found = [
        (m.start(), int(m.group(1)))
        for m in _YEAR.finditer(text)
        if not _BASELINE.search(text, 0, m.start()) and not _BASIS.match(text, m.end())
    ]
    found += [(m.start(), _PERIOD_END[m.group(1)]) for m in _PERIOD.finditer(text)]
    return tuple(dict.fromkeys(year for _, year in sorted(found)))


def _kind(text: str, jurisdictions: int) -> Kind:
    """The first kind whose cue stands in the text; several jurisdictions ask to be compared."""
    kind = next((kind for kind, cue in _KINDS if cue.search(text)), Kind.MEASURE)
    if kind is Kind.TARGET and _HOW.search(text):
        kind = Kind.MEASURE  # the sentence that says how holds the figure too
    elif (
        kind is Kind.MEASURE and years_of(text) and indicators_named(text) and not _HOW.search(text)
    ):
        kind = Kind.TARGET  # an indicator and a year ask for a figure: 某市2025年森林覆盖率
    if kind != Kind.RESPONSIBILITY and (jurisdictions > 1 or _EITHER.search(text)):
        return Kind.COMPARISON
    return kind


def _fold_nested(mentions: list[Mention], holdings: Holdings, text: str) -> list[Mention]:
    """上海市嘉定区 names one place, not two; 中共四平市委 counts as 四平市."""
    kept: list[Mention] = []
    for mention in mentions:
        if _inside_name(mention, text):
            continue
        last = kept[-1] if kept else None
        if last is not None and text[last.end : mention.start] in ("", "的", "市的", "下面的"):
            inner = [r for r in mention.regions if any(r.within(o.name) for o in last.regions)]
            if inner and (_is_held(mention, holdings) or _is_named(mention)):
                mention = replace(mention, regions=tuple(inner))
                if any(r in holdings.regions for r in inner):
                    kept.pop()
        kept.append(mention)
    return kept


def _inside_name(mention: Mention, text: str) -> bool:
    """国家能源局 and 国务院国资委 are bodies, not places."""
    return (
        mention.region == NATION
        and re.match(
            r"(?:能源局|发展改革委|发改委|市场监|林草局|国资委|标准|电网|级|重点|下达|确定)",
            text[mention.end :],
        )
        is not None
    )


def _is_held(mention: Mention, holdings: Holdings) -> bool:
    return any(region in holdings.regions for region in mention.regions)


def _held(mention: Mention, text: str, holdings: Holdings) -> Region:
    """The reading that the corpus holds: 吉林 is the province unless 市 or 全市 follows."""
    held = [region for region in mention.regions if region in holdings.regions]
    if text[mention.end : mention.end + 2] in ("全市", "市区") or text[mention.end :][:1] == "市":
        return next((r for r in held if r.level in (Level.CITY, Level.COUNTY)), held[0])
    return held[0]


def _is_named(mention: Mention) -> bool:
    """A full name, or the spoken name of a province or city; 新城 or 大安 may be plain words."""
    region = mention.region
    return mention.words == region.name or region.level in (Level.PROVINCE, Level.CITY)


def _names_issuer(text: str, issuer: str) -> bool:
    """Whether the text names a body, in any of its wordings; jurisdictions are no bodies here."""
    if gazetteer().named(issuer) is not None:
        return False
    folded = fold(text)
    wordings = next((group for group in synonym_groups() if fold(issuer) in group), (fold(issuer),))
    return any(wording in folded for wording in wordings)


def _topic(text: str, mentions: list[Mention]) -> str:
    """The question without places and times."""
    parts: list[str] = []
    at = 0
    for mention in mentions:
        parts.append(text[at : mention.start])
        at = mention.end
    parts.append(text[at:])
    return _PERIOD.sub(" ", _YEAR.sub(" ", " ".join(parts)))
