"""What is shown of targets: rows with their proof, a matrix, the line of descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, Field

from assistant.app import Assistant
from corpus.document import Level, Region
from corpus.indicators import indicators_named
from corpus.targets.compare import Cell, Entry, Step, held_regions, line, matrix
from corpus.targets.select import Filter, of_one, other_readings, select, why_none
from corpus.targets.target import HeldTarget, Kind

MAXIMUM_REGIONS = 60  # of one comparison


class TargetCitation(BaseModel):
    """Where a target stands: `quote` is the clause's text at `span`."""

    document_id: str
    document_title: str
    number: str | None = Field(default=None, description="文号；原文未载时为空")
    region: str
    status: str
    excerpt: bool = Field(description="指标摘录：据起步资料，非原文")
    clause_id: str
    clause_path: list[str]
    pages: list[int]
    source_url: str | None
    quote: str
    span: tuple[int, int]

    @classmethod
    def of(cls, row: HeldTarget) -> TargetCitation:
        """The citation of a row."""
        document = row.document
        return cls(
            document_id=document.id,
            document_title=document.title,
            number=document.number,
            region=document.region_name,
            status=document.status.value,
            excerpt=document.excerpt,
            clause_id=row.clause.id,
            clause_path=list(row.clause.path),
            pages=list(row.clause.pages),
            source_url=document.source_url,
            quote=row.quote,
            span=(row.target.start, row.target.end),
        )


class TargetValue(BaseModel):
    """How much, by when, of what; numbers as text, exact, in `unit`."""

    indicator: str = Field(description="规范名称；表外指标为空")
    words: str = Field(description="原文中的指标")
    kind: Kind
    comparison: str
    change: str
    printed: str = Field(description="原文数值")
    low: str | None
    high: str | None
    unit: str
    year: int | None
    period: str
    annual: bool
    base: str
    scope: str
    aspires: bool
    nature: str
    flags: list[str]

    @property
    def said(self) -> str:
        """As people say it: 力争比2020年下降14%."""
        tone = "力争" if self.aspires else ""
        if self.low is None:
            return f"{tone}{self.printed}"
        base = f"比{self.base}年" if self.base.isdigit() else f"比{self.base}" if self.base else ""
        return f"{tone}{'每年' if self.annual else ''}{base}{self.change}{self.printed}"

    @classmethod
    def of(cls, row: HeldTarget) -> TargetValue:
        """What a row promises."""
        target = row.target
        return cls(
            indicator=target.indicator,
            words=target.words,
            kind=target.kind,
            comparison=target.comparison.value,
            change=target.change.value,
            printed=target.printed,
            low=None if target.low is None else f"{target.low.normalize():f}",
            high=None if target.high is None else f"{target.high.normalize():f}",
            unit=target.unit,
            year=target.year,
            period=target.period,
            annual=target.annual,
            base=target.base,
            scope=target.scope,
            aspires=target.aspires,
            nature=target.nature,
            flags=[flag.value for flag in target.flags],
        )


class TargetView(TargetValue):
    """A row of the table with its proof."""

    id: str
    citation: TargetCitation

    @classmethod
    def of(cls, row: HeldTarget) -> TargetView:
        """A row."""
        value = TargetValue.of(row).model_dump()
        return cls(**value, id=row.id, citation=TargetCitation.of(row))


class TargetPage(BaseModel):
    """A page of the table."""

    total: int
    offset: int
    limit: int
    items: list[TargetView]
    notes: list[str] = Field(description="同名辖区按哪个理解；没有结果时为何没有")


class EntryView(BaseModel):
    """One value and every clause that sets it, the most authoritative first."""

    value: TargetValue
    whole: bool = Field(description="是否为全辖区的该指标本身（而非某一范围）")
    citations: list[TargetCitation]

    @classmethod
    def of(cls, entry: Entry) -> EntryView:
        """An entry of a cell."""
        return cls(
            value=TargetValue.of(entry.first),
            whole=entry.whole,
            citations=[TargetCitation.of(row) for row in entry.rows],
        )


