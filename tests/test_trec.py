from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.retrieval.trec import read_run, write_run


def test_equal_scores_keep_their_order(tmp_path: Path) -> None:
    file = tmp_path / "run.trec"
    write_run({"q1": [("d2", 1.0), ("d1", 1.0)], "q2": [("d1", 0.5)]}, file, "ours")
    found = read_run(file)
    assert [id_ for id_, _ in found["q1"]] == ["d2", "d1"]
    assert found["q1"][0][1] > found["q1"][1][1]
    assert found["q2"] == [("d1", 0.5)]


def test_a_run_of_others_is_sorted_by_score(tmp_path: Path) -> None:
    file = tmp_path / "run.trec"
    file.write_text("q1 Q0 d1 2 0.5 x\nq1 Q0 d2 1 0.9 x\n", encoding="utf-8")
    assert read_run(file) == {"q1": [("d2", 0.9), ("d1", 0.5)]}


@pytest.mark.parametrize("line", ["q1 Q0 d1 1 0.5", "q1 Q0 d1 one 0.5 x", "q1 Q0 d1 1 high x"])
def test_bad_lines_are_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "run.trec"
    file.write_text(f"q0 Q0 d1 1 0.5 x\n{line}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"run\.trec:2 应为六列"):
        read_run(file)


def test_an_empty_run(tmp_path: Path) -> None:
    file = tmp_path / "run.trec"
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="没有一条结果"):
        read_run(file)
