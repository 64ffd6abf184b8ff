"""Consultations of several turns over articles of law, invented ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.errors import EvaluationError
from evals.external.lexrag import LexragOptions, read

LAWS = [
    {
        "id": 1,
        "name": "《临海县图书馆条例》第三条",
        "content": "图书馆每日开放八小时。\\n\\n节假日照常开放。\\n",
    },
    {"id": 2, "name": "《临海县图书馆条例》第九条", "content": "逾期不还的，每日收取一角。"},
]
TALK: dict[str, Any] = {
    "id": 5,
    "conversation": [
        {
            "user": "图书馆几点关门？",
            "assistant": "根据第三条，每日开放八小时。",
            "article": ["《临海县图书馆条例》第三条", "《没有收录的办法》第一条"],
            "keyword": ["《临海县图书馆条例》第三条", "八小时"],
        },
        {"user": "好的，谢谢。", "assistant": "不客气。"},
        {
            "user": "晚还书要交钱吗？",
            "assistant": "每日收取一角。",
            "article": ["《临海县图书馆条例》第九条"],
            "keyword": ["一角"],
        },
    ],
}


def written(folder: Path, *talks: object, laws: list[dict[str, Any]] = LAWS) -> Path:
    lines = (json.dumps(law) for law in laws)
    (folder / "law_library.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "dataset.json").write_text(json.dumps(list(talks)), encoding="utf-8")
    return folder / "dataset.json"


def cases(file: Path) -> tuple[Case, ...]:
    return read(file, LexragOptions()).cases


def test_every_turn_is_a_question_with_those_before_it(tmp_path: Path) -> None:
    first, third = cases(written(tmp_path, TALK))
    assert (first.id, first.history) == ("5_turn1", ())
    assert (third.id, third.history) == ("5_turn3", ("图书馆几点关门？", "好的，谢谢。"))
    assert third.answer == "每日收取一角。"


def test_keywords_are_points_and_articles_prove(tmp_path: Path) -> None:
    first, third = cases(written(tmp_path, TALK))
    assert first.answer_points == (("《临海县图书馆条例》第三条",), ("八小时",))
    assert [one.evidence for one in first.sources] == ["图书馆每日开放八小时。\n\n节假日照常开放。"]
    assert [one.title for one in third.sources] == ["《临海县图书馆条例》第九条"]


def test_all_articles_are_passages(tmp_path: Path) -> None:
    external = read(written(tmp_path, TALK), LexragOptions())
    assert [one.title for one in external.passages] == [law["name"] for law in LAWS]


def test_conversations_may_stand_a_line_each_and_the_laws_elsewhere(tmp_path: Path) -> None:
    file = written(tmp_path, TALK)
    file.write_text(json.dumps(TALK) + "\n", encoding="utf-8")
    moved = (tmp_path / "law_library.jsonl").rename(tmp_path / "laws")
    assert len(read(file, LexragOptions(laws=moved)).cases) == 2
    with pytest.raises(EvaluationError, match=r"law_library\.jsonl: 无法读取"):
        cases(file)


def turns(*given: object) -> dict[str, object]:
    return TALK | {"conversation": list(given)}


@pytest.mark.parametrize(
    ("talk", "message"),
    [
        ({"id": 6}, r"第 2 项 字段 conversation：缺少此字段"),
        (turns() | {"id": 6}, r"第 2 项 字段 conversation：至少要有一项"),
        (turns({"user": ""}), r"第 2 项 字段 conversation\.0\.user：不能没有文字"),
        (turns({"user": "长" * 2001}), r"第 2 项 字段 conversation\.0\.user：过长"),
        (turns({"user": "问", "keyword": "词"}), r"conversation\.0\.keyword：应为列表"),
        (turns(*[{"user": "问"}] * 60), r"字段 conversation：项数过多"),
        (TALK, r"第 2 项 字段 id：5_turn1 重复出现"),
    ],
)
def test_bad_conversations_are_named(tmp_path: Path, talk: object, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        cases(written(tmp_path, TALK, talk))


def test_bad_articles_are_named(tmp_path: Path) -> None:
    file = written(tmp_path, TALK, laws=[*LAWS, {"name": "无文"}])
    with pytest.raises(EvaluationError, match=r"law_library\.jsonl:3 字段 content：缺少此字段"):
        cases(file)


def test_a_library_of_other_laws_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, TALK, laws=[{"name": "别的法", "content": "别的事。"}])
    with pytest.raises(EvaluationError, match=r"没有 dataset\.json 引用的任何法条"):
        cases(file)
