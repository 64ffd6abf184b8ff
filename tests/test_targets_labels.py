"""Labels and how rows are matched with them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.document import Document
from corpus.targets.target import Change, Comparison, Kind, Target
from evals.case import Split
from evals.errors import EvaluationError
from evals.targets.command import LABELS, figures, score
from evals.targets.labels import Gold, Label, digest, place, read_labels
from evals.targets.match import match


def row(words: str, value: str, unit: str = "%", year: int | None = 2025) -> Target:
    low = Decimal(value)
    return Target(
        "c", 0, 9, "", words, Kind.SHARE, Comparison.EQUAL, Change.NONE, value, low, low, unit, year
    )


def test_a_row_finds_the_target_of_its_value_year_and_words() -> None:
    gold = [Gold(indicator="森林覆盖率", value="30", unit="%", year="2025")]
    assert match(gold, [row("森林覆盖率", "30")]).missed == ()
    for wrong in (
        row("森林覆盖率", "31"),
        row("湿地保护率", "30"),
        row("森林覆盖率", "30", year=2030),
        row("森林覆盖率", "30", "万亩"),
    ):
        found = match(gold, [wrong])
        assert (len(found.missed), len(found.extra)) == (1, 1)


def test_each_row_finds_one_target() -> None:
    gold = [Gold(indicator="占比", value="30", unit="%", year="2025")] * 2
    found = match(gold, [row("占比", "30")])
    assert (len(found.pairs), len(found.missed)) == (1, 1)


def test_values_are_compared_in_the_normalised_unit() -> None:
    gold = [Gold(indicator="风电装机", value="1.2", unit="亿千瓦", year="2025")]
    assert match(gold, [row("风电装机", "12000", "万千瓦")]).missed == ()


def held(data: Path) -> list[Document]:
    catalog = Catalog(data)
    return [d for known in catalog.documents() if (d := catalog.document(known.id))]


def test_a_sentence_is_found_by_its_letters(sample_data: Path) -> None:
    sentence = "到2025年，城区公交车中新能源汽车占比达到85%以上，建设公共充电桩3600个。"
    label = Label(
        document="合肥市碳达峰实施方案",
        region="合肥市",
        clause=["二、重点任务", "（一）交通运输行动", "1.推广节能车辆"],
        sentence=digest(sentence.replace("，", ", ")),
        split=Split.TUNE,
        targets=[
            Gold(indicator="新能源汽车占比", value="85", unit="%", comparison=">=", year="2025"),
            Gold(indicator="公共充电桩", value="3600", unit="个", change="new", year="2025"),
        ],
    )
    documents = held(sample_data)
    _, start, end = place(label, documents)
    assert end - start == len(sentence)
    found = figures(score([label], documents))
    assert (found.recall, found.precision) == (1.0, 1.0)
    assert found.fields["comparison"] == 1.0


def test_a_place_that_is_not_held_is_named(sample_data: Path) -> None:
    label = Label(document="无此方案", region="合肥市", clause=["一"], split=Split.TUNE, targets=[])
    with pytest.raises(EvaluationError, match="无此方案"):
        place(label, held(sample_data))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"document": "甲"}\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match="第 1 行 region"):
        read_labels(path)


def test_the_labels_hold_facts_and_no_sentences() -> None:
    labels = read_labels(LABELS)
    assert sum(label.sentence is None for label in labels) >= 30
    assert sum(label.sentence is not None for label in labels) >= 200
    for label in labels:
        for gold in label.targets:
            assert "。" not in gold.indicator
            assert len(gold.indicator) <= 60, json.dumps(gold.indicator, ensure_ascii=False)


def test_the_rules_on_the_labels(originals: Path, tmp_path: Path) -> None:
    from corpus.ingest import find, ingest

    catalog = Catalog(tmp_path)
    assert all(result.error is None for result in ingest(find([originals]), catalog))
    documents = [d for known in catalog.documents() if (d := catalog.document(known.id))]
    found = figures(score(read_labels(LABELS), documents))
    assert found.recall >= 0.95
    assert found.precision >= 0.97
