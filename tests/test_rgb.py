"""RGB's four abilities, on invented lines of its form."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.case import Type
from evals.errors import EvaluationError
from evals.external.rgb import RgbOptions, read

PLAIN: dict[str, Any] = {
    "id": 0,
    "query": "临海县图书馆哪天开馆？",
    "answer": [["3月1日", "三月一日"]],
    "positive": [f"记者获悉，临海县图书馆定于3月1日开馆，这是第{n}次报道。" for n in range(3)],
    "negative": [f"临海县博物馆第{n}个展厅正在布置，预计年内对外开放。" for n in range(9)],
}
PARTS = PLAIN | {
    "query": "临海县和临江县的图书馆各哪天开馆？",
    "answer": ["3月1日", ["5月2日", "五月二日"]],
    "positive": [
        ["临海县图书馆定于3月1日开馆，消息甲。", "临海县图书馆定于3月1日开馆，消息乙。"],
        ["临江县图书馆定于5月2日开馆，消息丙。"],
    ],
}
FACT = {
    "id": 7,
    "query": "临海县图书馆有多少个座位？",
    "answer": "70",
    "fakeanswer": "170",
    "positive": ["临海县图书馆共有70个座位。"],
    "positive_wrong": ["临海县图书馆共有170个座位。"],
    "negative": ["临海县图书馆有三层。"],
}


def written(folder: Path, *rows: Any) -> Path:
    file = folder / "zh.json"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def options(**given: object) -> RgbOptions:
    return RgbOptions.model_validate(given)


@pytest.mark.parametrize(
    ("noise", "right", "wrong"), [(0, 3, 2), (0.2, 3, 2), (0.6, 2, 3), (0.8, 1, 4)]
)
def test_noise_takes_the_place_of_what_answers(
    tmp_path: Path, noise: float, right: int, wrong: int
) -> None:
    external = read(written(tmp_path, PLAIN), options(noise=noise))
    texts = [passage.text for passage in external.passages]
    assert texts == [*PLAIN["positive"][:right], *PLAIN["negative"][:wrong]]
    (case,) = external.cases
    assert (case.id, case.type, len(case.sources)) == ("noise-0", Type.OPEN, right)
    assert case.answer_points == (("3月1日", "三月一日"),)
    assert all(one.evidence in text for one, text in zip(case.sources, texts, strict=False))


def test_without_enough_negatives_more_positives_are_read(tmp_path: Path) -> None:
    few = PLAIN | {"negative": PLAIN["negative"][:1]}
    external = read(written(tmp_path, few), options(noise=0.8))
    assert [one.text for one in external.passages] == [*PLAIN["positive"], few["negative"][0]]


def test_only_noise_must_be_refused(tmp_path: Path) -> None:
    external = read(written(tmp_path, PLAIN), options(ability="rejection"))
    assert [one.text for one in external.passages] == PLAIN["negative"][:5]
    (case,) = external.cases
    assert (case.id, case.type, case.sources) == ("rejection-0", Type.UNANSWERABLE, ())


def test_integration_wants_every_part(tmp_path: Path) -> None:
    external = read(written(tmp_path, PARTS), options(ability="integration", passages=2))
    assert [one.text[:5] for one in external.passages] == ["临海县图书", "临江县图书"]
    (case,) = external.cases
    assert case.answer_points == (("3月1日",), ("5月2日", "五月二日"))
    assert [one.evidence[-3:] for one in case.sources] == ["息甲。", "息丙。"]


def test_integration_fills_up_with_more_of_each_part_then_with_noise(tmp_path: Path) -> None:
    external = read(written(tmp_path, PARTS), options(ability="integration", passages=5))
    endings = [one.text[-2:] for one in external.passages]
    assert endings == ["甲。", "丙。", "乙。", "放。", "放。"]
    noisy = read(written(tmp_path, PARTS), options(ability="integration", passages=5, noise=0.6))
    assert [one.text[-2:] for one in noisy.passages] == ["甲。", "丙。", "放。", "放。", "放。"]


def test_false_passages_take_the_place_of_true_ones(tmp_path: Path) -> None:
    external = read(written(tmp_path, FACT), options(ability="counterfactual", noise=0.2))
    assert [one.text for one in external.passages] == [
        "临海县图书馆共有170个座位。",
        "临海县图书馆有三层。",
    ]
    (case,) = external.cases
    assert (case.id, case.answer_points, case.never) == ("counterfactual-7", (("70",),), ("170",))
    assert case.sources == ()


def test_a_false_answer_within_the_true_one_may_be_said(tmp_path: Path) -> None:
    row = FACT | {"answer": "临海县图书馆", "fakeanswer": "图书馆"}
    (case,) = read(written(tmp_path, row), options(ability="counterfactual")).cases
    assert case.never == ()


@pytest.mark.parametrize(
    ("row", "ability", "message"),
    [
        (PLAIN | {"query": "？"}, "noise", r"zh\.json:2 字段 query：不能没有文字"),
        (PLAIN | {"answer": [[]]}, "noise", r"zh\.json:2 字段 answer\.0：至少要有一项"),
        (PLAIN | {"answer": []}, "rejection", r"zh\.json:2 字段 answer：至少要有一项"),
        (PARTS, "noise", r"zh\.json:2 字段 positive\.0：应为文字"),
        (PLAIN, "integration", r"zh\.json:2 字段 positive\.0：应为列表"),
        (PLAIN, "counterfactual", r"zh\.json:2 字段 positive_wrong：缺少此字段"),
        (["甲"], "noise", r"zh\.json:2：应为对象"),
        (PLAIN, "rejection", r"zh\.json:2 字段 id：rejection-0 重复出现"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, row: object, ability: str, message: str) -> None:
    good = {"integration": PARTS, "counterfactual": FACT}.get(ability, PLAIN)
    with pytest.raises(EvaluationError, match=message):
        read(written(tmp_path, good, row), options(ability=ability))


def test_noise_that_leaves_no_answer_is_turned_down(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"选项 noise：0\.9 时 5 段中没有一段含答案"):
        read(written(tmp_path, PLAIN), options(noise=0.9))
