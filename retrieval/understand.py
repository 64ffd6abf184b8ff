"""From a question's words to a `Query`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.departments import departments_in
from corpus.document import Level, Metadata, Region
from corpus.indicators import indicators, indicators_named
from corpus.metadata import subjects_in
from corpus.regions import NATION, gazetteer
from corpus.traditional import simplified
from retrieval.exclusions import without_exclusions
from retrieval.places import Place, places_in
from retrieval.query import Kind, Query, Recognised
from retrieval.romanised import Romanised
from retrieval.sides import with_sides
from retrieval.spelling import Mend, Spelling
from retrieval.spoken import as_asked
from retrieval.times import with_full_years, without_years, year_mentions, years_of
from retrieval.titles import Named, Titles
from retrieval.words import content_words, fold, synonym_groups, synonyms
from retrieval.writing import as_written


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the corpus holds, as far as understanding a question needs it.

    `issuers` are the bodies among the issuers, each by its folded wordings; `home` is the
    jurisdiction that 我市 means where the conversation has named none.
    """

    regions: frozenset[Region]
    issuers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    titles: Titles = field(default_factory=lambda: Titles(()), repr=False)
    home: Region | None = None
    spelling: Spelling | None = field(default=None, repr=False)
    romanised: Romanised | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        documents: Collection[Metadata],
        home: Region | None = None,
        stands: Callable[[str], bool] = lambda _: False,
    ) -> Holdings:
        """The jurisdictions, issuers and titles of these documents, in which some words stand."""
        issuers = sorted({d.issuer for d in documents if d.issuer})
        regions = frozenset(d.region for d in documents if d.region)
        places = [name for region in regions for name in (region.name, region.short)]
        terms = list(_terms())
        return cls(
            regions,
            tuple((issuer, _wordings(issuer)) for issuer in issuers if _is_body(issuer)),
            Titles(documents),
            home,
            Spelling(places, terms, stands),
            Romanised(name for name in (*places, *terms) if _HAN.fullmatch(name)),
        )


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.RESPONSIBILITY,
        re.compile(
            r"哪(?:个|些|几个|几家|一个)?(?:部门|单位|机构|委办局)|由哪个?(?:委|局|厅|部)|责任单位|牵头(?:单位|部门|的是)|设在哪|归(?:谁|哪)"
            r"|(?:谁|哪|几家|几个).{0,8}(?:负责|牵头|分工|主管|配合)|(?:负责|牵头)的?(?:是|单位|部门)谁?"
            r"|(?:部|委|局|厅|办|署|处)(?:具体|主要|来)?(?:负责|牵头|主管)[^，。？?]{0,8}吧"
        ),
    ),
    (
        Kind.TIME,
        re.compile(
            r"[什啥]么?时候|何[时日年]|哪一?[年天]|什么时间|几[时号]|时间节点|多长时间|期限|期多长|几年|什么是|是什么意思|指的?是什么"
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
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_OWN_BODIES = re.compile(r"\w{2}部门")
_HOW = re.compile(r"怎么(?!样)|如何|有什么(?:限制|要求|规定)|怎样")
_EITHER = re.compile(r"\d.{0,12}还是.{0,12}\d")
_WHETHER = re.compile(
    r"有没有|有无|是否(?:提到|提出|要求|规定|明确|涉及|包括)|(?:提到|提过|提出|涉及|要求).{0,20}[吗么][?？]?$"
)
_TOGETHER = re.compile(r"一起|合作|协同|配合|联合|联动|对接|携手")
_LEVELS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        Level.NATIONAL,
        re.compile(r"国家层面|全国层面|国家级(?:文件|方案|政策)|中央(?:文件|层面|要求|意见)"),
    ),
    (Level.MINISTRY, re.compile(r"各?部委(?:层面|文件|方案)?|国家部门")),
    (Level.PROVINCE, re.compile(r"各省|哪[些几个]+省|省级(?:层面|文件|方案|政策)|省份")),
    (
        Level.CITY,
        re.compile(r"各(?:地级)?市(?!场)|哪[些几]个?(?:地级)?市|市级(?:层面|文件|方案|政策)|地市"),
    ),
    (Level.DISTRICT, re.compile(r"各区县?(?!域)|哪[些几]个?区|区级(?:层面|文件|方案|政策)")),
)


def as_read(text: str, holdings: Holdings) -> tuple[str, tuple[Mend, ...]]:
    """The text plainly written, simplified, its years in full, with misspelt words set right, and
    what was."""
    plain = with_full_years(as_asked(simplified(as_written(text))))
    plain = holdings.romanised.read(plain) if holdings.romanised else plain
    return holdings.spelling.mend(plain) if holdings.spelling else (plain, ())


