"""Every route by every role: who gets in, who is refused, and how."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sample import write_sample
from serving import client_of

from assistant.access.principal import Role
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest

ANYBODY, READER, CONTRIBUTOR, ADMIN = None, Role.READER, Role.CONTRIBUTOR, Role.ADMIN
# Who may, by route. A route that is not here fails the test: decide whom it is for.
LEAST: dict[tuple[str, str], Role | None] = {
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("POST", "/v1/answer"): READER,
    ("GET", "/v1/answers/{answer_id}/receipt"): READER,
    ("GET", "/v1/answers/{answer_id}/export"): READER,
    ("POST", "/v1/feedback"): READER,
    ("GET", "/v1/feedback"): ADMIN,
    ("GET", "/v1/search"): READER,
    ("GET", "/v1/documents"): READER,
    ("GET", "/v1/documents/{document_id}"): READER,
    ("DELETE", "/v1/documents/{document_id}"): ADMIN,
    ("GET", "/v1/documents/{document_id}/outline"): READER,
    ("GET", "/v1/documents/{document_id}/pages/{number}"): READER,
    ("GET", "/v1/clauses/{clause_id}"): READER,
    ("GET", "/v1/targets"): READER,
    ("GET", "/v1/targets/compare"): READER,
    ("GET", "/v1/targets/descent"): READER,
    ("GET", "/v1/collections"): READER,
    ("GET", "/v1/models"): READER,
    ("GET", "/v1/models/{name}"): READER,
    ("POST", "/v1/chat/completions"): READER,
    ("POST", "/v1/embeddings"): READER,
    ("POST", "/v1/ingest"): CONTRIBUTOR,
    ("GET", "/v1/ingest"): CONTRIBUTOR,
    ("GET", "/v1/ingest/{job_id}"): CONTRIBUTOR,
    ("GET", "/v1/ingest/{job_id}/events"): CONTRIBUTOR,
    ("POST", "/v1/ingest/{job_id}/cancel"): CONTRIBUTOR,
    ("GET", "/v1/audit"): ADMIN,
    ("GET", "/metrics"): ADMIN,
}
# Of those that are not described: what anybody may have, and what is for readers.
HIDDEN = {"/login": ANYBODY, "/logout": ANYBODY, "/docs": READER, "/openapi.json": READER}
QUERIES = {
    "/v1/search": {"q": "森林覆盖率"},
    "/v1/targets/compare": {"indicator": "森林覆盖率", "regions": "合肥市"},
    "/v1/targets/descent": {"indicator": "森林覆盖率", "year": "2025", "region": "合肥市"},
}
BODIES = {
    "/v1/answer": {"question": "合肥2025年森林覆盖率是多少？"},
    "/v1/chat/completions": {
        "model": "clausewise",
        "messages": [{"role": "user", "content": "合肥2025年森林覆盖率是多少？"}],
    },
    "/v1/embeddings": {"model": "none", "input": "森林覆盖率"},
    "/v1/feedback": {"answer_id": "none", "verdict": "right"},
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    root = tmp_path_factory.mktemp("guarded")
    catalog = Catalog(root / "data")
    list(ingest(find([write_sample(root / "documents")]), catalog))
    catalog.close()
    opened = Service.open(Settings(data=root / "data"), lambda _: None)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def keys(guarded: Service) -> dict[Role | None, str]:
    return {role: guarded.access.create_key(role.value, role) for role in Role}


@pytest.fixture(scope="module")
def visitor(guarded: Service, keys: dict[Role | None, str]) -> Iterator[TestClient]:
    assert keys
    with client_of(guarded) as opened:
        yield opened


def test_no_route_is_forgotten(visitor: TestClient) -> None:
    described = visitor.app.openapi()["paths"]  # type: ignore[attr-defined]
    routes = {(method.upper(), path) for path, of in described.items() for method in of}
    assert routes == set(LEAST)


@pytest.mark.parametrize("who", [None, *Role])
@pytest.mark.parametrize(("method", "path"), list(LEAST))
def test_who_may(
    visitor: TestClient, keys: dict[Role | None, str], method: str, path: str, who: Role | None
) -> None:
    least = LEAST[method, path]
    headers = {"Authorization": f"Bearer {keys[who]}"} if who else {}
    concrete = path.replace("{", "").replace("}", "")
    body = BODIES.get(path) if method == "POST" else None
    response = visitor.request(
        method, concrete, params=QUERIES.get(path), json=body, headers=headers
    )
    if least is not ANYBODY and who is None:
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
    elif least is not ANYBODY and who is not None and not who.includes(least):
        assert response.status_code == 403
        assert "权限" in response.json()["detail"]
    else:
        assert response.status_code not in (401, 403, 500), response.text


@pytest.mark.parametrize("path", list(HIDDEN))
def test_pages_beside_the_api(visitor: TestClient, keys: dict[Role | None, str], path: str) -> None:
    stranger = visitor.get(path, follow_redirects=False)
    assert (stranger.status_code == 401) == (HIDDEN[path] is READER)
    known = visitor.get(path, headers={"Authorization": f"Bearer {keys[READER]}"})
    assert known.status_code != 401


@pytest.mark.parametrize("path", ["/", "/anything", "/_nicegui/x/static/nicegui.js", "/socket.io/"])
def test_the_page_is_for_those_who_have_logged_in(visitor: TestClient, path: str) -> None:
    response = visitor.get(path, headers={"Accept": "text/html"}, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/login?next=")
    assert visitor.get(path, headers={"Accept": "*/*"}).status_code == 401


def test_who_logs_in_comes_to_what_they_asked_for(visitor: TestClient) -> None:
    wanted = "/documents/a?clause=b&span=1-2"
    response = visitor.get(wanted, headers={"Accept": "text/html"}, follow_redirects=False)
    login = visitor.get(response.headers["location"])
    assert 'name="next" value="/documents/a?clause=b&amp;span=1-2"' in login.text


def test_what_is_mounted_is_guarded_too(visitor: TestClient) -> None:
    for path in ("/mcp", "/mcp/"):
        assert visitor.post(path, json={}).status_code == 401


def test_a_revoked_key_is_refused_at_once(visitor: TestClient, guarded: Service) -> None:
    key = guarded.access.create_key("一时", Role.READER)
    headers = {"Authorization": f"Bearer {key}"}
    assert visitor.get("/v1/documents", headers=headers).status_code == 200
    guarded.access.revoke_key(key.split("-")[1])
    response = visitor.get("/v1/documents", headers=headers)
    assert response.status_code == 401
    assert "撤销" in response.json()["detail"]


@pytest.mark.parametrize("key", ["", "sk-123", "cw-00000000-" + "a" * 43, "cw-x", "密钥"])
def test_what_is_no_key_is_refused(visitor: TestClient, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}".encode()}
    assert visitor.get("/v1/documents", headers=headers).status_code == 401  # type: ignore[arg-type]


def test_jobs_of_others_are_not_found(visitor: TestClient, guarded: Service) -> None:
    one, other = (
        {"Authorization": f"Bearer {guarded.access.create_key(name, Role.CONTRIBUTOR)}"}
        for name in ("一", "二")
    )
    files = [("files", ("x.py", b"", "text/plain"))]
    job = visitor.post("/v1/ingest", files=files, headers=one).json()["id"]
    assert visitor.get(f"/v1/ingest/{job}", headers=one).status_code == 200
    for path in (f"/v1/ingest/{job}", f"/v1/ingest/{job}/events"):
        assert visitor.get(path, headers=other).status_code == 404
    assert visitor.post(f"/v1/ingest/{job}/cancel", headers=other).status_code == 404
    assert visitor.get("/v1/ingest", headers=other).json()["total"] == 0


def test_who_asked_what_is_on_record(
    visitor: TestClient, keys: dict[Role | None, str], guarded: Service
) -> None:
    visitor.post(
        "/v1/answer",
        json={"question": "贵阳2025年森林覆盖率是多少？"},
        headers={"Authorization": f"Bearer {keys[READER]}"},
    )
    response = visitor.get(
        "/v1/audit?who=reader&action=ask", headers={"Authorization": f"Bearer {keys[ADMIN]}"}
    )
    newest = response.json()["items"][0]
    assert newest["about"] == "贵阳2025年森林覆盖率是多少？"
    assert newest["who"].startswith("key:")
    assert newest["outcome"].startswith("answered ")
