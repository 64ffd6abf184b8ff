"""Tables of older versions are brought to this one in place; those of newer ones are left alone."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from assistant.answer import Question
from assistant.app import Assistant
from assistant.feedback import FeedbackStore
from assistant.settings import Settings
from assistant.stores import STORES
from corpus.catalog import Catalog
from corpus.clauses import parse
from corpus.database import Store
from corpus.document import PageMap
from corpus.errors import CatalogError
from corpus.migrate import upgrade
from corpus.schema import CATALOG

VERSION_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE sources (sha256 VARCHAR(64) NOT NULL, name TEXT NOT NULL, PRIMARY KEY (sha256),
    UNIQUE (name));
CREATE TABLE documents (id VARCHAR(16) NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,
    issuer TEXT, region VARCHAR(16), level VARCHAR(16) NOT NULL, status VARCHAR(16) NOT NULL,
    number TEXT, source_url TEXT, first_page INTEGER, last_page INTEGER, text TEXT NOT NULL,
    PRIMARY KEY (id));
CREATE INDEX ix_documents_region ON documents (region);
CREATE TABLE origins (document_id VARCHAR(16) NOT NULL, sha256 VARCHAR(64) NOT NULL,
    PRIMARY KEY (document_id, sha256),
    FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE,
    FOREIGN KEY(sha256) REFERENCES sources (sha256) ON DELETE CASCADE);
CREATE TABLE clauses (id VARCHAR(16) NOT NULL, document_id VARCHAR(16) NOT NULL,
    ordinal INTEGER NOT NULL, parent INTEGER, marker TEXT NOT NULL, heading TEXT NOT NULL,
    path JSON NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, pages JSON NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE);
CREATE INDEX ix_clauses_document_id ON clauses (document_id);
INSERT INTO schema_version VALUES (1);
"""
# What the versions after it added, as they did.
LATER = {
    2: """ALTER TABLE documents ADD COLUMN issued DATE;
        ALTER TABLE documents ADD COLUMN subject TEXT;
        ALTER TABLE documents ADD COLUMN recognised_pages JSON NOT NULL DEFAULT '[]';
        ALTER TABLE clauses ADD COLUMN departments JSON NOT NULL DEFAULT '[]';
        CREATE TABLE ledger (sha256 VARCHAR(64) NOT NULL, ordinal INTEGER NOT NULL,
            name TEXT NOT NULL, leftover TEXT, first_page INTEGER, last_page INTEGER,
            characters INTEGER NOT NULL, kept INTEGER NOT NULL, PRIMARY KEY (sha256, ordinal),
            FOREIGN KEY(sha256) REFERENCES sources (sha256) ON DELETE CASCADE)""",
    3: """ALTER TABLE documents ADD COLUMN excerpt BOOLEAN NOT NULL DEFAULT 0;
        CREATE TABLE targets (clause_id VARCHAR(16) NOT NULL, ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, indicator TEXT NOT NULL,
            words TEXT NOT NULL, kind VARCHAR(16) NOT NULL, comparison VARCHAR(8) NOT NULL,
            change VARCHAR(8) NOT NULL, printed TEXT NOT NULL, low TEXT, high TEXT,
            unit TEXT NOT NULL, year INTEGER, period TEXT NOT NULL, annual BOOLEAN NOT NULL,
            base TEXT NOT NULL, scope TEXT NOT NULL, aspires BOOLEAN NOT NULL,
            nature TEXT NOT NULL, flags JSON NOT NULL, PRIMARY KEY (clause_id, ordinal),
            FOREIGN KEY(clause_id) REFERENCES clauses (id) ON DELETE CASCADE);
        CREATE INDEX ix_targets_year ON targets (year);
        CREATE TABLE target_rules (version VARCHAR(16) NOT NULL, PRIMARY KEY (version))""",
    4: "ALTER TABLE documents ADD COLUMN collection TEXT NOT NULL DEFAULT 'public'",
}
TEXT = "一、主要目标\n到2025年，森林覆盖率达到29.5%。\n二、节能车辆\n推广使用节能车辆。\n"


def old_catalog(data: Path, version: int) -> None:
    """A catalog with one document, as that version wrote it."""
    data.mkdir(exist_ok=True)
    with closing(sqlite3.connect(data / "catalog.sqlite")) as file, file:
        file.executescript(VERSION_1)
        file.execute("INSERT INTO sources VALUES (?, 'a.txt')", ["a" * 64])
        file.execute(
            "INSERT INTO documents VALUES ('d', 1, '合肥市碳达峰实施方案', '合肥市人民政府', '340100',"
            " 'city', '正式', NULL, NULL, NULL, NULL, ?)",
            [TEXT],
        )
        file.execute("INSERT INTO origins VALUES ('d', ?)", ["a" * 64])
        for clause in parse(TEXT, PageMap(), "合肥市碳达峰实施方案", "合肥市"):
            row = [clause.id, clause.ordinal, clause.parent, clause.marker, clause.heading]
            row += [json.dumps(clause.path), clause.start, clause.end]
            file.execute("INSERT INTO clauses VALUES (?, 'd', ?, ?, ?, ?, ?, ?, ?, '[]')", row)
        for number in range(2, version + 1):
            file.executescript(LATER[number])
        file.execute("UPDATE schema_version SET version = ?", [version])


