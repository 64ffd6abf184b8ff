"""What people say of answers: kept with the receipt, listed, and made gold questions of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from serving import client_of
from typer.testing import CliRunner

from assistant.access.principal import LOCAL, Principal, Role
from assistant.answer import Filters, Mode, Question, Turn
from assistant.app import Assistant
from assistant.cli import app
from assistant.errors import UnknownAnswerError
from assistant.feedback import Feedback, FeedbackStore, Verdict
from assistant.receipt import Receipt, receipt_of
from assistant.service import Service
from corpus.document import Level
from evals.case import read_cases
from evals.errors import EvaluationError
from evals.metrics.score import score
from evals.originals import Originals
from evals.systems.clausewise import reply_of

FIGURE = "合肥2025年森林覆盖率是多少？"
QUESTIONS = {
    FIGURE: "target",
    "贵阳和合肥2025年森林覆盖率哪个高？": "comparison",
    "合肥建筑领域的事由哪些部门负责？": "responsibility",
    "合肥怎么推广节能车辆？": "measure",
    "北京2025年非化石能源占比多少？": "unanswerable",
}
OTHER = Principal("key-1", "另一人", Role.READER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    opened = FeedbackStore(tmp_path)
    yield opened
    opened.close()


def kept(assistant: Assistant, text: str, **fields: Any) -> Receipt:
    return receipt_of(assistant.trace(Question(question=text, **fields)), assistant.version)


def said(store: FeedbackStore, receipt: Receipt, verdict: str, who: Principal = LOCAL) -> None:
    word = Feedback(answer_id=receipt.answer["id"], verdict=Verdict(verdict), comment=f"{verdict}…")
    store.add(who, word, receipt.text())


def exported(data: Path, *options: str) -> list[dict[str, Any]]:
    file = data / "candidates.jsonl"
    result = CliRunner().invoke(
        app, ["feedback", "export", "--data", str(data), "-o", str(file), *options]
    )
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_word_is_kept_with_the_receipt(service: Service) -> None:
    with client_of(service) as client:
        answer_id = client.post("/v1/answer", json={"question": FIGURE}).json()["id"]
        word = {"answer_id": answer_id, "verdict": "right", "comment": "对"}
        held = client.post("/v1/feedback", json=word)
        receipt = client.get(f"/v1/answers/{answer_id}/receipt").text
    assert held.status_code == 201
    assert held.json()["question"] == FIGURE
    assert "receipt" not in held.json()
    last = service.feedback.judged()[-1]
    assert (last.id, last.receipt) == (held.json()["id"], receipt)
    entry = service.audit.entries(action="feedback")[1][0]
    assert (entry.about, entry.outcome) == (answer_id, "right")


def test_the_page_judges_as_the_api_does(service: Service) -> None:
    answer = service.seen_by(LOCAL).ask(Question(question=FIGURE))
    held = service.judge(LOCAL, Feedback(answer_id=answer.id, verdict=Verdict.WRONG))
    assert (held.question, held.verdict, held.who) == (FIGURE, Verdict.WRONG, LOCAL.id)
    with pytest.raises(UnknownAnswerError, match="unknown"):
        service.judge(LOCAL, Feedback(answer_id="unknown", verdict=Verdict.WRONG))


def test_a_file_from_before_receipts_were_kept_is_brought_up_to_date(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "feedback.sqlite")) as old, old:
        old.execute(
            "CREATE TABLE feedback (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at DATETIME"
            " NOT NULL, who VARCHAR NOT NULL, answer_id VARCHAR NOT NULL, question TEXT NOT NULL,"
            " verdict VARCHAR NOT NULL, comment TEXT NOT NULL)"
        )
        old.execute(
            "INSERT INTO feedback VALUES (7, '2026-07-01 00:00:00', 'local', 'a', '问？', 'right', '好')"
        )
    for _ in range(2):
        store = FeedbackStore(tmp_path)
        (word,) = store.judged()
        assert (word.id, word.question, word.comment, word.receipt) == (7, "问？", "好", None)
        assert store.page(0, 10)[0] == 1
        store.close()
    (row,) = exported(tmp_path)
    assert (row["question"], "todo" in row) == ("问？", True)


def test_right_answers_are_gold_at_once(
    store: FeedbackStore, assistant: Assistant, tmp_path: Path
) -> None:
    for text in QUESTIONS:
        said(store, kept(assistant, text), "right")
    exported(tmp_path)
    cases = read_cases(tmp_path / "candidates.jsonl")
    assert {case.question: case.type.value for case in cases} == QUESTIONS
    for case in cases:
        answer = assistant.ask(Question(question=case.question))
        gold = Originals(assistant.catalog).gold(case)
        result = score(gold, reply_of(answer, None, lambda _: None))
        assert result.reasons == (), case
        assert result.passed
    figure = cases[0]
    assert figure.answer_points == (("29.5%",),)
    assert (figure.sources[0].region, figure.sources[0].clause) == ("合肥市", "一、主要目标")


def test_what_is_not_right_waits_for_a_person(
    store: FeedbackStore, assistant: Assistant, tmp_path: Path
) -> None:
    right, wrong = kept(assistant, FIGURE), kept(assistant, "贵阳2025年森林覆盖率是多少？")
    said(store, right, "right")
    said(store, wrong, "wrong")
    gold, candidate = exported(tmp_path)
    assert "todo" not in gold
    assert candidate["todo"]
    assert (candidate["answer"], candidate["answer_points"], candidate["sources"]) == ("", [], [])
    told = candidate["feedback"]
    assert told["answered"] == wrong.answer["answer"]
    assert told["citations"][0]["quote"] == wrong.answer["citations"][0]["quote"]
    assert [(one["verdict"], one["comment"]) for one in told["words"]] == [("wrong", "wrong…")]
    with pytest.raises(EvaluationError, match="answer_points"):
        read_cases(tmp_path / "candidates.jsonl")
    assert exported(tmp_path, "--right") == [gold]
    assert read_cases(tmp_path / "candidates.jsonl")


def test_what_people_differ_on_is_no_gold(
    store: FeedbackStore, assistant: Assistant, tmp_path: Path
) -> None:
    disputed = kept(assistant, FIGURE)
    said(store, disputed, "right")
    said(store, disputed, "unproven", OTHER)
    (row,) = exported(tmp_path)
    assert row["todo"]
    assert {one["verdict"] for one in row["feedback"]["words"]} == {"right", "unproven"}
    said(store, disputed, "right", OTHER)
    (row,) = exported(tmp_path)
    assert "todo" not in row


def test_follow_ups_keep_their_earlier_turns_and_filters_are_for_a_person(
    store: FeedbackStore, assistant: Assistant, tmp_path: Path
) -> None:
    history = [Turn(role="user", content=FIGURE), Turn(role="assistant", content="29.5%")]
    said(store, kept(assistant, "贵阳呢？", history=history), "right")
    said(store, kept(assistant, FIGURE, filters=Filters(levels=[Level.CITY])), "right")
    followed, filtered = exported(tmp_path)
    assert (followed["type"], followed["history"]) == ("followup", [FIGURE])
    assert "todo" not in followed
    assert filtered["todo"]


def test_the_list_and_the_output(
    store: FeedbackStore, assistant: Assistant, tmp_path: Path
) -> None:
    said(store, kept(assistant, FIGURE, mode=Mode.EXTRACTIVE), "missing")
    run = CliRunner()
    listed = run.invoke(app, ["feedback", "list", "--data", str(tmp_path)], env={"COLUMNS": "160"})
    assert listed.exit_code == 0
    for words in ("漏答", FIGURE, "missing…", "共 1 条"):
        assert words in listed.output
    printed = run.invoke(app, ["feedback", "export", "--data", str(tmp_path)])
    assert json.loads(printed.stdout)["question"] == FIGURE
    nowhere = str(tmp_path / "nowhere" / "x.jsonl")
    failed = run.invoke(app, ["feedback", "export", "--data", str(tmp_path), "-o", nowhere])
    assert failed.exit_code == 2
