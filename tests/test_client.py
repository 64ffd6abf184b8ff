"""The client in Python, and the commands and the evaluation that ask a server through it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import served
from typer.testing import CliRunner

from assistant.access.principal import Role
from assistant.answer import Filters, Mode, Question, Turn
from assistant.api import create_app
from assistant.cli import app
from assistant.client import AsyncClient, Client, ServerError
from assistant.feedback import Verdict
from assistant.job import State
from assistant.service import Service
from assistant.settings import Settings
from evals.command import app as evals

QUESTION = "合肥2025年森林覆盖率是多少？"


@pytest.fixture(scope="module")
def served_service(
    sample_kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Service]]:
    data = Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("served") / "data"))
    service = Service.open(Settings(data=data), lambda _: None)
    with served(create_app(service)) as url:
        yield url, service
    service.close()


@pytest.fixture(scope="module")
def url(served_service: tuple[str, Service]) -> str:
    return served_service[0]


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as opened:
        yield opened


def test_an_answer_and_what_it_leads_to(client: Client) -> None:
    answer = client.answer(QUESTION)
    assert "29.5%" in answer.answer
    citation = answer.citations[0]
    clause = client.clause(citation.clause_id)
    assert clause.text == citation.clause_text
    document = client.document(citation.document_id)
    assert document.title == citation.document_title
    assert clause.id in {entry.id for entry in client.outline(document.id)}
    assert client.receipt(answer.id).answer["answer"] == answer.answer
    said = client.feedback(answer.id, Verdict.RIGHT, "对")
    assert said.question == QUESTION


def test_history_filters_and_a_refusal(client: Client) -> None:
    turns = [Turn(role="user", content=QUESTION)]
    assert "55%" in client.answer("贵阳呢？", history=turns).answer
    refused = client.answer(QUESTION, filters=Filters(regions=["贵阳市"]))
    assert refused.refused
    whole = Question(question=QUESTION, mode=Mode.EXTRACTIVE)
    assert client.answer(whole).id == client.answer(QUESTION, mode=Mode.EXTRACTIVE).id


def test_an_answer_as_it_comes(client: Client) -> None:
    events = list(client.stream(QUESTION))
    assert events[0].name == "understood"
    assert events[-1].name == "done"
    assert events[-1].data["answer"] == client.answer(QUESTION).answer


def test_search_and_targets(client: Client) -> None:
    found = client.search("公交车新能源占比", Filters(regions=["合肥市"]), limit=3)
    assert found.items[0].region == "合肥市"
    assert len(found.items) <= 3
    assert client.documents(region="安徽省").total == 2
    targets = client.targets(region="合肥市", indicator="森林覆盖率")
    assert [row.printed for row in targets.items] == ["29.5%"]
    matrix = client.compare("森林覆盖率", ["合肥市", "贵阳市"], [2025])
    assert [row.region for row in matrix.rows] == ["合肥市", "贵阳市"]
    descent = client.descent("非化石", 2025, "合肥市")
    assert "合肥市" in [step.region for step in descent.steps]


def test_files_go_in(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "滁州.txt"
    file.write_text("滁州市碳达峰实施方案\n\n一、目标\n\n到2025年，森林覆盖率达到36.6%。", "utf-8")
    job = client.ingest([file])
    *_, last = client.progress(job.id)
    assert last.state is State.DONE
    assert client.job(job.id) == client.cancel(job.id) == last
    assert "36.6%" in client.answer("滁州2025年森林覆盖率是多少？").answer


def test_what_the_server_refuses_is_said_in_its_words(
    client: Client, served_service: tuple[str, Service]
) -> None:
    with pytest.raises(ServerError, match="没有编号为 none 的文件") as missing:
        client.document("none")
    assert missing.value.status == 404
    with pytest.raises(ServerError, match="CLAUSEWISE_CHAT_MODEL") as model:
        list(client.stream(QUESTION, mode=Mode.GENERATIVE))
    assert model.value.status == 409
    with pytest.raises(ServerError) as outside:
        client.clause("../documents")
    assert outside.value.status == 404


def test_a_server_that_is_not_there() -> None:
    with Client("http://127.0.0.1:9") as client:
        with pytest.raises(ServerError, match=r"无法连接 http://127\.0\.0\.1:9"):
            client.answer(QUESTION)
        with pytest.raises(ServerError) as unreached:
            list(client.stream(QUESTION))
    assert unreached.value.status == 0


def test_from_an_event_loop(url: str) -> None:
    async def asked() -> None:
        async with AsyncClient(url) as client:
            answers = await asyncio.gather(*(client.answer(QUESTION) for _ in range(3)))
            assert len({answer.id for answer in answers}) == 1
            names = [event.name async for event in client.stream(QUESTION)]
            assert names[-1] == "done"
            assert (await client.search("森林覆盖率")).items
            with pytest.raises(ServerError, match="none"):
                await client.clause("none")

    asyncio.run(asked())


def test_both_clients_can_do_the_same() -> None:
    def names(of: type) -> set[str]:
        return {name for name in vars(of) if not name.startswith("_")}

    assert names(Client) == names(AsyncClient)


def test_the_commands_ask_a_server(url: str, tmp_path: Path) -> None:
    run = CliRunner().invoke
    asked = run(app, ["ask", QUESTION, "--server", url, "--receipt", str(tmp_path / "r.json")])
    assert "29.5%" in asked.output
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["question"]["question"] == QUESTION
    found = run(
        app, ["search", "森林覆盖率", "--server", url, "--region", "合肥市", "--limit", "1"]
    )
    assert "《合肥市碳达峰实施方案》" in found.output
    bad = tmp_path / "bad.xyz"
    bad.write_bytes(b"x")
    refused = run(app, ["ingest", str(bad), "--server", url])
    assert refused.exit_code == 1
    assert "不支持 .xyz" in refused.output
    lost = run(app, ["ask", QUESTION, "--server", "http://127.0.0.1:9"])
    assert lost.exit_code == 2
    assert "无法连接" in lost.output


def test_the_evaluation_asks_a_server(url: str, tmp_path: Path) -> None:
    case = {
        "id": "c1",
        "type": "target",
        "question": QUESTION,
        "history": [],
        "answer": "29.5%",
        "answer_points": ["29.5%"],
        "numbers": [{"value": "29.5", "unit": "%", "year": "2025", "region": "合肥市"}],
        "sources": [
            {
                "file": "hefei",
                "title": "合肥市碳达峰实施方案",
                "clause": "一、主要目标",
                "region": "合肥市",
                "pages": [],
                "evidence": "森林覆盖率达到29.5%",
            }
        ],
        "difficulty": "easy",
        "why_hard": "",
    }
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")
    out, nothing = tmp_path / "run", tmp_path / "nothing"
    asked = ["eval", str(file), "--server", url, "--out", str(out), "--data", str(nothing)]
    result = CliRunner().invoke(evals, asked)
    assert result.exit_code == 0, result.output
    (system,) = json.loads((out / "summary.json").read_text("utf-8"))["systems"]
    assert system["figures"]["answer"]["value"] == system["figures"]["numbers"]["value"] == 1


def test_with_a_key(served_service: tuple[str, Service]) -> None:
    url, service = served_service
    key = service.access.create_key("程序", Role.READER)
    with Client(url, key) as client:
        assert client.documents().total >= 4
    with Client(url, "cw-wrong") as client, pytest.raises(ServerError, match="密钥") as refused:
        client.documents()
    assert refused.value.status == 401
    service.access.revoke_key(key.split("-")[1])
    assert httpx.get(f"{url}/v1/documents").status_code == 200
