"""SQuAD's form and CMRC's two, on invented paragraphs."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case, Type
from evals.errors import EvaluationError
from evals.external.squad import SquadOptions, read

CONTEXT = (
    " 临海县图书馆建于1990年，当时共有三层。2015年经过大规模扩建以后，"
    "馆舍面积增加到1990平方米，每天可以接待五百名读者。"
)


def question(**fields: Any) -> dict[str, Any]:
    return {"id": "q1", "question": "扩建后面积多少？", "answers": []} | fields


def answer(text: str, nth: int = 0) -> dict[str, Any]:
    at = -1
    for _ in range(nth + 1):
        at = CONTEXT.index(text, at + 1)
    return {"text": text, "answer_start": at}


def new_form(*asked: dict[str, Any]) -> dict[str, Any]:
    paragraph = {"context": CONTEXT, "qas": list(asked)}
    return {"version": "v2.0", "data": [{"title": "图书馆", "paragraphs": [paragraph]}]}


def old_form(*asked: dict[str, Any]) -> list[dict[str, Any]]:
    questions = [
        {
            "query_id": one["id"],
            "query_text": one["question"],
            "answers": [said["text"] for said in one["answers"]],
        }
        for one in asked
    ]
    return [{"context_id": "T1", "context_text": CONTEXT, "title": "图书馆", "qas": questions}]


def written(folder: Path, held: object) -> Path:
    file = folder / "dev.json"
    file.write_text(json.dumps(held), encoding="utf-8")
    return file


def cases(folder: Path, held: object) -> tuple[Case, ...]:
    return read(written(folder, held), SquadOptions()).cases


def test_the_evidence_is_where_the_answer_starts(tmp_path: Path) -> None:
    asked = question(answers=[answer("1990", nth=1), answer("1990平方米"), answer("1990", nth=1)])
    (case,) = cases(tmp_path, new_form(asked))
    assert case.type is Type.OPEN
    assert case.answer_points == (("1990", "1990平方米"),)
    (proof,) = case.sources
    assert proof.evidence.startswith("2015年")
    assert (proof.title, proof.region) == ("图书馆", "未知")


def test_a_start_that_is_wrong_is_looked_up(tmp_path: Path) -> None:
    asked = question(answers=[answer("五百名") | {"answer_start": 3}])
    ((proof,),) = (case.sources for case in cases(tmp_path, new_form(asked)))
    assert "五百名" in proof.evidence
    assert "1990年" not in proof.evidence


def test_an_impossible_question_is_unanswerable(tmp_path: Path) -> None:
    asked = question(is_impossible=True, plausible_answers=[answer("三层")])
    (case,) = cases(tmp_path, new_form(asked))
    assert (case.type, case.answer_points, case.sources) == (Type.UNANSWERABLE, (), ())


def test_both_forms_of_cmrc_say_the_same(tmp_path: Path) -> None:
    asked = question(answers=[answer("1990平方米"), answer("五百名")])
    new = read(written(tmp_path, new_form(asked)), SquadOptions())
    assert read(written(tmp_path, old_form(asked)), SquadOptions()) == new


def test_a_paragraph_is_held_once(tmp_path: Path) -> None:
    twice = new_form(question(answers=[answer("三层")]))
    twice["data"] += new_form(question(id="q2", answers=[answer("三层")]))["data"]
    external = read(written(tmp_path, twice), SquadOptions())
    assert len(external.passages) == 1
    assert [case.id for case in external.cases] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (new_form(question()), r"data\.0\.paragraphs\.0\.qas\.0 字段 answers：可回答的问题"),
        (new_form(question(question="")), r"json 字段 data\.0\.paragraphs\.0\.qas\.0\.question："),
        (new_form(question(answers=[{"text": "。"}])), r"answers\.0\.text：不能没有文字"),
        (old_form(question()), r"\[0\]\.qas\.0 字段 answers：可回答的问题"),
        ([{"context_text": "文", "qas": [{}]}], r"\[0\] 字段 qas\.0\.query_id：缺少此字段"),
        ({"version": "1"}, r"dev\.json 字段 data：缺少此字段"),
        ("文", r"dev\.json：应为对象"),
        ([], r"dev\.json 没有可以评测的问题"),
        (
            new_form(question(answers=[answer("三层")]), question(answers=[answer("三层")])),
            "qas.1 字段 id：q1 重复出现",
        ),
    ],
)
def test_bad_files_are_named(tmp_path: Path, held: object, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        cases(tmp_path, held)
