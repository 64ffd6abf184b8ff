"""Shared fixtures: the real documents where they are, and a small corpus of our own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import ARGUMENTS, CHROMIUM
from chat_server import ChatServer, chat_server
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright
from sample import write_sample
from serving import client_of, started

from assistant.answer import Answer, Question, Turn
from assistant.app import Assistant
from assistant.indexes import spaces_of
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from evals.bench.postgres import PostgresServer, postgres_server
from retrieval.index import ensure_index


@pytest.fixture(scope="session")
def postgres_running() -> Iterator[PostgresServer | None]:
    """A PostgreSQL server for all tests; None where it is not installed."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(postgres_running: PostgresServer | None) -> Iterator[str]:
    """The address of a new database in it; the test is skipped without PostgreSQL."""
    if postgres_running is None:
        pytest.skip("no PostgreSQL on this machine")
    with postgres_running.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """What CLAUSEWISE_DATABASE is: nothing, so that tables are in files, or a new database."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder of real documents; the test is skipped without it."""
    folder = os.environ.get("CLAUSEWISE_ORIGINALS")
    if not folder:
        pytest.skip("CLAUSEWISE_ORIGINALS is not set: no folder of real documents")
    return Path(folder)


@pytest.fixture(scope="session")
def real_data(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the real documents ingested."""
    data = tmp_path_factory.mktemp("real")
    catalog = Catalog(data)
    for result in ingest(find([originals]), catalog):
        assert result.error is None
    catalog.close()
    return data


@pytest.fixture(scope="session")
def real_catalog(real_data: Path) -> Iterator[Catalog]:
    """A catalog with the real documents ingested."""
    catalog = Catalog(real_data)
    yield catalog
    catalog.close()


@pytest.fixture(scope="session")
def gold() -> Path:
    """The file of gold questions; the test is skipped without it."""
    file = os.environ.get("CLAUSEWISE_QUESTIONS")
    if not file:
        pytest.skip("CLAUSEWISE_QUESTIONS is not set: no file of gold questions")
    return Path(file)


@pytest.fixture(scope="session")
def sample_kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the small corpus ingested and indexed; only to be copied.

    Who reads the file of a database that is open in the same process takes away its locks
    (sqlite.org/howtocorrupt.html, 2.2), and the next process to open it spoils it.
    """
    root = tmp_path_factory.mktemp("sample")
    catalog = Catalog(root / "data")
    for result in ingest(find([write_sample(root / "documents")]), catalog):
        assert result.error is None
    ensure_index(catalog, spaces_of(Settings()), root / "data", report=lambda _: None)
    catalog.close()
    return root / "data"


@pytest.fixture
def data(sample_kept: Path, tmp_path: Path) -> Path:
    """A copy of the small corpus, to do harm to."""
    return Path(shutil.copytree(sample_kept, tmp_path / "data"))


@pytest.fixture(scope="session")
def sample_data(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, to be opened."""
    return Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("opened") / "data"))


@pytest.fixture(scope="session")
def assistant(sample_data: Path) -> Iterator[Assistant]:
    """The assistant over the small corpus."""
    opened = Assistant.open(Settings(data=sample_data), report=lambda _: None)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def service(sample_data: Path, assistant: Assistant) -> Iterator[Service]:
    """The small corpus as it is served to its own machine."""
    opened = Service(Settings(data=sample_data), assistant)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    """A client of the API over the small corpus, from the machine itself."""
    with client_of(service) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; the test is skipped where there is none.

    As long as it is open its driver's event loop runs in this thread, and no other can.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def page_data(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the pages of `page_url` are served from."""
    return Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("pages") / "data"))


@pytest.fixture(scope="session")
def page_url(page_data: Path) -> Iterator[str]:
    """A server of pages that tests may ask, but not change the documents of."""
    with started(page_data) as (_, address):
        yield address


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    """A chat model over loopback HTTP that says what its script says."""
    with chat_server() as running:
        yield running


@pytest.fixture(scope="session")
def ask(assistant: Assistant) -> Callable[..., Answer]:
    """Ask the small corpus: `ask("…", "earlier turn of the user", …)`."""

    def asked(question: str, *history: str) -> Answer:
        turns = [Turn(role="user", content=turn) for turn in history]
        return assistant.ask(Question(question=question, history=turns))

    return asked
