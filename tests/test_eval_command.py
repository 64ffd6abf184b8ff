"""`clausewise eval` as an evaluator types it, over the small corpus."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.command import app

CASES: list[dict[str, object]] = [
    {
        "id": "forest",
        "question": "合肥2025年森林覆盖率是多少？",
        "type": "target",
        "answer": "29.5%",
        "answer_points": ["29.5%"],
        "numbers": [{"value": "29.5", "unit": "%", "year": "2025"}],
        "sources": [
            {"title": "合肥市碳达峰实施方案", "region": "合肥市", "clause": "一、主要目标"}
        ],
    },
    {
        "id": "weather",
        "question": "明天森林里的天气怎么样？",
        "type": "unanswerable",
        "refusal": ["out_of_scope"],
    },
]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "own.jsonl"
    lines = [json.dumps(one, ensure_ascii=False) for one in CASES]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def test_systems_side_by_side_and_again_without_asking(
    cases: Path, sample_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    arguments = ["run", cases, "--data", sample_data, "--out", out, "--system", "clausewise"]
    first = invoke(*arguments, "--system", "bm25")
    assert first.exit_code == 0, first.output
    assert "bm25" in first.output
    kept = (out / "answers" / "clausewise.jsonl").read_bytes()
    unasked = invoke(*arguments)
    assert unasked.exit_code == 2
    assert "已有完成的评测" in unasked.output
    again = invoke(*arguments, "--rescore")
    assert again.exit_code == 0, again.output
    assert (out / "answers" / "clausewise.jsonl").read_bytes() == kept
    assert json.loads(kept.splitlines()[0])["reply"]["receipt"]["question"]


def test_failures_and_gates(cases: Path, sample_data: Path, tmp_path: Path) -> None:
    gates = tmp_path / "gates.toml"
    gates.write_text("[own]\nanswer = 1.0\nrefusal = 1.0\n", encoding="utf-8")
    arguments = [cases, "--data", sample_data, "--gate", "--gates", gates, "--failures"]
    kept = invoke("run", *arguments, "--out", tmp_path / "a")
    assert kept.exit_code == 0, kept.output
    broken = invoke("run", *arguments, "--out", tmp_path / "b", "--system", "bm25")
    assert broken.exit_code == 1
    assert "未达门槛：own 的应拒尽拒" in broken.output
    assert "weather（无答案" in broken.output
    told = invoke("compare", tmp_path / "a", tmp_path / "b")
    assert told.exit_code == 0, told.output
    assert "由对变错 weather" in told.output


def test_a_file_alone_is_run(cases: Path, sample_data: Path, tmp_path: Path) -> None:
    result = invoke(cases, "--data", sample_data, "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "run" / "report.html").exists()


def test_a_folder_of_other_documents_is_left_alone(
    cases: Path, sample_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / "corpus.json").write_text('{"corpus": "other"}', encoding="utf-8")
    result = invoke("run", cases, "--data", sample_data, "--out", out)
    assert result.exit_code == 2
    assert "是对另一批文件的评测" in result.output


def test_a_folder_that_another_run_writes_into_is_left_alone(
    cases: Path, sample_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    with (out / "corpus.json").open("w", encoding="utf-8") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        result = invoke("run", cases, "--data", sample_data, "--out", out)
    assert result.exit_code == 2
    assert "另一次评测正在写入" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere"], "没有题库或文件 nowhere"),
        (["run", "targets", "--system", "gpt"], "问题 targets-1001"),
        (["run", "targets", "--price", "much"], "--price 应为两个数"),
        (["compare", "nowhere", "nowhere"], "无法读取"),
    ],
)
def test_what_cannot_be_used_is_named(
    arguments: list[str], said: str, sample_data: Path, tmp_path: Path
) -> None:
    folder = ["--data", sample_data, "--out", tmp_path / "o"] if arguments[0] == "run" else []
    result = invoke(*arguments, *folder)
    assert result.exit_code == 2
    assert said in result.output


def test_validation_finds_what_the_documents_do_not_bear_out(
    cases: Path, sample_data: Path, tmp_path: Path
) -> None:
    assert invoke("validate", cases, "--data", sample_data).exit_code == 0
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(
        json.dumps({**CASES[0], "answer_points": ["31.5%"]}, ensure_ascii=False), encoding="utf-8"
    )
    result = invoke("validate", wrong, "--data", sample_data)
    assert result.exit_code == 1
    assert "要点“31.5%”不在所列条款中" in result.output
