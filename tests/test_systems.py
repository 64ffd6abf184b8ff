"""Each system under test: what it is asked, what of its answer is a citation, how it fails."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import runnables
from chat_server import ChatServer, prompt_of
from chat_server import Reply as Said
from serving import served, started

from assistant.access.principal import Role
from assistant.access.store import Access
from assistant.answer import Mode, Question, Turn
from assistant.api import create_app
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.errors import EvaluationError
from evals.reply import Reply, Usage
from evals.systems.opened import Material, opened
from evals.systems.system import BusyError

FOREST = Question(question="合肥2025年森林覆盖率是多少？")
HEFEI = "合肥市碳达峰实施方案"


@pytest.fixture(scope="module")
def data(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("systems") / "data"))


@pytest.fixture(scope="module")
def material(data: Path) -> Iterator[Material]:
    catalog = Catalog(data)
    yield Material(Settings(data=data), catalog, model_key="")
    catalog.close()


@pytest.fixture(scope="module")
def url(data: Path) -> Iterator[str]:
    service = Service.open(Settings(data=data), lambda _: None)
    with served(create_app(service)) as address:
        yield address
    service.close()


@pytest.fixture
def model(server: ChatServer) -> str:
    """`name@address` of a model that says what its script says."""
    server.asked.clear()
    server.script = lambda _: Said()
    return f"scripted@{server.url}"


@pytest.fixture
def say(material: Material) -> Callable[..., Reply]:
    """What the system that a spec means replies: `say(spec, question, *earlier turns)`."""

    def said(spec: str, question: str = FOREST.question, *history: str) -> Reply:
        turns = [Turn(role="user", content=words) for words in history]
        with opened(spec, material) as system:
            return system.ask(Question(question=question, history=turns))

    return said


Say = Callable[..., Reply]


def told(reply: Reply) -> Reply:
    """A reply without what differs from one time to the next."""
    return reply.model_copy(update={"receipt": None})


# This assistant


def test_in_process_a_reply_has_citations_ranking_and_receipt(say: Say) -> None:
    reply = say("clausewise")
    assert "29.5%" in reply.text
    assert not reply.refused
    first = reply.citations[0]
    assert (first.marker, first.title, first.region, first.path) == (
        1,
        HEFEI,
        "合肥市",
        ("一、主要目标",),
    )
    assert first.span is not None
    assert first.quote == first.text[slice(*first.span)]
    assert "29.5%" in first.quote
    assert reply.ranked is not None
    assert reply.ranked[0].text == first.text
    assert reply.ranked[0].path == first.path
    assert reply.confidence is not None
    assert reply.receipt is not None
    assert reply.receipt["question"]["question"] == FOREST.question
    assert reply.receipt["ranked"]


def test_in_process_a_refusal_tells_its_reason(say: Say) -> None:
    reply = say("clausewise", "西藏2025年森林覆盖率是多少？")
    assert (reply.refused, reply.reason, reply.citations) == (True, "not_held", ())
    assert reply.confidence is None


def test_in_process_earlier_turns_are_heard(say: Say) -> None:
    assert "14.5%" in say("clausewise", "非化石能源消费比重呢？", FOREST.question).text


def test_the_mode_that_is_asked_for_is_used_and_named(material: Material) -> None:
    with opened("clausewise:extractive", material) as system:
        assert system.name == "clausewise:extractive"
        assert system.ask(FOREST.model_copy(update={"mode": Mode.AGENT})).citations
    with opened("clausewise", material) as system:
        assert system.name == "clausewise"


@pytest.mark.parametrize("words", [FOREST.question, "西藏2025年森林覆盖率是多少？"])
def test_a_server_replies_as_the_program_in_process(say: Say, url: str, words: str) -> None:
    mine, theirs = say("clausewise", words), say(url, words)
    assert told(theirs) == told(mine)
    assert mine.receipt is not None
    assert theirs.receipt is not None
    assert theirs.receipt["ranked"] == mine.receipt["ranked"]


def test_a_ranking_of_clauses_that_are_not_here_is_left_out(url: str, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "empty")
    with opened(url, Material(Settings(data=tmp_path / "empty"), catalog)) as system:
        reply = system.ask(FOREST)
    catalog.close()
    assert reply.ranked is None
    assert "29.5%" in reply.text


def test_a_guarded_server_wants_its_key(
    material: Material, sample_kept: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    access = Access(data)
    key = access.create_key("评测", Role.READER)
    access.close()
    with started(data) as (_, address):
        keyed = Material(material.settings, material.catalog, key=key)
        with opened(address, keyed) as system:
            reply = system.ask(FOREST)
        assert "29.5%" in reply.text
        assert reply.ranked
        for wrong in ("", "cw-wrong"):
            unkeyed = Material(material.settings, material.catalog, key=wrong)
            with opened(address, unkeyed) as system, pytest.raises(EvaluationError, match="密钥"):
                system.ask(FOREST)


def test_a_server_that_is_not_there_may_come_yet(say: Say) -> None:
    with pytest.raises(BusyError, match="无法连接"):
        say("http://127.0.0.1:9")


# Chat models


def test_a_model_is_asked_the_conversation_and_nothing_else(
    say: Say, server: ChatServer, model: str
) -> None:
    server.script = lambda _: Said("达到29.5%。")
    reply = say(f"openai:{model}", "合肥呢？", "安徽森林覆盖率？")
    assert reply == Reply(text="达到29.5%。", usage=Usage())
    assert server.asked[0]["messages"] == [
        {"role": "user", "content": "安徽森林覆盖率？"},
        {"role": "user", "content": "合肥呢？"},
    ]
    assert (server.asked[0]["model"], server.asked[0]["temperature"]) == ("scripted", 0)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("现有资料未提及合肥市的森林覆盖率。", True),
        ("", True),
        ("达到29.5%。", False),
        ("达到29.5%。" * 30 + "其余资料未提及。", False),
    ],
)
def test_a_model_refuses_by_its_words(
    say: Say, server: ChatServer, model: str, text: str, refused: bool
) -> None:
    server.script = lambda _: Said(text)
    assert say(f"openai:{model}").refused is refused


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_model_that_is_busy_may_be_asked_again(
    say: Say, server: ChatServer, model: str, status: int
) -> None:
    server.script = lambda _: Said(status=status)
    with pytest.raises(BusyError, match=f"scripted.*{status}"):
        say(f"openai:{model}")


def test_a_model_that_refuses_the_request_says_how(
    say: Say, server: ChatServer, model: str
) -> None:
    server.script = lambda _: Said(status=401)
    with pytest.raises(EvaluationError, match=r"scripted.*401"):
        say(f"openai:{model}")


def test_what_is_no_completion_is_an_error(say: Say, server: ChatServer, model: str) -> None:
    server.script = lambda _: Said(fault="garbage")
    with pytest.raises(EvaluationError, match=r"scripted.*OpenAI"):
        say(f"openai:{model}")


Raw = Callable[[int, str, dict[str, str]], str]


@pytest.fixture
def raw() -> Iterator[Raw]:
    """Addresses that answer every request with this status, body and headers."""
    servers: list[http.server.HTTPServer] = []

    def serving(status: int, body: str, headers: dict[str, str]) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Quiet."""

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield serving
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("said", "after"), [("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("", 0.0)]
)
def test_how_long_a_busy_model_asks_to_wait_is_passed_on(
    say: Say, raw: Raw, said: str, after: float
) -> None:
    address = raw(429, "{}", {"retry-after": said})
    with pytest.raises(BusyError) as caught:
        say(f"openai:m@{address}")
    assert caught.value.after == after


def test_the_tokens_of_a_model_are_counted(say: Say, raw: Raw) -> None:
    body = (
        '{"choices": [{"message": {"content": "29.5%"}}],'
        ' "usage": {"prompt_tokens": 11, "completion_tokens": 4}}'
    )
    assert say(f"openai:m@{raw(200, body, {})}").usage == Usage(sent=11, written=4)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"choices": []}',
        '{"choices": [{"message": null}]}',
        '{"choices": [{"message": {"content": "x"}}], "usage": [1]}',
        '{"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": "viele"}}',
        '{"choices": [{"message": {"content": "x", "clausewise": {"answer": 1}}}]}',
    ],
)
def test_json_of_another_shape_is_an_error_and_no_crash(say: Say, raw: Raw, body: str) -> None:
    with pytest.raises(EvaluationError):
        say(f"openai:m@{raw(200, body, {})}")


