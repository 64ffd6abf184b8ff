"""The verb before a counted noun: 建设200个充电桩 promises, 覆盖全省110个县 may only describe."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corpus.targets.figures import Figure
from corpus.targets.target import Change, Comparison, Kind

_BETWEEN = (
    r"(?:[省市县区]级|国家级|各类|全[省市区]|一批|累计|约|力争|不少于|各|了)*"
    r"(?:达到|达|到|至)?\x01?$"
)
# A noun that says which size, so that the figure before it is no amount.
_SPECIFIED = re.compile(
    r"的?(?:节能|级|伏|变电|输电|线路|主变|机组|锅炉|(?:超|特)?(?:临界|高压)|直流|充电桩|快充|煤矿"
    r"|电炉|转炉|高炉|时速|税|贴息)"
)


# 60%的社区达到创建要求: the noun does what is asked.
_DOES_SO = re.compile(
    r"的[^,;]{2,20}(?:达到|实现|完成|建成|纳入|符合)|(?:执行|符合|实现|使用|采用|纳入|完成)"
)


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb: the change it makes, whether any unit may follow, and whether it surely promises."""

    verb: str
    change: Change
    any_unit: bool
    firm: bool


@lru_cache(maxsize=1)
def _verbs() -> tuple[dict[str, Doing], re.Pattern[str]]:
    text = resources.files("corpus").joinpath("data", "verbs.tsv").read_text(encoding="utf-8")
    verbs = {
        row["verb"]: Doing(
            row["verb"], Change(row["change"]), row["counts"] == "any", row["strength"] == "firm"
        )
        for row in csv.DictReader(text.splitlines(), delimiter="\t")
    }
    longest_first = sorted(verbs, key=len, reverse=True)
    return verbs, re.compile(rf"({'|'.join(longest_first)}){_BETWEEN}")


def doing(lead: str, *, loosely: bool = False) -> Doing | None:
    """The verb right before a figure, None where there is none.

    `loosely`, a few words may stand between: 完成建成区内343个老旧小区改造.

    >>> doing("力争新增").change.value
    '新增'
    """
    verbs, pattern = _verbs()
    found = pattern.search(lead)
    if found is None and loosely:
        found = _opening().match(lead)
    return verbs[found.group(1)] if found else None


@lru_cache(maxsize=1)
def _opening() -> re.Pattern[str]:
    """A firm verb that opens a part."""
    verbs, _ = _verbs()
    firm = sorted((verb for verb, known in verbs.items() if known.firm), key=len, reverse=True)
    return re.compile(rf"(?:[\x01,;:、]|到|力争|累计|确保|争取)*({'|'.join(firm)})[^,;]{{1,14}}$")


def promises(figure: Figure, verb: Doing | None, after: str, *, dated: bool) -> bool:
    """Whether a figure with a noun behind it says how much is to be done, not of which size.

    `dated` says that its own sentence names the year.
    """
    if not figure.unit or _SPECIFIED.match(after):
        return False
    if figure.unit == "%":
        surely = figure.comparison is not Comparison.EQUAL or dated
        saves = verb is not None and verb.change is Change.DOWN  # 节约1%用能量
        does_so = _DOES_SO.match(after) is not None
        return (surely or saves or does_so) and not after.startswith("的税")
    if verb is None or (after.startswith("的") and figure.comparison is not Comparison.EQUAL):
        return False
    if figure.kind is not Kind.COUNT and not verb.any_unit:
        return False
    return verb.firm or dated or figure.comparison is not Comparison.EQUAL
