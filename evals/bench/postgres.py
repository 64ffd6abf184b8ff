"""A PostgreSQL server to be measured and tested with: Debian's, in a folder of its own, on a port
of the loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from corpus.database import shared
from evals.bench.server import wait
from evals.errors import EvaluationError

PASSWORD = "Geheim-9271"  # noqa: S105 # asked of nobody, and never to be shown
_NUMBERS = count()


def binaries() -> Path | None:
    """Where the programs of the newest PostgreSQL are; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class PostgresServer:
    """A server that can be stopped, killed and started again over the same databases.

    `durable`: what is committed outlasts a crash of the machine; slower.
    """

    def __init__(self, folder: Path, programs: Path, *, durable: bool = False) -> None:
        self._folder, self._programs = folder, programs
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to be root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")

    @cached_property
    def port(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
            return port

    def url(self, name: str) -> str:
        """The address of a database, as it is configured."""
        return f"postgresql+psycopg://postgres:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start, and wait until it answers. Raises EvaluationError where it does not."""
        options = [] if self._durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self._process = subprocess.Popen(  # noqa: S603 (our own command)
            [
                *(self._programs / "postgres", "-D", self._data, "-p", str(self.port)),
                *(
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    f"unix_socket_directories={self._data}",
                ),
                *options,
            ],
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        wait(lambda: self._answers(ready))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it, and all connections with it; SIGKILL is as a crash."""
        if self._process:
            backends = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            connected = backends.read_text().split() if backends.exists() else []
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None
            while any(Path(f"/proc/{pid}").exists() for pid in connected):
                time.sleep(0.02)  # they end when they see that it is gone

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new database, for a while."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        self._do(f'CREATE DATABASE "{name}"')
        url = self.url(name)
        yield url
        shared(make_url(url)).dispose()
        self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _answers(self, ready: list[str]) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise EvaluationError("PostgreSQL 没有启动")
        return subprocess.run(ready, check=False).returncode == 0  # noqa: S603

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _do(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 (our own command)
            [self._programs / program, "-D", self._data, *arguments],
            check=True,
            user=self._user,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer | None]:
    """A server that runs; None where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="clausewise-postgres-") as folder:
        server = PostgresServer(Path(folder), programs, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
