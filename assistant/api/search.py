"""Search over HTTP: clauses with highlights, facets and the reasons for their rank."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Source, Words
from assistant.api.caller import Caller, Served
from assistant.api.problems import region_asked
from assistant.app import Assistant
from corpus.document import LEVEL_NAMES, HeldClause, Level, Status
from corpus.regions import gazetteer
from corpus.targets.select import other_readings
from retrieval.found import Found, Hit
from retrieval.highlight import marks, snippet
from retrieval.query import Query as Understood
from retrieval.scope import Scope

DEEPEST = 200  # behind the last candidate of any search


class SearchQuery(BaseModel):
    """What is searched for, and where; parameters of the address, lists by repeating them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Words = Field(description="问题或关键词")
    region: list[str] = Field(default=[], max_length=100, description="辖区，可重复")
    inside: bool = Field(default=True, description="是否含下级辖区")
    level: list[Level] = Field(default=[], max_length=10, description="层级，可重复")
    status: list[Status] = Field(default=[], max_length=2, description="状态，可重复")
    year: list[int] = Field(default=[], max_length=50, description="条款写到的年份，可重复")
    subject: list[str] = Field(default=[], max_length=50, description="领域，如 工业，可重复")
    department: list[str] = Field(default=[], max_length=50, description="责任部门，可重复")
    document_id: list[str] = Field(default=[], max_length=1000, description="文件编号，可重复")
    offset: int = Field(default=0, ge=0, le=DEEPEST, description="从第几条起")
    limit: int = Field(default=10, ge=1, le=50, description="至多几条")

    def scope(self) -> Scope:
        """The filters. Raises RequestValidationError for a place that is none."""
        return Scope(
            regions=tuple(region_asked(name, "region") for name in self.region),
            inside=self.inside,
            levels=tuple(self.level),
            statuses=tuple(self.status),
            document_ids=tuple(self.document_id),
            subjects=tuple(self.subject),
            departments=tuple(self.department),
            years=tuple(self.year),
        )


class RecognisedView(BaseModel):
    """Something recognised in the question."""

    what: str
    words: str = Field(description="问题中的用语")
    meant: str


class UnderstoodView(BaseModel):
    """The question as it was understood."""

    kind: str
    regions: list[str]
    others: list[str] = Field(description="同名的其他已收录辖区")
    places: list[str] = Field(description="提到但未收录的地名")
    levels: list[Level]
    years: list[int]
    indicators: list[str]
    departments: list[str]
    subjects: list[str]
    documents: list[str] = Field(description="点名的文件编号")
    absent: list[str] = Field(description="点名但未收录的文件")
    recognised: list[RecognisedView]

    @classmethod
    def of(cls, query: Understood) -> UnderstoodView:
        """The view of a query."""
        return cls(
            kind=query.kind.value,
            regions=[region.name for region in query.regions],
            others=[region.name for region in query.others],
            places=[region.name for region in query.places],
            levels=list(query.levels),
            years=list(query.years),
            indicators=list(query.indicators),
            departments=list(query.departments),
            subjects=list(query.subjects),
            documents=list(query.documents),
            absent=list(query.absent),
            recognised=[
                RecognisedView(what=one.what, words=one.words, meant=one.meant)
                for one in query.recognised
            ],
        )


class SnippetView(BaseModel):
    """The passage that holds most of the question: `text` is the clause's text at `span`."""

    text: str
    span: tuple[int, int]
    highlights: list[tuple[int, int]] = Field(description="在 text 中的起止位置")


class HitView(Source):
    """A clause found."""

    text: str
    highlights: list[tuple[int, int]] = Field(description="在 text 中的起止位置")
    snippet: SnippetView
    lexical_rank: int | None
    vector_rank: int | None
    features: dict[str, float] = Field(description="排序所用的各项特征")
    same: list[Source] = Field(description="其他文件的同样规定")

    @classmethod
    def at(cls, hit: Hit, query: Understood) -> HitView:
        """The view of a hit."""
        text = hit.held.text
        best = snippet(text, query)
        return cls.model_validate(
            {
                **Source.fields_of(hit.held, hit.score),
                "text": text,
                "highlights": marks(text, query),
                "snippet": {
                    "text": text[best.start : best.end],
                    "span": (best.start, best.end),
                    "highlights": [(a - best.start, b - best.start) for a, b in best.marks],
                },
                "lexical_rank": hit.lexical_rank,
                "vector_rank": hit.vector_rank,
                "features": {name: round(value, 4) for name, value in hit.features.items()},
                "same": [_source(held) for held in hit.same],
            }
        )


class Count(BaseModel):
    """How many candidates have a value; `label` is what people call it."""

    value: str
    label: str
    count: int


class SearchPage(BaseModel):
    """A page of a search. `total` and `facets` count the candidates, some seventy at most."""

    understood: UnderstoodView
    total: int
    offset: int
    limit: int
    items: list[HitView]
    facets: dict[str, list[Count]]
    notes: list[str] = Field(description="同名辖区按哪个理解；哪个服务未应答")


def page(query: Understood, found: Found, offset: int, limit: int) -> SearchPage:
    """A page of what was found."""
    hits = found.candidates
    readings = (other_readings(one.words) for one in query.recognised if query.others)
    return SearchPage(
        understood=UnderstoodView.of(query),
        total=len(hits),
        offset=offset,
        limit=limit,
        items=[HitView.at(hit, query) for hit in hits[offset : offset + limit]],
        facets={
            name: [Count(value=_value(name, v), label=_label(name, v), count=n) for v, n in counts]
            for name, counts in found.facets().items()
        },
        notes=[*dict.fromkeys(note for note in readings if note), *found.notes],
    )


def _source(held: HeldClause) -> dict[str, object]:
    return Source.fields_of(held, 0.0)


def _value(facet: str, value: str) -> str:
    """As the filter of that name takes it."""
    return gazetteer().coded(value).name if facet == "region" else value


def _label(facet: str, value: str) -> str:
    return LEVEL_NAMES[Level(value)] if facet == "level" else _value(facet, value)


def routes() -> APIRouter:
    """The route /v1/search."""
    router = APIRouter(tags=["检索"])

    @router.get("/v1/search", summary="检索条款，可按辖区、层级、状态、年份、领域、部门、文件筛选")
    async def search(
        service: Served, caller: Caller, asked: Annotated[SearchQuery, Query()]
    ) -> SearchPage:
        scope = asked.scope()

        def found(seen: Assistant) -> SearchPage:
            return page(*seen.find(asked.q, scope), asked.offset, asked.limit)

        return await service.look_up(caller, found, "search", asked.q)

    return router
