from typing import Any

import pytest
from fastapi.testclient import TestClient


def search(client: TestClient, q: str, **parameters: Any) -> dict[str, Any]:
    response = client.get("/v1/search", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_hit_says_where_it_stands_and_why(client: TestClient) -> None:
    body = search(client, "合肥2025年公交车新能源占比")
    assert body["understood"]["regions"] == ["合肥市"]
    assert body["understood"]["years"] == [2025]
    first = body["items"][0]
    assert first["clause_path"][-1] == "1.推广节能车辆"
    assert first["lexical_rank"] == 1
    assert first["features"]["own"] == 1
    assert "85%" in first["snippet"]["text"]


def test_highlights_are_offsets_into_the_text(client: TestClient) -> None:
    first = search(client, "合肥绿色出行比例")["items"][0]
    marked = {first["text"][start:end] for start, end in first["highlights"]}
    assert "绿色" in marked
    start, end = first["snippet"]["span"]
    assert first["text"][start:end] == first["snippet"]["text"]


def test_pages_do_not_overlap(client: TestClient) -> None:
    first = search(client, "绿色出行", limit=2)
    second = search(client, "绿色出行", limit=2, offset=2)
    ids = [item["clause_id"] for body in (first, second) for item in body["items"]]
    assert len(set(ids)) == len(ids) == 4
    assert first["total"] == second["total"] >= 4


def test_facets_name_what_the_filters_take(client: TestClient) -> None:
    facets = search(client, "非化石能源消费比重")["facets"]
    assert facets["level"][0]["label"] in {"省级", "市级", "区级"}
    for place in facets["region"]:
        body = search(client, "非化石能源消费比重", region=place["value"], inside=False)
        assert {item["region"] for item in body["items"]} == {place["label"]}


def test_filters(client: TestClient) -> None:
    body = search(client, "目标", status="征求意见稿", department="市发改委")
    assert {item["region"] for item in body["items"]} == {"贵阳市"}
    assert body["total"] == 1


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ({"q": " "}, "q", "不能为空"),
        ({"q": "x", "region": "亚特兰蒂斯"}, "region", "没有名为“亚特兰蒂斯”的辖区"),
        ({"q": "x", "limit": 99}, "limit", "不能大于 50"),
        ({"q": "x", "level": "galaxy"}, "level.0", "可选"),
    ],
)
def test_bad_parameters_are_named(
    client: TestClient, parameters: dict[str, Any], field: str, words: str
) -> None:
    response = client.get("/v1/search", params=parameters)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["field"] == field
    assert words in error["reason"]


def test_an_unknown_place_in_the_filters_of_a_question(client: TestClient) -> None:
    response = client.post(
        "/v1/answer", json={"question": "目标", "filters": {"regions": ["亚特兰蒂斯"]}}
    )
    assert response.status_code == 422
    assert "亚特兰蒂斯" in response.json()["detail"]
