"""Servers of engines that die, come back, or come back empty: nothing has to be done by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import IO

import pytest
from engines import milvus_server
from fastapi.testclient import TestClient
from faults import until
from serving import client_of

from assistant.app import Assistant
from assistant.errors import SettingsError
from assistant.service import Service
from assistant.settings import Settings
from evals.bench.server import chroma_server, free_port
from retrieval.engines import chroma, milvus
from retrieval.errors import EngineError

QUESTION = "绿色出行比例要达到多少？"
WORDS_ALONE = "向量检索服务未应答，本次只用字面检索"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was silent is tried again at once."""
    monkeypatch.setattr(chroma, "_REST", 0.0)
    monkeypatch.setattr(milvus, "_REST", 0.0)


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as servers:
        yield servers


def quiet(_: str) -> None:
    """Nobody is told."""


def test_without_its_chroma_server_words_answer_until_it_is_back(
    data: Path, tmp_path: Path, running: ExitStack
) -> None:
    port = free_port()
    settings = Settings(data=data, search="chroma", search_url=f"http://127.0.0.1:{port}")
    running.enter_context(chroma_server(tmp_path / "chroma", port))
    assistant = Assistant.open(settings, quiet)
    _, found = assistant.find(QUESTION)
    assert found.notes == ()
    assert found.candidates[0].vector_rank is not None

    running.pop_all().close()
    _, alone = assistant.find(QUESTION)
    assert alone.notes == (WORDS_ALONE,)
    assert alone.candidates[0].held == found.candidates[0].held
    assert alone.candidates[0].vector_rank is None

    shutil.rmtree(tmp_path / "chroma")
    running.enter_context(chroma_server(tmp_path / "chroma", port))
    until(lambda: assistant.find(QUESTION)[1].notes == ())
    assert [hit.held for hit in assistant.find(QUESTION)[1].candidates] == [
        hit.held for hit in found.candidates
    ]
    assistant.close()


def test_a_chroma_server_that_is_not_there_yet_is_filled_once_it_is(
    data: Path, tmp_path: Path, running: ExitStack
) -> None:
    port = free_port()
    settings = Settings(data=data, search="chroma", search_url=f"http://127.0.0.1:{port}")
    assistant = Assistant.open(settings, quiet)
    assert assistant.find(QUESTION)[1].notes == (WORDS_ALONE,)
    running.enter_context(chroma_server(tmp_path / "chroma", port))
    until(lambda: assistant.find(QUESTION)[1].notes == ())
    assistant.close()


@pytest.mark.soak
def test_without_milvus_it_says_so_and_goes_on_when_milvus_is_back(
    data: Path, tmp_path: Path, running: ExitStack
) -> None:
    port = free_port()
    settings = Settings(data=data, search="milvus", search_url=f"http://127.0.0.1:{port}")
    with pytest.raises(EngineError, match="Milvus"):
        Assistant.open(settings, quiet)

    running.enter_context(milvus_server(tmp_path / "milvus", port))
    service = Service.open(settings, quiet)
    with client_of(service) as client:
        assert asked(client) == 200

        running.pop_all().close()
        silent = client.post("/v1/answer", json={"question": QUESTION})
        assert silent.status_code == 503
        assert silent.headers["retry-after"] == "5"
        assert "Milvus" in silent.json()["detail"]

        running.enter_context(milvus_server(tmp_path / "milvus", port))
        until(lambda: asked(client) == 200)

        running.pop_all().close()
        shutil.rmtree(tmp_path / "milvus")
        running.enter_context(milvus_server(tmp_path / "milvus", port))
        until(lambda: asked(client) == 200)
    service.close()


@contextmanager
def serving(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """`clausewise serve` on Milvus at a port, and what it says."""
    settings = {
        "CLAUSEWISE_SEARCH": "milvus",
        "CLAUSEWISE_SEARCH_URL": f"http://127.0.0.1:{port}",
    }
    # What a shell puts in the background ignores SIGINT, and so would the server.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heeding}\nfrom assistant.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", "0", "--data", str(data)],
        env={**os.environ, **settings},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            yield process, process.stderr
        finally:
            process.kill()


@pytest.mark.soak
def test_a_server_that_starts_before_milvus_waits_for_it(
    data: Path, tmp_path: Path, running: ExitStack
) -> None:
    port = free_port()
    with serving(data, port) as (process, says):
        assert "等它启动" in says.readline()
        running.enter_context(milvus_server(tmp_path / "milvus", port))
        said = list(takewhile(lambda line: "已就绪" not in line, says))
        assert not any("等它启动" in line for line in said)
        assert process.poll() is None


@pytest.mark.soak
@pytest.mark.parametrize("signal", [SIGINT, SIGTERM])
def test_a_server_that_waits_for_milvus_can_be_stopped(data: Path, signal: int) -> None:
    with serving(data, free_port()) as (process, says):
        assert "等它启动" in says.readline()
        process.send_signal(signal)
        assert process.wait(10) != 0
        assert "Traceback" not in says.read()


def asked(client: TestClient) -> int:
    return client.post("/v1/answer", json={"question": QUESTION}).status_code


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"search_url": "http://127.0.0.1:8001"}, "CLAUSEWISE_SEARCH "),
        ({"search": "chroma"}, "CLAUSEWISE_SEARCH_URL"),
        ({"search": "chroma", "search_url": "chroma.db"}, "CLAUSEWISE_SEARCH_URL"),
        ({"search": "milvus", "search_url": "127.0.0.1:19530"}, "CLAUSEWISE_SEARCH_URL"),
        ({"search_token": "root:Milvus"}, "CLAUSEWISE_SEARCH_TOKEN"),
    ],
)
def test_settings_that_do_not_fit_are_named(
    data: Path, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        Assistant.open(Settings.model_validate({"data": data, **settings}), quiet)
