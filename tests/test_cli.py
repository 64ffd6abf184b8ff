"""The command as a user runs it: a process of its own, and for most of what it says, this one."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from chat_server import Reply, chat_server
from sample import write_sample
from typer.testing import CliRunner, Result

from assistant.cli import app

COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]


def run(
    *arguments: str, cwd: Path | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": "120"}
    environment |= variables
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


def here(*arguments: str, **variables: str) -> Result:
    """The same without a process, for a fifth of the time."""
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "120"} | variables)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("cli")
    done = run("ingest", str(write_sample(root / "in")), "--data", str(root / "data"))
    assert done.returncode == 0, done.stderr
    assert "共 4 份文件" in done.stdout
    return str(root / "data")


def test_ask_prints_answer_and_citation(data: str) -> None:
    done = run("ask", "合肥2025年森林覆盖率是多少？", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "森林覆盖率达到29.5%" in done.stdout
    assert "《合肥市碳达峰实施方案》" in done.stdout
    assert "一、主要目标" in done.stdout


def test_ask_as_json_is_the_answer_object(data: str) -> None:
    done = here("ask", "合肥2025年森林覆盖率是多少？", "--data", data, "--json")
    body = json.loads(done.stdout)
    assert body["citations"][0]["quote"] == "森林覆盖率达到29.5%"


def test_explain_shows_every_stage(data: str) -> None:
    done = here("ask", "合肥2025年森林覆盖率是多少？", "--data", data, "--explain")
    for stage in ("理解", "辖区：合肥市", "年份：2025", "检索", "字面", "向量", "用时", "回答"):
        assert stage in done.stdout


def test_explain_shows_the_exact_text_that_a_model_is_sent(data: str) -> None:
    pytest.importorskip("langchain_openai")
    with chat_server() as server:
        server.script = lambda _: Reply("合肥市2025年森林覆盖率达到39.5%。[1]")
        done = here(
            *("ask", "合肥2025年森林覆盖率是多少？", "--data", data, "--explain"),
            CLAUSEWISE_CHAT_MODEL="m",
            CLAUSEWISE_CHAT_BASE_URL=server.url,
        )
        sent = [message["content"] for message in server.asked[0]["messages"]]
    for text in sent:
        assert text in done.stdout
    assert "所引条款没有39.5%" in done.stdout
    assert "29.5%" in done.stdout


def test_reindex_rebuilds(data: str) -> None:
    done = here("reindex", "--data", data)
    assert done.exit_code == 0
    assert "索引已重建" in done.stdout


def test_documents_can_be_listed_and_filtered(data: str) -> None:
    assert "4 份文件" in here("documents", "--data", data).stdout
    listed = here("documents", "--data", data, "--region", "贵州省").stdout
    assert "2 份文件" in listed
    assert "云岩区" in listed


def test_show_an_outline_a_clause_and_a_ledger(data: str) -> None:
    outline = here("show", "合肥市碳达峰实施方案", "--data", data).stdout
    line = next(line for line in outline.splitlines() if "1.推广节能车辆" in line)
    clause = here("show", "合肥市", "--data", data, "--clause", line.split()[1]).stdout
    assert "建设公共充电桩3600个" in clause
    ledger = here("show", "hefei.txt", "--data", data, "--ledger").stdout
    assert "合计" in ledger


def test_remove_takes_a_document_out_everywhere(sample_kept: Path, tmp_path: Path) -> None:
    data = str(shutil.copytree(sample_kept, tmp_path / "data"))
    done = here("remove", "云岩区碳达峰实施方案", "--data", data)
    assert "现有 3 份" in done.stdout
    answer = here("ask", "云岩区2025年绿色出行比例", "--data", data, "--json").stdout
    assert json.loads(answer)["refusal_reason"] == "not_held"
    assert "现有 2 份" in here("remove", "hefei.txt", "--data", data).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "没有的文件"), "没有编号或题名"),
        (("show", "碳达峰"), "对应多份文件"),
        (("ask", ""), "question"),
        (("ask", "问" * 2001), "2000"),
        (("ingest", "nowhere"), "nowhere"),
    ],
)
def test_errors_say_what_is_wrong(data: str, arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, "--data", data)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_before_ingesting_says_how_to(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    done = here("ask", "合肥森林覆盖率", "--data", data, CLAUSEWISE_LIBRARY="0")
    assert done.exit_code == 2
    assert "clausewise ingest" in done.stderr


def test_a_failed_file_makes_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00")
    done = run("ingest", str(tmp_path / "bad.txt"), "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "bad.txt" in done.stderr


def test_targets_as_a_table_and_as_csv(data: str) -> None:
    asked = ["targets", "--region", "安徽省", "--indicator", "非化石", "--year", "2025"]
    done = here(*asked, "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "16%左右" in done.stdout
    assert "1 个目标" in done.stderr
    done = here(*asked, "--format", "csv", "--data", data)
    assert done.stdout.startswith("\ufeff辖区,")
    assert "非化石能源消费比重" in done.stdout


def test_targets_as_a_workbook(data: str, tmp_path: Path) -> None:
    done = here("targets", "--format", "xlsx", "--data", data)
    assert done.exit_code == 2
    assert "--out" in done.stderr
    out = tmp_path / "目标.xlsx"
    done = here("targets", "--format", "xlsx", "--out", str(out), "--data", data)
    assert done.exit_code == 0, done.stderr
    assert out.read_bytes().startswith(b"PK")


def test_the_line_of_descent(data: str) -> None:
    asked = ["--indicator", "非化石", "--year", "2025", "--region", "合肥市"]
    done = here("descent", *asked, "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "低于上级" in done.stdout


def test_no_targets_says_why(data: str) -> None:
    assert "未收录四平市" in here("targets", "--region", "四平市", "--data", data).stderr
    silent = here("targets", "--region", "合肥市", "--year", "2060", "--data", data).stderr
    assert "已收录合肥市文件 1 份，未提及" in silent


def test_an_unknown_jurisdiction_is_named(data: str) -> None:
    done = here("targets", "--region", "甲乙丙", "--data", data)
    assert done.exit_code == 2
    assert "甲乙丙" in done.stderr


def test_a_first_question_without_documents_loads_the_library(tmp_path: Path) -> None:
    done = run("ask", "四平市2025年煤炭消费量控制在多少？", "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    assert "925万吨以内" in done.stdout
    assert "指标摘录，非原文" in done.stdout


def test_the_library_from_what_is_held(data: str, tmp_path: Path) -> None:
    done = here("library", "build", "--out", str(tmp_path), "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "已写入 4 份文件" in done.stdout
    assert (tmp_path / "targets.tsv").read_text(encoding="utf-8").startswith("document\t")


def test_search_lists_clauses_with_place_and_reasons(data: str) -> None:
    done = here("search", "合肥绿色出行", "--data", data, "--limit", "1", "--explain")
    assert done.exit_code == 0, done.stderr
    assert "2.优化出行结构" in done.stdout
    assert "辖区：合肥市（合肥）" in done.stdout
    assert "own=1.00" in done.stdout


def test_search_as_json_is_that_of_the_api(data: str) -> None:
    done = here("search", "目标", "--data", data, "--region", "云岩区", "--json")
    body = json.loads(done.stdout)
    assert {item["region"] for item in body["items"]} == {"云岩区"}


def test_search_refuses_an_unknown_place(data: str) -> None:
    done = here("search", "目标", "--data", data, "--region", "亚特兰蒂斯")
    assert done.exit_code == 2
    assert "亚特兰蒂斯" in done.stderr
