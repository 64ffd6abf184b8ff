"""What one process at a time may do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from corpus.schema import CATALOG
from corpus.turn import Turn
from evals.bench.postgres import PostgresServer


@pytest.fixture
def engine(tmp_path: Path, database: str) -> Iterator[Engine]:
    opened = CATALOG.open(tmp_path, database)
    yield opened
    opened.dispose()


def test_one_has_it_until_it_lets_go(engine: Engine, tmp_path: Path) -> None:
    first, second = (Turn(engine, tmp_path / "a.lock", 7) for _ in range(2))
    other = Turn(engine, tmp_path / "b.lock", 8)
    assert [first.held(), second.held(), first.held(), other.held()] == [True, False, True, True]
    first.release()
    assert [second.held(), first.held()] == [True, False]
    second.release()
    other.release()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_ends_with_its_process(tmp_path: Path) -> None:
    engine = CATALOG.open(tmp_path)
    mine = Turn(engine, tmp_path / "a.lock", 7)
    child = os.fork()
    if child == 0:
        os._exit(0 if Turn(engine, tmp_path / "a.lock", 7).held() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert mine.held()
    mine.release()
    engine.dispose()


def test_where_the_database_goes_it_is_lost(
    postgres: str, postgres_running: PostgresServer, tmp_path: Path
) -> None:
    engine = CATALOG.open(tmp_path, postgres)
    turn = Turn(engine, tmp_path / "a.lock", 7)
    assert turn.held()
    postgres_running.stop()
    try:
        assert not turn.held()
    finally:
        postgres_running.start()
    assert turn.held()
    turn.release()
