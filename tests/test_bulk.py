"""Many files at once by real worker processes, some of them killed: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from sample import DOCUMENTS
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from assistant.cli import app
from corpus import readers
from corpus.bulk import ingest_all
from corpus.catalog import Catalog
from corpus.errors import ClausewiseError
from corpus.ingest import Ingested, find, ingest
from corpus.schema import Base
from corpus.workers import local_workers, workers_of

distributed = pytest.importorskip("distributed")
FILES = 40
POISON = "毒"


class Poisonable(distributed.WorkerPlugin):  # type: ignore[misc, name-defined, unused-ignore]
    """Lets a file that says so kill the process that reads it."""

    def setup(self, worker: object) -> None:
        honest = readers.read

        def read(path: Path) -> readers.Reading:
            if path.suffix == ".md" and POISON in path.read_text(encoding="utf-8"):
                os.kill(os.getpid(), signal.SIGKILL)
            return honest(path)

        readers.read = read


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two workers of this machine."""
    with local_workers(2) as client:
        client.register_plugin(Poisonable())
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of a city each; one twice, one in two formats, bad ones, an archive with all sorts."""
    made = tmp_path / "in"
    made.mkdir()
    for number in range(FILES):
        place = ("合肥市", "芜湖市", "蚌埠市", "淮南市")[number % 4]
        words = DOCUMENTS["hefei.txt"].replace("合肥市", place).replace("29.5%", f"{number}.5%")
        (made / f"{number:02}.txt").write_text(words, encoding="utf-8")
    (made / "03 again.txt").write_bytes((made / "03.txt").read_bytes())
    (made / "05.md").write_bytes((made / "05.txt").read_bytes())
    (made / "06.txt").write_bytes(b"\x00\x01\x02")
    (made / "06 again.txt").write_bytes(b"\x00\x01\x02")
    (made / "07.pdf").write_bytes(b"no PDF")
    with pytest.warns(match="Duplicate name"):
        pack(made / "some.zip", (made / "03.txt").read_bytes())
    return made


def pack(path: Path, known: bytes) -> None:
    """An archive: bytes that are known, a name that comes twice, a picture, an empty file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("old/three.txt", known)
        for number, name in enumerate(("a.txt", "b.txt", "a.txt", "picture.jpg", "bad.txt")):
            words = DOCUMENTS["hefei.txt"].replace("75%", f"{60 + number}%")
            archive.writestr(f"new/{name}", "" if name == "bad.txt" else words)


