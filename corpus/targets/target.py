"""The row of the target table: what is promised, how much, where, by when, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from corpus.document import Clause, Metadata, content_id


class Kind(StrEnum):
    """What sort of quantity a target is."""

    SHARE = "比例"
    CHANGE = "变化幅度"
    CAPACITY = "容量"
    AREA = "面积"
    MONEY = "金额"
    COUNT = "数量"
    LEVEL = "水平"
    DEFERRED = "服从上级"  # no number: 完成省下达目标


class Comparison(StrEnum):
    """How a value binds. A range has two values."""

    EQUAL = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"
    ABOUT = "约"
    RANGE = "区间"


class Change(StrEnum):
    """Whether a value is a level, or the size of a change."""

    NONE = ""
    DOWN = "下降"
    UP = "提高"
    NEW = "新增"


class Flag(StrEnum):
    """What a reader should know before relying on a row."""

    LOST_PERCENT = "原文缺百分号"
    YEAR_CARRIED = "年份承前"  # stands in an earlier sentence or in a heading
    SUBJECT_CARRIED = "指标承前"
    UNPAIRED = "分别未能对应"


@dataclass(frozen=True, slots=True)
class Target:
    """One promised number of one clause, or the words that leave it to a superior.

    `indicator` is the canonical name, empty for one outside the list; `words` are the text's own.
    `printed` is the figure as printed with its qualifier; `low` and `high` are its value in `unit`,
    the normalised unit (千瓦 → 万千瓦), equal but for a range, None where deferred or not sized.
    `year` is the last year of a `period`; `base` is what a change is against (2020, 上年).
    `nature` is 约束性 or 预期性 where stated. text[start:end] of the clause proves it.
    """

    clause_id: str
    start: int
    end: int
    indicator: str
    words: str
    kind: Kind
    comparison: Comparison
    change: Change
    printed: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    year: int | None
    period: str = ""
    annual: bool = False
    base: str = ""
    scope: str = ""
    aspires: bool = False  # 力争, 争取
    nature: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def id(self) -> str:
        """Stable as long as the clause and what is read from it are."""
        return content_id(
            self.clause_id, str(self.start), str(self.end), self.words, self.printed, self.when
        )

    @property
    def when(self) -> str:
        """The year or period as people write it; empty where none is stated."""
        return self.period or (str(self.year) if self.year else "")

    @property
    def name(self) -> str:
        """The canonical name, or the text's own words for an indicator outside the list."""
        return self.indicator or self.words


@dataclass(frozen=True, slots=True)
class HeldTarget:
    """A target as the catalog hands it out: with its clause, its proof and its document."""

    target: Target
    clause: Clause
    quote: str
    document: Metadata

    @property
    def id(self) -> str:
        return self.target.id
