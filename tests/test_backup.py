"""Backups: what they hold, where they may go, and what a damaged one is told by."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import backup as backups
from assistant.access.principal import LOCAL, Role
from assistant.access.store import Access
from assistant.answer import Question
from assistant.app import Assistant
from assistant.backup import backup, restore
from assistant.conversations import Conversations
from assistant.errors import BackupError
from assistant.feedback import Feedback, FeedbackStore, Verdict
from assistant.settings import Settings
from assistant.stores import carry_all
from corpus.carry import Counts
from corpus.catalog import Catalog
from evals.case import read_cases
from evals.runner import asked

QUESTIONS = (
    "合肥2025年森林覆盖率是多少？",
    "安徽省2030年非化石能源消费比重要达到多少？",
    "合肥和安徽2025年森林覆盖率哪个高？",
    "南昌2025年森林覆盖率是多少？",
)


def opened(settings: Settings) -> Assistant:
    return Assistant.open(settings, lambda _: None)


def answers(settings: Settings, questions: list[Question]) -> list[str]:
    assistant = opened(settings)
    try:
        return [
            assistant.ask(question).model_dump_json(exclude={"timings_ms"})
            for question in questions
        ]
    finally:
        assistant.close()


def spoken(settings: Settings) -> None:
    """A conversation, a word on its answer and a key."""
    assistant = opened(settings)
    answer = assistant.ask(Question(question=QUESTIONS[0]))
    conversations = Conversations(settings.data, settings.database)
    started = conversations.start(LOCAL, "森林")
    conversations.add(LOCAL, started.id, answer, assistant.version, assistant.collections)
    said = Feedback(answer_id=answer.id, verdict=Verdict.RIGHT, comment="好")
    feedback = FeedbackStore(settings.data, settings.database)
    feedback.add(LOCAL, said, assistant.receipt(answer.id))
    access = Access(settings.data, settings.database)
    access.create_key("网站", Role.READER)
    for one in (conversations, feedback, access, assistant):
        one.close()


def remembered(settings: Settings) -> tuple[list[str], list[str], list[str]]:
    """Titles of conversations, words of feedback, names of keys."""
    conversations = Conversations(settings.data, settings.database)
    feedback = FeedbackStore(settings.data, settings.database)
    access = Access(settings.data, settings.database)
    found = (
        [one.title for one in conversations.of(LOCAL)],
        [one.comment for one in feedback.page(0, 10)[1]],
        [key.name for key in access.all_keys()],
    )
    for one in (conversations, feedback, access):
        one.close()
    return found


def test_what_is_restored_answers_as_before_and_remembers_everything(
    data: Path, tmp_path: Path
) -> None:
    settings, again = Settings(data=data), Settings(data=tmp_path / "again")
    (data / "originals").mkdir()
    (data / "originals" / "a.pdf").write_bytes(b"%PDF-1.7")
    spoken(settings)
    made = backup(settings, tmp_path / "a.cwb")
    assert (tmp_path / "a.cwb").stat().st_mode & 0o077 == 0
    assert restore(again, tmp_path / "a.cwb") == made
    assert (again.data / "originals" / "a.pdf").read_bytes() == b"%PDF-1.7"
    assert remembered(again) == (["森林"], ["好"], ["网站"])
    questions = [Question(question=question) for question in QUESTIONS]
    assert answers(again, questions) == answers(settings, questions)


def test_a_backup_of_one_database_is_restored_into_another(
    data: Path, postgres: str, tmp_path: Path
) -> None:
    files, shared = Settings(data=data), Settings(data=tmp_path / "shared", database=postgres)
    spoken(files)
    backup(files, tmp_path / "files.cwb")
    restore(shared, tmp_path / "files.cwb")
    assert remembered(shared) == (["森林"], ["好"], ["网站"])
    spoken(shared)  # rows that come afterwards get numbers of their own
    backup(shared, tmp_path / "shared.cwb")
    again = Settings(data=tmp_path / "again")
    restore(again, tmp_path / "shared.cwb")
    assert remembered(again) == (["森林"] * 2, ["好"] * 2, ["网站"] * 2)
    questions = [Question(question=question) for question in QUESTIONS]
    assert answers(again, questions) == answers(files, questions)


def test_a_database_that_holds_something_is_left_alone(
    data: Path, postgres: str, tmp_path: Path
) -> None:
    shared = Settings(data=tmp_path / "shared", database=postgres)
    backup(Settings(data=data), tmp_path / "a.cwb")
    restore(shared, tmp_path / "a.cwb")
    with pytest.raises(BackupError, match="数据库已有内容"):
        restore(shared, tmp_path / "a.cwb")


def test_it_is_of_one_moment_while_others_write(data: Path, tmp_path: Path) -> None:
    settings = Settings(data=data)
    assistant = opened(settings)
    answer = assistant.ask(Question(question=QUESTIONS[0]))
    conversations = Conversations(data)
    begun, over = threading.Event(), threading.Event()

    def talk() -> None:
        while not over.is_set():
            started = conversations.start(LOCAL, "说")
            conversations.add(LOCAL, started.id, answer, "v", frozenset({"public"}))
            begun.set()

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        assert begun.wait(60)
        made = backup(settings, tmp_path / "a.cwb")
    finally:
        over.set()
        talking.join()
    again = Settings(data=tmp_path / "again")
    restore(again, tmp_path / "a.cwb")
    restored = Conversations(again.data)
    held = restored.of(LOCAL)
    assert held
    assert len(held) == made.rows["conversations"]["conversations"]
    # At most the last may have been begun and not yet spoken in.
    silent = [one for one in held if not restored.exchanges(LOCAL, one.id)]
    assert len(silent) <= 1
    for one in (restored, conversations, assistant):
        one.close()


def test_a_wrong_directory_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="没有可备份的内容"):
        backup(Settings(data=tmp_path / "typo"), tmp_path / "a.cwb")
    assert not list(tmp_path.iterdir())


def test_an_upload_that_is_over_meanwhile_is_in_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits as a file, however soon it is taken in and gone."""
    waiting = data / "uploads" / "1" / "0-a.txt"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("方案", encoding="utf-8")

    def carried(source: Settings, target: Settings) -> dict[str, Counts]:
        shutil.rmtree(waiting.parent)
        return carry_all(source, target)

    monkeypatch.setattr(backups, "carry_all", carried)
    backup(Settings(data=data), tmp_path / "a.cwb")
    restore(Settings(data=tmp_path / "again"), tmp_path / "a.cwb")
    assert (tmp_path / "again" / "uploads" / "1" / "0-a.txt").read_text("utf-8") == "方案"


