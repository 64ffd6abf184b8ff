"""Gold questions are read whole, and a fault in them is named by file, line and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.case import Type, read_cases
from evals.errors import EvaluationError

GOOD: dict[str, object] = {
    "id": "t-1",
    "question": "再往后呢？",
    "type": "followup",
    "history": ["临海市2025年风电装机目标是多少？"],
    "answer": "40万千瓦",
    "answer_points": ["40万千瓦"],
    "numbers": [{"value": 40, "unit": "万千瓦", "year": 2030}],
    "sources": [
        {
            "file": "009",
            "title": "临海市测试方案",
            "region": "临海市",
            "pages": [3],
            "clause": "二、目标",
            "evidence": "风电装机达到40万千瓦",
        }
    ],
}


def written(folder: Path, *rows: object) -> Path:
    file = folder / "gold.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def changed(**fields: object) -> dict[str, object]:
    return GOOD | fields


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in GOOD.items() if name != field}


def test_reads_every_field_and_numbers_as_words(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, GOOD))
    assert case.type is Type.FOLLOWUP
    assert case.history == ("临海市2025年风电装机目标是多少？",)
    assert (case.numbers[0].value, case.numbers[0].year) == ("40", "2030")
    assert case.sources[0].pages == (3,)
    assert case.sources[0].evidence == "风电装机达到40万千瓦"
    assert case.answerable


def test_tolerates_unknown_fields_absent_history_and_blank_lines(tmp_path: Path) -> None:
    row = {**without("history"), "reviewer": "张三"}
    (case,) = read_cases(written(tmp_path, "", row, "  "))
    assert case.history == ()


def test_keeps_a_line_separator_inside_a_question(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, changed(question="目标\u2028是多少？")))
    assert case.question == "目标\u2028是多少？"


def test_a_point_may_be_said_in_several_ways(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, changed(answer_points=["一", ["27.40%", "27.4%"]])))
    assert case.answer_points == (("一",), ("27.40%", "27.4%"))


def test_the_jurisdiction_is_the_one_given_else_that_of_the_first_source(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, GOOD))
    assert case.jurisdiction == "临海市"
    (case,) = read_cases(written(tmp_path, changed(region="台州市")))
    assert case.jurisdiction == "台州市"


def test_an_unanswerable_question_needs_neither_points_nor_sources(tmp_path: Path) -> None:
    row = changed(type="unanswerable", answer_points=[], sources=[])
    (case,) = read_cases(written(tmp_path, row))
    assert not case.answerable


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (without("question"), "字段 question：缺少此字段"),
        (changed(type="riddle"), "字段 type：应为 target、"),
        (changed(refusal=["tired"]), "字段 refusal.0：应为 not_held、"),
        (changed(history="临海呢"), "字段 history：应为列表"),
        (changed(history=[{"role": "user"}]), "字段 history.0：应为文字"),
        (changed(answer_points=["40万千瓦", "，"]), "字段 answer_points.1.0：不能没有文字"),
        (changed(answer_points=[]), "字段 answer_points：可回答的问题至少要有一项"),
        (changed(sources=[]), "字段 sources：可回答的问题至少要有一项"),
        (changed(sources=["009"]), "字段 sources.0：应为对象"),
        (
            changed(sources=[{"file": "009", "title": "某", "region": "某"}]),
            "字段 sources.0：应写明条款位置",
        ),
        ('{"id": "t-2", ', "不是有效的 JSON"),
        ("[1, 2]", "应为一个 JSON 对象"),
        (GOOD, "字段 id：t-1 重复出现"),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(tmp_path: Path, row: object, said: str) -> None:
    file = written(tmp_path, GOOD, row)
    with pytest.raises(EvaluationError) as caught:
        read_cases(file)
    assert str(caught.value).startswith(f"{file}:2 ")
    assert said in str(caught.value)


def test_a_file_without_questions_is_no_evaluation(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="没有任何问题"):
        read_cases(written(tmp_path, ""))


def test_a_file_that_is_not_there_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"nowhere\.jsonl: 无法读取"):
        read_cases(tmp_path / "nowhere.jsonl")
    file = tmp_path / "gbk.jsonl"
    file.write_bytes("问题".encode("gb18030"))
    with pytest.raises(EvaluationError, match=r"gbk\.jsonl: 不是 UTF-8"):
        read_cases(file)
