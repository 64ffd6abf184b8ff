"""Two groups over one corpus: what a reader may not see is not there, by whichever way they ask.

Each answer of a server that holds the other group's documents too must be that of one that does
not, to the last digit of a score.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sample import write_sample
from serving import client_of

from assistant.access.principal import Role
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import PUBLIC
from corpus.ingest import find, ingest

OURS = """合肥市工业领域碳达峰方案

一、主要目标

到2025年，规模以上工业增加值能耗比2020年下降15%，绿色工厂达到60家。
"""
# Of a place that others have too, and of one that nobody else has; with a word nobody else has.
THEIRS = (
    """合肥市碳达峰内部方案

一、主要目标

到2025年，森林覆盖率达到77.7%，紫云英绿肥种植面积达到66万亩。（市农业农村局负责）

二、绿色出行。到2030年，绿色出行比例不低于91%。
""",
    """巢湖市碳达峰实施方案

一、主要目标

到2025年，森林覆盖率达到33.3%，非化石能源消费比重达到44.4%。
""",
    """安徽省碳达峰实施方案

一、主要目标

到2025年，全省非化石能源消费比重达到99.9%。
""",
)
QUESTIONS = (
    "合肥2025年森林覆盖率是多少？",
    "巢湖2025年森林覆盖率是多少？",
    "巢湖碳达峰方案有哪些目标？",
    "合肥的紫云英绿肥种植面积到2025年多少？",
    "哪里提到紫云英？",
    "各市2025年森林覆盖率比较",
    "2025年森林覆盖率哪个市最高？",
    "安徽省2025年非化石能源消费比重多少？",
    "合肥工业2025年绿色工厂多少家？",
    "合肥市碳达峰内部方案说了什么？",
    "绿色出行比例不低于91%是哪里提出的？",
)
UNEQUAL = {"timings_ms", "created", "request_id"}


def ingested(data: Path, texts: dict[str, tuple[str, ...]], source: Path) -> None:
    catalog = Catalog(data)
    for collection, held in texts.items():
        folder = source / collection
        folder.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(held):
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        for result in ingest(find([folder]), catalog, collection):
            assert result.error is None
    for result in ingest(find([write_sample(source / "sample")]), catalog):
        assert result.error is None
    catalog.close()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Service]]:
    """One that holds both groups' documents, and one that never held the others'."""
    root = tmp_path_factory.mktemp("collections")
    ingested(root / "both", {"乙方": THEIRS, "甲方": (OURS,)}, root / "a")
    ingested(root / "ours", {"甲方": (OURS,)}, root / "b")
    opened = []
    for name in ("both", "ours"):
        service = Service.open(Settings(data=root / name, library=False), lambda _: None)
        service.access.set_collection("甲方", ["甲组"])
        service.access.set_collection("乙方", ["乙组"])
        opened.append(service)
    yield opened[0], opened[1]
    for service in opened:
        service.close()


@pytest.fixture(scope="module")
def ours(services: tuple[Service, Service]) -> Iterator[tuple[TestClient, TestClient]]:
    """A reader of our group at both servers."""
    keys = [service.access.create_key("甲", Role.READER, ["甲组"]) for service in services]
    with client_of(services[0], keys[0]) as both, client_of(services[1], keys[1]) as alone:
        yield both, alone


@pytest.fixture(scope="module")
def theirs(services: tuple[Service, Service], ours: tuple[TestClient, TestClient]) -> TestClient:
    """A reader of the other group, who may see what is asked for."""
    key = services[0].access.create_key("乙", Role.READER, ["乙组"])
    return TestClient(ours[0].app, "http://127.0.0.1", headers={"Authorization": f"Bearer {key}"})


def equal_part(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: equal_part(one) for name, one in value.items() if name not in UNEQUAL}
    return [equal_part(one) for one in value] if isinstance(value, list) else value


def shown(client: TestClient, method: str, path: str, **asked: Any) -> tuple[int, Any]:
    response = client.request(method, path, **asked)
    is_json = "json" in response.headers["content-type"]
    return response.status_code, equal_part(response.json()) if is_json else response.text


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("mode", ["auto", "extractive"])
def test_answers(ours: tuple[TestClient, TestClient], question: str, mode: str) -> None:
    both, alone = ours
    asked = {"question": question, "mode": mode}
    answered = shown(both, "POST", "/v1/answer", json=asked)
    assert answered == shown(alone, "POST", "/v1/answer", json=asked)
    receipt = f"/v1/answers/{answered[1]['id']}/receipt"
    found = shown(both, "GET", receipt)
    assert found == shown(alone, "GET", receipt)
    for secret in ("77.7", "33.3", "99.9", "66万亩", "内部方案》"):
        assert secret not in json.dumps([answered, found], ensure_ascii=False)


@pytest.mark.parametrize("question", QUESTIONS)
def test_chats(ours: tuple[TestClient, TestClient], question: str) -> None:
    both, alone = ours
    messages = [{"role": "user", "content": question}]
    asked = {"model": "clausewise", "messages": messages}
    found = shown(both, "POST", "/v1/chat/completions", json=asked)
    assert found[0] == 200
    assert found == shown(alone, "POST", "/v1/chat/completions", json=asked)
    events = shown(both, "POST", "/v1/answer", json={"question": question, "stream": True})[1]
    assert not any(secret in events for secret in ("77.7", "33.3", "99.9", "66万亩"))


def test_embeddings(ours: tuple[TestClient, TestClient]) -> None:
    """The built-in embedding is made of the documents: of those that may be seen."""
    both, alone = ours
    model = both.get("/v1/models").json()["data"][-1]["id"]
    asked = {"model": model, "input": ["紫云英绿肥", "森林覆盖率"], "encoding_format": "float"}
    found = shown(both, "POST", "/v1/embeddings", json=asked)
    assert found[0] == 200
    assert found == shown(alone, "POST", "/v1/embeddings", json=asked)


def test_the_others_get_what_is_theirs(theirs: TestClient) -> None:
    body = theirs.post("/v1/answer", json={"question": "巢湖2025年森林覆盖率是多少？"}).json()
    assert "33.3%" in body["answer"]
    assert theirs.get("/v1/documents").json()["total"] == 7


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents",
        "/v1/documents?region=巢湖市",
        "/v1/documents?limit=2&offset=3",
        "/v1/search?q=森林覆盖率",
        "/v1/search?q=紫云英",
        "/v1/search?q=巢湖市2025年目标",
        "/v1/search?q=绿色出行&region=合肥市",
        "/v1/search?q=目标&limit=50",
        "/v1/targets",
        "/v1/targets?region=合肥市",
        "/v1/targets?region=巢湖市",
        "/v1/targets?indicator=森林覆盖率",
        "/v1/targets?region=安徽省&inside=true&year=2025",
        "/v1/targets/compare?indicator=森林覆盖率&regions=合肥市,巢湖市,贵阳市",
        "/v1/targets/descent?indicator=非化石&year=2025&region=巢湖市",
        "/v1/collections",
        "/v1/models",
    ],
)
def test_look_ups(ours: tuple[TestClient, TestClient], path: str) -> None:
    both, alone = ours
    assert shown(both, "GET", path) == shown(alone, "GET", path)


def test_what_others_hold_is_not_found_by_its_id(
    ours: tuple[TestClient, TestClient], theirs: TestClient
) -> None:
    own = {one["id"] for one in ours[0].get("/v1/documents").json()["items"]}
    hidden = {one["id"] for one in theirs.get("/v1/documents").json()["items"]} - own
    assert len(hidden) == 3
    for document_id in hidden:
        outline = theirs.get(f"/v1/documents/{document_id}/outline").json()
        for path in (
            f"/v1/documents/{document_id}",
            f"/v1/documents/{document_id}/outline",
            f"/v1/clauses/{outline[0]['id']}",
        ):
            assert theirs.get(path).status_code == 200
            assert ours[0].get(path).status_code == 404
            assert shown(ours[0], "GET", path) == shown(ours[1], "GET", path)
        filtered = {"question": "森林覆盖率？", "filters": {"document_ids": [document_id]}}
        answers = [shown(one, "POST", "/v1/answer", json=filtered) for one in ours]
        assert answers[0] == answers[1]


def test_a_receipt_is_for_those_who_may_see_what_was_searched(
    ours: tuple[TestClient, TestClient], theirs: TestClient, services: tuple[Service, Service]
) -> None:
    asked = theirs.post("/v1/answer", json={"question": "巢湖2025年森林覆盖率是多少？"}).json()
    path = f"/v1/answers/{asked['id']}/receipt"
    assert theirs.get(path).status_code == 200
    assert ours[0].get(path).status_code == 404
    word = {"answer_id": asked["id"], "verdict": "wrong"}
    assert ours[0].post("/v1/feedback", json=word).status_code == 404
    admin = services[0].access.create_key("管理", Role.ADMIN)
    as_admin = {"Authorization": f"Bearer {admin}"}
    assert ours[0].get(path, headers=as_admin).status_code == 200
    assert ours[0].get("/v1/documents", headers=as_admin).json()["total"] == 8


def test_a_document_of_a_closed_collection_does_not_take_the_place_of_a_public_one(
    tmp_path: Path,
) -> None:
    ingested(tmp_path / "data", {"甲方": (OURS,), "乙方": (OURS,), PUBLIC: (OURS,)}, tmp_path / "s")
    catalog = Catalog(tmp_path / "data")
    held = [known for known in catalog.documents() if known.title.startswith("合肥市工业")]
    assert sorted(known.collection for known in held) == sorted(["甲方", "乙方", PUBLIC])
    assert len({known.id for known in held}) == 3
    alone = Catalog(tmp_path / "alone")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "0.txt").write_text(OURS, encoding="utf-8")
    list(ingest(find([tmp_path / "one"]), alone))
    of_public = next(known.id for known in held if known.collection == PUBLIC)
    assert [known.id for known in alone.documents()] == [of_public]
    clauses = [
        {c.id for c in document.clauses} for k in held if (document := catalog.document(k.id))
    ]
    assert not clauses[0] & clauses[1]
    assert not clauses[1] & clauses[2]
    catalog.close()
    alone.close()
