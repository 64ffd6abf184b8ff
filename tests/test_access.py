"""Keys, accounts, collections and the audit log of a data directory, and their commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.access.audit import Audit
from assistant.access.errors import AccessError
from assistant.access.principal import LOCAL, Principal, Role
from assistant.access.store import Access
from assistant.cli import app
from corpus.document import PUBLIC


@pytest.fixture
def access(tmp_path: Path, database: str) -> Iterator[Access]:
    opened = Access(tmp_path, database)
    yield opened
    opened.close()


def run(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_key_is_known_by_its_whole_secret(access: Access) -> None:
    key = access.create_key("前端", Role.CONTRIBUTOR, ["甲组", "甲组"])
    known = access.principal_of_key(key)
    assert known is not None
    assert (known.name, known.role) == ("前端", Role.CONTRIBUTOR)
    assert known.groups == {"甲组"}
    last = "A" if key[-1] != "A" else "B"
    for wrong in (key[:-1] + last, key[:-1], key + "x", key.upper(), ""):
        assert access.principal_of_key(wrong) is None


def test_neither_keys_nor_passwords_are_kept(tmp_path: Path) -> None:
    access = Access(tmp_path)
    key = access.create_key("前端", Role.READER)
    access.create_account("张三", "correct horse", Role.READER)
    access.close()
    with sqlite3.connect(tmp_path / "access.sqlite") as connection:
        held = "\n".join(connection.iterdump())
    connection.close()
    assert key.split("-", 2)[2] not in held
    assert "correct horse" not in held
    assert "$argon2id$" in held
    assert (tmp_path / "access.sqlite").stat().st_mode & 0o077 == 0


def test_with_a_key_or_an_account_the_door_is_shut(access: Access) -> None:
    assert not access.is_guarded()
    key = access.create_key("前端", Role.READER)
    assert access.is_guarded()
    access.revoke_key(key.split("-")[1])
    assert not access.is_guarded()
    access.create_account("张三", "0123456789", Role.READER)
    assert access.is_guarded()


def test_a_session_ends_with_the_password_it_was_opened_with(access: Access) -> None:
    access.create_account("张三", "0123456789", Role.READER)
    stamp = access.stamp_of("张三", "0123456789")
    assert stamp is not None
    assert access.principal_of_account("张三", stamp) is not None
    assert access.stamp_of("张三", "0123456780") is None
    assert access.stamp_of("李四", "0123456789") is None
    access.create_account("张三", "another password", Role.ADMIN, ["甲组"])
    assert access.principal_of_account("张三", stamp) is None
    fresh = access.stamp_of("张三", "another password")
    assert fresh is not None
    now = access.principal_of_account("张三", fresh)
    assert now == Principal("account:张三", "张三", Role.ADMIN, frozenset({"甲组"}))
    access.remove_account("张三")
    assert access.principal_of_account("张三", fresh) is None


def test_who_may_read_which_collections(access: Access) -> None:
    access.set_collection("内部", ["甲组", "乙组"])
    access.set_collection("密件", [])
    reader = Principal("key:1", "甲", Role.READER, frozenset({"甲组"}))
    assert access.readable(reader) == {PUBLIC, "内部"}
    assert access.readable(Principal("key:2", "丙", Role.CONTRIBUTOR)) == {PUBLIC}
    assert access.readable(LOCAL, ["旧的"]) == {PUBLIC, "内部", "密件", "旧的"}


@pytest.mark.parametrize("name", ["", " ", "a/b", "x" * 65, "<b>", "a\nb"])
def test_names_that_are_none(access: Access, name: str) -> None:
    with pytest.raises(AccessError, match="无效"):
        access.create_key(name, Role.READER)
    with pytest.raises(AccessError, match="无效"):
        access.set_collection(name, [])
    with pytest.raises(AccessError, match="无效"):
        access.create_key("好", Role.READER, [name])


def test_what_cannot_be_done_is_said(access: Access) -> None:
    with pytest.raises(AccessError, match="过短"):
        access.create_account("张三", "123456789", Role.READER)
    with pytest.raises(AccessError, match="keys list"):
        access.revoke_key("none")
    with pytest.raises(AccessError, match="李四"):
        access.remove_account("李四")
    with pytest.raises(AccessError, match="人人可读"):
        access.set_collection(PUBLIC, ["甲组"])


def test_records_older_than_their_time_go(tmp_path: Path) -> None:
    audit = Audit(tmp_path, days=30)
    for about in ("旧", *["新"] * 101):
        audit.record(LOCAL, "ask", about)
    assert audit.entries()[0] == 102
    audit.close()
    with sqlite3.connect(tmp_path / "audit.sqlite") as connection:
        connection.execute("UPDATE audit SET at = datetime('now', '-31 days') WHERE about = '旧'")
    connection.close()
    again = Audit(tmp_path, days=30)
    total, entries = again.entries(limit=200)
    assert (total, {entry.about for entry in entries}) == (101, {"新"})
    again.close()


def test_the_commands(tmp_path: Path) -> None:
    key = run(tmp_path, "keys", "create", "前端", "--role", "contributor").strip().split()[-1]
    assert key.startswith("cw-")
    listed = run(tmp_path, "keys", "list")
    assert "contributor" in listed
    assert key not in listed
    run(tmp_path, "keys", "revoke", key.split("-")[1])
    run(tmp_path, "collections", "set", "内部", "--groups", "甲组，乙组")
    assert "乙组、甲组" in run(tmp_path, "collections", "list")
    run(tmp_path, "accounts", "create", "张三", "--password", "0123456789", "--groups", "甲组")
    assert "张三" in run(tmp_path, "accounts", "list")
    run(tmp_path, "accounts", "remove", "张三")
    audit = run(tmp_path, "audit")
    assert "keys revoke" in audit
    assert "0123456789" not in audit
    assert "共 5 条" in audit


def test_ingest_into_a_collection_that_is_not_set(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("合肥市方案\n\n一、目标\n\n到2025年达到五成。", encoding="utf-8")
    arguments = ["ingest", str(file), "--data", str(tmp_path / "d"), "--collection", "内部"]
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 2
    assert "collections set" in refused.output
    run(tmp_path / "d", "collections", "set", "内部", "--groups", "甲组")
    assert CliRunner().invoke(app, arguments).exit_code == 0
