"""Models behind an address: what they bring, and what happens when they do not answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from model_server import ModelServer, model_server

from assistant.answer import Question
from assistant.app import Assistant
from assistant.indexes import ensure_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from retrieval.space import PROBE

QUESTION = "合肥绿色出行比例"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("secret") as running:
        yield running


def embedding(server: ModelServer, data: Path) -> Settings:
    return Settings(
        data=data,
        embedding_model="openai:bge-m3",
        embedding_base_url=f"{server.url}/v1",
        embedding_api_key="secret",
        embedding_query_prefix="问题：",
    )


def open_(settings: Settings, said: list[str] | None = None) -> Assistant:
    return Assistant.open(settings, report=(said if said is not None else []).append)


def texts_asked(server: ModelServer) -> list[str]:
    inputs = [one["input"] for one in server.asked if "input" in one]
    return [text for given in inputs for text in ([given] if isinstance(given, str) else given)]


def test_an_openai_compatible_embedding_is_the_vector_leg(server: ModelServer, data: Path) -> None:
    assistant = open_(embedding(server, data))
    passages = len(texts_asked(server))
    _, found = assistant.find(QUESTION)
    assert found.notes == ()
    assert found.candidates[0].held.clause.heading == "优化出行结构"
    assert found.candidates[0].vector_rank is not None
    assert texts_asked(server)[passages:] == ["问题：绿色出行比例"]
    assistant.close()


def test_a_model_that_stops_answering_gives_way_to_the_built_in_vectors(
    server: ModelServer, data: Path
) -> None:
    assistant = open_(embedding(server, data))
    server.fault = "status"
    _, found = assistant.find(QUESTION)
    assert any("openai:bge-m3" in note and "内置" in note for note in found.notes)
    assert found.candidates[0].held.clause.heading == "优化出行结构"
    assert found.candidates[0].vector_rank is not None
    asked = len(server.asked)
    answer = assistant.ask(Question(question="合肥2025年森林覆盖率是多少？"))
    assert "29.5%" in answer.answer
    assert answer.note is not None
    assert "内置" in answer.note
    assert len(server.asked) == asked  # left alone for a while
    assistant.close()


@pytest.mark.parametrize("model", ["bge-m3", "nowhere:bge-m3"])
def test_names_of_models(server: ModelServer, data: Path, model: str) -> None:
    settings = embedding(server, data).model_copy(update={"embedding_model": model})
    said: list[str] = []
    assistant = open_(settings, said)
    _, found = assistant.find(QUESTION)
    assert found.candidates[0].held.clause.heading == "优化出行结构"
    assert bool(found.notes) is model.startswith("nowhere")
    assert any("nowhere:bge-m3" in line for line in said) is model.startswith("nowhere")
    assistant.close()


def test_a_model_that_was_exchanged_behind_its_address(server: ModelServer, data: Path) -> None:
    assistant = open_(embedding(server, data))
    server.fault = "shorter"
    _, found = assistant.find(QUESTION)
    assert any("内置" in note for note in found.notes)
    assert found.candidates[0].held.clause.heading == "优化出行结构"
    assistant.close()


def test_an_index_of_an_exchanged_model_is_built_with_the_one_that_is_there(
    server: ModelServer, data: Path
) -> None:
    settings = embedding(server, data)
    open_(settings).close()
    server.fault = "shorter"
    catalog = Catalog(data)
    ensure_index(catalog, settings, rebuild=True, report=lambda _: None)
    catalog.close()
    assistant = open_(settings)
    _, found = assistant.find(QUESTION)
    assert found.notes == ()
    assert found.candidates[0].vector_rank is not None
    assistant.close()


def test_a_model_that_is_down_when_the_index_is_built(server: ModelServer, data: Path) -> None:
    server.fault = "status"
    said: list[str] = []
    assistant = open_(embedding(server, data), said)
    assert any("下次启动时重试" in line for line in said)
    _, found = assistant.find(QUESTION)
    assert found.candidates[0].held.clause.heading == "优化出行结构"
    assert found.notes
    assistant.close()
    server.fault = ""
    assistant = open_(embedding(server, data))
    assert assistant.find(QUESTION)[1].notes == ()
    assistant.close()


def test_a_new_document_embeds_only_itself(server: ModelServer, data: Path, tmp_path: Path) -> None:
    open_(embedding(server, data)).close()
    before = len(texts_asked(server))
    more = tmp_path / "more.txt"
    more.write_text(
        "宜宾市碳达峰实施方案\n\n一、目标\n\n到2025年，森林覆盖率达到48%。\n", encoding="utf-8"
    )
    catalog = Catalog(data)
    assert [result.error for result in ingest(find([more]), catalog)] == [None]
    catalog.close()
    open_(embedding(server, data)).close()
    new = texts_asked(server)[before:]
    assert new[0] == PROBE
    assert len(new) > 1
    assert all("宜宾市" in text for text in new[1:])


@pytest.mark.parametrize("dialect", ["cohere", "tei"])
def test_a_reranker_orders_the_best_anew(
    server: ModelServer, data: Path, dialect: Literal["cohere", "tei"]
) -> None:
    settings = Settings(
        data=data,
        rerank_base_url=f"{server.url}/{dialect}",
        rerank_model="bge-reranker",
        rerank_api_key="secret",
        rerank_dialect=dialect,
    )
    assistant = open_(settings)
    _, found = assistant.find("节能改造的资金支持")
    assert found.notes == ()
    (asked,) = server.asked
    texts = asked["documents"] if dialect == "cohere" else asked["texts"]
    assert any("统筹财政资金" in text for text in texts)
    assert found.candidates[0].held.text[:20] in max(texts, key=lambda t: _shared(t))
    assistant.close()


def _shared(text: str) -> int:
    return sum(character in text for character in set("节能改造的资金支持"))


def test_a_reranker_that_fails_changes_nothing(server: ModelServer, data: Path) -> None:
    plain = open_(Settings(data=data))
    expected = [hit.held.id for hit in plain.find(QUESTION)[1].candidates]
    plain.close()
    server.fault = "text"
    assistant = open_(Settings(data=data, rerank_base_url=f"{server.url}/cohere"))
    found = assistant.find(QUESTION)[1]
    assert [hit.held.id for hit in found.candidates] == expected
    assert any("重排序" in note for note in found.notes)
    assistant.find(QUESTION)
    assert len(server.asked) == 1  # left alone for a while
    assistant.close()
