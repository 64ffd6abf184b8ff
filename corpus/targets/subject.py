"""What a figure is of: the words before it, or the noun behind it, freed of verbs and times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.indicators import Indicator, fold, indicators
from corpus.targets.target import Change

# Verbs and adverbs between an indicator and its figure; 至 and 到 make a level of a change.
_LEVEL_VERB = (
    r"(?:(?:进一步)?(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少|压减|压降|压缩|调整|恢复|发展|降|增|升|压)"
    r"|控制|保持|维持|稳定|稳步|巩固|占|达|降|升|增|缩|累计达|收窄)(?:控制|保持|维持|达)?(?:到|至|在|为)"
)
_CHANGE_VERB = (
    r"(?:下降|降低|减少|削减|压减|压降|压缩|节约|下调|降|提高了?|提升了?|增加|增长|上升|扩大"
    r"|(?<!新)增)"
)
_TAIL = re.compile(
    rf"(?:{_LEVEL_VERB}|{_CHANGE_VERB}|新增|达到|达|占到|为|是|完成|实现|力争|争取|努力|确保|均|都|各|分别"
    r"|总体|整体|平均|累计|合计|总计|年均|约|近|至|到|在|也|将|应|需|须|(?<!主)要|可以?|原则上|全部"
    r"|基本|稳步|逐步|持续|进一步|每年|同比|了|(?<!可)以|[\x01,:、()“”])$"
)
_HEAD = re.compile(
    r"^(?:[\x01,;:、。“”()]|到|至|在|截至|力争|争取|努力|确保|实现|使|将|把|推动|推进|实施|促进|保障|保持|其中|并且|并|且|同时|以及|和|与|及"
    r"|预计|原则上|(?:有力)?支撑|带动|分别|进一步|全面|逐步|稳步|持续|不断|加快|大力|积极|累计|总体|年均|每年|均|全部|完成|到时|我[省市区县]|全[省市区县国](?=[^,]{2})"
    r"|本[省市区县]|之?前|底|末|以来|[省市区]域内|基础上|的)"
)
_LONGEST = 200  # characters of a lead that are looked at
_BRACKET = re.compile(r"\([^()A-Za-z]*\)?$")
_FALLS = re.compile(r"下降|降低|减少|削减|压减|压降|压缩|节约|下调|降$|翻")
_DOWN = re.compile(
    r"(?:下降|降低|削减|减少|减排|节约)(?:率|幅度|比例|总?量|(?:基本|激励)?目标)?$|降幅$"
)
_UP = re.compile(r"(?:增速|增长率|增幅|提高率)$|年均增长")
_ADDS = re.compile(
    r"新增|新建|新开工|改造|建设|建成(?!区)|培育|打造|推广|创建|投产|引进|制定|制修订|完成|造林|淘汰|修复|治理"
)
_SHARED_HEADS = re.compile(
    r"^(?:我[省市]|全[省市区])?(单位(?:地区|国内)?(?:生产总值|GDP|工业增加值|建筑面积|产品|增加值|面积)|万元(?:地区)?(?:生产总值|GDP|工业增加值)|规模以上工业(?:单位)?(?:增加值)?|人均)",
    re.I,
)
_SHARED_TAILS = re.compile(
    r"占.*$|行业(?!协会).*$|(?:消费)?(?:比重|占比|比例)$|(?:总?装机(?:容量|规模)?|产量|面积|排放量?|排放强度|下降率|利用率|回收率|减排量|排放总量|规模|容量|普及率|覆盖率|能耗|产能比例)$"
)
_HEADLESS = re.compile(r"能耗|能源消[耗费]|二氧化碳|碳排放|排放|用水|水耗|电耗")
_WHOLE = re.compile(rf"(?:{_SHARED_TAILS.pattern})|(?:消耗|强度|率|比例|占比|比重)$")
_BROAD = re.compile(
    r"^(?:总?(?:建筑)?面积|总?规模|总量|总数|占比|比例|比重|总?装机(?:容量|规模)?|(?:新增)?(?:并网|装机)?(?:容量|规模)|数量|产值|总产值|年?产量|年?利用量|年?产能|容量|能力|投资|总投资"
    r"|其中|全国|全[省市区县]|本[省市区]|下降|增长|能耗|装机|处理能力|利用率|增幅|降幅|.{0,3}(?:省|市)级.{0,2}|国家级|地级及以上城市|县级城市|城市|农村|新建|存量|增量|最[高低大小])$"
)
_DEED = re.compile(r"(?:累计|改造|推广|建设|完成|实施|新增|创建|培育|建成)+")
_LISTS = re.compile(r"、|以及|和|与|及")


@dataclass(frozen=True, slots=True)
class Subject:
    """`words` of the text, and what the verbs between them and the figure say."""

    words: str
    change: Change
    all: bool = False  # 均: the figure is each one's


def before(lead: str, *, relative: bool) -> Subject:
    """The subject in the words before a figure; times in them are `\\x01`.

    `relative` says that a change is against a base, so that a level of it is none.

    >>> before("力争\\x01煤炭消费比重下降至", relative=False).words
    '煤炭消费比重'
    >>> before("\\x01单位建筑面积能耗下降", relative=True).change.value
    '下降'
    """
    every = any(word in lead[-14:] for word in ("均", "都", "各")) and "年均" not in lead[-14:]
    rest, change, level = lead[-_LONGEST:], Change.NONE, False
    while found := _TAIL.search(rest):
        if re.fullmatch(_LEVEL_VERB, found.group()):
            level = True
        elif found.group() == "新增" and change is Change.NONE:
            change = Change.NEW
        elif re.fullmatch(_CHANGE_VERB, found.group()) and change is Change.NONE:
            change = Change.DOWN if _FALLS.search(found.group()) else Change.UP
        rest = rest[: found.start()]
    while found := _HEAD.match(rest):
        rest = rest[found.end() :]
    words = _BRACKET.sub("", rest.replace("\x01", "")).strip("的,、:")
    words += ")" * (words.count("(") - words.count(")"))
    if level and not relative:
        change = Change.NONE
    if change is Change.NONE and _DOWN.search(words):
        change = Change.DOWN
    elif change is Change.NONE and (_UP.search(words) or "年均增" in lead):
        change = Change.UP
    return Subject(words, change, every)


def adds(words: str) -> bool:
    """Whether the words are of doing or adding, so that the figure is no level."""
    return _ADDS.search(words) is not None


def is_broad(words: str) -> bool:
    """Whether words need what came before them: 占比, 建筑面积."""
    return len(words) < 2 or _BROAD.match(words) is not None or is_deed(words)


def is_deed(words: str) -> bool:
    """Whether words say only that something is done: 累计改造."""
    return _DEED.fullmatch(words) is not None


def pair(words: str, count: int) -> tuple[str, ...]:
    """The subjects of a list of `count`, each with what they share; () where it is no such list.

    >>> pair("单位地区生产总值能耗和二氧化碳排放", 2)
    ('单位地区生产总值能耗', '单位地区生产总值二氧化碳排放')
    >>> pair("再生铜、再生铝产量", 2)
    ('再生铜产量', '再生铝产量')
    """
    for mark in (
        _LISTS,
        re.compile(r"、|以及|和|与"),
        re.compile(r"、"),
        re.compile("和|与|以及|及"),
    ):
        parts = [part for part in mark.split(words) if part]
        if len(parts) == count > 1:
            return _shared(parts)
    return ()


def _shared(parts: Sequence[str]) -> tuple[str, ...]:
    head = _SHARED_HEADS.match(parts[0])
    tail = _SHARED_TAILS.search(parts[-1])
    made = []
    for number, part in enumerate(parts):
        said = part
        if head and number and _HEADLESS.match(part):
            said = head.group(1) + said
        if tail and number < len(parts) - 1 and not _WHOLE.search(part):
            said += tail.group()
        made.append(said)
    return tuple(made)


@lru_cache(maxsize=4096)
def canonical(
    words: str, unit: str | None, *, changes: bool = False, contexts: tuple[str, ...] = ()
) -> str:
    """The name of the indicator that the words speak of, "" where the list has none.

    `unit` is the figure's, and `changes` says that it is a change: a share is no capacity, but a
    capacity may grow by a share. `contexts`, nearest first, help where the words alone say too
    little, and never alone.
    """
    best = _best(fold(words), unit, changes)
    if best is None and is_broad(words):
        in_context = (
            found
            for context in filter(None, contexts)
            if (found := _best(fold(f"{context} {words}"), unit, changes))
            and not found.strength(fold(context))
        )
        best = next(in_context, None)
    return best.name if best else ""


def _best(folded: str, unit: str | None, changes: bool) -> Indicator | None:
    scored = [
        (indicator.strength(folded), indicator)
        for indicator in indicators()
        if _fits(indicator.unit, unit, changes)
    ]
    strength, best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best if strength else None


_ALIKE = ("个家座户台项", ("亩", "公顷"), ("微克", "克"))


def _fits(own: str, unit: str | None, changes: bool) -> bool:
    """Whether an indicator counted in `own` may have a figure in `unit`, "" for a lost one.

    None is no figure at all.
    """
    if unit is None:
        return True
    if unit in ("%", "个百分点", "倍"):
        return own == "%" or changes
    if own in ("%", "1"):
        return not unit
    return own in unit or any(own in alike and unit.lstrip("万亿") in alike for alike in _ALIKE)
