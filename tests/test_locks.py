import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.locks import Hold, is_held, locked

HOLDER = """
import sys
from pathlib import Path
from retrieval.locks import Hold
hold = Hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
ALONE = """
import sys
from pathlib import Path
from retrieval.locks import locked
print("ready", flush=True)
with locked(Path(sys.argv[1])):
    print("in", flush=True)
"""


def test_a_folder_is_held_until_the_last_lets_go(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    first, second = Hold(tmp_path), Hold(tmp_path)
    assert is_held(tmp_path)
    first.release()
    assert is_held(tmp_path)
    second.release()
    assert not is_held(tmp_path)


def test_a_hold_that_nobody_has_any_more_is_none(tmp_path: Path) -> None:
    hold = Hold(tmp_path)
    assert is_held(tmp_path)
    del hold
    assert not is_held(tmp_path)


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert is_held(tmp_path)
        other.kill()
    assert not is_held(tmp_path)


def test_one_process_at_a_time_has_a_lock(tmp_path: Path) -> None:
    file = tmp_path / "a.lock"
    command = [sys.executable, "-c", ALONE, str(file)]
    with locked(file):
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.5)
    with other:
        assert other.stdout.readline() == "in\n"
