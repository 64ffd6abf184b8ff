"""The MCP server through the SDK's own client: over standard input and output, and over HTTP."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent, TextResourceContents
from sample import write_sample
from serving import client_of, served

from assistant.access.principal import Principal, Role
from assistant.api import create_app
from assistant.api.body import MAXIMUM_BODY
from assistant.app import Assistant
from assistant.mcp.server import mcp_server
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import ingest

TOOLS = {
    "answer_question",
    "search_clauses",
    "get_clause",
    "list_targets",
    "compare_targets",
    "document_outline",
}
ASKED = {"question": "合肥2025年森林覆盖率是多少？"}
IN_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}
Work = Callable[[Client], Awaitable[None]]


def talk(url: str, work: Work, key: str = "", mode: str = "auto") -> None:
    """Do something with a client of the server at a URL."""

    async def talked() -> None:
        async with AsyncExitStack() as stack:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers))
            transport = streamable_http_client(url, http_client=http)
            await work(await stack.enter_async_context(Client(transport, mode=mode)))

    asyncio.run(talked())


def said(result: CallToolResult) -> str:
    """What a model reads."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def call(client: Client, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
    """The text and the structure of a call that goes well."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, said(result)
    assert isinstance(result.structured_content, dict)
    return said(result), result.structured_content


async def fault(client: Client, tool: str, **arguments: Any) -> str:
    """What a call that goes wrong says."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content is None
    return said(result)


