"""Killed at work: what was acknowledged is there afterwards, and what was begun goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from faults import QUESTIONS, asked, is_fair, right_answers, until
from sample import DOCUMENTS
from serving import started
from test_cli import COMMAND
from test_crash import PLACES as WITH_HEFEI
from test_crash import assert_whole

from assistant.access.principal import LOCAL
from assistant.answer import Answer
from assistant.conversations import Conversations
from assistant.feedback import FeedbackStore
from corpus.catalog import Catalog

PLACES = WITH_HEFEI[1:]
ROOT = str(Path(__file__).parents[1])
ENVIRONMENT = {**os.environ, "PYTHONPATH": ROOT}

# Says each exchange and each word once it is kept.
WRITER = """
import sys
from pathlib import Path
from assistant.access.principal import LOCAL
from assistant.answer import Answer
from assistant.answer import Answer
from assistant.conversations import Conversations
from assistant.feedback import Feedback, FeedbackStore
said = {"id": "a", "question": "问", "answer": "答", "mode": "extractive", "refused": False}
said |= {"refusal_reason": None, "citations": [], "related": [], "timings_ms": {}}
answer = Answer.model_validate(said)
kept, words = Conversations(Path(sys.argv[1])), FeedbackStore(Path(sys.argv[1]))
started = kept.start(LOCAL, "甲")
print(started.id, flush=True)
while True:
    print(kept.add(LOCAL, started.id, answer, "v", frozenset({"public"})).id, flush=True)
    said = Feedback(answer_id="a", verdict="right")
    print(-words.add(LOCAL, said, '{"answer": {"question": "问"}}').id, flush=True)
"""


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.soak)])
def test_what_was_said_to_be_kept_is_kept(tmp_path: Path, kills: int) -> None:
    for kill in range(kills):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
        ) as writer:
            assert writer.stdout is not None
            conversation = writer.stdout.readline().strip()
            said = [int(writer.stdout.readline()) for _ in range(20 + kill)]
            writer.kill()
        conversations, words = Conversations(tmp_path), FeedbackStore(tmp_path)
        kept = {one.id for one in conversations.exchanges(LOCAL, conversation)}
        assert kept >= {number for number in said if number > 0}
        assert {one.id for one in words.page(0, 10**6)[1]} >= {-n for n in said if n < 0}
        conversations.close()
        words.close()


@contextmanager
def asking(url: str) -> Iterator[list[tuple[str, httpx.Response]]]:
    """Readers ask meanwhile, until the server is gone; what they were answered."""
    answers: list[tuple[str, httpx.Response]] = []
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                answers.extend((question, asked(url, question)) for question in QUESTIONS)
        except httpx.HTTPError:
            pass

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        yield answers
    finally:
        over.set()
        for reader in readers:
            reader.join(60)


def test_a_server_that_is_killed_at_work(data: Path, ask: Callable[..., Answer]) -> None:
    right = right_answers(ask)
    files = [("files", (f"{place}.txt", of(place).encode())) for place in PLACES]
    words = []
    with started(data) as (process, url):
        answer = asked(url, QUESTIONS[0]).json()
        with asking(url) as answers:
            until(lambda: bool(answers), "nobody is answered")
            job = httpx.post(f"{url}/v1/ingest", files=files, timeout=60)
            assert job.status_code == 202
            for verdict in ("right", "wrong", "unproven"):
                word = {"answer_id": answer["id"], "verdict": verdict}
                given = httpx.post(f"{url}/v1/feedback", json=word, timeout=60)
                assert given.status_code == 201
                words.append(given.json()["id"])
            until(lambda: state(url, job)["read"] > 0, "nothing is read")
            process.kill()
            process.wait(30)
    assert all(is_fair(answer, right[question]) for question, answer in answers)
    with started(data) as (_, url):
        assert asked(url, QUESTIONS[0]).json()["answer"] == answer["answer"]
        kept = httpx.get(f"{url}/v1/feedback").json()["items"]
        assert {one["id"] for one in kept} == set(words)
        until(lambda: state(url, job)["state"] == "done", "it does not go on")
        found = state(url, job)
        assert {one["name"] for one in found["results"]} == {f"{place}.txt" for place in PLACES}
        assert all(one["documents"] or one["skipped"] for one in found["results"])
        for place in PLACES[:2]:
            assert "31.5%" in asked(url, f"{place}2025年森林覆盖率是多少？").json()["answer"]


@pytest.mark.soak
def test_a_worker_that_is_killed_at_work(data: Path) -> None:
    files = [("files", (f"{place}.txt", of(place).encode())) for place in PLACES]
    with started(data) as (process, url):
        job = httpx.post(f"{url}/v1/ingest", files=files, timeout=60)
        until(lambda: bool(workers(process.pid)), "no worker")
        os.kill(workers(process.pid)[0], signal.SIGKILL)
        until(lambda: state(url, job)["state"] == "done", "it does not go on")
        assert all(not one["error"] for one in state(url, job)["results"])
        assert len(state(url, job)["results"]) == len(PLACES)
        assert "31.5%" in asked(url, f"{PLACES[-1]}2025年森林覆盖率是多少？").json()["answer"]


def workers(parent: int) -> list[int]:
    """The ids of its processes that read uploads."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    ids = map(int, children.read_text().split()) if children.exists() else ()
    return [i for i in ids if "assistant.worker" in Path(f"/proc/{i}/cmdline").read_text()]


def state(url: str, job: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/v1/ingest/{job.json()['id']}", timeout=60).json()
    return found


def of(place: str) -> str:
    return DOCUMENTS["hefei.txt"].replace("合肥市", place).replace("29.5%", "31.5%")


def ingesting(folder: Path, data: Path) -> "subprocess.Popen[str]":
    command = [*COMMAND, "ingest", str(folder), "--data", str(data)]
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)


@pytest.mark.soak
def test_killed_and_two_at_once(tmp_path: Path) -> None:
    """One is killed in its midst; then two take in folders that overlap."""
    one, other, data = tmp_path / "one", tmp_path / "other", tmp_path / "data"
    for folder, places in ((one, PLACES), (other, (*PLACES[4:], "黄山市", "滁州市"))):
        folder.mkdir()
        for place in places:
            (folder / f"{place}.txt").write_text(of(place), encoding="utf-8")
    with ingesting(one, data) as process:
        until(lambda: held(data) > 0, "nothing is taken in")
        process.kill()
    assert assert_whole(data)
    with ingesting(one, data) as first, ingesting(other, data) as second:
        said = first.communicate()[1], second.communicate()[1]
    assert (first.returncode, second.returncode) == (0, 0), said
    catalog = Catalog(data)
    titles = [known.title + known.region_name for known in catalog.documents()]
    catalog.close()
    assert len(titles) == len(set(titles)) == len(PLACES) + 2
    assert assert_whole(data) == len(titles)
    assert len(list(data.glob("index-*"))) == 1
    done = subprocess.run(
        [*COMMAND, "doctor", "--json", "--data", str(data)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert all(row["ok"] for row in json.loads(done.stdout))


def held(data: Path) -> int:
    """How many documents are held; 0 where there is no catalog yet."""
    try:
        with sqlite3.connect(f"file:{data / 'catalog.sqlite'}?mode=ro", uri=True) as opened:
            return int(opened.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        time.sleep(0.01)
        return 0
