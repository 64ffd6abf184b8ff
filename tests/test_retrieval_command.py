import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.command import app

RUNNER = CliRunner()
CASE = {
    "id": "g1",
    "question": "合肥2025年森林覆盖率是多少？",
    "type": "target",
    "history": [],
    "answer": "29.5%",
    "answer_points": ["29.5%"],
    "numbers": [],
    "sources": [
        {
            "file": "hefei",
            "title": "合肥市碳达峰实施方案",
            "region": "合肥市",
            "pages": [],
            "clause": "一、主要目标",
            "evidence": "森林覆盖率达到29.5%",
        }
    ],
    "difficulty": "easy",
    "why_hard": "",
}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(CASE, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def test_ours_beside_each_stage_off_and_the_ordinary_way(
    questions: Path, sample_data: Path, tmp_path: Path
) -> None:
    out, runs = tmp_path / "out.json", tmp_path / "runs"
    done = RUNNER.invoke(
        app,
        [
            *("eval", "retrieval", str(questions), "--data", str(sample_data)),
            *("--json", str(out), "--runs", str(runs), "--gate"),
        ],
    )
    assert done.exit_code == 0, done.output
    measured = json.loads(out.read_text(encoding="utf-8"))
    assert measured["条析"]["mrr"] == 1
    assert {"无辖区理解", "无排序阶段", "无向量", "500/50 切块 BM25"} <= set(measured)
    assert len(list(runs.glob("*.trec"))) == len(measured)


def test_export_and_measure_as_any_other_collection(
    questions: Path, sample_data: Path, tmp_path: Path
) -> None:
    folder, run = tmp_path / "beir", tmp_path / "ours.trec"
    done = RUNNER.invoke(
        app, ["eval", "export", str(questions), str(folder), "--data", str(sample_data)]
    )
    assert done.exit_code == 0, done.output
    done = RUNNER.invoke(app, ["eval", "beir", str(folder), "--run", str(run)])
    assert done.exit_code == 0, done.output
    assert "nDCG@10" in done.output
    again = RUNNER.invoke(app, ["eval", "beir", str(folder), "--score", str(run)])
    assert "ours.trec" in again.output


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["eval", "beir", str(tmp_path)])
    assert done.exit_code == 2
    assert "corpus.jsonl" in done.output