def held(data: Path) -> dict[str, list[Any]]:
    """Every row of every table of a catalog."""
    engine = create_engine(f"sqlite:///{data / 'catalog.sqlite'}")
    with engine.connect() as connection:
        rows = {
            name: connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2')).all()
            if len(table.columns) > 1
            else connection.execute(text(f'SELECT * FROM "{name}"')).all()
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return {name: [tuple(row) for row in found] for name, found in rows.items()}


def ordinary(folder: Path, data: Path) -> tuple[dict[str, list[Any]], list[Ingested]]:
    """What an ordinary ingest holds and says."""
    catalog = Catalog(data)
    said = list(ingest(find([folder]), catalog))
    catalog.close()
    return held(data), said


def test_the_catalog_is_that_of_an_ordinary_ingest(
    client: Any, folder: Path, tmp_path: Path
) -> None:
    catalog = Catalog(tmp_path / "bulk")
    said = list(ingest_all(find([folder]), catalog, client))
    expected, as_usual = ordinary(folder, tmp_path / "one")
    assert said == as_usual
    assert {one.path.name for one in said if one.error} == {
        *("06.txt", "06 again.txt", "07.pdf", "bad.txt"),
    }
    assert sum(one.skipped for one in said) == 3
    assert held(tmp_path / "bulk") == expected
    catalog.close()


def test_what_is_held_is_not_read_again(client: Any, folder: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "bulk")
    files = [path for path in find([folder]) if path.suffix == ".txt" and "06" not in path.name]
    list(ingest(files, catalog))
    before = held(tmp_path / "bulk")
    batches = client.run(lambda dask_worker: dask_worker.state.transition_counter)
    assert all(one.skipped for one in ingest_all(files, catalog, client))
    assert client.run(lambda dask_worker: dask_worker.state.transition_counter) == batches
    catalog.close()
    assert held(tmp_path / "bulk") == before


def test_a_worker_killed_at_work_loses_nothing(client: Any, folder: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "bulk")
    pids = client.run(os.getpid)
    said: list[Ingested] = []
    for result in ingest_all(find([folder]), catalog, client):
        if not said:
            busy = next(address for address, tasks in client.processing().items() if tasks)
            os.kill(pids[busy], signal.SIGKILL)
        said.append(result)
    catalog.close()
    expected, as_usual = ordinary(folder, tmp_path / "one")
    assert said == as_usual
    assert held(tmp_path / "bulk") == expected
    assert pids[busy] not in client.run(os.getpid).values()


def test_a_file_that_kills_its_workers_is_told_and_the_rest_goes_on(
    client: Any, folder: Path, tmp_path: Path
) -> None:
    expected, as_usual = ordinary(folder, tmp_path / "one")
    (folder / "11.md").write_text(POISON, encoding="utf-8")
    catalog = Catalog(tmp_path / "bulk")
    said = list(ingest_all(find([folder]), catalog, client))
    catalog.close()
    (dead,) = [one for one in said if one.path.name == "11.md"]
    assert "一再中断" in (dead.error or "")
    assert [one for one in said if one != dead] == as_usual
    assert held(tmp_path / "bulk") == expected


def test_a_name_that_changes_hands_within_a_run(client: Any, folder: Path, tmp_path: Path) -> None:
    """The bytes of a file go to another, and it gets new ones: neither is taken for held."""
    catalog = Catalog(tmp_path / "bulk")
    files = [folder / "01.txt", folder / "02.txt"]
    list(ingest_all(files[:1], catalog, client))
    files[1].write_bytes(files[0].read_bytes())
    files[0].write_text(DOCUMENTS["hefei.txt"].replace("75%", "76%"), encoding="utf-8")
    assert [one.documents for one in ingest_all(files, catalog, client)] == [1, 1]
    assert len(catalog.sources()) == 2
    assert catalog.size().documents == 2
    catalog.close()


def test_a_run_that_is_left_leaves_the_catalog_whole(
    client: Any, folder: Path, tmp_path: Path
) -> None:
    catalog = Catalog(tmp_path / "bulk")
    run = ingest_all(find([folder]), catalog, client)
    assert next(run).documents == 1
    run.close()
    assert catalog.size().documents == 1
    rest = list(ingest_all(find([folder]), catalog, client))
    assert [one.skipped for one in rest[:3]] == [True, False, False]
    catalog.close()
    assert held(tmp_path / "bulk") == ordinary(folder, tmp_path / "one")[0]


@pytest.mark.soak
def test_the_writer_killed_and_run_again(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "bulk"
    Catalog(data).close()
    start = [sys.executable, "-c", "from assistant.cli import main; main()", "ingest", str(folder)]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    run = subprocess.Popen([*start, "--workers", "2", "--data", str(data)], env=env)
    workers = []
    while len(held(data)["documents"]) < 5:
        workers = psutil.Process(run.pid).children(recursive=True)
        assert run.poll() is None
        time.sleep(0.02)
    run.kill()
    run.wait()
    assert 5 <= len(held(data)["documents"]) < FILES
    assert workers
    assert not psutil.wait_procs(workers, timeout=20)[1]
    catalog = Catalog(data)
    list(ingest(find([folder]), catalog))
    catalog.close()
    assert held(data) == ordinary(folder, tmp_path / "one")[0]


def test_workers_listen_on_the_loopback_alone_and_want_a_key(client: Any) -> None:
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        for connection in process.net_connections():
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip == "127.0.0.1"
    address = client.scheduler_info()["address"]
    with pytest.raises(ClausewiseError, match="无法连接"), workers_of(address):
        pass


def test_a_cluster_that_runs_already(folder: Path, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "bulk")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, dashboard_address=None, processes=False
        ) as cluster,
        workers_of(cluster.scheduler_address) as found,
    ):
        said = list(ingest_all(find([folder]), catalog, found))
    catalog.close()
    expected, as_usual = ordinary(folder, tmp_path / "one")
    assert said == as_usual
    assert held(tmp_path / "bulk") == expected


def test_a_scheduler_that_is_not_there(folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("corpus.workers._PATIENCE", 1)
    command = ["ingest", str(folder), "--scheduler", "tcp://127.0.0.1:9"]
    done = CliRunner().invoke(app, [*command, "--data", str(tmp_path / "bulk")])
    assert done.exit_code == 2
    assert "无法连接集群" in done.output


def test_without_the_extra_it_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    command = ["ingest", str(folder), "--workers", "2", "--data", str(tmp_path / "bulk")]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "bulk" in done.output
