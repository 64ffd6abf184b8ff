"""Model servers that hang, drip, stop halfway or talk nonsense: answers come in time all the same."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer, model_server

from assistant.answer import Question
from assistant.app import Assistant
from assistant.settings import Settings
from retrieval import rerank, space

QUESTION = Question(question="合肥2025年森林覆盖率是多少？")
PATIENCE = 0.8  # seconds, in place of those that people wait


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def impatient() -> Iterator[None]:
    usual = timeout()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "_QUESTION_PATIENCE", PATIENCE)
        patch.setattr(rerank.HttpReranker.model_fields["timeout"], "default", PATIENCE)
        rerank.HttpReranker.model_rebuild(force=True)
        assert timeout() == PATIENCE
        yield
    rerank.HttpReranker.model_rebuild(force=True)
    assert timeout() == usual


def timeout() -> float:
    """Seconds that a reranker is given."""
    return rerank.HttpReranker(base_url="http://127.0.0.1").timeout


@pytest.mark.usefixtures("impatient")
def test_every_fault_of_every_server(data: Path, server: ModelServer) -> None:
    settings = Settings(
        data=data,
        embedding_model="openai:bge-m3",
        embedding_base_url=f"{server.url}/v1",
        embedding_api_key="none",
        rerank_base_url=f"{server.url}/cohere",
    )
    right = Assistant.open(settings, report=lambda _: None)
    expected = right.ask(QUESTION).answer
    assert "29.5%" in expected
    right.close()
    for fault in ("hang", "drip", "half", "text", "status", "shorter"):
        server.fault = ""
        opened = Assistant.open(settings, report=lambda _: None)
        server.fault = fault
        start = time.monotonic()
        answer = opened.ask(QUESTION)
        took = time.monotonic() - start
        server.over.set()
        server.over.clear()
        assert answer.answer == expected, fault
        assert "内置" in (answer.note or ""), fault
        assert took < 12 * PATIENCE, (fault, took)
        opened.close()
