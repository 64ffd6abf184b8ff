"""Gates: bounds kept and broken, and a stage taken out that they notice."""

from __future__ import annotations

from pathlib import Path

import pytest

import assistant.ask
from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.errors import EvaluationError
from evals.evaluate import Plan, evaluate
from evals.gates import GATES, Gates, below, read_gates
from evals.metrics.abstention import area
from evals.metrics.statistics import Estimate
from evals.reports.report import Curve, Group, Report, SystemReport
from evals.retrieval.systems import without_places
from evals.suite import read_suites, sample
from evals.systems.opened import Material
from retrieval.query import Query
from retrieval.understand import Holdings, understand


def estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value, high=value, n=100)


def system(**figures: float) -> SystemReport:
    found = {name: estimate(value) for name, value in figures.items()}
    return SystemReport(
        name="s",
        questions=100,
        failures=0,
        errors=0,
        figures=found,
        groups={"suite": [Group(name="targets", questions=100, figures=found)]},
        p50_ms=1,
        p95_ms=1,
        sent=0,
        written=0,
        cost=0,
        stages={},
        curve=Curve(points=[], area=area([])),
    )


def test_a_bound_that_is_kept_says_nothing() -> None:
    gates = Gates({"targets": {"answer": 0.9, "false_refusal": 0.05}})
    assert below(system(answer=0.9, false_refusal=0.05), gates) == []


def test_a_bound_that_is_not_kept_is_named_with_figure_and_bound() -> None:
    gates = Gates({"targets": {"answer": 0.9, "false_refusal": 0.05}, "all": {"answer": 0.8}})
    assert below(system(answer=0.79, false_refusal=0.06), gates) == [
        "targets 的答案正确（answer） 79.0%，应不低于 90.0%",
        "targets 的误拒（false_refusal） 6.0%，应不高于 5.0%",
        "all 的答案正确（answer） 79.0%，应不低于 80.0%",
    ]


def test_what_could_not_be_measured_does_not_keep_its_bound() -> None:
    (said,) = below(system(answer=1), Gates({"targets": {"grounded": 1}}))
    assert "无法计算" in said


def test_a_suite_that_was_not_asked_is_not_judged() -> None:
    assert below(system(answer=0), Gates({"clauses": {"answer": 0.9}})) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[targets]\nanswer = 1.2", "targets.answer 应为 0 到 1"),
        ("[targets]\nanswers = 0.9", "没有名为 answers 的指标"),
        ("[targets", "不是有效的 TOML"),
    ],
)
def test_a_fault_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "gates.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"gates\.toml: ") as caught:
        read_gates(file)
    assert said in str(caught.value)


def _run(catalog: Catalog, data: Path, folder: Path) -> Report:
    suites = sample(read_suites(["targets", "clauses"]), 25)
    material = Material(Settings(data=data), catalog)
    return evaluate(Plan(suites, ["clausewise"], folder, sampled=25), material)


def test_without_the_jurisdictions_of_a_question_the_gates_fail(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick subset, with every stage and with one taken out of it."""
    catalog = Catalog(real_data)
    gates = read_gates(GATES)
    whole = _run(catalog, real_data, tmp_path / "whole")
    assert below(whole.systems[0], gates) == []

    def placeless(text: str, holdings: Holdings) -> Query:
        return without_places(understand(text, holdings))

    monkeypatch.setattr(assistant.ask, "understand", placeless)
    less = _run(catalog, real_data, tmp_path / "less")
    catalog.close()
    broken = below(less.systems[0], gates)
    assert any(sentence.startswith("targets 的答案正确") for sentence in broken)
    assert any(sentence.startswith("targets 的依据召回") for sentence in broken)
