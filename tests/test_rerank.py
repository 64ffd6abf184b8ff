from collections.abc import Iterator

import pytest
from langchain_core.documents import Document
from model_server import ModelServer, model_server
from pydantic import SecretStr

from retrieval.errors import RerankError
from retrieval.rerank import HttpReranker

TEXTS = ["煤炭消费", "森林覆盖率达到五成", "森林"]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server("secret") as running:
        yield running


def reranker(server: ModelServer, path: str = "cohere", key: str = "secret") -> HttpReranker:
    return HttpReranker(
        base_url=f"{server.url}/{path}",
        model="bge-reranker",
        api_key=SecretStr(key),
        dialect="tei" if path == "tei" else "cohere",
    )


@pytest.mark.parametrize("dialect", ["cohere", "tei"])
def test_scores_come_in_the_order_of_the_texts(server: ModelServer, dialect: str) -> None:
    scores = reranker(server, dialect).scores("森林覆盖率", TEXTS)
    assert scores[1] > scores[2] > scores[0]


def test_documents_come_best_first_and_keep_what_they_have(server: ModelServer) -> None:
    documents = [Document(text, metadata={"n": n}) for n, text in enumerate(TEXTS)]
    found = reranker(server).compress_documents(documents, "森林覆盖率")
    assert [document.metadata["n"] for document in found] == [1, 2, 0]
    assert found[0].metadata["relevance_score"] > 0
    assert "relevance_score" not in documents[0].metadata


def test_no_texts_ask_nothing(server: ModelServer) -> None:
    assert reranker(server).scores("森林", []) == []
    assert server.asked == []


@pytest.mark.parametrize("fault", ["status", "text"])
def test_a_server_that_fails(server: ModelServer, fault: str) -> None:
    server.fault = fault
    with pytest.raises(RerankError, match=server.url) as raised:
        reranker(server).scores("森林", TEXTS)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("path", "words"), [("short", "不对应"), ("odd", "不合协议")])
def test_answers_that_break_the_protocol(server: ModelServer, path: str, words: str) -> None:
    with pytest.raises(RerankError, match=words):
        reranker(server, path).scores("森林", TEXTS)


def test_a_wrong_key_and_a_closed_port(server: ModelServer) -> None:
    with pytest.raises(RerankError):
        reranker(server, key="wrong").scores("森林", TEXTS)
    with pytest.raises(RerankError):
        HttpReranker(base_url="http://127.0.0.1:1").scores("森林", TEXTS)


def test_the_key_is_not_shown(server: ModelServer) -> None:
    assert "secret" not in repr(reranker(server))
