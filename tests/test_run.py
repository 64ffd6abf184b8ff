"""Questions are asked as a user would ask them; kept answers score again without asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Mode, Question, Refusal
from corpus.document import Level
from evals.case import Case, GoldSource, Type
from evals.errors import EvaluationError
from evals.run import asked, generate, judge, keep, read_rows, run

CLAUSE = "到2030年，临海市风电装机达到40万千瓦。"


def gold(name: str, question: str, *history: str) -> Case:
    return Case(
        id=name,
        question=question,
        type=Type.FOLLOWUP if history else Type.TARGET,
        history=history,
        answer_points=("40万千瓦",),
        sources=(GoldSource(file="009", title="方案", region="临海市", evidence=CLAUSE),),
    )


CASES = [
    gold("t-1", "临海市2030年风电装机？"),
    gold("t-2", "再往后呢？", "临海市风电？", "光伏呢？"),
]


def reply(question: Question) -> Answer:
    """Knows the first question, refuses what has a history."""
    citation = Citation(
        clause_id="c",
        document_id="d",
        document_title="临海市测试方案",
        region="临海市",
        level=Level.CITY,
        status="正式",
        clause_path=["二、目标"],
        pages=[3],
        source_url=None,
        score=1.0,
        marker=1,
        quote=CLAUSE,
        clause_text=CLAUSE,
        span=(0, len(CLAUSE)),
    )
    known = not question.history
    return Answer(
        id="a",
        question=question.question,
        understood=None,
        answer="40万千瓦[1]" if known else "所收文件未给出。",
        refused=not known,
        refusal_reason=None if known else Refusal.SILENT,
        mode=Mode.EXTRACTIVE,
        citations=[citation] if known else [],
        related=[],
        timings_ms={},
    )


def test_earlier_questions_become_turns_of_the_user_in_order() -> None:
    question = asked(CASES[1])
    assert question.question == "再往后呢？"
    assert [(turn.role, turn.content) for turn in question.history] == [
        ("user", "临海市风电？"),
        ("user", "光伏呢？"),
    ]


def test_each_question_is_asked_once_scored_and_reported() -> None:
    heard: list[tuple[int, int]] = []
    results = run(CASES, reply, lambda done, total: heard.append((done, total)))
    assert [result.case.id for result in results] == ["t-1", "t-2"]
    assert [result.score.answer for result in results] == [True, False]
    assert results[1].score.false_refuse is True
    assert all(result.seconds >= 0 for result in results)
    assert heard == [(1, 2), (2, 2)]


def test_kept_answers_score_the_same_without_asking(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    kept = keep(generate(CASES, reply), file)
    assert judge(CASES, read_rows(file)) == judge(CASES, kept)


def test_answers_are_kept_as_they_come(tmp_path: Path) -> None:
    def failing(question: Question) -> Answer:
        if question.history:
            raise ConnectionError("对话模型断开")
        return reply(question)

    file = tmp_path / "rows.jsonl"
    with pytest.raises(ConnectionError, match="对话模型断开"):
        keep(generate(CASES, failing), file)
    assert [row.id for row in read_rows(file)] == ["t-1"]


def test_a_question_without_an_answer_or_since_reworded_is_named(tmp_path: Path) -> None:
    rows = list(generate(CASES, reply))
    with pytest.raises(EvaluationError, match="没有问题 t-2 的回答"):
        judge(CASES, rows[:1])
    reworded = CASES[1].model_copy(update={"history": ("临海市光伏？",)})
    with pytest.raises(EvaluationError, match="没有问题 t-2 的回答"):
        judge([CASES[0], reworded], rows)


def test_files_that_are_no_kept_answers_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    keep(generate(CASES[:1], reply), file)
    file.write_text(file.read_text(encoding="utf-8") + '{"id": "t-2"}\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"rows\.jsonl:2 不是保存的回答（字段 question）"):
        read_rows(file)
    with pytest.raises(EvaluationError, match="无法写入"):
        keep([], tmp_path / "absent" / "rows.jsonl")
