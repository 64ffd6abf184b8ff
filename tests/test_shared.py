"""Several processes over one PostgreSQL database and one Chroma server: what one does the others
know."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from faults import until
from serving import started

from assistant.access.principal import Principal, Role, account_id
from assistant.access.store import Access
from assistant.answer import Answer, Question
from assistant.app import Assistant
from assistant.conversations import Conversations
from assistant.receipt import Receipt, receipt_of
from assistant.receipts import _SWEEP, Receipts
from corpus.catalog import Catalog
from corpus.document import PUBLIC
from corpus.ingest import find, ingest
from evals.bench.postgres import PostgresServer
from evals.bench.server import chroma_server

PLAN = "{place}碳达峰实施方案\n\n一、主要目标\n\n到2025年，森林覆盖率达到{value}%。\n"
CHUZHOU = PLAN.format(place="滁州市", value="36.6").encode()
ANQING = PLAN.format(place="安庆市", value="47.7").encode()
SLOW = b"<html><body><p>slow</p></body></html>"


class One(NamedTuple):
    """A server: its process, and a client with a key."""

    pid: int
    client: httpx.Client


class Together(NamedTuple):
    """Two servers over one database and one data directory."""

    data: Path
    url: str
    hold: Path  # as long as it is there, reading a web page takes for ever
    servers: tuple[One, One]


@pytest.fixture(scope="module")
def together(
    postgres_running: PostgresServer | None, sample_kept: Path, tmp_path_factory: Any
) -> Iterator[Together]:
    if postgres_running is None:
        pytest.skip("no PostgreSQL on this machine")
    root = tmp_path_factory.mktemp("shared")
    hold = root / "hold"
    (root / "sitecustomize.py").write_text(
        "import os, time, trafilatura\n"
        f"def wait(*a, **k):\n    while os.path.exists({str(hold)!r}): time.sleep(0.02)\n"
        "trafilatura.extract = trafilatura.bare_extraction = wait\n",
        encoding="utf-8",
    )
    with ExitStack() as stack:
        url = stack.enter_context(postgres_running.database())
        vectors = stack.enter_context(chroma_server(root / "chroma"))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("PYTHONPATH", f"{root}{os.pathsep}{Path(__file__).parents[1]}")
        data = Path(shutil.copytree(sample_kept, root / "data"))
        (data / "catalog.sqlite").unlink()
        catalog = Catalog(data, url)
        for result in ingest(find([sample_kept.parent / "documents"]), catalog):
            assert result.error is None
        catalog.close()
        access = Access(data, url)
        key = access.create_key("甲", Role.ADMIN)
        access.create_account("张三", "correct horse", Role.READER)
        access.close()

        def start(_: int) -> One:
            process, address = stack.enter_context(
                started(data, database=url, search="chroma", search_url=vectors)
            )
            bearer = {"Authorization": f"Bearer {key}"}
            client = stack.enter_context(httpx.Client(base_url=address, headers=bearer, timeout=60))
            return One(process.pid, client)

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.map(start, range(2))
        yield Together(data, url, hold, (first, second))


def answered(one: One, question: str) -> str:
    answer = one.client.post("/v1/answer", json={"question": question}).json()["answer"]
    assert isinstance(answer, str)
    return answer


def uploaded(one: One, **files: bytes) -> str:
    sent = [("files", (name.replace("_", "."), content)) for name, content in files.items()]
    response = one.client.post("/v1/ingest", files=sent)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def job(one: One, id_: str) -> Any:
    return one.client.get(f"/v1/ingest/{id_}").json()


def workers_of(one: One) -> list[int]:
    """The processes that a server has started."""
    children = Path(f"/proc/{one.pid}/task").glob("*/children")
    return [int(number) for found in children for number in found.read_text().split()]


def test_what_one_keeps_the_other_shows(together: Together) -> None:
    """A login, a conversation and a receipt; a key is refused at once where it is revoked."""
    first, second = together.servers
    asked = "合肥2025年森林覆盖率是多少？"
    answer = Answer.model_validate(first.client.post("/v1/answer", json={"question": asked}).json())
    until(lambda: second.client.get(f"/v1/answers/{answer.id}/receipt").status_code == 200)
    kept = Conversations(together.data, together.url)
    said = kept.start(Principal(account_id("张三"), "张三", Role.READER), "森林")
    kept.close()
    form = {"name": "张三", "password": "correct horse", "next": "/"}
    with httpx.Client(base_url=first.client.base_url) as visitor:
        assert visitor.post("/login", data=form).status_code == 303
        session = visitor.cookies["clausewise"]
    for one in together.servers:
        page = httpx.get(
            f"{one.client.base_url}/c/{said.id}", cookies={"clausewise": session}, timeout=60
        )
        assert page.status_code == 200
        assert "森林" in page.text
    access = Access(together.data, together.url)
    key = access.create_key("乙", Role.READER)
    bearer = {"Authorization": f"Bearer {key}"}
    for one in together.servers:
        assert one.client.get("/v1/documents", headers=bearer).status_code == 200
    access.revoke_key(key.split("-")[1])
    access.close()
    for one in together.servers:
        assert one.client.get("/v1/documents", headers=bearer).status_code == 401


def test_what_is_uploaded_to_one_the_other_answers_from(together: Together) -> None:
    first, second = together.servers
    id_ = uploaded(first, 滁州_txt=CHUZHOU)
    events = second.client.get(f"/v1/ingest/{id_}/events").text
    assert json.loads(events.strip().rpartition("data: ")[2])["state"] == "done"
    for one in together.servers:
        until(lambda one=one: "36.6%" in answered(one, "滁州2025年森林覆盖率是多少？"))  # type: ignore[misc]


def test_what_is_cancelled_at_one_stops_at_the_other(together: Together) -> None:
    together.hold.touch()
    first, _ = together.servers
    id_ = uploaded(first, 慢_html=SLOW)
    until(lambda: any(map(workers_of, together.servers)))
    (idle,) = [one for one in together.servers if not workers_of(one)]
    assert idle.client.post(f"/v1/ingest/{id_}/cancel").json()["state"] == "cancelled"
    assert job(first, id_)["state"] == "cancelled"
    until(lambda: not (together.data / "uploads" / id_).exists())
    together.hold.unlink()


def test_what_one_leaves_undone_the_other_goes_on_with(together: Together) -> None:
    """Killed while it works; what it had done is not done again."""
    until(lambda: not any(map(workers_of, together.servers)))
    together.hold.touch()
    id_ = uploaded(together.servers[0], 安庆_txt=ANQING, 慢_html=SLOW, 又_txt=CHUZHOU)
    until(lambda: job(together.servers[0], id_)["read"] == 1)
    (working,) = [one for one in together.servers if workers_of(one)]
    (other,) = [one for one in together.servers if one != working]
    (orphan,) = workers_of(working)
    os.kill(working.pid, signal.SIGKILL)
    until(lambda: workers_of(other))
    until(lambda: not _alive(orphan))
    together.hold.unlink()
    until(lambda: job(other, id_)["state"] == "done")
    done = job(other, id_)
    assert [result["name"] for result in done["results"]] == ["安庆.txt", "慢.html", "又.txt"]
    assert done["read"] == 3
    until(lambda: "47.7%" in answered(other, "安庆2025年森林覆盖率是多少？"))


def _alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be buried does not."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text()


def test_without_the_database_it_says_so_and_goes_on_once_it_is_back(
    together: Together, postgres_running: PostgresServer
) -> None:
    """The last of those that share the servers, of which one may have been killed."""
    one = next(one for one in together.servers if _alive(one.pid))
    asked = one.client.post("/v1/answer", json={"question": "合肥2025年森林覆盖率是多少？"}).json()
    said = {"answer_id": asked["id"], "verdict": "right", "comment": "断电之前"}
    assert one.client.post("/v1/feedback", json=said).status_code in (200, 201)
    postgres_running.stop(signal.SIGKILL)
    try:
        for path in ("/v1/documents", "/readyz", "/", "/v1/ingest"):
            response = one.client.get(path)
            assert response.status_code == 503, path
            assert response.headers["retry-after"]
            assert response.json()["detail"] == "数据库暂时无法使用，请稍后重试。"
        assert one.client.get("/healthz").status_code == 200
    finally:
        postgres_running.start()
    until(lambda: one.client.get("/readyz").status_code == 200)
    (kept,) = one.client.get("/v1/feedback").json()["items"]
    assert kept["comment"] == "断电之前"
    id_ = uploaded(one, 又_txt=ANQING)
    until(lambda: job(one, id_)["state"] == "done")


def test_receipts_of_several_processes_stay_within_their_room(
    postgres: str, tmp_path: Path, assistant: Assistant
) -> None:
    made = receipt_of(assistant.trace(Question(question="你好")), assistant.version)
    room, kept = 50, 480
    stores = [Receipts(tmp_path, room=room, database=postgres) for _ in range(3)]
    for number in range(kept):
        numbered = made.model_copy(update={"answer": {**made.answer, "id": f"a{number}"}})
        stores[number % 3].keep(partial(Receipt.model_copy, numbered), frozenset({PUBLIC}))
    for store in stores:
        store.text("", frozenset())  # once all is written
    there = [stores[0].text(f"a{n}", frozenset({PUBLIC})) is not None for n in range(kept)]
    for store in stores:
        store.close()
    # The newest are there; each process lets in so many over that before it sweeps.
    assert room <= sum(there) < room + len(stores) * _SWEEP < kept
