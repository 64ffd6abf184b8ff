"""The API over real HTTP semantics, on the small corpus."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import client_of

from assistant.api import events as stream_events
from assistant.api.body import MAXIMUM_BODY
from assistant.api.events import alive, events
from assistant.app import Assistant
from assistant.ask import Line, Stage
from assistant.service import Service
from assistant.settings import Settings

QUESTION = {"question": "合肥2025年森林覆盖率是多少？"}


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
        "number",
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
        "excerpt",
        "recognised",
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
    assert names[0] == "understood"
    assert names[1:-3] == ["hit"] * 5
    assert names[-3:] == ["sentence", "citation", "done"]
    whole = json.loads(events[-1][1].removeprefix("data: "))
    assert whole["answer"] == client.post("/v1/answer", json=QUESTION).json()["answer"]


def test_a_stream_that_fails_says_so_last() -> None:
    async def coming() -> AsyncIterator[Stage]:
        yield Line("合肥市：29.5%。", ())
        raise RuntimeError("broken")

    async def all_sent() -> list[str]:
        return [event async for event in events(coming())]

    sent = asyncio.run(all_sent())
    assert [event.split("\n")[0] for event in sent] == ["event: sentence", "event: error"]
    assert "请稍后重试" in sent[-1]
    assert "broken" not in sent[-1]


def test_a_stream_that_is_silent_for_long_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_events, "_SILENCE", 0.01)

    async def scene() -> list[str]:
        awaited = asyncio.Event()

        async def coming() -> AsyncIterator[str]:
            await awaited.wait()
            yield "event: done\ndata: {}\n\n"

        sent = []
        async for event in alive(coming()):
            sent.append(event)
            awaited.set()
        return sent

    first, *_, last = asyncio.run(scene())
    assert first.startswith(":")
    assert last.startswith("event: done")


def test_every_answer_has_a_receipt(client: TestClient) -> None:
    answer = client.post("/v1/answer", json=QUESTION).json()
    response = client.get(f"/v1/answers/{answer['id']}/receipt")
    assert response.headers["content-type"] == "application/json"
    receipt = response.json()
    assert receipt["answer"]["answer"] == answer["answer"]
    assert receipt["question"]["question"] == QUESTION["question"]
    assert receipt["ranked"][0]["rank"] == 1
    streamed = client.post("/v1/answer", json={**QUESTION, "stream": True}).text
    assert answer["id"] in streamed


def test_a_receipt_that_is_not_kept_is_not_found(client: TestClient) -> None:
    response = client.get("/v1/answers/unknown/receipt")
    assert response.status_code == 404
    assert "unknown" in response.json()["detail"]


def test_a_refusal_says_what_was_searched_and_what_is_nearest(client: TestClient) -> None:
    body = client.post("/v1/answer", json={"question": "合肥2030年非化石能源占比是多少？"}).json()
    assert body["refused"]
    assert body["searched"]["regions"] == ["合肥市"]
    assert body["searched"]["documents"] == 1
    assert body["searched"]["clauses"] > 3
    assert body["searched"]["years"] == [2030]
    assert body["related"]
    answered = client.post("/v1/answer", json=QUESTION).json()
    assert answered["searched"] is None


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"question": ""}, "question", "不能为空"),
        ({"question": "  \n "}, "question", "不能为空"),
        ({"question": "问" * 2001}, "question", "2000"),
        ({}, "question", "缺少"),
        ({"question": 5}, "question", "应为文本"),
        ({**QUESTION, "mode": "fast"}, "mode", "auto、extractive、generative"),
        ({**QUESTION, "colour": "red"}, "colour", "没有这一项"),
        ({**QUESTION, "filters": {"years": ["x"]}}, "filters.years.0", "应为整数"),
        ({**QUESTION, "filters": {"years": [2025] * 51}}, "filters.years", "50 项"),
        ({**QUESTION, "filters": {"regions": ["市" * 10**5]}}, "filters.regions.0", "60 字"),
        (
            {**QUESTION, "history": [{"role": "system", "content": "x"}]},
            "history.0.role",
            "user、assistant",
        ),
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


@pytest.mark.parametrize(
    ("content", "status", "detail"),
    [
        (b"{", 422, "body：不是有效的 JSON"),
        (b"[]", 422, "body：应为 JSON 对象"),
        (b"", 422, "body：应为 JSON 对象"),
        (b'{"question": "\xff"}', 400, "请求内容无法读取"),
        (b"[" * 100_000, 400, "请求内容无法读取"),
    ],
)
def test_a_body_that_is_no_json_object(
    client: TestClient, content: bytes, status: int, detail: str
) -> None:
    kind = {"content-type": "application/json"}
    response = client.post("/v1/answer", content=content, headers=kind)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith(detail)


def test_a_body_that_does_not_say_it_is_json(client: TestClient) -> None:
    response = client.post("/v1/answer", content=json.dumps(QUESTION).encode())
    assert response.status_code == 422
    assert "content-type" in response.json()["detail"]


def test_an_address_asked_in_the_wrong_way(client: TestClient) -> None:
    response = client.get("/v1/answer")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["detail"] == "/v1/answer 只支持 POST"


def test_a_body_too_large(client: TestClient) -> None:
    response = client.post("/v1/answer", content=b"x" * (MAXIMUM_BODY + 1))
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert "1024 KB" in response.json()["detail"]


def test_an_empty_index_says_how_to_ingest(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, library=False)
    empty = Service.open(settings, report=lambda _: None)
    with client_of(empty) as client:
        response = client.post("/v1/answer", json=QUESTION)
        assert response.status_code == 409
        assert "clausewise ingest" in response.json()["detail"]
    empty.close()


def test_generative_without_a_model(client: TestClient) -> None:
    response = client.post("/v1/answer", json={**QUESTION, "mode": "generative"})
    assert response.status_code == 409
    assert "CLAUSEWISE_CHAT_MODEL" in response.json()["detail"]


def test_an_unexpected_error_hides_its_inside(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(assistant, "answered", fail)
    response = client.post("/v1/answer", json=QUESTION)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "服务器出错" in response.json()["detail"]
    assert "secret" not in response.text


def test_documents_and_clauses_can_be_walked(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()
    assert (listed["total"], len(listed["items"])) == (4, 4)
    city = next(d for d in listed["items"] if d["region"] == "合肥市")
    assert city["parents"] == ["安徽省", "全国"]
    assert client.get(f"/v1/documents/{city['id']}").json() == city
    outline = client.get(f"/v1/documents/{city['id']}/outline").json()
    second = client.get(f"/v1/clauses/{outline[1]['id']}").json()
    assert second["path"] == ["二、重点任务"]
    assert second["previous"] == outline[0]["id"]
    assert second["next"] == outline[2]["id"]
    assert second["document"]["id"] == city["id"]


@pytest.mark.parametrize(
    ("query", "regions"),
    [
        ({"region": "安徽省"}, {"安徽省", "合肥市"}),
        ({"level": "district"}, {"云岩区"}),
        ({"status": "征求意见稿"}, {"贵阳市"}),
        ({"region": "西藏自治区"}, set()),
    ],
)
def test_documents_are_filtered(
    client: TestClient, query: dict[str, str], regions: set[str]
) -> None:
    listed = client.get("/v1/documents", params=query).json()
    assert {d["region"] for d in listed["items"]} == regions


def test_documents_are_paged(client: TestClient) -> None:
    pages = [client.get("/v1/documents", params={"offset": at, "limit": 3}).json() for at in (0, 3)]
    assert [len(page["items"]) for page in pages] == [3, 1]
    assert {page["total"] for page in pages} == {4}
    assert client.get("/v1/documents", params={"limit": 0}).status_code == 422


def test_a_clause_knows_its_parents_and_departments(client: TestClient) -> None:
    listed = client.get("/v1/documents", params={"region": "安徽省", "level": "province"}).json()
    outline = client.get(f"/v1/documents/{listed['items'][0]['id']}/outline").json()
    inner = next(entry for entry in outline if entry["path"][-1] == "1.发展新能源")
    clause = client.get(f"/v1/clauses/{inner['id']}").json()
    assert [p["path"][-1] for p in clause["parents"]] == ["二、重点任务", "（一）能源转型行动"]
    assert clause["departments"][0] == {"name": "省能源局", "role": "牵头"}
    assert {"name": "省自然资源厅", "role": "配合"} in clause["departments"]


@pytest.mark.parametrize("path", ["/v1/documents/nope", "/v1/clauses/nope", "/v1/nope"])
def test_what_is_not_there_is_a_problem_in_chinese(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "没有" in response.json()["detail"]


def test_the_server_is_alive(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert "/v1/answer" in client.get("/openapi.json").json()["paths"]


def test_the_description_of_the_api_needs_nothing_from_outside(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "POST /v1/answer" in page
    assert "是否以事件流返回" in page
    assert "://" not in page


def test_targets_by_filter_and_page(client: TestClient) -> None:
    body = client.get("/v1/targets", params={"region": "安徽", "indicator": "非化石"}).json()
    assert [item["printed"] for item in body["items"]] == ["16%左右", "23%左右"]
    first = body["items"][0]
    assert (first["low"], first["unit"], first["year"]) == ("16", "%", 2025)
    assert first["citation"]["quote"] == "到2025年，全省非化石能源消费比重达到16%左右"
    clause = client.get(f"/v1/clauses/{first['citation']['clause_id']}").json()
    start, end = first["citation"]["span"]
    assert clause["text"][start:end] == first["citation"]["quote"]
    page = client.get("/v1/targets", params={"limit": 1, "offset": 1}).json()
    assert (len(page["items"]), page["offset"]) == (1, 1)
    assert page["total"] > 10


def test_targets_side_by_side(client: TestClient) -> None:
    asked = "indicator=非化石&year=2025&year=2030&regions=安徽省、合肥市"
    body = client.get(f"/v1/targets/compare?{asked}").json()
    assert (body["indicator"], body["years"]) == ("非化石能源消费比重", [2025, 2030])
    hefei = body["rows"][1]
    assert hefei["region"] == "合肥市"
    entry = hefei["cells"][0]["entries"][0]
    assert (entry["value"]["printed"], entry["whole"]) == ("14.5%", True)
    assert entry["citations"][0]["clause_path"] == ["一、主要目标"]
    assert hefei["cells"][1]["silence"] == "文件未提及"


def test_the_line_of_descent(client: TestClient) -> None:
    asked = "indicator=非化石&year=2025&region=合肥"
    body = client.get(f"/v1/targets/descent?{asked}").json()
    assert body["indicator"] == "非化石能源消费比重"
    assert [(step["region"], step["standing"]) for step in body["steps"]] == [
        ("全国", "未收录文件"),
        ("安徽省", "无上级数值可比"),
        ("合肥市", "低于上级"),
    ]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/targets?region=甲乙丙", "region"),
        ("/v1/targets?year=25", "year"),
        ("/v1/targets?kind=x", "kind"),
        ("/v1/targets/compare?indicator=非化石&regions=、", "regions"),
        ("/v1/targets/compare?indicator=非化石&regions=甲乙丙", "regions"),
        ("/v1/targets/compare?indicator=%20&regions=合肥市", "indicator"),
        ("/v1/targets/compare?indicator=非化石&regions=合肥市&year=99999", "year.0"),
        ("/v1/targets/descent?indicator=非化石&year=2025", "region"),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, path: str, parameter: str) -> None:
    response = client.get(path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("region=四平市", ["未收录四平市符合条件的文件"]),
        ("region=合肥市&year=2060", ["已收录合肥市文件 1 份，未提及所问目标"]),
        (
            "region=吉林",
            ["“吉林”按吉林省理解；如指吉林省吉林市，请这样写全", "未收录吉林省符合条件的文件"],
        ),
        ("region=合肥市", []),
    ],
)
def test_an_empty_page_and_a_namesake_are_explained(
    client: TestClient, query: str, notes: list[str]
) -> None:
    assert client.get(f"/v1/targets?{query}").json()["notes"] == notes
