import os
import subprocess
import sys
from pathlib import Path

from sample import write_sample

ROOT = Path(__file__).parents[1]


def test_the_benchmark_measures_what_it_is_given(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "evals.bench",
            str(write_sample(tmp_path / "in")),
            "--search",
            "1,2",
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
    assert int(rows[-1].split("|")[2]) == 2 * clauses