def test_our_own_completions_are_taken_with_their_citations(say: Say, url: str) -> None:
    mine, theirs = say("clausewise"), say(f"openai:clausewise@{url}/v1")
    assert theirs.citations == mine.citations
    assert theirs.text == mine.text
    assert theirs.ranked is None
    refusal = say(f"openai:clausewise@{url}/v1", "西藏2025年森林覆盖率是多少？")
    assert (refusal.refused, refusal.reason) == (True, "not_held")


# LangChain


def test_a_runnable_may_return_text(say: Say) -> None:
    assert say("langchain:runnables:echo") == Reply(text=FOREST.question)
    assert say("langchain:runnables:turns", "那呢？", "一", "二").text == "user:一 / user:二"


@pytest.mark.parametrize(("name", "count"), [("reads", 2), ("sources", 1)])
def test_the_documents_that_a_runnable_read_are_its_citations(
    say: Say, name: str, count: int
) -> None:
    reply = say(f"langchain:runnables:{name}")
    assert reply.text.startswith("达到29.5%")
    assert [one.marker for one in reply.citations] == list(range(1, count + 1))
    first = reply.citations[0]
    assert (first.text, first.title, first.region) == (
        "森林覆盖率达到29.5%。",
        HEFEI,
        "合肥市",
    )
    assert [one.title for one in reply.citations[1:]] == ["hefei.txt"][: count - 1]
    assert reply.ranked is not None
    assert [one.text for one in reply.ranked] == [
        one.page_content for one in runnables.READ[:count]
    ]


