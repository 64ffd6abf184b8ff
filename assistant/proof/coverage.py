"""How far the words of a sentence stand in a text: by pairs of characters."""

from __future__ import annotations

import re

from retrieval.topic import canonical
from retrieval.words import fold

_WORDS = re.compile(r"\w+")
_DENIES = re.compile(r"[不未无非免否莫勿没]")
# Words of answering, which say nothing of their own.
_STOCK = re.compile(
    r"目标|指标|任务|要求|规定|提出|明确|方案|计划|规划|文件|意见|数值|具体|分别|其中|同时|以及|并且|并"
    r"|此外|另外|根据|按照|通过|包括|主要|相关|有关|方面|进行|由|负责|全[国省市区县]|[该本当][省市区县地]"
    r"|期间|时期|[末底前年月日]|达到|达|提高到|提升到|提升至|上升到|降到|下降到|降低到|降至|控制在"
    r"|[的了是为在将和与及到至内中约个以上下对各等也还即]|保持在|稳定在|设定|确定"
    r"|比重|占比|比例|力度|左右|不低于|不超过|不少于|不高于|超过|实现|完成"
)


def uncovered(said: str, whole: str) -> str:
    """The first run of two characters and more of which no pair stands in the clauses.

    Neither in the words as they are nor in the official wording of their synonyms.
    """
    as_said = " ".join(map(fold, _WORDS.findall(said)))
    official = " ".join(map(canonical, _WORDS.findall(said)))
    spare = _spare(as_said, fold(whole))
    return spare if spare and _spare(official, canonical(whole)) else ""


def covered(text: str, whole: str) -> float:
    """Share of the text's pairs of characters that stand in the whole, 0 to 1."""
    pairs = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
    return sum(pair in whole for pair in pairs) / len(pairs)


def of_its_own(text: str) -> str:
    """The text without the words of answering."""
    return _STOCK.sub("", text)


def _spare(said: str, plain: str) -> str:
    for run in re.findall(r"[\u4e00-\u9fffa-z]{2,}", _STOCK.sub(" ", said)):
        held = [False] * len(run)
        for at in range(len(run) - 1):
            if run[at : at + 2] in plain:
                held[at] = held[at + 1] = True
        bare = "".join(" " if done else c for done, c in zip(held, run, strict=True))
        for spare in bare.split():
            if len(spare) > 1 or _DENIES.search(spare):
                return spare
    return ""