async def read(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


def opened(data: Path, **settings: Any) -> Service:
    """A service of its own."""
    known = Settings(data=data, library=False, **settings)
    return Service(known, Assistant.open(known, report=lambda _: None))


@pytest.fixture(scope="module")
def url(sample_data: Path) -> Iterator[str]:
    """The server over HTTP, open to its own machine."""
    service = opened(sample_data)
    with served(create_app(service)) as address:
        yield f"{address}/mcp"
    service.close()


@pytest.mark.usefixtures("assistant")  # which has built the index
def test_over_standard_input_and_output(sample_data: Path, tmp_path: Path) -> None:
    strays: list[object] = []

    async def stray(message: object) -> None:
        strays.append(message)

    async def talked() -> None:
        command = ["-c", "from assistant.cli import main; main()", "mcp", "--data"]
        server = StdioServerParameters(
            command=sys.executable,
            args=[*command, str(sample_data)],
            env={"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": os.environ["PATH"]},
        )
        with (tmp_path / "log").open("w") as log:
            async with Client(stdio_client(server, errlog=log), message_handler=stray) as client:
                assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
                text, answer = await call(client, "answer_question", **ASKED)
                assert "29.5%" in text
                (citation,) = answer["citations"]
                clause = await read(client, f"clausewise://clauses/{citation['clause_id']}")
                assert citation["quote"] in clause

    asyncio.run(talked())
    assert not strays  # a line on standard output that is no message would be one
    (line,) = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["event"] == "answered"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_what_is_offered_says_in_chinese_what_it_is_for(url: str, mode: str) -> None:
    async def work(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        for tool in tools.values():
            assert IN_CHINESE.search(tool.description or "")
            assert tool.output_schema
            assert tool.annotations
            assert tool.annotations.read_only_hint
            for parameter in tool.input_schema["properties"].values():
                assert IN_CHINESE.search(parameter["description"])
        assert "answer_question" in (client.instructions or "")
        templates = (await client.list_resource_templates()).resource_templates
        assert {template.uri_template for template in templates} == {
            "clausewise://documents/{id}",
            "clausewise://clauses/{id}",
        }

    talk(url, work, mode=mode)


def test_an_answer_with_its_citations_as_footnotes(url: str) -> None:
    async def work(client: Client) -> None:
        text, answer = await call(client, "answer_question", **ASKED)
        body, _, notes = text.partition("引文：")
        assert "森林覆盖率达到29.5%。[1]" in body
        assert "[1] 《合肥市碳达峰实施方案》（合肥市，正式）一、主要目标" in notes
        assert "“森林覆盖率达到29.5%”" in notes
        assert answer["citations"][0]["clause_id"] in notes
        start, end = answer["citations"][0]["span"]
        assert answer["citations"][0]["clause_text"][start:end] == "森林覆盖率达到29.5%"

    talk(url, work)


def test_history_and_filters_are_heeded(url: str) -> None:
    async def work(client: Client) -> None:
        history = [{"role": "user", "content": ASKED["question"]}]
        filters = {"regions": ["贵阳市"], "inside": False}
        asked = {"question": "贵阳呢？", "history": history, "filters": filters}
        text, _ = await call(client, "answer_question", **asked)
        assert "理解为：贵阳2025年森林覆盖率" in text
        assert "55%以上" in text
        assert "征求意见稿" in text

    talk(url, work)


def test_a_refusal_says_what_was_searched(url: str) -> None:
    async def work(client: Client) -> None:
        text, answer = await call(
            client, "answer_question", question="合肥2030年非化石能源占比是多少？"
        )
        assert answer["refused"]
        assert "查过：合肥市的 1 份文件" in text
        assert "最接近：《合肥市碳达峰实施方案》" in text

    talk(url, work)


def test_from_a_search_to_the_clause_and_its_document(url: str) -> None:
    async def work(client: Client) -> None:
        filters = {"regions": ["合肥市"]}
        text, page = await call(
            client, "search_clauses", question="绿色出行比例", filters=filters, limit=2
        )
        assert len(page["items"]) == 2
        assert "到2030年，绿色出行比例不低于75%" in text
        first = page["items"][0]
        assert f"[条款编号 {first['clause_id']}]" in text

        text, clause = await call(client, "get_clause", clause_id=first["clause_id"])
        assert clause["text"].strip() in text
        assert "责任部门：市交通局" in text
        assert text == await read(client, f"clausewise://clauses/{first['clause_id']}")

        text, outline = await call(client, "document_outline", document_id=first["document_id"])
        assert first["clause_id"] in {entry["id"] for entry in outline["clauses"]}
        assert outline["document"]["title"] == "合肥市碳达峰实施方案"
        assert "二、重点任务 > （二）建筑领域行动" in text

        whole = await read(client, f"clausewise://documents/{first['document_id']}")
        assert "一般不得新建高度一百五十米以上的办公楼" in whole

    talk(url, work)


def test_targets_are_listed_and_compared(url: str) -> None:
    async def work(client: Client) -> None:
        text, page = await call(client, "list_targets", region="安徽省", year=2025, limit=2)
        assert (page["total"], len(page["items"])) == (4, 2)
        assert "单位地区生产总值能耗 下降12%（2025年，基期2020）" in text

        text, page = await call(client, "list_targets", region="广州市")
        assert page["total"] == 0
        assert "未收录广州市" in text

        text, matrix = await call(
            client,
            "compare_targets",
            indicator="非化石",
            regions=["合肥市", "云岩区"],
            years=[2025, 2030],
        )
        assert matrix["years"] == [2025, 2030]
        assert "合肥市 2025年：非化石能源消费比重 14.5%" in text
        assert "合肥市 2030年：文件未提及" in text
        assert "云岩区 2025年：服从上级" in text

    talk(url, work)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get_clause", {"clause_id": "nope"}, "没有编号为 nope 的条款。请先用 search_clauses"),
        ("document_outline", {"document_id": "nope"}, "没有编号为 nope 的文件"),
        ("search_clauses", {"question": " "}, "question：不能为空"),
        ("search_clauses", {"question": "x", "limit": 51}, "limit：不能大于 50"),
        ("search_clauses", {"question": "x", "region": "合肥"}, "没有参数 region，可用：question"),
        (
            "answer_question",
            {"question": "目标", "filters": {"regions": ["亚特兰蒂斯"]}},
            "filters.regions.0：没有名为“亚特兰蒂斯”的辖区，请写全称",
        ),
        ("answer_question", {"question": "问" * 2001}, "不能超过 2000 字"),
        ("answer_question", {**ASKED, "mode": "agent"}, "未配置对话模型"),
        ("list_targets", {"region": "亚特兰蒂斯"}, "请写全称"),
        ("compare_targets", {"indicator": "非化石", "regions": []}, "regions：不能为空"),
        ("compare_targets", {"indicator": "非化石", "regions": ["合肥"] * 61}, "60 项"),
        ("invent", {}, "没有工具 invent，可用：answer_question"),
    ],
)
def test_what_is_wrong_and_what_to_do(
    url: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async def work(client: Client) -> None:
        text = await fault(client, tool, **arguments)
        assert words in text
        assert "Error" not in text

    talk(url, work)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("clausewise://clauses/nope", "没有编号为 nope 的条款"),
        ("clausewise://documents/nope", "没有编号为 nope 的文件"),
        ("clausewise://elsewhere/x", "可用：clausewise://documents/文件编号"),
    ],
)
def test_a_resource_that_is_not_there(url: str, uri: str, words: str) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError, match=words):
            await client.read_resource(uri)

    talk(url, work)


