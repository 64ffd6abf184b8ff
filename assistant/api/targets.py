"""Targets over HTTP: a filtered list, a matrix, the line from the nation down."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from assistant.answer import LONGEST_NAME
from assistant.api.caller import Caller, Served
from assistant.api.problems import refused, region_asked
from assistant.target_views import (
    MAXIMUM_REGIONS,
    Descent,
    Matrix,
    TargetPage,
    compared,
    descent,
    targets_page,
    with_readings,
)
from corpus.document import Level, Status
from corpus.targets.select import Filter
from corpus.targets.target import Kind

_SEPARATOR = re.compile(r"[,，、]")
Indicator = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME),
    Query(description="指标，如 非化石"),
]
Year = Annotated[int, Query(ge=2000, le=2100, description="目标年，如 2025")]


def routes() -> APIRouter:
    """The routes under /v1/targets."""
    router = APIRouter(prefix="/v1/targets", tags=["目标"])

    @router.get("", summary="数值目标，可按辖区、指标、年份、层级、类型、状态、文件筛选")
    async def targets(
        service: Served,
        caller: Caller,
        region: Annotated[str | None, Query(description="辖区，如 吉林省")] = None,
        inside: Annotated[bool, Query(description="是否含下级辖区")] = False,
        indicator: Annotated[str | None, Query(max_length=LONGEST_NAME, description="指标")] = None,
        year: Annotated[int | None, Query(ge=2000, le=2100, description="目标年")] = None,
        level: Annotated[Level | None, Query(description="层级")] = None,
        kind: Annotated[Kind | None, Query(description="类型，如 比例、容量、面积")] = None,
        status: Annotated[Status | None, Query(description="正式 或 征求意见稿")] = None,
        document_id: Annotated[str | None, Query(description="文件编号")] = None,
        offset: Annotated[int, Query(ge=0, description="从第几条起")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="至多几条")] = 100,
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
        found = await service.look_up(
            caller, lambda seen: targets_page(seen, wanted, offset, limit)
        )
        return with_readings(found, [region] if region else [])

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
        if not 1 <= len(names) <= MAXIMUM_REGIONS:
            raise refused("regions", f"请给出 1 至 {MAXIMUM_REGIONS} 个辖区")
        wanted = [region_asked(name, "regions") for name in names]
        found = await service.look_up(
            caller, lambda seen: compared(seen, indicator, wanted, year or []), "compare", indicator
        )
        return with_readings(found, names)

    @router.get("/descent", summary="一项指标由全国到省、市、区县逐级的数值与高低")
    async def line_of_descent(
        service: Served,
        caller: Caller,
        indicator: Indicator,
        year: Year,
        region: Annotated[str, Query(description="辖区，如 四平市")],
    ) -> Descent:
        lowest = region_asked(region, "region")
        found = await service.look_up(
            caller, lambda seen: descent(seen, indicator, year, lowest), "descent", indicator
        )
        return with_readings(found, [region])

    return router
