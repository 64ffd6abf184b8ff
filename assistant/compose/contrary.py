"""A question that supposes an act or a date which a clause says the contrary of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.answer import Refusal
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.compose.target import dated
from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import Segment, segments
from corpus.document import Region
from retrieval.found import Hit
from retrieval.query import Kind, Query

# Whether it is so is asked, not supposed.
_ASKS_WHETHER = re.compile(
    r"[吗么][?？]?$|是不是|是否|有没有|能不能|可不可以|会不会|对不对|对吧|真的|还是"
)
_SUPPOSES = re.compile(
    r"为什么|为何|为啥|凭什么|怎么会|要求|规定|决定|提出|(?:都|全|就)[^，。]{0,12}了"
)
_STOPS = "停止|叫停|暂停|禁止|取消|拆除|关停|关闭|放弃|不再|退出"
# With one of these a clause may say in part what is supposed.
_CURBS = re.compile(
    rf"{_STOPS}|严禁|禁|不得|遏制|严控|控制|限制|淘汰|减少|压减|削减|替代|退役|整改|清理"
)
_DOES = "发展|推进|推动|建设|支持|鼓励|加快|扩大|开发|培育|打造|推广|壮大|布局|巩固"
_END = r"(?=[，,。；;？?的了]|目标|$|怎|为|咋|吧|呢)"
_STOPPED = re.compile(
    rf"(?P<verb>{_STOPS})(?:发展|建设|使用|销售|生产|新建|新增|开发|推广|利用)?"
    rf"(?:的|全部|所有|一切|任何|全省|全市)*(?P<thing>[\u4e00-\u9fffA-Za-z]{{2,8}}?){_END}"
)
_REACHED = re.compile(
    rf"(?P<verb>建成|实现|形成|禁止|禁售|淘汰)(?P<thing>[\u4e00-\u9fff]{{3,12}}?){_END}"
)
_OF_A_KIND = re.compile(r"(?<=.{2})(?:站|厂|项目|机组|行业|产业)$")
# Behind the thing: nothing, or words that leave it the thing itself (not 煤电改造).
_WHOLE = "(?=$|[，。；、]|和|及|等|基地|规模|开发|建设|发展)"
_PREPARES = re.compile("为.*(?:奠定|打下|创造)|基础")


@dataclass(frozen=True, slots=True)
class _Act:
    """What a question supposes to be done to a thing."""

    verb: str
    thing: str


def supposes_act(query: Query) -> bool:
    """Whether the question takes for given that something is stopped, or reached by a year."""
    return (
        query.kind in (Kind.MEASURE, Kind.TIME, Kind.LIST)
        and len(query.regions) == 1
        and _ASKS_WHETHER.search(query.text) is None
        and _SUPPOSES.search(query.text) is not None
        and (_STOPPED.search(query.text) or _REACHED.search(query.text)) is not None
    )


def compose(inquiry: Inquiry, citations: Citations) -> Composed | None:
    """What the clause says instead; None where it is not certain that it says the contrary."""
    query = inquiry.query
    region = query.regions[0]
    stopped = (_furthered(inquiry, act, region) for act in _acts(_STOPPED, query))
    reached = (_of_another_year(inquiry, act, region) for act in _acts(_REACHED, query))
    found = next(filter(None, stopped), None) or next(filter(None, reached), None)
    if found is None:
        return None
    words = dated(found, replace(query, years=()))
    said = f"{region.name}{status_note(found)}：{words}。{citations.cite(found)}"
    return Composed(f"前提不成立，{region.name}的现有文件写的是：\n{said}", Refusal.FALSE_PREMISE)


def _acts(pattern: re.Pattern[str], query: Query) -> Iterator[_Act]:
    for found in pattern.finditer(query.text):
        yield _Act(found["verb"], found["thing"])


def _furthered(inquiry: Inquiry, act: _Act, region: Region) -> Evidence | None:
    """A sentence that furthers what is said to be stopped, where none curbs it."""
    thing = re.escape(_OF_A_KIND.sub("", act.thing))
    furthers = re.compile(
        rf"(?:{_DOES})[^，。；、]{{0,6}}{thing}{_WHOLE}|{thing}[^，。；、]{{0,4}}(?:开发|建设|发展)$"
    )
    about = [(hit, one) for hit, one in _parts(inquiry, region) if re.search(thing, one.text)]
    if any(_CURBS.search(one.text) for _, one in about):
        return None
    return next((_proof(hit, one) for hit, one in about if furthers.search(one.text)), None)


def _of_another_year(inquiry: Inquiry, act: _Act, region: Region) -> Evidence | None:
    """A sentence that sets another year for what is said to be reached, where none sets that."""
    asked = set(inquiry.query.years)
    said = re.compile(rf"{act.verb}[^，。；]{{0,6}}{re.escape(act.thing)}")
    about = [
        (hit, one)
        for hit, one in _parts(inquiry, region)
        if one.years and said.search(one.text) and not _PREPARES.search(one.text)
    ]
    if not asked or any(asked & set(one.years) for _, one in about):
        return None
    return next((_proof(hit, one) for hit, one in about), None)


def _parts(inquiry: Inquiry, region: Region) -> Iterator[tuple[Hit, Segment]]:
    for hit in inquiry.hits_of(region):
        for segment in segments(hit.held):
            yield hit, segment


def _proof(hit: Hit, part: Segment) -> Evidence:
    return Evidence(hit, part.start, part.end, part.text, part.years, 1.0, hit.score)
