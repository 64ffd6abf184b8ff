"""Uploads: taken in behind the answers, seen as they go, cancelled, gone on with after a stop."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import client_of

from assistant.access.principal import LOCAL, Role
from assistant.errors import OverloadError
from assistant.job import Job, State
from assistant.service import Service
from assistant.settings import Settings
from assistant.worker import stored

PLAN = """{place}碳达峰实施方案

一、主要目标

到2025年，森林覆盖率达到{value}%。
"""
CHUZHOU = PLAN.format(place="滁州市", value="36.6").encode()
ANQING = PLAN.format(place="安庆市", value="47.7").encode()


@pytest.fixture
def service(sample_kept: Path, tmp_path: Path) -> Iterator[Service]:
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    opened = Service.open(Settings(data=data, upload_bytes=200_000, upload_files=5), lambda _: None)
    yield opened
    opened.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as opened:
        yield opened


def upload(client: TestClient, files: dict[str, bytes], **fields: str) -> Any:
    sent = [("files", (name, content)) for name, content in files.items()]
    return client.post("/v1/ingest", files=sent, data=fields)


def watched(client: TestClient, job_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a job until it is over."""
    text = client.get(f"/v1/ingest/{job_id}/events").text
    # A line that begins with a colon only keeps the connection alive.
    told = (block for block in text.strip().split("\n\n") if not block.startswith(":"))
    blocks = (block.split("\n", 1) for block in told)
    return [
        (head.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for head, data in blocks
    ]


def answered(client: TestClient, question: str) -> str:
    answer = client.post("/v1/answer", json={"question": question}).json()["answer"]
    assert isinstance(answer, str)
    return answer


def test_what_is_uploaded_is_answered_from(client: TestClient, service: Service) -> None:
    assert "36.6" not in answered(client, "滁州2025年森林覆盖率是多少？")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("皖/安庆.txt", ANQING)
    files = {"滁州.txt": CHUZHOU, "包.zip": packed.getvalue(), "坏.pdf": b"%PDF-no"}
    response = upload(client, files)
    assert response.status_code == 202
    events = watched(client, response.json()["id"])
    assert {name for name, _ in events[:-1]} == {"progress"}
    assert events[-1][0] == "done"
    done = events[-1][1]
    assert done["state"] == "done"
    good, packed_result, bad = done["results"]
    assert (good["name"], good["documents"], good["error"]) == ("滁州.txt", 1, None)
    assert packed_result["name"] == "包.zip/皖/安庆.txt"
    assert bad["name"] == "坏.pdf"
    assert bad["error"].startswith("坏.pdf")
    assert str(service.settings.data) not in json.dumps(done, ensure_ascii=False)
    assert "36.6%" in answered(client, "滁州2025年森林覆盖率是多少？")
    assert "47.7%" in answered(client, "安庆2025年森林覆盖率是多少？")
    assert "29.5%" in answered(client, "合肥2025年森林覆盖率是多少？")
    assert not service.jobs.folder(done["id"]).exists()
    again = watched(client, upload(client, {"又.txt": CHUZHOU}).json()["id"])[-1][1]
    assert again["results"][0]["skipped"]


def test_two_files_of_one_name_are_two(client: TestClient) -> None:
    jobs = [upload(client, {"方案.txt": content}).json()["id"] for content in (CHUZHOU, ANQING)]
    for job in jobs:
        watched(client, job)
    titles = {one["title"] for one in client.get("/v1/documents").json()["items"]}
    assert {"滁州市碳达峰实施方案", "安庆市碳达峰实施方案"} <= titles


@pytest.mark.parametrize(
    "name", ["../../../etc/a.txt", "..\\..\\a.txt", "/abs/a.txt", "a\x00.txt", "\u202ea.txt "]
)
def test_a_name_is_never_a_path(service: Service, name: str) -> None:
    job = queued(service, {name: CHUZHOU})
    assert job.files == ["a.txt"]
    (kept,) = service.jobs.folder(job.id).iterdir()
    assert kept.name == "0000.txt"


def test_into_a_closed_collection(client: TestClient, service: Service) -> None:
    service.access.set_collection("内部", ["甲组"])
    key = service.access.create_key("编", Role.CONTRIBUTOR, ["甲组"])
    other = service.access.create_key("外", Role.CONTRIBUTOR)
    client.headers["Authorization"] = f"Bearer {key}"
    watched(client, upload(client, {"滁州.txt": CHUZHOU}, collection="内部").json()["id"])
    assert "36.6%" in answered(client, "滁州2025年森林覆盖率是多少？")
    client.headers["Authorization"] = f"Bearer {other}"
    assert "36.6" not in answered(client, "滁州2025年森林覆盖率是多少？")
    for name in ("内部", "没有的"):
        refused = upload(client, {"a.txt": ANQING}, collection=name)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "collection"
    assert refused.json()["errors"][0]["reason"].startswith("没有这个文件集")


def test_what_is_too_much_or_no_upload(client: TestClient) -> None:
    large = upload(client, {"a.txt": b"x" * 300_000})
    assert large.status_code == 413
    many = upload(client, {f"{number}.txt": b"x" for number in range(6)})
    assert many.status_code == 422
    assert "5 个文件" in many.json()["detail"]
    for none in (
        client.post("/v1/ingest"),
        client.post("/v1/ingest", json={}),
        client.post("/v1/ingest", data={"files": "text"}),
        client.post("/v1/ingest", content=b"--x", headers={"Content-Type": "multipart/form-data"}),
    ):
        assert none.status_code == 422
        assert none.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/ingest").json()["total"] == 0


def test_uploads_that_wait_are_limited(service: Service) -> None:
    for _ in range(20):
        queued(service, {"滁州.txt": CHUZHOU})
    with pytest.raises(OverloadError, match="秒后再试"):
        queued(service, {"滁州.txt": CHUZHOU})


def test_cancelled_before_its_turn(client: TestClient, service: Service) -> None:
    first = upload(client, {"滁州.txt": CHUZHOU}).json()["id"]
    second = upload(client, {"安庆.txt": ANQING}).json()["id"]
    cancelled = client.post(f"/v1/ingest/{second}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert watched(client, first)[-1][1]["state"] == "done"
    assert watched(client, second)[-1][1]["results"] == []
    assert not service.jobs.folder(second).exists()
    assert "47.7" not in answered(client, "安庆2025年森林覆盖率是多少？")


def queued(service: Service, files: dict[str, bytes]) -> Job:
    """A job whose files are there and which nobody works on."""

    async def add() -> Job:
        sent = [(name, io.BytesIO(content)) for name, content in files.items()]
        return await service.take_in(LOCAL, "public", sent)

    return asyncio.run(add())


async def until(service: Service, job_id: str, state: State) -> Job:
    async for now in service.jobs.changes(job_id, LOCAL):
        if now.state is state:
            return now
    raise AssertionError(state)


def test_what_a_stop_broke_off_is_gone_on_with(service: Service) -> None:
    job = queued(service, {"滁州.txt": CHUZHOU, "安庆.txt": ANQING})

    async def stopped_at(state: State) -> None:
        async with service.jobs.running():
            await until(service, job.id, state)

    asyncio.run(stopped_at(State.READING))
    held = service.jobs.job(job.id, LOCAL)
    assert held is not None
    assert held.state is State.READING
    asyncio.run(stopped_at(State.DONE))
    done = service.jobs.job(job.id, LOCAL)
    assert done is not None
    assert {result.name for result in done.results} == {"滁州.txt", "安庆.txt"}
    assert len(done.results) == 2
    assert done.read == 2


def test_a_file_that_ends_the_worker_is_left_out(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A reader that dies for good, as it would by a crash in native code or for want of memory."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, trafilatura\ntrafilatura.extract = lambda *a, **k: os.abort()\n"
        "trafilatura.bare_extraction = trafilatura.extract\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    page = "<html><body><p>合肥市方案</p></body></html>".encode()
    job = queued(service, {"滁州.txt": CHUZHOU, "网页.html": page, "安庆.txt": ANQING})

    async def work() -> Job:
        async with service.jobs.running():
            return await until(service, job.id, State.DONE)

    done = asyncio.run(work())
    by_name = {result.name: result for result in done.results}
    assert by_name["滁州.txt"].documents == by_name["安庆.txt"].documents == 1
    assert "程序中止" in (by_name["网页.html"].error or "")


def test_cancelled_while_it_is_read(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import time, trafilatura\ntrafilatura.extract = lambda *a, **k: time.sleep(600)\n"
        "trafilatura.bare_extraction = trafilatura.extract\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    job = queued(service, {"滁州.txt": CHUZHOU, "慢.html": b"<html><p>x</p></html>"})

    async def work() -> Job:
        async with service.jobs.running():
            async for now in service.jobs.changes(job.id, LOCAL):
                if now.read == 1 and not now.state.is_over:
                    await service.jobs.cancel(now)
        held = service.jobs.job(job.id, LOCAL)
        assert held is not None
        return held

    done = asyncio.run(work())
    assert done.state is State.CANCELLED
    assert [result.name for result in done.results] == ["滁州.txt"]


def test_where_a_file_waits() -> None:
    assert stored(Path("f"), 3, "a.PDF") == Path("f/0003.pdf")
    assert stored(Path("f"), 4, "方案.文件") == Path("f/0004")
    assert stored(Path("f"), 5, "a.t-x") == Path("f/0005")
