"""A full disk: said plainly, nothing lost, answers go on; and all goes on once there is room."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from faults import asked, until
from sample import write_sample
from serving import started
from test_cli import run

from corpus.catalog import Catalog

QUESTION = "合肥2025年森林覆盖率是多少？"
NEW = "宜宾市碳达峰实施方案\n\n一、目标\n\n到2025年，森林覆盖率达到48%。\n"
NEW_QUESTION = "宜宾2025年森林覆盖率"


@pytest.fixture
def disk(tmp_path: Path, sample_kept: Path) -> Iterator[Path]:
    """The small corpus on a disk of 24 MB. The test is skipped where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(["mount", *options]).returncode:
        pytest.skip("no disk can be mounted")
    try:
        shutil.copytree(sample_kept, place / "data")
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No room is left meanwhile."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        filling.unlink()


def test_taking_in(disk: Path, tmp_path: Path) -> None:
    data = disk / "data"
    more = write_sample(tmp_path / "more")
    (more / "yibin.txt").write_text(NEW, encoding="utf-8")
    before = size(data)
    with full(disk):
        done = run("ingest", str(more), "--data", str(data))
        assert done.returncode == 2
        assert "磁盘已满" in done.stderr
        assert "Traceback" not in done.stderr
    assert size(data) == before
    done = run("ingest", str(more), "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert size(data) == before + 1
    assert "48%" in run("ask", NEW_QUESTION, "--data", str(data)).stdout


def size(data: Path) -> int:
    catalog = Catalog(data)
    try:
        return catalog.size().documents
    finally:
        catalog.close()


def test_an_index_for_which_there_is_no_room(disk: Path) -> None:
    data = disk / "data"
    (index,) = data.glob("index-*")
    with full(disk):
        done = run("reindex", "--data", str(data))
        assert done.returncode == 2
        assert "磁盘已满" in done.stderr
    assert list(data.glob("index-*")) == [index]
    assert "29.5%" in run("ask", QUESTION, "--data", str(data)).stdout


def test_a_server(disk: Path) -> None:
    data = disk / "data"
    upload = [("files", ("yibin.txt", NEW.encode()))]
    with started(data) as (process, url):
        given = asked(url, QUESTION).json()
        word = {"answer_id": given["id"], "verdict": "right"}
        assert httpx.post(f"{url}/v1/feedback", json=word).status_code == 201
        with full(disk):
            for _ in range(3):
                assert "29.5%" in asked(url, QUESTION).json()["answer"]
            refused = [
                httpx.post(f"{url}/v1/feedback", json=word | {"comment": "很长" * 900})
                for _ in range(3)
            ][-1]
            assert refused.status_code == 507
            assert "磁盘已满" in refused.json()["detail"]
            turned_away = httpx.post(f"{url}/v1/ingest", files=upload, timeout=60)
            assert turned_away.status_code == 507, turned_away.text
            assert process.poll() is None
        assert httpx.post(f"{url}/v1/feedback", json=word).status_code == 201
        job = httpx.post(f"{url}/v1/ingest", files=upload, timeout=60)
        assert job.status_code == 202
        with full(disk):
            waiting = f"{url}/v1/ingest/{job.json()['id']}"
            assert "29.5%" in asked(url, QUESTION).json()["answer"]
        until(lambda: httpx.get(waiting).json()["state"] == "done", "it does not go on")
        assert "48%" in asked(url, NEW_QUESTION).json()["answer"]
