"""Killed at any moment, nothing stored is lost or half-written, and the next start repairs."""

import os
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sample import DOCUMENTS

from assistant.answer import Question
from assistant.app import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from retrieval.index import ensure_index
from retrieval.space import Space

KILLS = 50
PLACES = ("合肥市", "芜湖市", "蚌埠市", "淮南市", "马鞍山市", "淮北市", "铜陵市", "安庆市")

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def killed(work: Callable[[], None], seconds: float) -> bool:
    """Run in a child process and kill it after so long; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    timer = threading.Timer(seconds, os.kill, (child, signal.SIGKILL))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    return os.WIFSIGNALED(status)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files enough to take a while: one city each, and each in two versions."""
    made = tmp_path / "in"
    made.mkdir()
    for number, place in enumerate(PLACES * 3):
        text = DOCUMENTS["hefei.txt"].replace("合肥市", place).replace("29.5%", f"{number}.5%")
        (made / f"{number}.txt").write_text(text, encoding="utf-8")
    return made


def assert_whole(data: Path) -> int:
    """Every document held is there to its last clause."""
    catalog = Catalog(data)
    try:
        for known in catalog.documents():
            document = catalog.document(known.id)
            assert document is not None
            assert "".join(map(document.clause_text, document.clauses)) == document.text
            assert document.text.endswith("44")
        return catalog.size().documents
    finally:
        catalog.close()


def test_killed_while_ingesting(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    chance = random.Random(7)
    files = find([folder])

    def work() -> None:
        catalog = Catalog(data)
        for result in ingest(files, catalog):
            assert result.error is None

    interrupted, held = 0, 0
    for _ in range(KILLS):
        interrupted += killed(work, chance.uniform(0.005, 0.12))
        now = assert_whole(data)
        assert now >= held
        held = now if now < len(files) else 0
        if not held:
            (data / "catalog.sqlite").unlink()
            for rest in data.glob("catalog.sqlite-*"):
                rest.unlink()
    assert interrupted >= KILLS // 3
    work()
    assert assert_whole(data) == len(files)


def test_killed_while_indexing_the_next_start_repairs(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    catalog = Catalog(data)
    assert all(result.error is None for result in ingest(find([folder]), catalog))
    catalog.close()
    chance = random.Random(11)

    def work() -> None:
        ensure_index(Catalog(data), [Space()], data, rebuild=True, report=lambda _: None)

    kills = sum(killed(work, chance.uniform(0.01, 0.8)) for _ in range(5))
    assert kills
    opened = Assistant.open(Settings(data=data), report=lambda _: None)
    answer = opened.ask(Question(question="芜湖2025年绿色出行比例2030年多少？"))
    opened.close()
    assert answer.citations
    assert assert_whole(data) == len(PLACES) * 3
