"""The MCP server of a service, and the two ways to it: standard input and output, and HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from importlib.metadata import version
from typing import Any

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import (
    ResourceError,
    ResourceNotFoundError,
    ToolError,
    UnexpectedResourceError,
    UnexpectedToolError,
)
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import AnyUrl, ValidationError
from starlette.types import Receive, Scope, Send

from assistant.access.principal import LOCAL, Principal
from assistant.api.body import MAXIMUM_BODY
from assistant.api.caller import principal_of
from assistant.api.problems import BROKEN, faults_of, problem
from assistant.log import configure
from assistant.mcp.tools import NotHeldError, PrincipalOf, Tools
from assistant.service import Service
from assistant.settings import Settings
from corpus.errors import ClausewiseError

_LOG = logging.getLogger(__name__)
_INSTRUCTIONS = (
    "条析收录政策文件，回答引到具体条款。问“定了多少、谁负责、何时完成”一类问题用 answer_question，"
    "它只说条款写明的内容，没有写的会拒答并说明原因；自己查阅用 search_clauses、get_clause、"
    "document_outline；数值目标用 list_targets、compare_targets。"
    "转述时请保留引文编号、文件名、条款位置和链接，不要补充条款没有写的内容。"
)
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class ClauseServer(MCPServer[dict[str, Any]]):
    """The SDK's server, saying in Chinese what is wrong and what to do."""

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, Any],
        context: Context | None = None,
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what goes wrong is its result, for the model to read."""
        try:
            await self._check_names(name, arguments)
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            said = TextContent(type="text", text=_tool_fault(error))
            return CallToolResult(content=[said], is_error=True)

    async def read_resource(
        self, uri: AnyUrl | str, context: Context | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read a resource. Raises ResourceError."""
        try:
            return await super().read_resource(uri, context)
        except ResourceError as error:
            raise _resource_fault(str(uri), error) from error

    async def _check_names(self, name: str, arguments: dict[str, Any]) -> None:
        """A tool or argument by a wrong name is said, not left out: a filter lost would mislead."""
        tools = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"没有工具 {name}，可用：{'、'.join(tools)}")
        if unknown := arguments.keys() - tools[name].keys():
            said = "、".join(sorted(unknown))
            raise ToolError(f"{name} 没有参数 {said}，可用：{'、'.join(tools[name])}")


def _tool_fault(error: ToolError) -> str:
    cause = error.__cause__
    if isinstance(cause, ClausewiseError):
        return str(cause)
    if isinstance(error, UnexpectedToolError):
        _LOG.error("unexpected error", exc_info=cause)
        return BROKEN
    return faults_of(cause) if isinstance(cause, ValidationError) else str(error)


def _resource_fault(uri: str, error: ResourceError) -> ResourceError:
    cause = error.__cause__
    if isinstance(cause, NotHeldError):
        return ResourceNotFoundError(str(cause))
    if isinstance(cause, ClausewiseError):
        return ResourceError(str(cause))
    if isinstance(error, UnexpectedResourceError):
        _LOG.error("unexpected error", exc_info=cause)
        return ResourceError(BROKEN)
    return ResourceNotFoundError(
        f"没有资源 {uri}，可用：clausewise://documents/文件编号、clausewise://clauses/条款编号"
    )


def mcp_server(service: Service, who: PrincipalOf) -> ClauseServer:
    """The MCP server of a service. `who` says who is asking."""
    server = ClauseServer(
        "clausewise",
        title="条析 Clausewise",
        version=version("clausewise"),
        instructions=_INSTRUCTIONS,
        subscriptions=False,
    )
    _add_tools(server, Tools(service, who))
    return server


def _add_tools(server: ClauseServer, tools: Tools) -> None:
    said: dict[Callable[..., Any], tuple[str, str]] = {
        tools.answer_question: (
            "回答问题",
            "回答关于政策文件的问题：指标数值、责任部门、时间、措施、名单、多地对比、逐级数值。"
            "每句都有引文（文件、条款、页码、链接、原文）；文件没有写的，拒答并说明原因。",
        ),
        tools.search_clauses: (
            "检索条款",
            "按问题或关键词检索条款，给出最相关的段落、所在文件和条款编号；"
            "可按辖区、层级、状态、年份、领域、部门、文件筛选。全文用 get_clause 查看。",
        ),
        tools.get_clause: ("查看条款", "按条款编号查看一条条款的全文、责任部门、上下条编号。"),
        tools.list_targets: (
            "列出数值目标",
            "列出文件承诺的数值目标：辖区、指标、数值、年份、作为依据的条款和原文。",
        ),
        tools.compare_targets: (
            "比较数值目标",
            "一项指标在多个辖区、多个年份的数值，逐格给出依据；没有数值的说明是未收录、未提及还是"
            "服从上级。",
        ),
        tools.document_outline: ("查看文件目录", "按文件编号列出一份文件的全部条款及其编号。"),
    }
    for tool, (title, description) in said.items():
        server.add_tool(tool, title=title, description=description, annotations=_READS)
    server.resource(
        "clausewise://documents/{id}",
        name="document",
        title="文件",
        description="一份文件的全文，以文件编号指定",
    )(tools.document)
    server.resource(
        "clausewise://clauses/{id}",
        name="clause",
        title="条款",
        description="一条条款的全文与出处，以条款编号指定",
    )(tools.clause)


class Endpoint:
    """MCP over HTTP, behind the guard of the app: each request by itself, answered as JSON."""

    path = "/mcp"  # what its requests are counted under

    def __init__(self, service: Service) -> None:
        self._service = service

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests for as long as the app runs."""
        server = mcp_server(self._service, _caller)
        # Hosts and origins are the guard's to check: it knows keys, and the names configured.
        server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            max_request_body_size=MAXIMUM_BODY,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._handle = server.session_manager.handle_request
        async with server.session_manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        if scope["method"] == "POST":
            await self._handle(scope, receive, send)
        else:  # nothing is sent unasked, and there is no session to end
            allowed = {"Allow": "POST"}
            await problem(405, "MCP 只支持 POST", headers=allowed)(scope, receive, send)


def _caller(context: Context) -> Principal:
    request = context.request_context.request
    assert request is not None, "MCP over HTTP without its request"
    return principal_of(request)


def serve_stdio(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve whoever started this process, until they close its input.

    Standard output is the protocol's: the log and every notice go to standard error.
    """
    configure(settings.log_level)
    with closing(Service.open(settings, say)) as service:
        mcp_server(service, lambda _: LOCAL).run("stdio")
