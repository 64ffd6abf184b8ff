"""A question as the program understands it: where, when, what, and what kind of answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.document import LEVEL_NAMES, Level, Region


class Kind(StrEnum):
    """What kind of answer is asked for."""

    TARGET = "target"
    COMPARISON = "comparison"
    RESPONSIBILITY = "responsibility"
    LIST = "list"
    TIME = "time_or_definition"
    EXISTENCE = "existence"
    MEASURE = "measure"


KIND_NAMES: dict[Kind, str] = {
    Kind.TARGET: "指标",
    Kind.COMPARISON: "对比",
    Kind.RESPONSIBILITY: "责任单位",
    Kind.LIST: "列举",
    Kind.TIME: "时间或定义",
    Kind.EXISTENCE: "有无",
    Kind.MEASURE: "措施",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """Something recognised, and the question's words that it was recognised from."""

    what: str
    words: str
    meant: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood. `regions` are held; `places` are named but have no document.

    `asks` is the kind of answer wanted of each jurisdiction where `kind` is a comparison.
    `excluded` are the words of what it says it does not ask about, which `text` leaves out.
    `topic` is the question without its places and years; `years` are the target years it
    names, a plan period counting as its last year. `others` are held jurisdictions that the same
    words may mean (吉林: the city beside the province; 川渝: 成渝地区). `documents` are the ids of
    documents named; `absent` the names of documents that are not held.
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
    asks: Kind = Kind.MEASURE
    others: tuple[Region, ...] = ()
    levels: tuple[Level, ...] = ()
    documents: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    recognised: tuple[Recognised, ...] = ()

    def only(self, region: Region) -> Query:
        """The same question asked of one jurisdiction."""
        return replace(self, regions=(region,), others=(), places=(), documents=())

    def __str__(self) -> str:
        """For people: a line for each thing understood, and the words it was understood from."""
        return "\n".join(f"{label}：{value}" for label, value in self.described())

    def described(self) -> list[tuple[str, str]]:
        """What was understood, as label and value, in Chinese; what is empty is left out."""
        rows = [("问题类型", KIND_NAMES[self.kind])]
        for what in dict.fromkeys(one.what for one in self.recognised):
            said = [one for one in self.recognised if one.what == what]
            rows.append((what, "、".join(_said(one) for one in said)))
        rows += [
            ("层级", "、".join(LEVEL_NAMES[level] for level in self.levels)),
            ("关键词", " ".join(self.terms)),
            ("同义说法", " ".join(self.expansions)),
        ]
        return [(label, value) for label, value in rows if value]


def _said(one: Recognised) -> str:
    return one.meant if one.words == one.meant else f"{one.meant}（{one.words}）"
