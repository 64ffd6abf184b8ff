"""Whatever byte of an index is another one than was written is told."""

import os
import random
import shutil
from pathlib import Path

import pytest
from faults import edit

from assistant.app import Assistant
from assistant.settings import Settings
from retrieval.manifest import Condition, Watch, damaged

EDITS = 1000


@pytest.fixture
def index(sample_kept: Path, tmp_path: Path) -> Path:
    (kept,) = sample_kept.glob("index-*")
    return Path(shutil.copytree(kept, tmp_path / kept.name))


def files(index: Path) -> list[Path]:
    found = [path for path in index.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return sorted(path for path in found if path.stat().st_size)


def test_every_one_of_a_thousand_edits_is_told(index: Path) -> None:
    chance = random.Random(2026)
    assert not damaged(index)
    for _ in range(EDITS):
        made = edit(index, chance)
        assert damaged(index), made
        made.undo()
    assert not damaged(index)


def test_what_is_missing_cut_off_or_added_is_told(index: Path) -> None:
    for file in files(index):
        content = file.read_bytes()
        file.unlink()
        assert damaged(index)
        file.write_bytes(content[:-1])
        assert damaged(index)
        file.write_bytes(content)
        assert not damaged(index)
    (index / "more.idx").write_bytes(b"x")
    assert damaged(index) == {"more.idx"}


def test_only_the_damaged_file_is_named(index: Path) -> None:
    (index / "space" / "idf.npy").write_bytes(b"")
    assert damaged(index) == {"space/idf.npy"}


def test_opening_and_asking_change_no_file(sample_kept: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    (index,) = data.glob("index-*")
    for _ in range(2):
        opened = Assistant.open(Settings(data=data), report=lambda _: None)
        opened.find("合肥绿色出行比例")
        opened.close()
    assert not damaged(index)


def test_what_becomes_of_the_files_of_an_open_index(index: Path) -> None:
    watch = Watch(index)
    assert watch.condition() is Condition.SAME
    aside = index.with_name("aside")
    index.rename(aside)
    assert watch.condition() is Condition.GONE
    (aside / "space" / "idf.npy").unlink()
    assert watch.condition() is Condition.GONE
    os.truncate(aside / "complete.json", 1)  # as the mapped pages of it would be
    assert watch.condition() is Condition.CHANGED
    shutil.rmtree(aside)
    assert watch.condition() is Condition.CHANGED
    watch.close()
