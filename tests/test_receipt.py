"""Receipts: all that an answer was made from; replayed, the same bytes."""

import json
from functools import partial
from pathlib import Path

import pytest
from chat_server import Reply, chat_server
from typer.testing import CliRunner

from assistant.answer import Question, Turn
from assistant.app import Assistant
from assistant.cli import app
from assistant.receipt import Receipt, ReceiptError, differences, read_receipt, receipt_of
from assistant.receipts import Receipts
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import PUBLIC
from corpus.ingest import find, ingest

QUESTIONS = (
    "合肥2025年森林覆盖率是多少？",
    "合肥2025年能耗强度下降多少？",
    "贵阳和合肥2025年森林覆盖率哪个高？",
    "北京2025年非化石能源占比多少？",
    "合肥建筑领域的事由哪些部门负责？",
    "你好",
)


def receipt(assistant: Assistant, text: str) -> Receipt:
    return receipt_of(assistant.trace(Question(question=text)), assistant.version)


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_same_question_gives_the_same_bytes(assistant: Assistant, text: str) -> None:
    assert receipt(assistant, text).text() == receipt(assistant, text).text()


def test_an_index_that_was_built_anew_gives_the_same_bytes(
    assistant: Assistant, sample_kept: Path, tmp_path: Path
) -> None:
    catalog = Catalog(tmp_path)
    documents = sample_kept.parent / "documents"
    for result in ingest(find([documents]), catalog):
        assert result.error is None
    catalog.close()
    again = Assistant.open(Settings(data=tmp_path), report=lambda _: None)
    for text in QUESTIONS:
        assert receipt(again, text).text() == receipt(assistant, text).text()
    again.close()


def test_a_receipt_holds_what_the_answer_was_made_from(assistant: Assistant) -> None:
    kept = receipt(assistant, QUESTIONS[0])
    assert kept.corpus == assistant.version
    assert ("年份", "2025（2025年）") in kept.understood
    assert kept.ranked[0].clause_id == kept.answer["citations"][0]["clause_id"]
    assert [check.passed for check in kept.lines] == [True]
    assert [check.passed for check in kept.quotes] == [True]
    assert kept.model is None
    assert kept.prompts == {}
    assert "timings_ms" not in kept.answer


def test_the_id_tells_answers_apart(assistant: Assistant) -> None:
    ids = {assistant.trace(Question(question=text)).answer.id for text in QUESTIONS}
    assert len(ids) == len(QUESTIONS)
    history = [Turn(role="user", content=QUESTIONS[0])]
    followed = assistant.trace(Question(question=QUESTIONS[0], history=history)).answer.id
    assert followed not in ids


def test_what_differs_is_named(assistant: Assistant) -> None:
    kept = receipt(assistant, QUESTIONS[0])
    assert differences(kept, kept) == []
    assert differences(kept, kept.model_copy(update={"corpus": "x"}))[0].startswith("语料不同")
    other = kept.model_copy(update={"answer": {**kept.answer, "answer": "99%"}})
    assert differences(kept, other) == ["不一致：回答"]


def test_the_command_writes_and_replays_a_receipt(sample_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    run = CliRunner()
    data = ["--data", str(sample_data)]
    asked = run.invoke(app, ["ask", QUESTIONS[0], "--receipt", str(file), *data])
    assert asked.exit_code == 0
    replayed = run.invoke(app, ["replay", str(file), *data])
    assert replayed.exit_code == 0
    assert "一致" in replayed.output
    forged = json.loads(file.read_text(encoding="utf-8"))
    forged["answer"]["answer"] = "合肥市：森林覆盖率99%。[1]"
    file.write_text(json.dumps(forged, ensure_ascii=False), encoding="utf-8")
    replayed = run.invoke(app, ["replay", str(file), *data])
    assert replayed.exit_code == 1
    assert "不一致：回答" in replayed.output


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"receipt": 2}', "不是 JSON"])
def test_what_is_no_receipt_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ReceiptError, match=r"receipt\.json"):
        read_receipt(file)


def test_a_receipt_that_can_not_be_written_is_named(sample_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "receipt.json"
    run = CliRunner().invoke(
        app, ["ask", QUESTIONS[0], "--receipt", str(file), "--data", str(sample_data)]
    )
    assert run.exit_code == 2
    assert "receipt.json" in run.output


def test_the_receipt_of_a_model_names_it_and_each_verdict(sample_data: Path) -> None:
    pytest.importorskip("langchain_openai")
    with chat_server() as server:
        server.script = lambda _: Reply("合肥市2025年森林覆盖率达到39.5%。[1]")
        opened = Assistant.open(
            Settings(data=sample_data, chat_model="writer", chat_base_url=server.url),
            report=lambda _: None,
        )
        kept = receipt(opened, QUESTIONS[0])
        opened.close()
    assert kept.model == "openai:writer"
    assert set(kept.prompts) == {"answer", "evidence", "repair"}
    assert kept.sent is not None
    assert {check.passed for check in kept.sentences} == {False}
    assert "39.5%" in kept.sentences[0].reason


PUBLIC_ALONE = frozenset({PUBLIC})


def test_receipts_are_kept_and_the_oldest_go(
    assistant: Assistant, tmp_path: Path, database: str
) -> None:
    kept = receipt(assistant, QUESTIONS[0])
    store = Receipts(tmp_path, room=50, database=database)
    for number in range(200):
        numbered = kept.model_copy(update={"answer": {**kept.answer, "id": f"a{number}"}})
        store.keep(partial(Receipt.model_copy, numbered), PUBLIC_ALONE)
    for said in ("先", "后"):
        again = kept.model_copy(update={"answer": {**kept.answer, "id": "twice", "answer": said}})
        store.keep(partial(Receipt.model_copy, again), PUBLIC_ALONE)
    assert json.loads(store.text("twice", PUBLIC_ALONE) or "{}")["answer"]["answer"] == "后"
    assert store.text("a0", PUBLIC_ALONE) is None
    assert store.text("a199", PUBLIC_ALONE) is not None
    assert store.text("a199", frozenset()) is None
    store.close()
    opened = Receipts(tmp_path, database=database)
    newest = opened.text("a199", PUBLIC_ALONE)
    assert newest is not None
    assert json.loads(newest)["answer"]["id"] == "a199"
    opened.close()