def test_what_nobody_expected_is_not_shown(service: Service) -> None:
    def broken(_: Context) -> Principal:
        raise RuntimeError("at line 7 of the secrets")

    async def talked() -> None:
        async with Client(mcp_server(service, broken)) as client:
            text = await fault(client, "answer_question", **ASKED)
            assert text == "服务器出错，请稍后重试；若反复出现，请联系管理员。"
            with pytest.raises(MCPError, match="服务器出错，请稍后重试"):
                await client.read_resource("clausewise://clauses/any")

    asyncio.run(talked())


def test_nothing_ingested_and_too_many_are_said(tmp_path: Path, sample_data: Path) -> None:
    async def empty(client: Client) -> None:
        assert "clausewise ingest" in await fault(client, "answer_question", **ASKED)
        assert "clausewise ingest" in await fault(client, "search_clauses", question="目标")

    async def full(client: Client) -> None:
        assert "正在处理的请求过多" in await fault(client, "answer_question", **ASKED)
        with pytest.raises(MCPError, match="正在处理的请求过多"):
            await client.read_resource("clausewise://clauses/any")

    for service, work in ((opened(tmp_path), empty), (opened(sample_data, each=0), full)):
        with served(create_app(service)) as address:
            talk(f"{address}/mcp", work)
        service.close()


def test_a_reader_sees_nothing_of_a_closed_collection(tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "documents")
    catalog = Catalog(tmp_path / "data")
    closed = folder / "hefei.txt"
    others = [file for file in folder.iterdir() if file != closed]
    for result in (*ingest(others, catalog), *ingest([closed], catalog, collection="内部")):
        assert result.error is None
    (held,) = [known for known in catalog.documents() if known.collection == "内部"]
    catalog.close()
    service = opened(tmp_path / "data")
    service.access.set_collection("内部", ["能源处"])
    outsider = service.access.create_key("甲", Role.READER)
    insider = service.access.create_key("乙", Role.READER, ["能源处"])

    async def outside(client: Client) -> None:
        text, answer = await call(client, "answer_question", **ASKED)
        assert answer["refused"]
        assert "29.5%" not in text
        _, page = await call(client, "search_clauses", question="森林覆盖率达到29.5%")
        assert "合肥市" not in {hit["region"] for hit in page["items"]}
        text, _ = await call(client, "list_targets", region="合肥市")
        assert "未收录合肥市" in text
        assert held.id in await fault(client, "document_outline", document_id=held.id)
        with pytest.raises(MCPError, match="没有编号为"):
            await client.read_resource(f"clausewise://documents/{held.id}")

    async def inside(client: Client) -> None:
        text, _ = await call(client, "answer_question", **ASKED)
        assert "29.5%" in text
        assert "森林覆盖率" in await read(client, f"clausewise://documents/{held.id}")

    with served(create_app(service)) as address:
        talk(f"{address}/mcp", outside, outsider)
        talk(f"{address}/mcp/", inside, insider)
        refused = httpx2.post(f"{address}/mcp", json=LIST, headers=ACCEPT)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
    _, entries = service.audit.entries(action="mcp")
    recorded = [(entry.name, entry.about) for entry in reversed(entries)]
    assert recorded[:2] == [
        ("甲", ASKED["question"]),
        ("甲", "search_clauses 森林覆盖率达到29.5%"),
    ]
    assert recorded[-1] == ("乙", f"documents {held.id}")
    service.close()


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_both_paths_answer_as_json_without_a_redirect(client: TestClient, path: str) -> None:
    response = client.post(path, json=LIST, headers=ACCEPT, follow_redirects=False)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert {tool["name"] for tool in response.json()["result"]["tools"]} == TOOLS
    counted = 'clausewise_requests_total{method="POST",route="/mcp",status="200"}'
    assert counted in client.get("/metrics").text


def test_the_guard_stands_before_it(client: TestClient) -> None:
    elsewhere = client.post("/mcp", json=LIST, headers={**ACCEPT, "Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    rebound = client.post("/mcp", json=LIST, headers={**ACCEPT, "Host": "evil.example"})
    assert rebound.status_code == 421
    assert "CLAUSEWISE_HOSTS" in rebound.json()["detail"]
    large = client.post("/mcp", content=b" " * (MAXIMUM_BODY + 1), headers=ACCEPT)
    assert large.status_code == 413
    unasked = client.get("/mcp", headers=ACCEPT)
    assert (unasked.status_code, unasked.headers["allow"]) == (405, "POST")


def test_a_key_may_come_by_any_name_of_the_server(tmp_path: Path) -> None:
    service = opened(tmp_path)
    headers = {**ACCEPT, "Host": "docs.example", "Origin": "https://desk.example"}
    with client_of(service, service.access.create_key("甲", Role.READER)) as client:
        assert client.post("/mcp", json=LIST, headers=headers).status_code == 200
    service.close()
