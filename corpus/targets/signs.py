"""Signs in the words around a figure: is it a promise at all, and how firm."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.targets.figures import Figure
from corpus.targets.prose import Stretch
from corpus.targets.sentence import Sentence, ends
from corpus.targets.target import Comparison, Kind
from corpus.targets.times import Time

_LAST_PAST_YEAR = 2020
# Who must report: 年能源消费量5000吨标准煤以上.
_LARGE_USER = re.compile(
    r"年(?:综合)?(?:能源消费量|能耗|用能量?)(?:达到?|在|为)?\d[^,;]{0,8}标准?煤"
)
_STATES = re.compile(r"达到|下降|降低|提高|提升|控制|不|力争")
_MONEY_RULE = re.compile(
    r"补贴|奖励|补助|罚款|罚金|电价|价格|收费|单价|税率|贴息|资助|奖补|差别化|加价|给予"
)
_HISTORY = re.compile(
    r"目前|已(?:经|累计|达|建成|有|完成|形成|实现|超过|突破|获|通)|截至|截止|现有|近年来|多年来|去年"
    r"|今年以来|“十[二三]五”(?:期间|时期|以来|末)?(?!.{0,3}(?:下降|降低|基础|水平))"
    r"|(?<!到)(?:20(?:0\d|1\d|20|21))年(?:底|末)?[,，]?(?:全|我|本|累计|建成|完成|实现|达到|新增"
    r"|.{0,12}达到|.{0,8}为)"
    r"|(?:增长|下降|提高|提升|降低|完成|建成|实现|达到|增加|减少)了|居全国|位居|排名|位列"
)
_PROMISES = re.compile(
    r"力争|争取|到20(?:2[2-9]|[3-6]\d)|确保|目标|不低于|不高于|不少于|“十[四五]五”"
)
_PAST_HEADING = re.compile(r"(?:基础|现状|成效|形势|背景|成就|进展|回顾|情况|意义|资源禀赋)$")
_LEADS_TO_LIMIT = re.compile(
    r"(?:控制在|降至|降到|下降到|达到|达|提高到|提升至|提升到|提高至|增至|增加到|为|值|率|比|稳定在"
    r"|保持在)\x01?$"
)
_MID_ITEM = re.compile(r"(?<=[\u4e00-\u9fff,，])\d{1,2}、[\u4e00-\u9fff]")
_SHARE = re.compile(r"(?:(?<!效)率|比重|占比|比例)$")
_ASPIRES = re.compile(r"力争|争取|努力|争(?=达)")
_ONLY_WHEN = re.compile(r"(?:20\d\d年?[底末前]*|五”?[末期间时]*)$")


def tells_of_the_past(path: Sequence[str]) -> bool:
    """Whether the headings are those of what has been reached: 发展基础, 工作成效."""
    return any(_PAST_HEADING.search(label.rstrip("。:：")) for label in path)


def is_scrambled(text: str) -> bool:
    """Whether the columns of a table run into each other: numbers of items stand amid sentences."""
    return len(_MID_ITEM.findall(text)) > 1


def is_past(sentence: Sentence, part: Stretch, figure: Figure, governing: Time | None) -> bool:
    """Whether a figure says what was or is: a fact, not a target.

    `governing` is the time carried over from before the sentence.
    """
    due = sentence.due(figure.start)
    time = due[-1] if due else governing
    if time and (time.year or 0) <= _LAST_PAST_YEAR:
        return True
    return _HISTORY.search(part.text) is not None and not _PROMISES.search(part.text)


def is_aside(part: Stretch, figure: Figure, lead: str) -> bool:
    """Whether a figure is a price or reward, or in brackets only describes what is before."""
    if _MONEY_RULE.search(part.text) and figure.kind in (Kind.MONEY, Kind.SHARE):
        return True
    if _LARGE_USER.search(part.text):
        return True
    bracketed = lead.rpartition("(")[2] if lead.rfind("(") > lead.rfind(")") else None
    return bracketed is not None and not _STATES.search(bracketed)


def is_limit(lead: str, figure: Figure, after: str) -> bool:
    """Whether a bare number is a target: a verb or comparison leads to it and nothing follows."""
    if figure.comparison is Comparison.EQUAL and not _LEADS_TO_LIMIT.search(lead):
        return False
    return ends(after)


def loses_percent(words: str, lead: str, figure: Figure) -> bool:
    """Whether a share is printed without its sign: 占比达到25左右."""
    return (
        not figure.unit
        and _SHARE.search(words) is not None
        and _LEADS_TO_LIMIT.search(lead) is not None
        and 1 < figure.low <= 100
    )


def aspires(text: str, start: int, end: int) -> bool:
    """力争 in text[start:end], or in the part before it where that only says when."""
    lead = text[:start].rstrip(",")
    near = re.split(r"[,;。]", lead)[-1] if _ONLY_WHEN.search(lead) else ""
    return _ASPIRES.search(near + text[start:end]) is not None
