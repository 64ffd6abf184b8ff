import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser
from sample import write_sample

from evals.bench.building import Built, built
from evals.bench.load import loads
from evals.bench.page import pages
from evals.bench.scaling import PEER_HEADS, Size, drawings, write
from evals.bench.searching import Searched
from evals.bench.server import wait
from evals.bench.settings import BenchSettings, environment
from evals.errors import EvaluationError

ROOT = Path(__file__).parents[1]

# 100 MiB that three children share.
FAMILY = """
import multiprocessing, time
from evals.bench.memory import watched
held = bytearray(b"x") * (100 * 2**20)
fork = multiprocessing.get_context("fork")
children = [fork.Process(target=time.sleep, args=(1.5,)) for _ in range(3)]
with watched() as peak:
    for child in children:
        child.start()
    for child in children:
        child.join()
print(peak[0])
"""


@pytest.mark.soak
def test_the_benchmark_measures_what_it_is_given(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "evals.bench",
            str(write_sample(tmp_path / "in")),
            "--search",
            "10,50",
            "--peers",
            "10",
            "--write",
            str(tmp_path / "out"),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(rows) > 6
    assert "4" in done.stdout  # documents held
    clauses = int(done.stdout.split("4／4／")[1].split()[0])
    assert int(rows[-1].split("|")[1]) == round(50 / clauses) * clauses
    page = (tmp_path / "out" / "benchmarks.md").read_text(encoding="utf-8")
    assert rows[-1] in page
    assert "—" not in rows[-2]
    assert set(rows[-1].split()[5:]) == {"|", "—"}
    assert "`make bench CLAUSES=10,50 PEERS=10`" in page
    for plot in ("latency", "memory"):
        assert f"benchmarks/{plot}.svg" in page
        ElementTree.parse(tmp_path / "out" / "benchmarks" / f"{plot}.svg")


def test_what_is_configured_here_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEWISE_DATABASE", "postgresql+psycopg://a:b@c/d")
    monkeypatch.setenv("clausewise_search", "chroma")
    found = BenchSettings(data=tmp_path)
    assert (found.data, found.database, found.search) == (tmp_path, "", "local")
    assert not found.library
    assert "PATH" in environment()
    assert not any(name.upper().startswith("CLAUSEWISE_") for name in environment())


def test_figures_of_another_index_are_measured_again(sample_data: Path, tmp_path: Path) -> None:
    first = built(sample_data, 10, tmp_path)
    assert built(sample_data, 10, tmp_path) == first
    (index,) = tmp_path.glob("index-*")
    index.rename(tmp_path / "index-of-old")
    again = built(sample_data, 10, tmp_path)
    assert again.seconds != first.seconds
    assert (again.clauses, again.index_mib > 0) == (first.clauses, True)


def refused() -> bool:
    raise ConnectionRefusedError


@pytest.mark.parametrize("answers", [lambda: False, refused])
def test_a_server_that_never_is_ready_is_given_up(answers: Callable[[], bool]) -> None:
    with pytest.raises(EvaluationError, match="没有就绪"):
        wait(answers, 0.1)


@pytest.fixture
def alone() -> Size:
    """A size without peers."""
    made = Built(documents=1, clauses=10, seconds=1, cpu_s=1, peak_mib=1, index_mib=1, busy=0)
    found = Searched(
        opening_s=1,
        resident_mib=1,
        anonymous_mib=1,
        share=0.5,
        per_second=9,
        **dict.fromkeys(("first", "named", "narrow", "wide", "open_", "answers"), (1.0, 2.0)),
    )
    return Size(made, found, None)


def test_where_no_peer_was_measured_there_is_neither_a_figure_nor_a_line(alone: Size) -> None:
    assert alone.peer_row[2:] == ["—"] * (len(PEER_HEADS) - 2)
    plots = dict(drawings([alone]))
    assert "窄筛选" in plots["latency"]
    assert "LangChain" not in plots["latency"]


def test_what_is_written_beside_the_results_stays(alone: Size, tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(
        "# 甲\n\n<!-- measured -->\n旧\n<!-- /measured -->\n\n## 乙\n", encoding="utf-8"
    )
    for command in ("make bench CLAUSES=1", "make bench CLAUSES=2"):
        write([alone], tmp_path, command)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# 甲\n\n<!-- measured -->\n\n`make")
    assert text.endswith(")\n\n<!-- /measured -->\n\n## 乙\n")
    assert f"| {' | '.join(alone.row)} |" in text
    assert "CLAUSES=2`" in text
    assert not any(old in text for old in ("旧", "CLAUSES=1`"))
    page.write_text("# 甲\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="measured"):
        write([alone], tmp_path, "make bench")
    assert page.read_text(encoding="utf-8") == "# 甲\n"


def test_the_page_of_benchmarks_has_its_place(alone: Size, tmp_path: Path) -> None:
    kept = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    (tmp_path / "benchmarks.md").write_text(kept, encoding="utf-8")
    write([alone], tmp_path, "make bench")
    changed = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert changed != kept
    heads = [line for line in kept.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == heads


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel does not tell")
def test_what_processes_share_is_counted_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAMILY],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert 100 < float(done.stdout) < 200


def test_many_readers_are_answered_and_too_many_turned_away(sample_data: Path) -> None:
    asked, saturated = loads(sample_data, [40], 40)
    assert (asked.answered, asked.turned_away, asked.failed) == (40, 0, 0)
    assert 0 < asked.p50_ms <= asked.p99_ms
    assert asked.rate > 0
    assert saturated.answered + saturated.turned_away == 40
    assert saturated.failed == 0


def test_a_corpus_without_targets_has_nothing_to_ask_for(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="没有可问的数值目标"):
        next(loads(tmp_path, [1], 1))


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the browser driver's
def test_a_page_is_weighed_and_its_first_words_waited_for(
    browser: Browser, sample_data: Path
) -> None:
    (visited,), words = pages(sample_data, ["/"], browser)
    assert visited.files > 10
    assert visited.kib > 100
    assert visited.again_s > 0
    assert words.questions > 1
    assert 0 < words.p50_ms <= words.longest_ms
