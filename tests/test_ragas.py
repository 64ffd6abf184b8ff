"""Kept replies in the form of ragas' EvaluationDataset."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Question, Turn
from evals.case import Case, GoldSource, Type
from evals.errors import EvaluationError
from evals.external.ragas import SILENT, write_ragas
from evals.originals import Gold, Proof
from evals.reply import Cited, Passage, Reply, Row

SEATS = Case(
    id="a",
    question="有多少个座位？",
    type=Type.OPEN,
    answer_points=(("70个", "七十个"), ("周末开放",)),
    sources=(
        GoldSource(title="甲", evidence="共有70个座位，周末开放"),
        GoldSource(title="乙", clause="第三条"),
    ),
)
PROOFS = (Proof("", "共有70个座位周末开放", 20), Proof("", "座位七十个", 9))
COLOUR = Case(id="b", question="什么颜色？", type=Type.UNANSWERABLE)
AFTER = Case(
    id="c",
    question="那楼上呢？",
    type=Type.OPEN,
    history=("有多少个座位？",),
    answer="楼上没有座位。",
    answer_points=(("没有",),),
)
GOLDS = [Gold(SEATS, PROOFS), Gold(COLOUR), Gold(AFTER)]


def row(case: Case, reply: Reply | None, error: str = "") -> Row:
    said = [Turn(role="user", content=words) for words in case.history]
    if said:
        said.append(Turn(role="assistant", content="70个。"))
    question = Question(question=case.question, history=said)
    return Row(id=case.id, question=question, seconds=0.1, reply=reply, error=error)


def samples(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_question_by_itself_is_a_single_turn(tmp_path: Path) -> None:
    found = (Passage(text="共有70个座位。", title="甲"), Passage(text="别的。"))
    reply = Reply(text="70个[1]。", ranked=found, citations=(Cited(text="共有", marker=1),))
    file = tmp_path / "samples.jsonl"
    assert write_ragas(GOLDS, [row(SEATS, reply)], file) == [file]
    assert samples(file) == [
        {
            "user_input": "有多少个座位？",
            "retrieved_contexts": ["甲\n共有70个座位。", "别的。"],
            "reference_contexts": ["共有70个座位，周末开放", "座位七十个"],
            "response": "70个[1]。",
            "reference": "70个；周末开放",
        }
    ]


def test_what_is_cited_stands_for_what_was_found(tmp_path: Path) -> None:
    reply = Reply(text="70个[1]。", citations=(Cited(text="共有70个。", marker=1),))
    (file,) = write_ragas(GOLDS, [row(SEATS, reply)], tmp_path / "samples.jsonl")
    assert samples(file)[0]["retrieved_contexts"] == ["共有70个。"]


def test_a_refusal_is_a_response_and_what_should_be_refused_has_a_reference(
    tmp_path: Path,
) -> None:
    refused = Reply(text="没有查到。", refused=True)
    rows = [row(SEATS, refused), row(COLOUR, refused)]
    (file,) = write_ragas(GOLDS, rows, tmp_path / "samples.jsonl")
    answerable, unanswerable = samples(file)
    assert (answerable["response"], answerable["reference"]) == ("没有查到。", "70个；周末开放")
    assert unanswerable == {
        "user_input": "什么颜色？",
        "retrieved_contexts": [],
        "response": "没有查到。",
        "reference": SILENT,
    }


def test_a_question_with_history_is_a_conversation_in_a_file_of_its_own(tmp_path: Path) -> None:
    rows = [row(AFTER, Reply(text="没有。")), row(COLOUR, Reply(text="红色。"))]
    single, multi = write_ragas(GOLDS, rows, tmp_path / "samples.jsonl")
    assert [sample["user_input"] for sample in samples(single)] == ["什么颜色？"]
    assert multi.name == "samples.multi.jsonl"
    assert samples(multi) == [
        {
            "user_input": [
                {"content": "有多少个座位？", "type": "human"},
                {"content": "70个。", "type": "ai"},
                {"content": "那楼上呢？", "type": "human"},
                {"content": "没有。", "type": "ai"},
            ],
            "reference": "楼上没有座位。",
        }
    ]


def test_what_failed_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "samples.jsonl"
    failed = row(SEATS, None, "连接中断")
    write_ragas(GOLDS, [failed, row(COLOUR, Reply(text="红色。"))], file)
    assert [sample["response"] for sample in samples(file)] == ["红色。"]
    file.unlink()
    with pytest.raises(EvaluationError, match="没有一个问题得到回答"):
        write_ragas(GOLDS, [failed], file)
    assert not file.exists()


def test_a_row_of_another_set_is_named_and_nothing_written(tmp_path: Path) -> None:
    rows = [row(COLOUR, Reply(text="红色。")), row(SEATS, Reply(text="70个。"))]
    with pytest.raises(EvaluationError, match="回答 a 没有对应的问题"):
        write_ragas(GOLDS[1:], rows, tmp_path / "samples.jsonl")
    assert not list(tmp_path.iterdir())
