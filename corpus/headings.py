"""The words of a heading that may run into its body with no mark between."""

from __future__ import annotations

import re

HEADING_LENGTH = 45
_RUN_IN_LENGTH = 26
_HEADING_END = re.compile(r"[。\n：:；;]|\d{1,2}[.．、](?!\d)")
# Words that open a sentence of the body: a heading without a full stop ends before them.
_BODY_OPENS = re.compile(
    r"以习近平|以“|深入贯彻|全面贯彻|高举|到20\d\d|20\d\d年|“十[三四五六]五”|按照|坚持|立足|围绕|根据|为[深全贯切加进]"
)
_RUN_IN = re.compile(
    r".{2,28}?(?:行动|工程|任务|目标|措施|要求|原则|思想|形势)"
    r"(?=以|为|围绕|聚焦|针对|充分|研究|系统|强化|在|加|推|实|到|增|严|提|按|立足|充)"
)
_STOCK_HEADINGS = re.compile(
    r"(?:指导思想|基本原则|工作原则|总体要求|总体思路|主要目标|总体目标|工作目标|发展目标|目标任务|重点任务"
    r"|主要任务|保障措施|组织实施|面临形势|发展基础|工作基础|施行时间"
    r"|加强(?:组织领导|统筹协调|宣传引导|监督考核|要素保障|人才保障)|强化(?:责任落实|评估监测|监督考核|统筹协调)"
    r"|严格(?:监督考核|责任考核)|压实(?:地方|各方)?责任)(?=[\u4e00-\u9fff“—])"
)


def title_of(text: str, at: int, stop: int, *, annex: bool) -> str:
    """The words of a heading whose number ends at `at`: up to its full stop or line end, or where
    the body visibly begins. Empty where the item is all body."""
    if annex:
        return _annex_title(text, at, stop)
    rest = text[at : min(stop, at + 120)].lstrip(" \t\u3000")
    if stock := _STOCK_HEADINGS.match(rest):
        return stock.group()
    found = _HEADING_END.search(rest)
    end = found.start() if found else len(rest)
    if end > _RUN_IN_LENGTH and (run_in := _RUN_IN.match(rest, 0, end)):
        return run_in.group()
    opening = _BODY_OPENS.search(rest, 4)
    if opening and opening.start() < end:
        end = opening.start()
    title = rest[:end].strip(" \n，,、")
    if len(title) <= HEADING_LENGTH:
        return title
    comma = re.search(r"[，,]", title)
    return title[: comma.start()] if comma and comma.start() <= _RUN_IN_LENGTH else ""


def _annex_title(text: str, at: int, stop: int) -> str:
    """An annex is titled by the plain lines under its number, before its table."""
    lines: list[str] = []
    for line in text[at:stop].lstrip("\n").split("\n"):
        if not line.strip() or line.startswith("\t") or len(lines) == 2:
            break
        lines.append(line.strip())
    return " " + "".join(lines) if lines else ""
