"""The way in to the page: local accounts, and an OpenID Connect provider on the loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from oidc_provider import provider
from serving import client_of, served

from assistant.access.principal import Role
from assistant.api import create_app
from assistant.api.login import principal_of_claims
from assistant.service import Service
from assistant.settings import Settings


@pytest.fixture
def guarded(sample_kept: Path, tmp_path: Path) -> Iterator[Service]:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    opened = Service.open(Settings(data=data), lambda _: None)
    opened.access.create_account("张三", "correct horse", Role.READER)
    yield opened
    opened.close()


@pytest.fixture
def visitor(guarded: Service) -> Iterator[TestClient]:
    with client_of(guarded) as opened:
        yield opened


def log_in(client: TestClient, password: str, next_: str = "/") -> Any:
    form = {"name": "张三", "password": password, "next": next_}
    return client.post("/login", data=form, follow_redirects=False)


def test_in_and_out(visitor: TestClient) -> None:
    assert visitor.get("/v1/documents").status_code == 401
    page = visitor.get("/login")
    assert page.status_code == 200
    assert "单位账号" not in page.text
    came = log_in(visitor, "correct horse", "/docs")
    assert (came.status_code, came.headers["location"]) == (303, "/docs")
    cookie = came.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert visitor.get("/v1/documents").json()["total"] == 4
    assert visitor.get("/login", follow_redirects=False).headers["location"] == "/"
    visitor.post("/logout", follow_redirects=False)
    assert visitor.get("/v1/documents").status_code == 401


def test_a_wrong_password_says_no_more_than_that(visitor: TestClient) -> None:
    known = log_in(visitor, "wrong")
    unknown = visitor.post("/login", data={"name": "李四", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert "账号或口令不对" in known.text
    assert known.text == unknown.text
    assert visitor.get("/v1/documents").status_code == 401


def test_guessing_is_stopped(visitor: TestClient) -> None:
    codes = [log_in(visitor, f"guess {number}").status_code for number in range(11)]
    assert codes == [401] * 10 + [429]
    assert log_in(visitor, "correct horse").status_code == 429


def test_another_password_ends_the_session(visitor: TestClient, guarded: Service) -> None:
    log_in(visitor, "correct horse")
    assert visitor.get("/v1/documents").status_code == 200
    guarded.access.create_account("张三", "another one!", Role.READER)
    assert visitor.get("/v1/documents").status_code == 401


def test_a_session_that_was_tampered_with_is_none(visitor: TestClient) -> None:
    log_in(visitor, "correct horse")
    cookie = visitor.cookies["clausewise"]
    visitor.cookies.clear()
    visitor.cookies.set("clausewise", "x" + cookie[1:])
    assert visitor.get("/v1/documents").status_code == 401


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/\\evil", "x"])
def test_the_way_on_stays_on_this_server(visitor: TestClient, next_: str) -> None:
    assert log_in(visitor, "correct horse", next_).headers["location"] == "/"


def test_a_session_may_not_be_used_from_another_site(visitor: TestClient) -> None:
    log_in(visitor, "correct horse")
    foreign = {"Origin": "https://evil.example"}
    refused = visitor.post("/v1/answer", json={"question": "合肥？"}, headers=foreign)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["甲组"], Role.READER), (["编辑"], Role.CONTRIBUTOR), (["编辑", "管理"], Role.ADMIN)],
)
def test_the_role_follows_from_the_groups(groups: list[str], role: Role) -> None:
    settings = Settings(oidc_contributors="编辑", oidc_admins="管理")
    known = principal_of_claims({"sub": "u1", "name": "王五", "groups": groups}, settings)
    assert (known.id, known.name, known.role) == ("oidc:u1", "王五", role)
    assert known.groups == set(groups)


def test_a_provider_vouches_for_a_reader(sample_kept: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    claims = {"sub": "u1", "preferred_username": "王五", "groups": ["甲组"]}
    with served(provider(claims, "clausewise", "s3cret")) as issuer:
        settings = Settings(
            data=data,
            oidc_issuer=issuer,
            oidc_client_id="clausewise",
            oidc_client_secret="s3cret",
        )
        service = Service.open(settings, lambda _: None)
        with served(create_app(service)) as url, httpx.Client(follow_redirects=True) as browser:
            assert browser.get(f"{url}/v1/documents").status_code == 401
            assert "用单位账号登录" in browser.get(f"{url}/login").text
            back = browser.get(f"{url}/login/oidc?next=/v1/documents")
            assert back.status_code == 200, back.text
            assert urlsplit(str(back.url)).path == "/v1/documents"
            assert back.json()["total"] == 4
            assert browser.get(f"{url}/metrics").status_code == 403
            assert browser.get(f"{url}/login/oidc/back?code=x&state=forged").status_code == 401
        _, (newest, *_) = service.audit.entries(action="login")
        assert (newest.who, newest.name) == ("oidc:u1", "王五")
        service.close()
