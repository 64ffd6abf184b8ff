"""What a server that is open to its own machine refuses, and rates and headers for all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import client_of
from starlette.websockets import WebSocketDisconnect

from assistant.access.errors import AccessError
from assistant.access.principal import Role
from assistant.errors import SettingsError
from assistant.serve import is_loopback, serve
from assistant.service import Service
from assistant.settings import Settings

QUESTION = {"question": "合肥2025年森林覆盖率是多少？"}


@pytest.fixture
def own_data(sample_kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_kept, tmp_path / "data"))


@pytest.fixture
def limited(own_data: Path) -> Iterator[Service]:
    opened = Service.open(Settings(data=own_data, rate="3/minute"), lambda _: None)
    yield opened
    opened.close()


def test_the_machine_itself_needs_no_key(client: TestClient) -> None:
    assert client.get("/v1/documents").status_code == 200
    for key in ("sk-any", "none"):  # which the clients of others insist on sending
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get("/v1/documents", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_name_that_was_made_to_point_here_is_refused(client: TestClient, host: str) -> None:
    response = client.get("/v1/documents", headers={"Host": host})
    assert response.status_code == 421
    assert host in response.json()["detail"]


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:9000"])
def test_own_names(client: TestClient, host: str) -> None:
    assert client.get("/v1/documents", headers={"Host": host}).status_code == 200


def test_another_site_cannot_make_a_browser_act(client: TestClient) -> None:
    for method, path in (("POST", "/v1/answer"), ("POST", "/v1/ingest"), ("POST", "/login")):
        response = client.request(method, path, headers={"Origin": "https://evil.example"})
        assert response.status_code == 403, path
    own = client.post("/v1/answer", json=QUESTION, headers={"Origin": "http://127.0.0.1"})
    assert own.status_code == 200


def test_another_site_cannot_open_the_page_s_socket(client: TestClient) -> None:
    foreign = {"Origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("/socket.io/", headers={**foreign, "Host": "127.0.0.1"}),
    ):
        pass
    assert refused.value.code == 4403


def test_other_origins_get_no_leave_unless_configured(client: TestClient, own_data: Path) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    refused = client.options("/v1/documents", headers=asked)
    assert "access-control-allow-origin" not in refused.headers
    opened = Service.open(Settings(data=own_data, cors="https://a.example"), lambda _: None)
    with client_of(opened) as with_leave:
        allowed = with_leave.options("/v1/documents", headers=asked)
        assert allowed.headers["access-control-allow-origin"] == "https://a.example"
        other = {**asked, "Origin": "https://b.example"}
        refused = with_leave.options("/v1/documents", headers=other)
        assert "access-control-allow-origin" not in refused.headers
    opened.close()


def test_a_key_may_ask_so_often(limited: Service) -> None:
    keys = [limited.access.create_key(name, Role.READER) for name in ("一", "二")]
    with client_of(limited, keys[0]) as opened:
        codes = [opened.get("/v1/collections").status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        refused = opened.get("/v1/documents")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["content-type"] == "application/problem+json"
        as_other = {"Authorization": f"Bearer {keys[1]}"}
        assert opened.get("/v1/collections", headers=as_other).status_code == 200


@pytest.mark.parametrize("rate", ["often", "0/minute"])
def test_a_rate_that_cannot_be_understood(own_data: Path, rate: str) -> None:
    opened = Service.open(Settings(data=own_data, rate=rate), lambda _: None)
    with pytest.raises(SettingsError, match="CLAUSEWISE_RATE"), client_of(opened):
        pass
    opened.close()


@pytest.mark.parametrize("path", ["/v1/documents", "/docs", "/v1/nothing", "/login"])
def test_headers_that_keep_browsers_safe(client: TestClient, path: str) -> None:
    headers = client.get(path, follow_redirects=False).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "https:" not in headers["content-security-policy"]
    assert headers["x-request-id"]


def test_a_request_keeps_the_id_that_it_came_with(client: TestClient) -> None:
    response = client.get("/v1/documents/none", headers={"X-Request-ID": "gateway-12345678"})
    assert response.headers["x-request-id"] == "gateway-12345678"
    assert response.json()["request_id"] == "gateway-12345678"
    odd = client.get("/v1/documents", headers={"X-Request-ID": 'x" onload="'})
    assert "onload" not in odd.headers["x-request-id"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_a_server_that_others_reach_does_not_start_without_keys(own_data: Path, host: str) -> None:
    with pytest.raises(AccessError, match="keys create"):
        serve(Settings(data=own_data), host, 0, lambda _: None)


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_what_is_the_machine_itself(host: str, local: bool) -> None:
    assert is_loopback(host) is local
