"""The gate lets small changes pass, stops a fall, and names it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.settings import Settings
from evals.command import evaluate
from evals.errors import EvaluationError
from evals.gate import Baseline, read_baseline, worsened, write_baseline
from evals.report import Figures

BEFORE = Baseline(
    answer=0.9, recall=0.95, first=0.8, precision=0.7, grounded=1.0, refuse=0.75, false_refuse=0.05
)
SAME = Figures(
    n=100,
    answer=0.9,
    recall=0.95,
    first=0.8,
    precision=0.7,
    grounded=1.0,
    refuse=0.75,
    false_refuse=0.05,
    p50_ms=10,
    p95_ms=20,
)


def test_the_same_figures_pass() -> None:
    assert worsened(SAME, BEFORE) == []


@pytest.mark.parametrize("field", ["answer", "recall", "first", "precision", "grounded", "refuse"])
def test_a_fall_beyond_the_tolerance_is_named_and_one_within_passes(field: str) -> None:
    before = getattr(SAME, field)
    (sentence,) = worsened(replace(SAME, **{field: before - 0.011}), BEFORE)
    assert field in sentence
    assert f"由 {before:.1%} 降至 {before - 0.011:.1%}" in sentence
    assert worsened(replace(SAME, **{field: before - 0.01}), BEFORE) == []


def test_more_false_refusals_fail_and_fewer_pass() -> None:
    (sentence,) = worsened(replace(SAME, false_refuse=0.065), BEFORE)
    assert sentence == "误拒（false_refuse）由 5.0% 升至 6.5%"
    assert worsened(replace(SAME, false_refuse=0.06), BEFORE) == []
    assert worsened(replace(SAME, false_refuse=0.0), BEFORE) == []


def test_better_figures_pass() -> None:
    assert worsened(replace(SAME, answer=1.0, precision=1.0, refuse=1.0), BEFORE) == []


def test_a_figure_that_can_no_longer_be_measured_fails() -> None:
    (sentence,) = worsened(replace(SAME, grounded=None), BEFORE)
    assert sentence == "引文逐字（grounded）基线为 100.0%，本次无法计算"
    new = BEFORE.model_copy(update={"refuse": None})
    assert worsened(SAME, new) == []


def test_the_baseline_written_is_the_baseline_read(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    write_baseline(replace(SAME, refuse=None, precision=2 / 3), file)
    assert read_baseline(file) == BEFORE.model_copy(update={"refuse": None, "precision": 0.6667})


def test_a_missing_or_broken_baseline_is_named(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    with pytest.raises(EvaluationError, match=r"baseline\.json: 尚无基线"):
        read_baseline(file)
    file.write_text('{"answer": 1.5}', encoding="utf-8")
    with pytest.raises(EvaluationError, match="基线格式不对（字段 answer）"):
        read_baseline(file)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path]:
    """A gold file of two unanswerable questions, and answers to it, one of them refused."""
    questions, rows = tmp_path / "gold.jsonl", tmp_path / "rows.jsonl"
    cases, answers = [], []
    for name, refused in (("t-1", True), ("t-2", False)):
        cases.append({"id": name, "question": "临海市呢？", "type": "unanswerable"})
        answer = {
            "id": "a",
            "question": "临海市呢？",
            "answer": "测试",
            "refused": refused,
            "refusal_reason": "silent" if refused else None,
            "mode": "extractive",
            "citations": [],
            "related": [],
            "timings_ms": {},
        }
        question = {"question": "临海市呢？"}
        answers.append({"id": name, "question": question, "seconds": 0.01, "answer": answer})
    questions.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    rows.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
    return questions, rows


def test_the_command_ends_with_one_where_the_gate_fails(
    kept: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, rows = kept
    out, baseline = tmp_path / "report.json", tmp_path / "baseline.json"

    def ended(*, gated: bool = True, update: bool = False) -> int:
        return evaluate(
            questions,
            Settings(),
            out=out,
            failures=True,
            gate=gated,
            update=update,
            rows=rows,
            baseline=baseline,
        )

    assert ended(gated=False, update=True) == 0
    assert read_baseline(baseline).refuse == 0.5
    assert ended() == 0
    assert capsys.readouterr().err == ""

    baseline.write_text(baseline.read_text().replace("0.5", "0.8"))
    assert ended(gated=False) == 0
    assert ended() == 1
    printed = capsys.readouterr()
    assert printed.err == "未达基线：正确拒答（refuse）由 80.0% 降至 50.0%\n"
    assert "t-2（无答案）临海市呢？" in printed.out
    assert "t-1（无答案）" not in printed.out
    assert json.loads(out.read_text(encoding="utf-8"))["overall"]["refuse"] == 0.5
    assert read_baseline(baseline).refuse == 0.8
