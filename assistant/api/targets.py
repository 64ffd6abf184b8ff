"""Targets over HTTP: a filtered list, a matrix, the line from the nation down."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StringConstraints

from assistant.api.caller import Caller, Served
from assistant.api.problems import refused, region_asked
from assistant.app import Assistant
from corpus.document import Level, Status
from corpus.targets.compare import Cell, Entry, held_regions, line, matrix
from corpus.targets.select import (
    Filter,
    of_one,
    other_readings,
    select,
    why_none,
)
from corpus.targets.target import HeldTarget, Kind

_SEPARATOR = re.compile(r"[,，、]")
_MAXIMUM_REGIONS = 60
Indicator = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    Query(description="指标，如 非化石"),
]
Year = Annotated[int, Query(ge=2000, le=2100, description="目标年，如 2025")]


class TargetCitation(BaseModel):
    """Where a target stands: `quote` is the clause's text at `span`."""

    document_id: str
    document_title: str
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


class Descent(BaseModel):
    """The line from the nation down to a jurisdiction and what is held right below it."""

    indicator: str
    year: int
    steps: list[StepView]
    notes: list[str] = Field(description="同名辖区按哪个理解")


def routes() -> APIRouter:
    """The routes under /v1/targets."""
    router = APIRouter(prefix="/v1/targets", tags=["目标"])

    @router.get("", summary="数值目标，可按辖区、指标、年份、层级、类型、状态、文件筛选")
    async def targets(
        service: Served,
        caller: Caller,
        region: Annotated[str | None, Query(description="辖区，如 吉林省")] = None,
        inside: Annotated[bool, Query(description="是否含下级辖区")] = False,
        indicator: Annotated[str | None, Query(max_length=60, description="指标")] = None,
        year: Annotated[int | None, Query(ge=2000, le=2100, description="目标年")] = None,
        level: Level | None = None,
        kind: Kind | None = None,
        status: Status | None = None,
        document_id: str | None = None,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> TargetPage:
        wanted = Filter(
            region=region_asked(region, "region") if region else None,
            inside=inside,
            indicator=indicator,
            year=year,
            level=level,
            kind=kind,
            status=status,
            document_id=document_id,
        )
        found = await service.look_up(caller, lambda seen: select(seen.catalog, wanted))
        items = [TargetView.of(row) for row in found[offset : offset + limit]]
        notes = _notes([region] if region else [])
        if not found:
            why = await service.look_up(caller, lambda seen: why_none(seen.catalog, wanted))
            notes.append(why)
        return TargetPage(total=len(found), offset=offset, limit=limit, items=items, notes=notes)

    @router.get("/compare", summary="一项指标在多个辖区、多个年份的数值，逐格给出依据")
    async def compare(
        service: Served,
        caller: Caller,
        indicator: Indicator,
        regions: Annotated[list[str], Query(description="辖区，可重复，或以逗号、顿号分隔")],
        year: Annotated[
            list[Annotated[int, Field(ge=2000, le=2100)]] | None,
            Query(max_length=50, description="目标年，可重复；不写则列出全部"),
        ] = None,
    ) -> Matrix:
        names = [name for part in regions for name in _SEPARATOR.split(part) if name.strip()]
        if not 1 <= len(names) <= _MAXIMUM_REGIONS:
            raise refused("regions", f"请给出 1 至 {_MAXIMUM_REGIONS} 个辖区")
        wanted = list(dict.fromkeys(region_asked(name, "regions") for name in names))
        codes = [region.code for region in wanted]

        def found(seen: Assistant) -> tuple[list[HeldTarget], list[list[Cell]]]:
            rows = of_one(seen.catalog.targets(regions=codes), indicator)
            return rows, matrix(rows, wanted, year or [], set(held_regions(seen.catalog)))

        rows, cells = await service.look_up(caller, found, "compare", indicator)
        return Matrix(
            indicator=rows[0].target.name if rows else indicator,
            years=[cell.year for cell in cells[0]],
            notes=_notes(names),
            rows=[
                RowView(
                    region=region.name, level=region.level, cells=[CellView.of(c) for c in each]
                )
                for region, each in zip(wanted, cells, strict=True)
            ],
        )

    @router.get("/descent", summary="一项指标由全国到省、市、区县逐级的数值与高低")
    async def line_of_descent(
        service: Served, caller: Caller, indicator: Indicator, year: Year, region: str
    ) -> Descent:
        lowest = region_asked(region, "region")
        steps = await service.look_up(
            caller, lambda seen: line(seen.catalog, indicator, year, lowest), "descent", indicator
        )
        found = (entry.first.target.name for step in steps for entry in step.cell.entries)
        return Descent(
            indicator=next(found, indicator),
            year=year,
            notes=_notes([region]),
            steps=[
                StepView(
                    region=step.cell.region.name,
                    level=step.cell.region.level,
                    standing=step.standing.value,
                    cell=CellView.of(step.cell),
                )
                for step in steps
            ],
        )

    return router


def _notes(names: list[str]) -> list[str]:
    return [note for name in names if (note := other_readings(name))]
