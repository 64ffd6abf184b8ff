"""Where a question asks about: places named in full, in short, by one character, or as 我市."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import accumulate

import rjieba

from corpus.document import Level, Region
from corpus.regions import NATION, Mention, gazetteer, superiors

_BODIES = re.compile(
    r"(?:能源局|发展改革委|发改委|市场监|林草局|国资委|标准|电网|级|重点|下达|确定"
    r"|示范|试点|公园|基地|实验室|工程|专项)"
)
_OTHER_NATIONS = re.compile(r"(?:一路[”\"]?|沿线|发达|发展中|成员|缔约|各|他|邻)$")
_OPENING = re.compile(
    r"^(?:请问一?下?|想问一?下?|那|到?20\d\d年?末?|到?“?十[四五六]五”?末?期?间?|[，,、])*"
)
_LINK = re.compile(r"(?:市?的|下面的|下辖的?|市)$")
_TO_BE = re.compile(r"(?:建设|创建|打造|争创|建成|申报|列入|纳入|入选)$")
_OWN = re.compile(r"(?:我们?|咱们?|本)(?P<level>省|市|区|县|州|自治区)")
_OF_LEVEL = {
    "省": (Level.PROVINCE,),
    "自治区": (Level.PROVINCE,),
    "州": (Level.CITY,),
    "市": (Level.CITY, Level.PROVINCE),
    "区": (Level.DISTRICT, Level.PROVINCE),
    "县": (Level.COUNTY, Level.DISTRICT),
}
# What may follow a single character that stands for a province: 沪2025年, 粤的, 川省.
_AFTER_ONE = re.compile(
    r"省|\s*(?:20\d\d|“?十[四五六]五)|的(?!士)|[到在提对要](?!底|达)"
    r"|怎[么样]|如何|有没有|是否|能不能|会不会|哪"
)
_AFTER_RUN = re.compile(r"高铁|铁路|高速|线|广|澳|文化|味|菜|派|剧|语")
# A place of no table: how its word is tagged, how it ends, what it is not, what follows it.
_ASKING = re.compile(r"请问一?下?|想问一?下?|那")
_NAME_TAGS = ("ns", "nr", "nrt", "nrfg", "nt", "nz")
_CERTAIN = ("新区", "新片区", "市", "县", "镇", "乡")
_ENDINGS = (*_CERTAIN, "省", "州", "区")
_NO_PLACE = re.compile(
    r"^(?:[全各本我该某哪几多]|高新区|经开区|开发区)|[江河湖海山流域沿岸]$|流域|平原|高原|地区|[东西南北中]部|政府|委员会"
    r"|中国|城市|园区|社区|[院部局厅委]$"
)
_AFTER_PLACE = re.compile(r"20\d\d|“?十[四五六]五|[的到在有对要]|怎|如何|是否|能不能|哪")
_LONGEST = 20
_GROUPS = ("、", "和", "与", "跟", "及")


@dataclass(frozen=True, slots=True)
class Place:
    """text[start:end] names a jurisdiction. `others` are held readings not taken (吉林: 吉林市)."""

    start: int
    end: int
    words: str
    region: Region
    is_held: bool
    others: tuple[Region, ...] = ()


def places_in(text: str, held: frozenset[Region], home: Region | None = None) -> tuple[Place, ...]:
    """The places that a question names, left to right; `home` is what 我市 and 我省 start from."""
    named = [m for m in gazetteer().mentions(text) if not _ends_word(m, text)]
    named += [m for m in _by_one_character(text) if not _overlaps(m, named)]
    named += list(_own(text, home))
    named.sort(key=lambda mention: mention.start)
    folded = _fold_nested(named, held, text)
    found = [_place(m, held, text) for m in folded if _is_meant(m, held, text)]
    unknown = None if found else _unknown(text)
    return (unknown,) if unknown else tuple(found)


def _unknown(text: str) -> Place | None:
    """A name that opens the question, looks like a place, and was not taken for one: 东京2030年…"""
    opening = _ASKING.match(text)
    start = opening.end() if opening else 0
    tokens = rjieba.tag(text[start : start + _LONGEST])
    if len(tokens) < 2:
        return None
    (word, tag), (after, _) = tokens[:2]
    is_whole = word.endswith(_ENDINGS) or after not in _ENDINGS
    name = word if is_whole else word + after
    named = tag in _NAME_TAGS if is_whole else after in _CERTAIN or tag in _NAME_TAGS
    if not named or len(name) < 2 or _NO_PLACE.search(name):
        return None
    end = start + len(name)
    if not _AFTER_PLACE.match(text, end):
        return None
    readings = gazetteer().aliases.get(name)
    if readings and name in _plain_words():
        return None
    region = readings[0] if readings else Region(f"X-{name}", name, Level.UNKNOWN)
    return Place(start, end, name, region, False)


def _ends_word(mention: Mention, text: str) -> bool:
    """示范县 names no 范县: a name of two characters begins where a word does."""
    if len(mention.words) > 2 or not mention.words.endswith(_ENDINGS):
        return False
    lengths = accumulate(len(word) for word in rjieba.cut(text[: mention.end]))
    return mention.start > 0 and mention.start not in lengths


def _place(mention: Mention, held: frozenset[Region], text: str) -> Place:
    """The reading that the corpus holds: 吉林 is the province unless 市 or 全市 follows."""
    readings = [region for region in mention.regions if region in held]
    if not readings:
        return Place(mention.start, mention.end, mention.words, mention.region, False)
    region = readings[0]
    if text[mention.end : mention.end + 2] in ("全市", "市区") or text[mention.end :][:1] == "市":
        region = next((r for r in readings if r.level in (Level.CITY, Level.COUNTY)), region)
    others = tuple(r for r in readings if r != region and mention.words != region.name)
    return Place(mention.start, mention.end, mention.words, region, True, others)


def _is_held(mention: Mention, held: frozenset[Region]) -> bool:
    return any(region in held for region in mention.regions)


def _is_meant(mention: Mention, held: frozenset[Region], text: str) -> bool:
    """Of a place that is held its spoken name will do; but 相比如何 names no 比如县."""
    if not _is_held(mention, held):
        return _is_named(mention, text)
    is_of_county = mention.region.level in (Level.DISTRICT, Level.COUNTY)
    if not is_of_county or len(mention.words) > 2 or mention.words == mention.region.name:
        return True
    return _is_whole_word(mention, text) or _is_behind_superior(mention, text[: mention.start])


def _is_named(mention: Mention, text: str) -> bool:
    """A full name, or the spoken name of a province or city; 新城 or 新建 may be plain words.

    The spoken name of a county that is no word opens the question, or stands behind its superior.
    """
    region = mention.region
    if mention.words == region.name or region.level in (Level.PROVINCE, Level.CITY):
        return True
    if mention.words in _plain_words() or not _is_whole_word(mention, text):
        return False
    before = text[: mention.start]
    opens = not _OPENING.sub("", before) and _AFTER_PLACE.match(text, mention.end) is not None
    return opens or _is_behind_superior(mention, before)


def _is_behind_superior(mention: Mention, before: str) -> bool:
    """固原西吉, 绵阳下面的江油."""
    above = _LINK.sub("", before)
    names = (name for region in mention.regions for name in superiors_of(region))
    return any(above.endswith(name) for name in names)


@lru_cache(maxsize=1000)
def superiors_of(region: Region) -> tuple[str, ...]:
    """The names, full and spoken, of the jurisdictions above one, less the nation."""
    above = (one for one in superiors(region) if one != NATION)
    return tuple(name for one in above for name in (one.name, one.short))


def _is_whole_word(mention: Mention, text: str) -> bool:
    """Whether no word runs into it from before or behind."""
    ends = {0, *accumulate(len(word) for word in rjieba.cut(text))}
    return mention.start in ends and mention.end in ends


def _fold_nested(mentions: Sequence[Mention], held: frozenset[Region], text: str) -> list[Mention]:
    """上海市嘉定区 names one place, not two; 中共四平市委 counts as 四平市."""
    kept: list[Mention] = []
    for mention in mentions:
        if _inside_name(mention, text):
            continue
        last = kept[-1] if kept else None
        if last is not None and text[last.end : mention.start] in ("", "的", "市的", "下面的"):
            inner = [r for r in mention.regions if any(r.within(o.name) for o in last.regions)]
            if inner and (_is_held(mention, held) or _is_named(mention, text)):
                mention = replace(mention, regions=tuple(inner))
                if any(r in held for r in inner) or not _is_held(last, held):
                    kept.pop()
        kept.append(mention)
    return kept


def _inside_name(mention: Mention, text: str) -> bool:
    """国家能源局 and 国务院国资委 are bodies, 一带一路国家 are others; 建设国家…高地 is a name."""
    if mention.region != NATION:
        return False
    before = text[: mention.start]
    if mention.words == "国家" and _TO_BE.search(before):
        return True
    named = _BODIES.match(text, mention.end) or _OTHER_NATIONS.search(before)
    return named is not None


def _overlaps(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(mention.start < o.end and o.start < mention.end for o in others)


def _own(text: str, home: Region | None) -> Iterator[Mention]:
    """我市 is the home jurisdiction or its superior of that level."""
    if home is None:
        return
    line = [home, *superiors(home)]
    for found in _OWN.finditer(text):
        levels = _OF_LEVEL[found["level"]]
        region = next((r for level in levels for r in line if r.level is level), None)
        if region:
            yield Mention(found.start(), found.end(), found.group(), (region,))


def _by_one_character(text: str) -> Iterator[Mention]:
    """川渝, 沪、浙、皖, and a single character where the question begins with it."""
    names, plain = _characters()
    joined = "".join(_GROUPS)
    run = re.compile(f"[{''.join(names)}](?:[{joined}]?[{''.join(names)}])*")
    for found in run.finditer(text):
        characters = [c for c in found.group() if c in names]
        opens = found.start() == 0 and _AFTER_ONE.match(text, found.end()) is not None
        alone = len(characters) == 1
        if alone and not (opens and characters[0] in plain):
            continue
        if not alone and not (_is_run(characters, plain) and not _is_word(text, found)):
            continue
        for at in range(found.start(), found.end()):
            if text[at] in names:
                yield Mention(at, at + 1, text[at], (names[text[at]],))


def _is_run(characters: Sequence[str], plain: frozenset[str]) -> bool:
    """Different provinces, half of them (of three, one) by a character of no other use."""
    certain = sum(character in plain for character in characters)
    least = 1 if len(characters) > 2 else len(characters) / 2
    return len(set(characters)) == len(characters) and certain >= least


def _is_word(text: str, found: re.Match[str]) -> bool:
    return _AFTER_RUN.match(text, found.end()) is not None


@lru_cache(maxsize=1)
def _characters() -> tuple[dict[str, Region], frozenset[str]]:
    """Each character and its province; the characters that mean nothing else."""
    table = resources.files("corpus").joinpath("data", "abbreviations.tsv")
    rows = [
        line.split("\t")
        for line in table.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    named = {character: gazetteer().named(name) for character, name, _ in rows}
    return (
        {character: region for character, region in named.items() if region},
        frozenset(character for character, _, certain in rows if certain == "1"),
    )


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    """Spoken names of counties that are words of their own: 新建, 资源, 合作."""
    table = resources.files("corpus").joinpath("data", "plain_names.txt")
    lines = table.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
