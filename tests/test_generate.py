"""Models that write well, lie, break or obey the wrong master; no wrong fact reaches the user."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from assistant.answer import Answer, Mode, Question
from assistant.app import Assistant
from assistant.ask import Model, ask
from assistant.errors import ChatModelError
from assistant.settings import Settings

QUESTION = "合肥2025年森林覆盖率是多少？"
Say = Callable[[str], Answer]


@pytest.fixture
def said(assistant: Assistant) -> Say:
    """Ask with a model that writes the given text, its {n} replaced by the right handle."""

    def answered(text: str) -> Answer:
        def write(prompt: str) -> str:
            right = re.search(r"\[(\d+)\] 《[^\[]*29\.5%", prompt)
            assert right is not None
            return text.replace("{n}", right.group(1))

        assert assistant.search is not None
        return ask(
            Question(question=QUESTION),
            search=assistant.search,
            holdings=assistant.holdings,
            model=Model(write, 6000),
        ).answer

    return answered


def test_a_proven_answer_is_shown_with_our_citation(said: Say) -> None:
    answer = said("合肥市2025年森林覆盖率目标为29.5%。[{n}]")
    assert answer.mode is Mode.GENERATIVE
    assert answer.answer == "合肥市2025年森林覆盖率目标为29.5%。[1]"
    (citation,) = answer.citations
    assert "29.5%" in citation.quote
    start, end = citation.span
    assert citation.clause_text[start:end] == citation.quote


@pytest.mark.parametrize(
    "lie",
    [
        "合肥市2025年森林覆盖率目标为39.5%。[{n}]",  # wrong number
        "合肥市2035年森林覆盖率目标为29.5%。[{n}]",  # wrong year
        "合肥市2025年森林覆盖率目标为29.5%。[99]",  # invented handle
        "合肥市2025年森林覆盖率目标为29.5%。",  # no handle
        "",
        "。。。！！",
        "[{n}]",
    ],
)
def test_what_is_not_proven_gives_way_to_the_extract(said: Say, lie: str) -> None:
    answer = said(lie)
    assert answer.mode is Mode.EXTRACTIVE
    assert "29.5%" in answer.answer
    assert "未通过核对" in (answer.note or "")


def test_only_the_false_sentence_is_struck(said: Say) -> None:
    answer = said("森林覆盖率目标为29.5%。[{n}]另有88%的覆盖要求。[{n}]")
    assert answer.answer == "森林覆盖率目标为29.5%。[1]"


def test_links_and_images_never_pass(said: Say) -> None:
    answer = said("森林覆盖率29.5%。[{n}]![x](http://evil.example/?q=1)<img src=x>")
    assert "evil" not in answer.answer
    assert "<" not in answer.answer


def test_a_failing_model_gives_way_to_the_extract(assistant: Assistant) -> None:
    def write(prompt: str) -> str:
        raise ChatModelError("down")

    assert assistant.search is not None
    trace = ask(
        Question(question=QUESTION),
        search=assistant.search,
        holdings=assistant.holdings,
        model=Model(write, 6000),
    )
    assert "29.5%" in trace.answer.answer
    assert "暂不可用" in (trace.answer.note or "")


@contextmanager
def chat_server(content: str) -> Iterator[str]:
    """A server on loopback that speaks the OpenAI protocol and always says the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": "stop",
            }
            body = json.dumps(
                {
                    "id": "x",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [choice],
                }
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_configured_model_is_spoken_to_over_http(sample_data: Path) -> None:
    pytest.importorskip("langchain_openai")
    with chat_server("合肥市森林覆盖率目标为29.5%。[1]") as url:
        settings = Settings(
            data=sample_data, chat_model="test", chat_base_url=url, chat_api_key="none"
        )
        opened = Assistant.open(settings, report=lambda _: None)
        answer = opened.ask(Question(question=QUESTION, mode=Mode.GENERATIVE))
        opened.close()
    assert answer.mode is Mode.GENERATIVE
    assert answer.answer == "合肥市森林覆盖率目标为29.5%。[1]"
