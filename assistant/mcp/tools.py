"""What the MCP server offers: tools to search, ask and compare, and documents to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, Field, StringConstraints

from assistant.access.principal import Principal
from assistant.answer import (
    LONGEST_NAME,
    MAXIMUM_HISTORY,
    Answer,
    Filters,
    Mode,
    Question,
    Turn,
    Words,
)
from assistant.api.search import DEEPEST, SearchPage, page
from assistant.api.views import ClauseView, DocumentView, OutlineEntry
from assistant.app import Assistant
from assistant.mcp.words import (
    answer_text,
    clause_text,
    document_text,
    matrix_text,
    outline_text,
    search_text,
    targets_text,
)
from assistant.service import Service
from assistant.target_views import (
    MAXIMUM_REGIONS,
    Matrix,
    TargetPage,
    compared,
    targets_page,
    with_readings,
)
from corpus.document import Document, Level, Status
from corpus.errors import ClausewiseError
from corpus.targets.select import Filter, region_named
from corpus.targets.target import Kind

_WAY = "mcp"
_EVERYWHERE = Filters()
_T = TypeVar("_T")

PrincipalOf = Callable[[Context], Principal]
_Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)
]
_Id = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)
]
_Year = Annotated[int, Field(ge=2000, le=2100)]
_Where = Annotated[Filters, Field(description="检索范围；不写则查全部")]


class NotHeldError(ClausewiseError):
    """There is no clause or document of this id, or whoever asks may not see it."""


class Outline(BaseModel):
    """A document and all its clauses, in their order."""

    document: DocumentView
    clauses: list[OutlineEntry]


class Tools:
    """The tools and resources over one service. What is raised is said in Chinese.

    `principal_of` says who is asking: whatever they get is what they may see.
    """

    def __init__(self, service: Service, principal_of: PrincipalOf) -> None:
        self._service = service
        self._principal_of = principal_of

    async def search_clauses(
        self,
        context: Context,
        question: Annotated[Words, Field(description="问题或关键词，如 合肥市2025年公共充电桩")],
        filters: _Where = _EVERYWHERE,
        offset: Annotated[int, Field(ge=0, le=DEEPEST, description="跳过几条")] = 0,
        limit: Annotated[int, Field(ge=1, le=50, description="至多几条")] = 10,
    ) -> Annotated[CallToolResult, SearchPage]:
        """Clauses for a question."""

        def found(seen: Assistant) -> SearchPage:
            return page(*seen.find(question, filters.scope()), offset, limit)

        shown = await self._look_up(context, found, f"search_clauses {question}")
        return _result(search_text(shown), shown)

    async def answer_question(
        self,
        context: Context,
        question: Annotated[
            Words, Field(description="完整的问题，如 四平市2025年煤炭消费量控制在多少？")
        ],
        history: Annotated[
            list[Turn] | None,
            Field(max_length=MAXIMUM_HISTORY, description="此前的对话，追问时给出"),
        ] = None,
        filters: _Where = _EVERYWHERE,
        mode: Annotated[Mode, Field(description="回答方式，一般不必指定")] = Mode.AUTO,
    ) -> Annotated[CallToolResult, Answer]:
        """An answer with its citations, or a refusal that says why."""
        asked = Question(question=question, history=history or [], filters=filters, mode=mode)
        answer = await self._service.answer(self._principal_of(context), asked, _WAY)
        return _result(answer_text(answer), answer)

    async def get_clause(
        self,
        context: Context,
        clause_id: Annotated[_Id, Field(description="条款编号，即检索或引文中的 clause_id")],
    ) -> Annotated[CallToolResult, ClauseView]:
        """One clause, verbatim."""
        clause = await self._clause(context, clause_id)
        return _result(clause_text(clause), clause)

    async def list_targets(
        self,
        context: Context,
        region: Annotated[_Name | None, Field(description="辖区，如 吉林省")] = None,
        inside: Annotated[bool, Field(description="是否含下级辖区")] = False,
        indicator: Annotated[_Name | None, Field(description="指标，如 非化石")] = None,
        year: Annotated[_Year | None, Field(description="目标年，如 2025")] = None,
        level: Annotated[Level | None, Field(description="层级")] = None,
        kind: Annotated[Kind | None, Field(description="目标类型")] = None,
        status: Annotated[Status | None, Field(description="正式 或 征求意见稿")] = None,
        document_id: Annotated[_Id | None, Field(description="文件编号")] = None,
        offset: Annotated[int, Field(ge=0, description="跳过几条")] = 0,
        limit: Annotated[int, Field(ge=1, le=500, description="至多几条")] = 50,
    ) -> Annotated[CallToolResult, TargetPage]:
        """The targets that pass a filter."""
        wanted = Filter(
            region=region_named(region) if region else None,
            inside=inside,
            indicator=indicator,
            year=year,
            level=level,
            kind=kind,
            status=status,
            document_id=document_id,
        )
        shown = await self._look_up(
            context,
            lambda seen: targets_page(seen, wanted, offset, limit),
            " ".join(["list_targets", *filter(None, (region, indicator, document_id))]),
        )
        shown = with_readings(shown, [region] if region else [])
        return _result(targets_text(shown), shown)

    async def compare_targets(
        self,
        context: Context,
        indicator: Annotated[_Name, Field(description="指标，如 非化石")],
        regions: Annotated[
            list[_Name],
            Field(min_length=1, max_length=MAXIMUM_REGIONS, description="辖区，如 四平市"),
        ],
        years: Annotated[
            list[_Year] | None, Field(max_length=50, description="目标年；不写则列出全部")
        ] = None,
    ) -> Annotated[CallToolResult, Matrix]:
        """One indicator in several jurisdictions and years."""
        wanted = [region_named(name) for name in regions]
        shown = await self._look_up(
            context,
            lambda seen: compared(seen, indicator, wanted, years or []),
            f"compare_targets {indicator}：{'、'.join(regions)}",
        )
        shown = with_readings(shown, regions)
        return _result(matrix_text(shown), shown)

    async def document_outline(
        self,
        context: Context,
        document_id: Annotated[_Id, Field(description="文件编号，即检索结果中的 document_id")],
    ) -> Annotated[CallToolResult, Outline]:
        """The clauses of a document."""
        whole = await self._document(context, document_id, "document_outline")
        outline = Outline(
            document=DocumentView.of(whole.metadata),
            clauses=[OutlineEntry.of(clause, whole.clauses) for clause in whole.clauses],
        )
        return _result(outline_text(outline.document, outline.clauses), outline)

    async def document(self, context: Context, id: str) -> str:
        """A document whole, as a resource."""
        return document_text(await self._document(context, id, "documents"))

    async def clause(self, context: Context, id: str) -> str:
        """A clause, as a resource."""
        return clause_text(await self._clause(context, id))

    async def _document(self, context: Context, document_id: str, tool: str) -> Document:
        found = await self._look_up(
            context, lambda seen: seen.document(document_id), f"{tool} {document_id}"
        )
        if found is None:
            raise NotHeldError(
                f"没有编号为 {document_id} 的文件。请先用 search_clauses 检索，"
                "取结果中的 document_id。"
            )
        return found

    async def _clause(self, context: Context, clause_id: str) -> ClauseView:
        found = await self._look_up(
            context, lambda seen: _clause_of(seen, clause_id), f"get_clause {clause_id}"
        )
        if found is None:
            raise NotHeldError(
                f"没有编号为 {clause_id} 的条款。请先用 search_clauses 检索，取结果中的 clause_id。"
            )
        return found

    async def _look_up(self, context: Context, work: Callable[[Assistant], _T], about: str) -> _T:
        return await self._service.look_up(self._principal_of(context), work, _WAY, about)


def _clause_of(seen: Assistant, clause_id: str) -> ClauseView | None:
    held = seen.clause(clause_id)
    whole = seen.document(held.document.id) if held else None
    return ClauseView.of(held, whole.clauses) if held and whole else None


def _result(text: str, view: BaseModel) -> CallToolResult:
    """What a model reads, and the same for a program."""
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=view.model_dump(mode="json"),
    )
