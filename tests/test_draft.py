"""New questions are proposed from the targets held, and enter a suite once a person has checked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Assistant
from evals.case import Case, Number, Type, read_cases
from evals.draft import Draft, accept, from_targets, write_drafts
from evals.errors import EvaluationError
from evals.originals import Originals
from evals.runner import asked as as_asked

MANY = 1000


@pytest.fixture(scope="module")
def held(assistant: Assistant) -> Originals:
    return Originals(assistant.catalog)


@pytest.fixture(scope="module")
def drafts(assistant: Assistant) -> list[Draft]:
    """A draft of everything that may be asked."""
    return from_targets(list(assistant.catalog.targets()), [], MANY, 1)


def checked(draft: Draft, **changed: Any) -> Draft:
    return {name: value for name, value in (draft | changed).items() if name != "todo"}


def written(file: Path, *drafts: Draft) -> Path:
    file.unlink(missing_ok=True)
    write_drafts(drafts, file)
    return file


def about(drafts: list[Draft], region: str, words: str) -> Draft:
    (one,) = (d for d in drafts if d["region"] == region and words in d["question"])
    return one


def test_a_draft_asks_for_a_figure_and_names_the_clause_that_has_it(drafts: list[Draft]) -> None:
    draft = about(drafts, "合肥市", "绿色出行比例")
    assert draft["question"] == "合肥市2030年绿色出行比例的目标是多少？"
    assert draft["answer_points"] == ["不低于75%"]
    assert draft["numbers"] == [
        {
            "value": "75",
            "unit": "%",
            "qualifier": "不低于",
            "year": "2030",
            "region": "合肥市",
            "indicator": "绿色出行比例",
        }
    ]
    assert draft["sources"] == [
        {
            "title": "合肥市碳达峰实施方案",
            "region": "合肥市",
            "clause": "二、重点任务 > （一）交通运输行动 > 2.优化出行结构",
        }
    ]
    assert "原文" in draft["todo"]


def test_what_is_deferred_or_has_no_year_is_not_asked(drafts: list[Draft]) -> None:
    told = "".join(draft["question"] + draft["answer"] for draft in drafts)
    assert "完成" not in told
    assert "数据中心" not in told
    assert "人均绿地" not in told
    assert len(drafts) == 16


def test_checked_drafts_are_questions_that_the_documents_bear_out(
    drafts: list[Draft], held: Originals
) -> None:
    cases = [Case.model_validate(checked(draft)) for draft in drafts]
    assert [fault for case in cases for fault in held.faults(case)] == []
    assert {case.type for case in cases} == {Type.TARGET}
    assert len({case.id for case in cases}) == len(cases)


def test_a_draw_is_spread_over_jurisdictions_and_indicators(assistant: Assistant) -> None:
    rows = list(assistant.catalog.targets())
    for seed in range(20):
        drawn = from_targets(rows, [], 8, seed)
        regions = Counter(draft["region"] for draft in drawn)
        assert set(regions) == {"安徽省", "合肥市", "贵阳市", "云岩区"}
        assert regions["云岩区"] == 1  # it has no more
        assert (
            max(regions.values()) - min(regions[name] for name in regions if name != "云岩区") <= 1
        )
        indicators = Counter(draft["numbers"][0]["indicator"] for draft in drawn)
        assert len(indicators) >= 6


def test_a_draw_can_be_repeated_and_another_seed_draws_others(assistant: Assistant) -> None:
    rows = list(assistant.catalog.targets())
    drawn = {seed: [one["id"] for one in from_targets(rows, [], 6, seed)] for seed in range(5)}
    assert [one["id"] for one in from_targets(rows, [], 6, 1)] == drawn[1]
    assert len({tuple(ids) for ids in drawn.values()}) > 1


def test_what_a_suite_asks_already_is_left_out(assistant: Assistant, drafts: list[Draft]) -> None:
    number = Number(value="75", unit="%", year="2030", region="合肥市")
    known = Case(id="k", question="？问", type=Type.UNANSWERABLE, numbers=(number,))
    rows = list(assistant.catalog.targets())
    left = from_targets(rows, [known], MANY, 1)
    assert len(left) == len(drafts) - 1
    assert not [one for one in left if "绿色出行" in one["question"] and one["region"] == "合肥市"]
    elsewhere = known.model_copy(update={"numbers": (number.model_copy(update={"year": "2025"}),)})
    assert len(from_targets(rows, [elsewhere], MANY, 1)) == len(drafts)


def test_every_draft_that_was_accepted_is_known_to_the_next_draw(
    assistant: Assistant, drafts: list[Draft]
) -> None:
    cases = [Case.model_validate(checked(draft)) for draft in drafts]
    assert from_targets(list(assistant.catalog.targets()), cases, MANY, 2) == []


def test_a_file_of_drafts_is_not_overwritten(tmp_path: Path, drafts: list[Draft]) -> None:
    file = tmp_path / "drafts.jsonl"
    write_drafts(drafts[:2], file)
    before = file.read_bytes()
    assert [json.loads(line) for line in before.decode().splitlines()] == drafts[:2]
    with pytest.raises(EvaluationError, match=r"drafts\.jsonl 已存在"):
        write_drafts(drafts, file)
    assert file.read_bytes() == before
    with pytest.raises(EvaluationError, match="无法写入"):
        write_drafts(drafts, tmp_path / "nowhere" / "drafts.jsonl")


def test_what_has_a_todo_stays_out(tmp_path: Path, drafts: list[Draft], held: Originals) -> None:
    suite = tmp_path / "mine.jsonl"
    file = written(tmp_path / "d.jsonl", checked(drafts[0]), *drafts[1:3])
    assert accept(file, suite, held) == (1, 2)
    (case,) = read_cases(suite)
    assert case.id == drafts[0]["id"]
    assert as_asked(case).question == drafts[0]["question"]
    more = written(file, *drafts[1:3])
    before = suite.read_bytes()
    assert accept(more, suite, held) == (0, 2)
    assert suite.read_bytes() == before


def test_what_is_accepted_stands_after_what_was_there(
    tmp_path: Path, drafts: list[Draft], held: Originals
) -> None:
    suite = tmp_path / "mine.jsonl"
    accept(written(tmp_path / "d.jsonl", checked(drafts[0])), suite, held)
    before = suite.read_text(encoding="utf-8").rstrip()
    suite.write_text(before, encoding="utf-8")  # as an editor may leave it
    taken = accept(
        written(tmp_path / "d.jsonl", checked(drafts[1], question="用自己的话问？")), suite, held
    )
    assert taken == (1, 0)
    assert [case.id for case in read_cases(suite)] == [drafts[0]["id"], drafts[1]["id"]]
    assert suite.read_text(encoding="utf-8").startswith(before + "\n")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["d.jsonl", "mine.jsonl"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answer_points": ["99%"]}, "要点“99%”不在所列条款中"),
        ({"sources": [{"title": "没有的方案", "region": "合肥市", "clause": "一"}]}, "没有此件"),
        ({"type": "riddle"}, "字段 type"),
        ({"id": "taken"}, "taken 重复出现"),
    ],
)
def test_one_bad_draft_leaves_the_suite_untouched(
    tmp_path: Path, drafts: list[Draft], held: Originals, changed: Draft, said: str
) -> None:
    suite = tmp_path / "mine.jsonl"
    accept(written(tmp_path / "d.jsonl", checked(drafts[0], id="taken")), suite, held)
    before = suite.read_bytes()
    file = written(tmp_path / "d.jsonl", checked(drafts[1]), checked(drafts[2], **changed))
    with pytest.raises(EvaluationError, match=said):
        accept(file, suite, held)
    assert suite.read_bytes() == before
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["d.jsonl", "mine.jsonl"]


def test_a_suite_that_cannot_be_written_is_named(
    tmp_path: Path, drafts: list[Draft], held: Originals
) -> None:
    file = written(tmp_path / "d.jsonl", checked(drafts[0]))
    with pytest.raises(EvaluationError, match=r"mine\.jsonl: 无法写入"):
        accept(file, tmp_path / "nowhere" / "mine.jsonl", held)