def test_a_runnable_that_read_nothing_has_no_citations_and_no_ranking(say: Say) -> None:
    reply = say("langchain:runnables:nothing_read")
    assert (reply.text, reply.citations, reply.ranked) == ("达到29.5%", (), None)


def test_a_runnable_may_return_a_message_or_messages(say: Say) -> None:
    reply = say("langchain:runnables:message")
    assert (reply.refused, reply.usage) == (True, Usage(sent=7, written=3))
    assert say("langchain:runnables:graph").text == "达到29.5%"


def test_a_runnable_that_fails_or_says_nothing_is_an_error_that_names_it(say: Say) -> None:
    with pytest.raises(EvaluationError, match=r"runnables:fails.*ConnectionError.*模型断开"):
        say("langchain:runnables:fails")
    with pytest.raises(EvaluationError, match=r"runnables:wordless.*没有文字"):
        say("langchain:runnables:wordless")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("runnables:no_runnable", "不是 LangChain 的 Runnable"),
        ("runnables:absent", "无法载入"),
        ("runnables", "无法载入"),
        ("no_such_module:chain", "无法载入"),
        ("broken_chain:chain", "无法载入.*kaputt"),
    ],
)
def test_an_address_that_holds_no_runnable_is_named(
    say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, said: str
) -> None:
    (tmp_path / "broken_chain.py").write_text("raise RuntimeError('kaputt')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EvaluationError, match=said):
        say(f"langchain:{address}")


# The ordinary way


@pytest.mark.parametrize("name", ["bm25", "vectors", "hybrid"])
def test_a_baseline_quotes_sentences_of_the_chunks_it_cites(say: Say, name: str) -> None:
    reply = say(name)
    assert "29.5%" in reply.text
    assert reply.citations
    for cited in reply.citations:
        assert cited.quote in cited.text
        assert f"{cited.quote.strip()}[{cited.marker}]" in reply.text
    assert any(one.title == HEFEI and "29.5%" in one.text for one in reply.citations)
    assert reply.ranked is not None
    assert {one.text for one in reply.citations} <= {one.text for one in reply.ranked}
    assert reply.confidence is not None
    assert not reply.refused


def test_a_baseline_puts_earlier_turns_before_the_question(say: Say) -> None:
    assert "29.5%" in say("bm25", "森林覆盖率呢？", "合肥2025年绿色出行？").text


def test_words_that_no_chunk_holds_are_refused(say: Say) -> None:
    reply = say("bm25", "xyzzy")
    assert (reply.refused, reply.citations, reply.ranked) == (True, (), ())


def test_of_a_baseline_with_a_model_only_what_it_marks_is_cited(
    say: Say, server: ChatServer, model: str
) -> None:
    server.script = lambda _: Said("合肥达到29.5%[2]，[9]。")
    reply = say(f"bm25+{model}", FOREST.question, "先前的问题")
    assert reply.text == "合肥达到29.5%[2]，[9]。"
    assert reply.ranked is not None
    assert [(one.marker, one.text) for one in reply.citations] == [(2, reply.ranked[1].text)]
    (body,) = server.asked
    assert [one["role"] for one in body["messages"]] == ["system", "user", "user"]
    assert f"[2] {reply.ranked[1].title}" in prompt_of(body)
    assert FOREST.question in body["messages"][-1]["content"]


def test_a_baseline_with_a_model_refuses_by_its_words(
    say: Say, server: ChatServer, model: str
) -> None:
    server.script = lambda _: Said("资料未提及")
    reply = say(f"hybrid+{model}")
    assert (reply.refused, reply.citations) == (True, ())


def test_systems_are_named_after_what_they_are(material: Material, model: str) -> None:
    for spec, name in (
        ("bm25", "bm25"),
        (f"vectors+{model}", "vectors+scripted"),
        (f"stuffing+{model}", "stuffing+scripted"),
        (f"openai:{model}", "openai:scripted"),
        ("langchain:runnables:echo", "langchain:runnables:echo"),
    ):
        with opened(spec, material) as system:
            assert system.name == name


def test_stuffing_sends_the_best_documents_whole(
    say: Say, server: ChatServer, model: str, material: Material
) -> None:
    server.script = lambda _: Said("29.5%[1]")
    reply = say(f"stuffing+{model}")
    whole = {document.text for document in material.documents.values()}
    assert reply.ranked is not None
    assert {one.text for one in reply.ranked} == whole
    assert reply.citations[0].title == HEFEI
    assert all(text in prompt_of(server.asked[0]) for text in whole)


def test_stuffing_sends_as_many_documents_as_fit(
    server: ChatServer, model: str, material: Material
) -> None:
    server.script = lambda _: Said("29.5%[1]")
    for tokens, sent in ((700, 1), (1, 0)):
        narrow = Material(material.settings, material.catalog, model_key="", stuffed=tokens)
        with opened(f"stuffing+{model}", narrow) as system:
            reply = system.ask(FOREST)
        assert reply.ranked is not None
        assert [one.title for one in reply.ranked] == [HEFEI][:sent]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("", "没有名为"),
        ("bm26", "没有名为 bm26 的系统"),
        ("stuffing", "没有名为 stuffing"),
        ("openai:", "没有名为 openai:"),
        ("langchain:", "没有名为 langchain:"),
        ("bm25:5", "没有名为 bm25:5"),
        ("clausewise:poetic", "应为 auto、extractive、generative、agent 之一"),
        ("openai:gpt", "模型@http://地址/v1"),
        ("openai:@http://127.0.0.1/v1", "模型@http://地址/v1"),
        ("bm25+gpt@ftp://127.0.0.1", "模型@http://地址/v1"),
    ],
)
def test_a_spec_that_means_nothing_is_named(say: Say, spec: str, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        say(spec)
    assert said in str(caught.value)