def understand(text: str, holdings: Holdings) -> Query:
    """What a complete question asks. Follow-ups must be completed before."""
    text, mends = as_read(text, holdings)
    text, excluded = without_exclusions(text)
    # In a corpus without jurisdictions a place is a word like any other.
    found = places_in(text, holdings.regions, holdings.home) if holdings.regions else ()
    held = _without_members(found)
    regions = tuple(dict.fromkeys(place.region for place in held))
    absent = (place.region for place in found if not place.is_held)
    places = tuple(dict.fromkeys(p for p in absent if not _is_group_of(p, regions)))
    also = [*(o for place in held for o in place.others), *_groups_of(regions, holdings.regions)]
    others = tuple(dict.fromkeys(region for region in also if region not in regions))
    issuers = tuple(_issuers(text, holdings))
    named = holdings.titles.named(text, regions)
    levels = _levels(text, regions)
    if not regions:
        of_documents = (region for name in named for region in name.regions)
        national = issuers or Level.NATIONAL in levels
        regions = (NATION,) if national else tuple(dict.fromkeys(of_documents))
    topic = _topic(text, found)
    apart = [p for p in places if not any(p.within(r.name) for r in regions)]
    asks = _asks(text)
    if asks is Kind.TARGET:
        regions = with_sides(text, regions, issuers, holdings.regions)
    departments = dict(departments_in(topic))
    indicators = tuple(indicator.name for indicator in indicators_named(text))
    return Query(
        text=text,
        kind=_kind(text, asks, len(regions) + len(apart)),
        regions=regions,
        places=places,
        issuers=issuers,
        years=years_of(text),
        topic=topic,
        terms=tuple(content_words(topic)),
        expansions=tuple(synonyms(text)),
        asks=asks,
        others=others,
        levels=levels,
        documents=tuple(dict.fromkeys(id_ for name in named for id_ in name.ids)),
        absent=tuple(name.words for name in named if not name.ids),
        departments=tuple(departments),
        subjects=subjects_in(topic),
        indicators=indicators,
        excluded=excluded,
        recognised=(
            *(Recognised("错字", mend.written, mend.meant) for mend in mends),
            *_said_of_places(found),
            *(Recognised("年份", words, str(year)) for _, words, year in year_mentions(text)),
            *(Recognised("不问", words, words) for words in excluded),
            *(Recognised("指标", name, name) for name in indicators),
            *(Recognised("发文机关", issuer, issuer) for issuer in issuers),
            *(Recognised("部门", words, name) for name, words in departments.items()),
            *_said_of_documents(named),
        ),
    )


def _said_of_places(found: Sequence[Place]) -> Iterator[Recognised]:
    for place in found:
        name = place.region.name
        if not place.is_held:
            yield Recognised("未收录的地名", place.words, name)
        elif place.others:
            rest = "、".join(other.name for other in place.others)
            yield Recognised("辖区", place.words, f"{name}，另有{rest}")
        else:
            yield Recognised("辖区", place.words, name)


def _said_of_documents(named: Sequence[Named]) -> Iterator[Recognised]:
    for name in named:
        yield Recognised("文件" if name.ids else "未收录的文件", name.words, name.words)


def _without_members(found: Sequence[Place]) -> list[Place]:
    """成渝地区 named beside 重庆 and 四川 is one jurisdiction, whose document speaks of both."""
    held = [place for place in found if place.is_held]
    groups = [place.region for place in held if place.region.code.startswith("G-")]
    members = {name for group in groups for name in group.parents if name != NATION.name}
    return [place for place in held if place.region.name not in members]


def _is_group_of(place: Region, regions: Sequence[Region]) -> bool:
    """京津冀 beside 北京 says with whom, not where."""
    members = {name for name in place.parents if name != NATION.name}
    return place.code.startswith("G-") and any(
        region == NATION or not members.isdisjoint((region.name, *region.parents))
        for region in regions
    )


def _groups_of(regions: Sequence[Region], held: frozenset[Region]) -> list[Region]:
    """川渝 may mean 成渝地区: groups held of which all members are named."""
    named = {region.name for region in regions} | {NATION.name}
    groups = (region for region in held if region.code.startswith("G-"))
    return sorted((g for g in groups if named.issuperset(g.parents)), key=lambda g: g.code)


def _asks(text: str) -> Kind:
    """The first kind whose cue stands in the text."""
    kind = next((kind for kind, cue in _KINDS if cue.search(text)), Kind.MEASURE)
    if kind is Kind.TARGET and _HOW.search(text):
        return Kind.MEASURE  # the sentence that says how holds the figure too
    if kind is not Kind.MEASURE or _HOW.search(text):
        return kind
    if years_of(text) and indicators_named(text):
        return Kind.TARGET  # an indicator and a year ask for a figure: 某市2025年森林覆盖率
    return Kind.EXISTENCE if _WHETHER.search(text) else kind


def _kind(text: str, asks: Kind, jurisdictions: int) -> Kind:
    """Several jurisdictions ask to be compared, unless they are to act together."""
    if asks is Kind.RESPONSIBILITY:
        return asks
    if _EITHER.search(text) or (jurisdictions > 1 and not _TOGETHER.search(text)):
        return Kind.COMPARISON
    return asks


def _levels(text: str, regions: Sequence[Region]) -> tuple[Level, ...]:
    """Levels named where no place is; 合肥在哪些区 asks for the city's own document."""
    if any(region != NATION for region in regions):
        return ()
    return tuple(level for level, words in _LEVELS if words.search(text))


def _issuers(text: str, holdings: Holdings) -> Iterator[str]:
    """Bodies named in any of their wordings; 市住建部门 is not 住建部."""
    folded = _OWN_BODIES.sub(" ", fold(text))
    for issuer, wordings in holdings.issuers:
        if any(wording in folded for wording in wordings):
            yield issuer


def _is_body(issuer: str) -> bool:
    return gazetteer().named(issuer) is None


def _terms() -> Iterator[str]:
    """Names of indicators and other expressions that have one official wording."""
    for indicator in indicators():
        yield from (indicator.name, *indicator.synonyms)
    for group in synonym_groups():
        yield from group


def _wordings(issuer: str) -> tuple[str, ...]:
    folded = fold(issuer)
    return next((group for group in synonym_groups() if folded in group), (folded,))


def _topic(text: str, found: Sequence[Place]) -> str:
    """The question without places and times."""
    parts: list[str] = []
    at = 0
    for place in found:
        parts.append(text[at : place.start])
        at = place.end
    parts.append(text[at:])
    return without_years(" ".join(parts))