def differences(engine: Engine, store: Store) -> list[object]:
    """What the tables are otherwise than the models say."""
    names = {*store.history.tables.tables}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or name in names,
                "compare_type": True,
            },
        )
        return list(compare_metadata(context, store.history.tables))


@pytest.fixture
def empty(tmp_path: Path, database: str) -> Iterator[Engine]:
    engine = create_engine(database or f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield engine
    engine.dispose()


def test_the_scripts_make_what_the_models_say(empty: Engine) -> None:
    for one in STORES:
        with empty.begin() as connection:
            upgrade(connection, one.history)
        assert differences(empty, one) == [], one.history.name


def test_what_is_made_at_once_is_the_newest(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And neither to make nor to open it Alembic is loaded."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "alembic"]:
        monkeypatch.setitem(sys.modules, name, None)
    opened = [one.open(tmp_path, database) for one in (*STORES, *STORES)]
    monkeypatch.undo()
    for one, engine in zip(STORES, opened, strict=False):
        scripts = one.history.scripts.glob("r*.py")
        assert one.history.newest == max(scripts).stem.removeprefix("r")
        assert differences(engine, one) == [], one.history.name
    for engine in opened:
        engine.dispose()


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_a_catalog_of_an_old_version_is_brought_up_and_answered_from(
    version: int, tmp_path: Path
) -> None:
    old_catalog(tmp_path, version)
    for _ in range(2):
        engine = CATALOG.open(tmp_path)
        assert differences(engine, CATALOG) == []
        engine.dispose()
    catalog = Catalog(tmp_path)
    assert [row.target.printed for row in catalog.targets()] == ["29.5%"]
    assert [held.text for held in catalog.clauses()] == [
        TEXT[: TEXT.index("二")],
        TEXT[TEXT.index("二") :],
    ]
    catalog.close()
    assistant = Assistant.open(Settings(data=tmp_path, library=False), report=lambda _: None)
    answer = assistant.ask(Question(question="合肥2025年森林覆盖率是多少？"))
    assistant.close()
    assert "29.5%" in answer.answer
    assert answer.citations[0].quote in TEXT


def test_a_newer_version_is_not_touched(tmp_path: Path, database: str) -> None:
    engine = CATALOG.open(tmp_path, database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE catalog_revision SET version_num = '0099'")
    with pytest.raises(CatalogError, match="99"):
        Catalog(tmp_path, database)
    with engine.connect() as connection:
        held = connection.exec_driver_sql("SELECT version_num FROM catalog_revision").scalar()
    engine.dispose()
    assert held == "0099"


def test_a_newer_one_of_before_alembic_is_not_touched(tmp_path: Path) -> None:
    old_catalog(tmp_path, 4)
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as file, file:
        file.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(CatalogError, match="99"):
        Catalog(tmp_path)
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as file:
        names = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
    assert "catalog_revision" not in names


def test_what_fails_half_way_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_catalog(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as file, file:
        file.execute("CREATE TABLE catalog_changes (in_the_way INTEGER)")  # of the last script
        before = "\n".join(file.iterdump())
    with pytest.raises(CatalogError, match="catalog_changes"):
        Catalog(tmp_path)
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as file:
        assert "\n".join(file.iterdump()) == before


def test_records_from_before_revisions_were_kept_stay(tmp_path: Path) -> None:
    """A file without any revision, once with and once without the column that came later."""
    for column in ("", ", receipt TEXT"):
        data = tmp_path / f"data{len(column)}"
        data.mkdir()
        with closing(sqlite3.connect(data / "feedback.sqlite")) as file, file:
            file.execute(
                "CREATE TABLE feedback (id INTEGER NOT NULL, at DATETIME NOT NULL, who VARCHAR"
                " NOT NULL, answer_id VARCHAR NOT NULL, question TEXT NOT NULL, verdict VARCHAR"
                f" NOT NULL, comment TEXT NOT NULL{column}, PRIMARY KEY (id))"
            )
            file.execute(
                "INSERT INTO feedback (id, at, who, answer_id, question, verdict, comment)"
                " VALUES (7, '2026-07-01 00:00:00', 'local', 'a', '问？', 'right', '好')"
            )
        kept = FeedbackStore(data)
        assert [(word.id, word.receipt) for word in kept.judged()] == [(7, None)]
        kept.close()
