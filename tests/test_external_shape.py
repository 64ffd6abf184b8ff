from pathlib import Path

import pytest

from evals.case import Case, Type
from evals.errors import EvaluationError
from evals.external.shape import Draft, around, evidence_of

TEXT = (
    "本办法自公布之日起施行。全市森林覆盖率到2030年达到百分之四十一点五以上！"
    "其中城区不低于12%。北部各县不低于112%的说法有误，以本通知所附的表格为准。"
)


def test_evidence_is_the_sentence_that_says_the_answer() -> None:
    assert evidence_of(TEXT, ["百分之四十一点五"]) == (
        "全市森林覆盖率到2030年达到百分之四十一点五以上！"
    )


def test_a_number_within_a_longer_one_is_no_evidence() -> None:
    assert evidence_of(TEXT, ["112%"]).startswith("北部各县")
    assert evidence_of(TEXT, ["12%"]).startswith("其中城区")


def test_a_short_sentence_takes_its_neighbour_along() -> None:
    assert evidence_of(TEXT, ["城区"]) == TEXT[TEXT.index("其中") :]
    assert evidence_of("很长很长很长很长很长很长的一句。完。", ["完"]) == (
        "很长很长很长很长很长很长的一句。完。"
    )


def test_what_is_said_nowhere_is_proved_by_the_whole() -> None:
    assert evidence_of(TEXT, ["海岸线"]) == TEXT


def test_english_sentences_are_told_apart_and_decimals_kept() -> None:
    text = "It rose by 2.5 percent in the third quarter. Exports fell for the second time in a row."
    at = text.index("2.5")
    assert around(text, at, at + 3) == "It rose by 2.5 percent in the third quarter."


def test_a_passage_is_held_once_and_one_without_words_never(tmp_path: Path) -> None:
    draft = Draft()
    for title, text in (("题", "文"), ("题", "文"), ("", "文"), ("题", "……")):
        draft.passage(title, text)
    draft.case(Case(id="1", question="问", type=Type.UNANSWERABLE), "此处")
    external = draft.done(tmp_path)
    assert [one[1:] for one in external.passages] == [("题", "文"), ("", "文")]
    assert len({one.id for one in external.passages}) == 2


def test_an_id_used_twice_and_an_empty_set_are_named(tmp_path: Path) -> None:
    draft = Draft()
    with pytest.raises(EvaluationError, match="没有可以评测的问题"):
        draft.done(tmp_path)
    draft.case(Case(id="1", question="问", type=Type.UNANSWERABLE), "此处")
    with pytest.raises(EvaluationError, match="没有可供检索的文字"):
        draft.done(tmp_path)
    with pytest.raises(EvaluationError, match="彼处 字段 id：1 重复出现"):
        draft.case(Case(id="1", question="又问", type=Type.UNANSWERABLE), "彼处")
