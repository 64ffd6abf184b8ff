"""Everything moved to another database or engine, and what is said of the two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engines import engine_settings
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from assistant import cli, moving, stores
from assistant.access.principal import Role
from assistant.access.store import Access
from assistant.answer import Question
from assistant.app import Assistant
from assistant.errors import BackupError, SettingsError
from assistant.moving import move, settings_for
from assistant.settings import Settings
from assistant.stores import counts_of
from corpus.carry import Counts, carry
from corpus.catalog import Catalog
from corpus.database import Store
from corpus.schema import CATALOG

QUESTION = "合肥2025年森林覆盖率是多少？"


@pytest.mark.parametrize(
    ("to", "database", "search", "url"),
    [
        (["postgresql+psycopg://a:b@c/d"], "postgresql+psycopg://a:b@c/d", "local", ""),
        (["chroma+http://127.0.0.1:8010"], "", "chroma", "http://127.0.0.1:8010"),
        (["milvus+http://c:19530", "sqlite"], "", "milvus", "http://c:19530"),
        (["local"], "", "local", ""),
    ],
)
def test_where_to_is_said_as_an_address(
    to: list[str], database: str, search: str, url: str
) -> None:
    target = settings_for(Settings(data=Path("x")), to)
    assert (target.database, target.search, target.search_url) == (database, search, url)


def test_an_address_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(SettingsError, match="--to") as error:
        settings_for(Settings(), ["mysql://a:geheim@c/d"])
    assert "geheim" not in str(error.value)


def test_a_corpus_moves_to_a_database_and_back(data: Path, postgres: str, tmp_path: Path) -> None:
    files = Settings(data=data)
    Access(data).create_key("网站", Role.READER)
    shared = settings_for(files, [postgres])
    moved = move(files, shared, [], lambda _: None)
    assert moved.is_well
    assert moved.differing == ()
    assert {check.name for check in moved.checks} > {"表 clauses", "条款", "回答相同"}
    (answers,) = [check for check in moved.checks if check.name == "回答相同"]
    assert int(answers.before) > 10
    access = Access(shared.data, shared.database)
    assert [key.name for key in access.all_keys()] == ["网站"]
    access.close()
    back = Settings(data=tmp_path / "back", database=postgres)
    again = settings_for(back, ["sqlite"])
    assert move(back, again, [Question(question=QUESTION)], lambda _: None).is_well
    assert "29.5%" in Assistant.open(again, lambda _: None).ask(Question(question=QUESTION)).answer


def test_a_corpus_moves_to_milvus_and_answers_alike(data: Path, tmp_path: Path) -> None:
    with engine_settings("milvus", tmp_path, data) as there:
        target = settings_for(Settings(data=data), [f"milvus+{there.search_url}"])
        assert (target.search, target.search_url) == ("milvus", there.search_url)
        moved = move(Settings(data=data), target, [], lambda _: None)
        assert moved.is_well
        assert moved.differing == ()
        (answers,) = [check for check in moved.checks if check.name == "回答相同"]
        assert int(answers.before) > 10


def test_a_database_in_use_is_left_alone(data: Path, postgres: str) -> None:
    files = Settings(data=data)
    shared = settings_for(files, [postgres])
    question = [Question(question=QUESTION)]
    move(files, shared, question, lambda _: None)
    with pytest.raises(BackupError, match="已有内容"):
        move(files, shared, question, lambda _: None)


def test_what_is_lost_on_the_way_is_told(
    data: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Settings(data=data)
    shared = settings_for(files, [postgres])
    move(files, shared, [Question(question=QUESTION)], lambda _: None)
    catalog = Catalog(shared.data, shared.database)
    catalog.remove(next(one.id for one in catalog.documents() if "合肥" in one.title))
    catalog.close()
    # The other side is no longer what was copied; nothing is copied again.
    monkeypatch.setattr(moving, "is_empty", lambda _: True)
    monkeypatch.setattr(moving, "carry_all", lambda source, _: counts_of(source))
    moved = move(files, shared, [Question(question=QUESTION)], lambda _: None)
    assert not moved.is_well
    assert moved.differing == (QUESTION,)
    assert {"表 documents", "条款", "条款编号（摘要）"} <= {
        check.name for check in moved.checks if not check.is_well
    }


def test_what_fails_half_way_leaves_the_other_database_empty(
    data: Path, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Settings(data=data)
    shared = settings_for(files, [postgres])
    access = Access(data)
    access.create_key("网站", Role.READER)
    access.close()
    question = [Question(question=QUESTION)]

    def carried(store: Store, source: Engine, target: Engine) -> Counts:
        if store is CATALOG:  # the last
            raise OperationalError("INSERT", None, Exception("gone"))
        return carry(store, source, target)

    with monkeypatch.context() as patch:
        patch.setattr(stores, "carry", carried)
        with pytest.raises(OperationalError):
            move(files, shared, question, lambda _: None)
    assert move(files, shared, question, lambda _: None).is_well


def test_the_token_of_one_engine_is_not_sent_to_another() -> None:
    before = Settings(search="milvus", search_url="http://127.0.0.1:1", search_token="u:geheim")
    assert settings_for(before, ["local"]).search_token is None
    assert settings_for(before, ["chroma+http://127.0.0.1:2"]).search_token is None
    assert settings_for(before, ["milvus+http://127.0.0.1:2"]).search_token == "u:geheim"


def test_the_command_says_what_it_compared_and_what_to_set(
    data: Path, postgres: str, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": QUESTION}), encoding="utf-8")
    options = ["migrate", "--to", postgres, "--data", str(data), "--questions", str(file)]
    done = CliRunner().invoke(cli.app, options)
    assert done.exit_code == 0, done.output
    assert "表 clauses" in done.output
    assert "CLAUSEWISE_DATABASE" in done.output
    assert "Geheim" not in done.output
    file.write_text("不是", encoding="utf-8")
    assert CliRunner().invoke(cli.app, options).exit_code == 2
