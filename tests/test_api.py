"""The API over real HTTP semantics, on the small corpus."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api import MAXIMUM_BODY, create_app
from assistant.app import Assistant
from assistant.settings import Settings

QUESTION = {"question": "合肥2025年森林覆盖率是多少？"}


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant), raise_server_exceptions=False) as opened:
        yield opened


def test_the_answer_object(client: TestClient) -> None:
    body = client.post("/v1/answer", json=QUESTION).json()
    assert set(body) >= {
        "id",
        "question",
        "answer",
        "refused",
        "refusal_reason",
        "mode",
        "citations",
        "related",
        "timings_ms",
    }
    assert (body["refused"], body["refusal_reason"], body["mode"]) == (False, None, "extractive")
    (citation,) = body["citations"]
    assert set(citation) == {
        "marker",
        "clause_id",
        "document_id",
        "document_title",
        "region",
        "level",
        "status",
        "clause_path",
        "pages",
        "quote",
        "clause_text",
        "span",
        "source_url",
        "score",
    }
    start, end = citation["span"]
    assert citation["clause_text"][start:end] == citation["quote"]
    assert citation["clause_path"] == ["一、主要目标"]


def test_history_and_filters_are_heeded(client: TestClient) -> None:
    asked = {
        "question": "贵阳呢？",
        "history": [{"role": "user", "content": "合肥2025年森林覆盖率多少？"}],
        "filters": {"regions": ["贵阳市"], "levels": ["city"], "document_ids": [], "years": []},
        "mode": "extractive",
        "stream": False,
    }
    body = client.post("/v1/answer", json=asked).json()
    assert body["understood"] == "贵阳2025年森林覆盖率多少？"
    assert "55%以上" in body["answer"]


def test_a_stream_ends_with_the_whole_answer(client: TestClient) -> None:
    response = client.post("/v1/answer", json={**QUESTION, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n", 1) for block in response.text.strip().split("\n\n")]
    names = [head.removeprefix("event: ") for head, _ in events]
    assert names == ["sentence", "citation", "done"]
    whole = json.loads(events[-1][1].removeprefix("data: "))
    assert whole["answer"] == client.post("/v1/answer", json=QUESTION).json()["answer"]


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"question": ""}, "question", "不能为空"),
        ({"question": "  \n "}, "question", "不能为空"),
        ({"question": "问" * 2001}, "question", "2000"),
        ({}, "question", "缺少"),
        ({"question": 5}, "question", "类型"),
        ({**QUESTION, "mode": "fast"}, "mode", "可选值"),
        ({**QUESTION, "colour": "red"}, "colour", "没有这一项"),
        ({**QUESTION, "filters": {"years": ["x"]}}, "filters.years.0", "无效"),
        ({**QUESTION, "history": [{"role": "system", "content": "x"}]}, "history.0.role", "可选值"),
    ],
)
def test_bad_input_names_the_field_and_why(
    client: TestClient, body: dict[str, object], field: str, reason: str
) -> None:
    response = client.post("/v1/answer", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert any(e["field"] == field and reason in e["reason"] for e in response.json()["errors"])
    assert field in response.json()["detail"]


def test_a_question_of_2000_characters_is_taken(client: TestClient) -> None:
    assert client.post("/v1/answer", json={"question": "问" * 2000}).status_code == 200


def test_a_body_that_is_no_json(client: TestClient) -> None:
    response = client.post("/v1/answer", content=b"{", headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert "JSON" in response.json()["detail"]


def test_a_body_too_large(client: TestClient) -> None:
    response = client.post("/v1/answer", content=b"x" * (MAXIMUM_BODY + 1))
    assert response.status_code == 413


def test_an_empty_index_says_how_to_ingest(tmp_path: Path) -> None:
    empty = Assistant.open(Settings(data=tmp_path), report=lambda _: None)
    with TestClient(create_app(empty)) as client:
        response = client.post("/v1/answer", json=QUESTION)
        assert response.status_code == 409
        assert "clausewise ingest" in response.json()["detail"]
    empty.close()


def test_generative_without_a_model(client: TestClient) -> None:
    response = client.post("/v1/answer", json={**QUESTION, "mode": "generative"})
    assert response.status_code == 409
    assert "CLAUSEWISE_CHAT_MODEL" in response.json()["detail"]


def test_documents_and_clauses_can_be_walked(client: TestClient) -> None:
    documents = client.get("/v1/documents").json()
    assert len(documents) == 4
    city = next(d for d in documents if d["region"] == "合肥市")
    assert city["parents"] == ["安徽省", "全国"]
    outline = client.get(f"/v1/documents/{city['id']}").json()["outline"]
    second = client.get(f"/v1/clauses/{outline[1]['id']}").json()
    assert second["path"] == ["二、重点任务"]
    assert second["previous"] == outline[0]["id"]
    assert second["next"] == outline[2]["id"]
    assert second["document"]["id"] == city["id"]


@pytest.mark.parametrize("path", ["/v1/documents/nope", "/v1/clauses/nope", "/v1/nope"])
def test_what_is_not_there_is_a_problem_in_chinese(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "没有" in response.json()["detail"]


def test_the_server_is_alive(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert "/v1/answer" in client.get("/openapi.json").json()["paths"]