class CellView(BaseModel):
    """What a jurisdiction says for a year. `silence` says why there is no number."""

    year: int | None = Field(description="空为原文未写年份")
    entries: list[EntryView]
    conflict: bool = Field(description="同一口径有多个数值")
    silence: str | None

    @classmethod
    def of(cls, cell: Cell) -> CellView:
        """A cell."""
        return cls(
            year=cell.year,
            entries=[EntryView.of(entry) for entry in cell.entries],
            conflict=cell.conflict,
            silence=cell.silence.value if cell.silence else None,
        )


class RowView(BaseModel):
    """A jurisdiction's cells."""

    region: str
    level: Level
    cells: list[CellView]


class Matrix(BaseModel):
    """Jurisdictions by years for one indicator."""

    indicator: str
    years: list[int | None] = Field(description="各列的年份；空为原文未写年份")
    rows: list[RowView]
    notes: list[str] = Field(description="同名辖区按哪个理解")


class StepView(BaseModel):
    """One jurisdiction in the line, against the nearest superior that has a number."""

    region: str
    level: Level
    standing: str
    cell: CellView

    @classmethod
    def of(cls, step: Step) -> StepView:
        """A step."""
        region = step.cell.region
        return cls(
            region=region.name,
            level=region.level,
            standing=step.standing.value,
            cell=CellView.of(step.cell),
        )


class Descent(BaseModel):
    """The line from the nation down to a jurisdiction and what is held right below it."""

    indicator: str
    year: int
    steps: list[StepView]
    notes: list[str] = Field(description="同名辖区按哪个理解")


_Noted = TypeVar("_Noted", TargetPage, Matrix, Descent)


def targets_page(seen: Assistant, wanted: Filter, offset: int, limit: int) -> TargetPage:
    """A page of the targets that pass a filter, or why none does."""
    found = select(seen.catalog, wanted)
    return TargetPage(
        total=len(found),
        offset=offset,
        limit=limit,
        items=[TargetView.of(row) for row in found[offset : offset + limit]],
        notes=[] if found else [why_none(seen.catalog, wanted)],
    )


def compared(
    seen: Assistant, indicator: str, regions: Sequence[Region], years: Sequence[int]
) -> Matrix:
    """One indicator in some jurisdictions and years; without years, in all that there are."""
    wanted = list(dict.fromkeys(regions))
    codes = [region.code for region in wanted]
    named = [known.name for known in indicators_named(indicator)]
    rows = of_one(seen.catalog.targets(regions=codes, indicators=named), indicator)
    # Words that name no indicator held may stand in rows themselves.
    rows = rows or of_one(seen.catalog.targets(regions=codes), indicator)
    cells = matrix(rows, wanted, years, set(held_regions(seen.catalog)))
    return Matrix(
        indicator=rows[0].target.name if rows else indicator,
        years=[cell.year for cell in cells[0]],
        notes=[],
        rows=[
            RowView(region=region.name, level=region.level, cells=[CellView.of(c) for c in each])
            for region, each in zip(wanted, cells, strict=True)
        ],
    )


def descent(seen: Assistant, indicator: str, year: int, lowest: Region) -> Descent:
    """One indicator from the nation down to a jurisdiction and right below it."""
    steps = line(seen.catalog, indicator, year, lowest)
    found = (entry.first.target.name for step in steps for entry in step.cell.entries)
    return Descent(
        indicator=next(found, indicator),
        year=year,
        notes=[],
        steps=[StepView.of(step) for step in steps],
    )


def with_readings(found: _Noted, names: Sequence[str]) -> _Noted:
    """The same, with a note for every name of a jurisdiction that could be another's too."""
    return found.model_copy(update={"notes": [*_readings(names), *found.notes]})


def _readings(names: Sequence[str]) -> list[str]:
    return [note for name in names if (note := other_readings(name))]
