"""Sets of others are asked and scored like our own: passages in a catalog, questions as gold."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.errors import EvaluationError
from evals.external.sets import External, Passage, catalog_of, read_external
from evals.metrics.score import score
from evals.originals import Originals
from evals.runner import asked
from evals.systems.opened import Material, opened

ROWS = [
    {
        "id": 1,
        "query": "临海县图书馆共有多少个座位？",
        "answer": ["70个"],
        "positive": ["临海县图书馆新馆落成。据介绍，临海县图书馆共有70个座位，周末照常开放。"],
        "negative": ["临江县博物馆共有三层展厅，陈列着渔具和船模。"],
    },
    {
        "id": 2,
        "query": "临江县哪一年通的火车？",
        "answer": [["1958年", "一九五八年"]],
        "positive": ["临江县志记载，临江县于1958年通了火车，设站两处。"],
        "negative": ["临海县的渡轮每天往返四次，票价十二元。"],
    },
]


@pytest.fixture
def external(tmp_path: Path) -> External:
    file = tmp_path / "zh.json"
    file.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return read_external("rgb", file, ability="noise", noise="0.5", passages="2")


@pytest.fixture
def catalog(external: External, tmp_path: Path) -> Iterator[Catalog]:
    made = catalog_of(external, tmp_path / "data")
    yield made
    made.close()


def test_gold_stands_in_the_catalog(external: External, catalog: Catalog) -> None:
    originals = Originals(catalog)
    assert [fault for case in external.cases for fault in originals.faults(case)] == []
    for case in external.cases:
        (proof,) = originals.gold(case).proofs
        (held,) = [one for one in catalog.clauses() if case.sources[0].evidence in one.text]
        assert 0 < len(proof.evidence) <= proof.clause <= len(held.text)


@pytest.mark.parametrize("spec", ["bm25", "clausewise:extractive"])
def test_systems_are_asked_over_the_passages(
    external: External, catalog: Catalog, tmp_path: Path, spec: str
) -> None:
    originals = Originals(catalog)
    material = Material(Settings(data=tmp_path / "data"), catalog)
    with opened(spec, material) as system:
        for case in external.cases:
            reply = system.ask(asked(case))
            found = score(originals.gold(case), reply, originals)
            assert found.values["points"] == (1, 1), reply.text
            assert found.right("recall"), reply
            assert found.right("grounded")


def test_a_folder_in_use_is_left_alone(catalog: Catalog, tmp_path: Path) -> None:
    before = catalog.fingerprint()
    with pytest.raises(EvaluationError, match="data 中已有文件"):
        catalog_of(External((Passage("p1", "", "别的"),), ()), tmp_path / "data")
    assert catalog.fingerprint() == before


def test_formats_and_options_are_named(tmp_path: Path) -> None:
    file = tmp_path / "zh.json"
    with pytest.raises(EvaluationError, match="没有名为 trivia 的格式；可用的格式：rgb、squad"):
        read_external("trivia", file)
    with pytest.raises(EvaluationError, match="没有选项 noise；可用的选项：无"):
        read_external("cmrc", file, noise=0.5)
    with pytest.raises(EvaluationError, match="没有选项 noise；可用的选项：laws"):
        read_external("lexrag", file, noise=0.5)
    with pytest.raises(EvaluationError, match="选项 ability：应为 noise、rejection、"):
        read_external("rgb", file, ability="poetry")
    with pytest.raises(EvaluationError, match=r"选项 noise：应不大于 1\.0"):
        read_external("rgb", file, noise=2)
    with pytest.raises(EvaluationError, match="选项 passages：应不小于 1"):
        read_external("rgb", file, passages=0)
