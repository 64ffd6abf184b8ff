"""An answer taken away over HTTP."""

import io
import json
from urllib.parse import unquote

import docx
import pytest
from fastapi.testclient import TestClient

from assistant.service import Service

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QUESTION = {"question": "合肥2025年森林覆盖率是多少？"}


@pytest.fixture(scope="module")
def answer_id(client: TestClient) -> str:
    return str(client.post("/v1/answer", json=QUESTION).json()["id"])


@pytest.mark.parametrize("query", ["", "?format=docx"])
def test_as_a_word_document(client: TestClient, answer_id: str, query: str) -> None:
    response = client.get(f"/v1/answers/{answer_id}/export{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == WORD
    name = response.headers["content-disposition"]
    assert name.startswith("attachment; filename=\"clausewise.docx\"; filename*=UTF-8''")
    assert unquote(name.partition("''")[2]) == "合肥2025年森林覆盖率是多少.docx"
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(response.content)).paragraphs)
    assert "29.5%" in text
    assert "日期：20" in text


def test_as_markdown_of_the_corpus_it_was_answered_from(
    client: TestClient, service: Service, answer_id: str
) -> None:
    response = client.get(f"/v1/answers/{answer_id}/export", params={"format": "md"})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    corpus = json.loads(client.get(f"/v1/answers/{answer_id}/receipt").text)["corpus"]
    assert f"语料版本：{corpus}" in response.text
    assert "[^1]: 《合肥市碳达峰实施方案》第一部分： “" in response.text
    entry = service.audit.entries(action="export")[1][0]
    assert entry.about == answer_id


def test_what_is_not_there(client: TestClient) -> None:
    response = client.get("/v1/answers/unknown/export")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "unknown" in response.json()["detail"]


def test_what_it_can_not_be_written_as(client: TestClient, answer_id: str) -> None:
    response = client.get(f"/v1/answers/{answer_id}/export", params={"format": "pdf"})
    assert response.status_code == 422
    assert "docx、md" in response.json()["detail"]
