from collections import Counter
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from evals.case import read_cases
from evals.errors import EvaluationError
from evals.retrieval.questions import QUESTIONS, read_questions, relevant


def test_two_thirds_teach_for_ever() -> None:
    asked = read_questions(QUESTIONS)
    assert len(asked) > 200
    assert 0.55 < sum(one.teaches for one in asked) / len(asked) < 0.75
    assert [one.teaches for one in asked] == [one.teaches for one in read_questions(QUESTIONS)]
    assert not [q for q, n in Counter(one.question for one in asked).items() if n > 1]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "甲"}\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"questions\.jsonl:1 .*answers"):
        read_questions(file)


def test_every_question_has_its_clause_and_none_is_a_gold_one(
    real_catalog: Catalog, gold: Path
) -> None:
    clauses = list(real_catalog.clauses())
    asked = read_questions(QUESTIONS)
    assert not [one.question for one in asked if not relevant(one, clauses)]
    assert not {one.question for one in asked} & {case.question for case in read_cases(gold)}
