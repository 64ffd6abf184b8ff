"""What whoever runs a server sees: health, metrics, the log, traces; and how it stops."""

from __future__ import annotations

import gzip
import io
import json
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import structlog
from chat_server import ChatServer, Reply
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from serving import client_of, started

from assistant import traces
from assistant.answer import Question
from assistant.app import Assistant
from assistant.log import configure, without_secrets
from assistant.receipts import Receipts
from assistant.service import Service
from assistant.settings import Settings
from corpus.document import PUBLIC

QUESTION = {"question": "合肥2025年森林覆盖率是多少？"}


def samples(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_alive_and_ready(client: TestClient, tmp_path: Path) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    empty = Service.open(Settings(data=tmp_path, library=False), lambda _: None)
    with client_of(empty) as opened:
        assert opened.get("/healthz").status_code == 200
        assert opened.get("/readyz").status_code == 503
    empty.close()


def test_what_is_counted(client: TestClient) -> None:
    before = samples(client)
    client.post("/v1/answer", json=QUESTION)
    client.post("/v1/answer", json={"question": "合肥2030年非化石能源占比是多少？"})
    after = samples(client)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more('clausewise_answers_total{mode="extractive",outcome="answered"}') == 1
    assert more('clausewise_answers_total{mode="extractive",outcome="silent"}') == 1
    assert more('clausewise_stage_seconds_count{stage="retrieve"}') == 2
    route = 'clausewise_requests_total{method="POST",route="/v1/answer",status="200"}'
    assert more(route) == 2
    assert after["clausewise_documents"] == 4
    assert after["clausewise_clauses"] > 10
    assert after["clausewise_answers_inside"] == 0


def test_strikes_and_faults_of_a_model_are_counted(sample_data: Path, server: ChatServer) -> None:
    server.script = lambda _: Reply("合肥市到2025年森林覆盖率达到39.5%。[1]")
    settings = Settings(data=sample_data, chat_model="writer", chat_base_url=server.url)
    service = Service.open(settings, lambda _: None)
    with client_of(service) as client:
        client.post("/v1/answer", json=QUESTION)
        found = samples(client)
    service.close()
    assert found["clausewise_strikes_total"] >= 1
    assert found['clausewise_model_faults_total{fault="unproven"}'] == 1


@contextmanager
def logging_as_a_server() -> Iterator[io.StringIO]:
    """What the log of a server says meanwhile."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    with redirect_stderr(written):
        configure("info")
    try:
        yield written
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()


@pytest.mark.parametrize("shown", [False, True])
def test_the_log_holds_a_question_only_where_that_is_wanted(
    assistant: Assistant, sample_data: Path, shown: bool
) -> None:
    service = Service(Settings(data=sample_data, log_questions=shown), assistant)
    with logging_as_a_server() as written, client_of(service) as client:
        client.post("/v1/answer", json=QUESTION, headers={"Authorization": "Bearer cw-secret"})
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    answered = next(line for line in lines if line["event"] == "answered")
    request = next(line for line in lines if line["event"] == "request")
    assert answered["request"] == request["request"]
    assert (request["status"], request["who"]) == (200, "local")
    text = json.dumps(lines, ensure_ascii=False)
    assert ("森林覆盖率" in text) is shown
    assert "cw-secret" not in text


def test_secrets_are_blotted_out() -> None:
    event = without_secrets(None, "", {"event": "x", "Authorization": "Bearer a", "api_key": "k"})
    assert event == {"event": "x", "Authorization": "***", "api_key": "***"}


def test_an_answer_is_a_trace_of_its_stages(assistant: Assistant) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    found = assistant.trace(Question(question=QUESTION["question"]))
    traces.record(found, "request-1")
    spans = {span.name: span for span in exporter.get_finished_spans()}
    whole = spans.pop("answer")
    assert set(spans) == {"understand", "retrieve", "compose", "check"}
    assert whole.attributes is not None
    assert whole.attributes["clausewise.request_id"] == "request-1"
    for span in spans.values():
        assert span.parent is not None
        assert span.parent.span_id == whole.context.span_id
    assert "森林" not in str([whole.to_json(), *(span.to_json() for span in spans.values())])


def test_a_server_that_is_told_to_stop_finishes_its_answers(
    sample_data: Path, server: ChatServer
) -> None:
    """The model answers only once the server has been told to stop."""
    asked, stopping = threading.Event(), threading.Event()

    def slow(_: object) -> Reply:
        asked.set()
        assert stopping.wait(30)
        return Reply("合肥市到2025年森林覆盖率达到29.5%。[1]")

    server.script = slow
    answers: list[httpx.Response] = []
    model = {"chat_model": "writer", "chat_base_url": server.url}
    with started(sample_data, **model) as (process, url):

        def ask() -> None:
            answers.append(httpx.post(f"{url}/v1/answer", json=QUESTION, timeout=60))

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(30)
        process.send_signal(signal.SIGTERM)
        stopping.set()
        thread.join(30)
        process.wait(30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert answers[0].status_code == 200
    assert "29.5%" in answers[0].json()["answer"]
    receipts = Receipts(sample_data)  # what was still to be written has been
    assert receipts.text(answers[0].json()["id"], frozenset({PUBLIC})) is not None
    receipts.close()


def test_traces_go_where_they_are_wanted(sample_data: Path) -> None:
    """A collector on the loopback takes the spans of an answer, once the server stops at last."""
    taken: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}/v1/traces"
        with started(sample_data, otel_endpoint=endpoint) as (process, url):
            headers = {"X-Request-ID": "request-12345"}
            httpx.post(f"{url}/v1/answer", json=QUESTION, headers=headers, timeout=60)
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        collector.shutdown()
    spans = b"".join(map(gzip_or_plain, taken))
    for name in (b"answer", b"retrieve", b"compose", b"request-12345"):
        assert name in spans
    assert "森林".encode() not in spans


def gzip_or_plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
