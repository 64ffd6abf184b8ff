"""An index whose files are edited, deleted or cut off: right answers, or none, never others."""

import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults import all_right, asked, edit, index_of, is_fair, right_answers, until
from serving import started

from assistant.answer import Answer
from assistant.app import Assistant
from assistant.settings import Settings
from retrieval import index
from retrieval.engines.lexical import LexicalIndex


@pytest.fixture(scope="module")
def right(ask: Callable[..., Answer]) -> dict[str, str]:
    return right_answers(ask)


def mended(data: Path, right: dict[str, str]) -> list[str]:
    """Open and ask everything; what was said on the way."""
    said: list[str] = []
    opened = Assistant.open(Settings(data=data), report=said.append)
    assert all_right(opened, right)
    opened.close()
    return said


@pytest.mark.parametrize("edits", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_edited_between_runs(data: Path, right: dict[str, str], edits: int) -> None:
    chance = random.Random(edits)
    for _ in range(edits):
        edit(index_of(data), chance)
        assert "索引文件已损坏，正在重建……" in mended(data, right)
    assert mended(data, right) == []
    assert len(list(data.glob("index-*"))) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: shutil.rmtree(next(folder.glob("*/lexical"))),
        lambda folder: next(folder.glob("*/vectors-*/*/data_level0.bin")).write_bytes(b""),
        lambda folder: (folder / "complete.json").write_text("{"),
        lambda folder: (folder / "manifest.txt").unlink(),
    ],
)
def test_deleted_or_cut_off_between_runs(
    data: Path, right: dict[str, str], harm: Callable[[Path], object]
) -> None:
    harm(index_of(data))
    assert mended(data, right)
    assert mended(data, right) == []


def test_an_engine_that_cannot_open_what_is_whole(
    data: Path, right: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an engine of another version wrote it."""
    times = iter([True])

    def opened(folder: Path, *how: Any) -> object:
        if next(times, False):
            raise ValueError("unknown format")
        return LexicalIndex(folder, *how)

    monkeypatch.setattr(index, "LexicalIndex", opened)
    assert "索引文件无法打开，正在重建……" in mended(data, right)


@pytest.mark.soak
@pytest.mark.parametrize("edits", [1, 25])
def test_edited_under_a_server(data: Path, right: dict[str, str], edits: int) -> None:
    chance = random.Random(edits)
    with started(data) as (process, url):
        for _ in range(edits):
            edit(index_of(data), chance)
            for question, answer in right.items():
                assert is_fair(asked(url, question), answer)
            until(lambda: all_are_right(url, right), "it is not mended")
        # Taken away: what is in memory is still right, and another is built behind the answers.
        shutil.rmtree(index_of(data))
        assert all_are_right(url, right)
        until(lambda: (data / index_name(data) / "manifest.txt").exists(), "it is not built")
        assert process.poll() is None
        cut_off(index_of(data))
        for question, answer in right.items():
            assert is_fair(asked(url, question), answer)
        until(lambda: all_are_right(url, right), "it is not mended")
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert mended(data, right) == []


def all_are_right(url: str, right: dict[str, str]) -> bool:
    found = [(asked(url, question), answer) for question, answer in right.items()]
    return all(one.status_code == 200 and one.json()["answer"] == answer for one, answer in found)


def index_name(data: Path) -> str:
    return next((path.name for path in data.glob("index-*") if path.name.count("-") == 1), "none")


def cut_off(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix != ".lock":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
