import json
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from evals.errors import EvaluationError
from evals.external.convert import Form, convert, convert_command
from evals.retrieval.beir import qrels_text
from evals.retrieval.trec import read_run

IDS = st.text("abc123-", min_size=1, max_size=6)
app = typer.Typer()
app.command()(convert_command)


def changed(folder: Path, text: str, from_: Form, to: Form) -> str:
    source, target = folder / "source", folder / "target"
    source.write_text(text, encoding="utf-8")
    convert(source, target, from_, to)
    return target.read_text(encoding="utf-8")


def test_qrels_of_beir_become_those_of_trec(tmp_path: Path) -> None:
    beir = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td1\t-1\n"
    trec = changed(tmp_path, beir, Form.BEIR_QRELS, Form.TREC_QRELS)
    assert trec == "q1 0 d1 2\nq1 0 d2 0\nq2 0 d1 -1\n"
    assert changed(tmp_path, trec, Form.TREC_QRELS, Form.BEIR_QRELS) == beir


@given(qrels=st.dictionaries(IDS, st.dictionaries(IDS, st.integers(-1, 3), min_size=1), min_size=1))
def test_qrels_come_back_as_they_were(
    qrels: dict[str, dict[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, text = tmp_path_factory.mktemp("qrels"), qrels_text(qrels)
    there = changed(folder, text, Form.BEIR_QRELS, Form.TREC_QRELS)
    assert changed(folder, there, Form.TREC_QRELS, Form.BEIR_QRELS) == text


def test_runs_keep_their_scores_and_are_ranked_by_them(tmp_path: Path) -> None:
    beir = {"q1": {"d1": 0.25, "d2": 3, "d3": 0.25}, "q2": {}}
    trec = changed(tmp_path, json.dumps(beir), Form.BEIR_RUN, Form.TREC_RUN)
    assert trec.splitlines() == [
        "q1 Q0 d2 1 3.0 converted",
        "q1 Q0 d1 2 0.25 converted",
        "q1 Q0 d3 3 0.25 converted",
    ]
    back = changed(tmp_path, trec, Form.TREC_RUN, Form.BEIR_RUN)
    assert json.loads(back) == {"q1": {"d2": 3.0, "d1": 0.25, "d3": 0.25}}


def test_the_command(tmp_path: Path) -> None:
    source, target = tmp_path / "run.json", tmp_path / "out" / "run.trec"
    source.write_text('{"q1": {"文1": 1.5}}', encoding="utf-8")
    line = [str(source), str(target), "--from", "beir-run", "--to", "trec-run", "--tag", "ours"]
    done = CliRunner().invoke(app, line)
    assert (done.exit_code, done.output) == (0, f"已写入 {target}\n")
    assert target.read_text(encoding="utf-8") == "q1 Q0 文1 1 1.5 ours\n"
    assert read_run(target) == {"q1": [("文1", 1.5)]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--from 应为 beir-qrels、trec-qrels、beir-run、trec-run 之一"),
        (["--from", "trec-run", "--to", "csv"], "--to 应为"),
        (["--from", "trec-run", "--to", "trec-qrels"], "不能把 trec-run 转成 trec-qrels"),
        (["--from", "beir-run", "--to", "trec-run", "--tag", "a b"], "--tag 应为不含空白的系统名"),
        (["--from", "beir-run", "--to", "trec-run"], "source: 无法读取"),
    ],
)
def test_bad_options_are_named(tmp_path: Path, options: list[str], message: str) -> None:
    failed = CliRunner().invoke(app, [str(tmp_path / "source"), str(tmp_path / "to"), *options])
    assert failed.exit_code == 2
    assert message in failed.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("from_", "to", "text", "message"),
    [
        (Form.BEIR_QRELS, Form.TREC_QRELS, "q1\td1\t1\nq1 d1 1\n", r"source:2 应为制表符"),
        (Form.BEIR_QRELS, Form.TREC_QRELS, "q1\td1\t--1\n", r"source:1 应为制表符"),
        (Form.BEIR_QRELS, Form.TREC_QRELS, "q 1\td1\t1\n", r"source: 编号“q 1”为空或含空白"),
        (Form.BEIR_QRELS, Form.TREC_QRELS, "\td1\t1\n", r"source: 编号“”为空"),
        (Form.TREC_QRELS, Form.BEIR_QRELS, "q1 0 d1 1\nq1 0 d1\n", r"source:2 应为四列"),
        (Form.TREC_QRELS, Form.BEIR_QRELS, "q1 0 d1 0.5\n", r"source:1 应为四列"),
        (Form.TREC_QRELS, Form.BEIR_QRELS, "q1 0 d1 1\nq1 0 d1 2\n", r"source:2 与前面"),
        (Form.TREC_QRELS, Form.BEIR_QRELS, "\n", r"source 没有一条评判"),
        (Form.TREC_RUN, Form.BEIR_RUN, "q1 Q0 d1 1 nan x\n", r"source:1 应为六列"),
        (Form.TREC_RUN, Form.BEIR_RUN, "q1 Q0 d1 1 1 x\n" * 2, r"source:2 文档 d1 .*重复出现"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1":\n', r"source:2 不是有效的 JSON"),
        (Form.BEIR_RUN, Form.TREC_RUN, "{}", r"source: 应为 JSON 对象"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1": []}', r"source 问题 q1：应为对象"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1": {"d1": "1"}}', r"问题 q1 文档 d1：得分应为数字"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1": {"d1": NaN}}', r"问题 q1 文档 d1：得分应为数字"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1": {"d1": true}}', r"问题 q1 文档 d1：得分应为数字"),
        (Form.BEIR_RUN, Form.TREC_RUN, '{"q1": {"d 1": 1}}', r"source: 编号“d 1”为空或含空白"),
    ],
)
def test_bad_files_are_named_and_the_target_is_left(
    tmp_path: Path, from_: Form, to: Form, text: str, message: str
) -> None:
    (tmp_path / "target").write_text("旧", encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        changed(tmp_path, text, from_, to)
    assert (tmp_path / "target").read_text(encoding="utf-8") == "旧"
