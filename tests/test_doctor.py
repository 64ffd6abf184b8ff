"""What `clausewise doctor` finds, says and puts right."""

import json
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from engines import ENGINES, engine_settings
from faults import edit, index_of
from typer.testing import CliRunner

from assistant.app import Assistant
from assistant.cli import app
from assistant.conversations import Conversations
from assistant.doctor import Finding, examine
from assistant.indexes import spaces_of
from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.bench.server import free_port
from retrieval.index import built_of, ensure_index, shards_of
from retrieval.passages import passages


def doctor(data: Path, *options: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and what is not well by its name."""
    done = CliRunner().invoke(app, ["doctor", "--json", "--data", str(data), *options])
    rows = json.loads(done.stdout)
    return done.exit_code, {row["name"]: row for row in rows if not row["ok"]}


def test_all_is_well_while_it_is_served(data: Path) -> None:
    opened = Assistant.open(Settings(data=data), report=lambda _: None)
    assert doctor(data) == (0, {})
    opened.close()
    done = CliRunner().invoke(app, ["doctor", "--data", str(data)])
    for word in ("项目", "结果", "怎么办", "目录库", "索引", "版本"):
        assert word in done.stdout


def test_a_damaged_index_is_found_and_built_again(data: Path) -> None:
    edit(index_of(data), random.Random(5))
    code, bad = doctor(data)
    assert code == 1
    assert "损坏" in bad["索引"]["found"]
    assert "reindex" in bad["索引"]["remedy"]
    assert doctor(data, "--repair") == (0, {})


def test_an_index_in_shards_is_well(data: Path) -> None:
    catalog, spaces = Catalog(data), spaces_of(Settings(data=data))
    third = catalog.size().clauses // 3 + 1
    built = ensure_index(
        catalog, spaces, data, rebuild=True, report=lambda _: None, shard_size=third
    )
    in_order = [passage.key for held in catalog.clauses() for passage in passages(held)]
    catalog.close()
    assert len(shards_of(built)) == 2  # of three, one has no document
    (keys,) = built_of(built)[1]
    assert keys != in_order  # a shard has its documents one after the other
    assert doctor(data) == (0, {})


def test_an_index_of_something_else(data: Path) -> None:
    with sqlite3.connect(data / "catalog.sqlite") as catalog:
        catalog.execute("DELETE FROM documents WHERE title LIKE '合肥%'")
    catalog.close()
    assert "索引" in doctor(data)[1]


def test_clauses_that_are_not_their_text(data: Path) -> None:
    with sqlite3.connect(data / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE clauses SET start = start + 1 WHERE ordinal = 2")
    catalog.close()
    code, bad = doctor(data)
    assert code == 1
    assert "合肥市碳达峰实施方案" in bad["条款"]["found"]


@pytest.mark.parametrize("file", ["catalog.sqlite", "conversations.sqlite"])
def test_a_damaged_database(data: Path, file: str) -> None:
    kept = Conversations(data)
    kept.close()
    whole = (data / file).read_bytes()
    (data / file).write_bytes(whole[:4096] + b"\0" * 4096 + whole[8192:])
    code, bad = doctor(data)
    assert code == 1
    name = "目录库" if file.startswith("catalog") else f"记录 {file}"
    assert "备份" in bad[name]["remedy"]


def aged(folder: Path) -> None:
    """Nobody has written there for two hours."""
    before = time.time() - 7200
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (before, before))


def test_what_somebody_is_still_writing_is_no_leftover(data: Path) -> None:
    arriving, building = data / "uploads" / "000", data / f"{index_of(data).name}-new"
    arriving.mkdir(parents=True)
    shutil.copytree(index_of(data), building)
    aged(building)
    (building / "manifest.txt").touch()
    assert doctor(data, "--repair") == (0, {})
    assert arriving.exists()
    assert building.exists()


def test_leftovers_and_open_files(data: Path) -> None:
    (data / "uploads" / "000").mkdir(parents=True)
    shutil.copytree(index_of(data), data / f"{index_of(data).name}-new")
    aged(data / "uploads" / "000")
    aged(data / f"{index_of(data).name}-new")
    (data / "originals").mkdir()
    (data / "originals" / "x.pdf").write_bytes(b"%PDF")
    (data / "session.key").write_text("x")
    (data / "session.key").chmod(0o644)
    code, bad = doctor(data)
    assert code == 1
    assert set(bad) == {"遗留文件", "原件", "文件权限"}
    assert doctor(data, "--repair") == (0, {})
    assert (data / "session.key").exists()
    assert not (data / "originals" / "x.pdf").exists()


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_what_a_server_lacks_is_found_and_filled(engine: str, data: Path, tmp_path: Path) -> None:
    with engine_settings(engine, tmp_path, data) as settings:
        assert "应有" in ill(settings)["检索服务"].found
        repair = ill(settings)["检索服务"].repair
        assert repair is not None
        repair()
        assert ill(settings) == {}
        # What it holds is of documents that are no more.
        with sqlite3.connect(data / "catalog.sqlite") as catalog:
            catalog.execute("DELETE FROM documents WHERE title LIKE '合肥%'")
        catalog.close()
        assert set(ill(settings)) & {"索引", "检索服务"}


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_a_server_that_is_silent_is_named(engine: str, data: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    settings = Settings.model_validate({"data": data, "search": engine, "search_url": url})
    (found,) = ill(settings).values()
    assert "没有应答" in found.found
    assert "CLAUSEWISE_SEARCH_URL" in found.remedy


def ill(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(settings) if not finding.is_well}


def test_nothing_there(tmp_path: Path) -> None:
    code, bad = doctor(tmp_path)
    assert code == 1
    assert "ingest" in bad["目录库"]["remedy"]
    assert not list(tmp_path.iterdir())