def test_a_file_that_grows_is_held_as_it_was_read(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = data / "evaluations" / "run.jsonl"
    growing.parent.mkdir()
    growing.write_bytes(b"one\n")
    whole = tarfile.TarFile.gettarinfo

    def sized(self: tarfile.TarFile, *args: Any, **kwargs: Any) -> tarfile.TarInfo:
        found = whole(self, *args, **kwargs)
        if str(found.name).endswith("run.jsonl"):
            growing.write_bytes(b"one\ntwo\n")
        return found

    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", sized)
    backup(Settings(data=data), tmp_path / "a.cwb")
    monkeypatch.undo()
    restore(Settings(data=tmp_path / "again"), tmp_path / "a.cwb")
    assert (tmp_path / "again" / "evaluations" / "run.jsonl").read_bytes() == b"one\n"


def test_neither_a_file_nor_a_directory_in_use_is_written_over(data: Path, tmp_path: Path) -> None:
    settings, file = Settings(data=data), tmp_path / "a.cwb"
    backup(settings, file)
    before = file.read_bytes()
    with pytest.raises(BackupError, match="已存在"):
        backup(settings, file)
    with pytest.raises(BackupError, match="已有内容"):
        restore(settings, file)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@pytest.fixture
def made(data: Path, tmp_path: Path) -> Path:
    backup(Settings(data=data), tmp_path / "a.cwb")
    return tmp_path / "a.cwb"


def damaged(made: Path) -> Iterator[tuple[str, bytes]]:
    whole = made.read_bytes()
    yield "cut", whole[: len(whole) // 2]
    yield "empty", b""
    yield "another file", b"%PDF-1.7" * 100
    for at in range(100, len(whole), len(whole) // 20):
        content = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        if not says_the_same(content, whole):
            yield f"byte {at}", content


def says_the_same(content: bytes, whole: bytes) -> bool:
    """Whether both unpack to the same: a run of zeros may be told from one place as from another."""
    try:
        return gzip.decompress(content) == gzip.decompress(whole)
    except (EOFError, OSError, zlib.error):
        return False


def test_a_damaged_backup_is_refused_and_nothing_is_written(made: Path, tmp_path: Path) -> None:
    told = 0
    for what, content in damaged(made):
        made.write_bytes(content)
        target = tmp_path / "again"
        with pytest.raises(BackupError, match=r"a\.cwb"):
            restore(Settings(data=target), made)
        assert list(target.iterdir()) == [], what
        told += 1
    assert told > 15


def rewritten(made: Path, name: str, content: bytes) -> None:
    """The same backup with one more file in it."""
    with tarfile.open(made) as tar:
        held = [(one, tar.extractfile(one)) for one in tar.getmembers()]
        kept = [(one, content.read()) for one, content in held if content]
    with tarfile.open(made, "w:gz") as tar:
        for member, bytes_ in kept:
            tar.addfile(member, io.BytesIO(bytes_))
        more = tarfile.TarInfo(name)
        more.size = len(content)
        tar.addfile(more, io.BytesIO(content))


def test_a_file_that_wants_out_of_the_directory_is_refused(made: Path, tmp_path: Path) -> None:
    rewritten(made, "../out.txt", b"out")
    with pytest.raises(BackupError):
        restore(Settings(data=tmp_path / "deep" / "again"), made)
    assert not (tmp_path / "deep" / "out.txt").exists()


def test_a_file_that_the_manifest_does_not_name_is_not_restored(made: Path, tmp_path: Path) -> None:
    rewritten(made, "originals/more.pdf", b"more")
    again = Settings(data=tmp_path / "again")
    with pytest.raises(BackupError):
        restore(again, made)


def test_a_backup_of_a_newer_version_asks_for_an_upgrade(made: Path, tmp_path: Path) -> None:
    with tarfile.open(made) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest
        newer = manifest.read().replace(b'"format": 1', b'"format": 2')
    rewritten(made, "manifest.json", newer)
    with pytest.raises(BackupError, match="升级"):
        restore(Settings(data=tmp_path / "again"), made)


@pytest.mark.soak
def test_the_gold_questions_are_answered_from_a_restored_corpus_as_before(
    real_data: Path, gold: Path, tmp_path: Path
) -> None:
    before, after = Settings(data=real_data), Settings(data=tmp_path / "again")
    questions = [asked(case) for case in read_cases(gold)]
    expected = answers(before, questions)
    backup(before, tmp_path / "real.cwb")
    restore(after, tmp_path / "real.cwb")
    for index in real_data.glob("index-*"):  # the same catalog has the same index
        shutil.copytree(index, after.data / index.name)
    catalog = Catalog(after.data)
    assert catalog.size().documents > 100
    catalog.close()
    assert answers(after, questions) == expected
