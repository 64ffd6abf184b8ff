"""What a question asks for: one figure or several, in which unit, a level or a change."""

from __future__ import annotations

import re

from assistant.parts import ONE_THING
from retrieval.query import Query

_ASKS = re.compile(r"多少|多大|几[个家成座户台辆项]|百分之几|怎么|分别|[？?](?=.)")
_HOW_MUCH = re.compile(r"多少|多大|多高|几[万亿个家成座户台辆项吨]|百分之几|几个?百?分?点")
# The same asked of another year, which is no second thing: …多少？2030年呢？
_YEAR_ASKED = re.compile(r"[，,？?；;]\s*(?:那么?|到)?(?:20\d\d年?|十[四五六]五末?)呢[？?]?")
_JOINS = re.compile(r"[、和与]|及(?!以[上下])")
# Commas join what is asked of each: 蓄积量，覆盖率分别是多少; others only part a long question.
_EACH = re.compile(r"分别|各[自是要为]?多|都")
_COMMAS = re.compile(r"[，,]")
# 多少家 is answered by a figure in 家, or in a classifier that stands for it, and by nothing else.
_COUNTED = re.compile(
    r"(?:多少|几)(?:万|亿)?(家|户|个(?!百分点|点)|座|项|所|处|辆|亩|吨|名|人|台|株|公里|千瓦|平方米|立方米|钱|元)"
)
_CLASSIFIERS = {
    **dict.fromkeys("家户个座项所处", "[家户个座项所处条片批]"),
    **dict.fromkeys("名人", "[名人]"),
    **dict.fromkeys("元钱", "元"),
    "千瓦": "千瓦|兆瓦|MW|kW",
    "亩": "亩|公顷",
}
_CHANGES = (
    (re.compile(r"(?:下降|降低|减少|降)(?![到至为耗碳本])"), re.compile(r"降|减|压")),
    (re.compile(r"新增"), re.compile(r"新增|增加|新建|新改扩建|增")),
    (re.compile(r"(?:提高|提升|增加|增长)(?!到|至|值)"), re.compile(r"提高|提升|增")),
)
_UNITS_ASKED = tuple(
    (re.compile(asked), re.compile(unit))
    for asked, unit in (
        (
            r"百分之|百分比|几成|占比|比例|比重|份额|几个点|降幅|率|占.{0,12}多少|[降提].{0,6}多少",
            r"[%％‰]|百分",
        ),
        (r"装机|千瓦", r"(?:千瓦|兆瓦|MW|GW)(?!时|h)"),
        (r"面积|平方米", r"平方|公顷|亩"),
        (r"[多几]少?家|[多几]少?户", r"家|户|个"),
        (r"吨|用煤|煤炭消费总?量", r"吨"),
        (r"产值|产出|投资|营收", r"元"),
        (r"蓄积", r"立方米"),
        (r"煤耗", r"克"),
        (r"数量|保有量|利用量|产量", r"\d\s*[万亿]?(?!个?百分|[年月日])[\u4e00-\u9fffA-Za-z]"),
    )
)


def asks_once(query: Query) -> bool:
    """Whether one figure answers the question, and it is put in one breath."""
    return _asked_for(query) + len(_COMMAS.findall(ONE_THING.sub("", query.topic))) < 2


def asks_of_one(query: Query) -> bool:
    """Whether one figure answers: commas alone may part a long question of one thing."""
    commas = len(_COMMAS.findall(query.topic)) if _EACH.search(query.text) else 0
    return _asked_for(query) + commas < 2


def _asked_for(query: Query) -> int:
    text = _YEAR_ASKED.sub("", query.text)
    return len(_ASKS.findall(text)) + len(_JOINS.findall(ONE_THING.sub("", query.topic)))


def units_asked(query: Query) -> list[re.Pattern[str]]:
    """The units that the words of a question suggest: 占比 → %, 产值 → 元."""
    return [unit for asked, unit in _UNITS_ASKED if asked.search(query.text)]


def units_counted(query: Query) -> list[re.Pattern[str]]:
    """The units that a question counts in: 多少辆 → 辆."""
    return [
        re.compile(rf"\d\s*[^\d，。；]{{0,3}}(?:{_CLASSIFIERS.get(unit, unit)})")
        for unit in _COUNTED.findall(query.text)
    ]


def changes_asked(query: Query) -> list[re.Pattern[str]]:
    """What a figure must say to be of the change asked for: 新增多少 → 新增, 新建 …"""
    return [said for asked, said in _CHANGES if asked.search(query.text)]


def asks_how_much(query: Query) -> bool:
    """Whether the question asks for a figure in so many words, and does not only suppose one."""
    return _HOW_MUCH.search(query.text) is not None


def asks_for_several(query: Query) -> bool:
    """Whether the question asks how much more than once."""
    return len(_ASKS.findall(query.text)) > 1
