"""The engines as the contract tests use them: each in files or on a server of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from assistant.settings import Settings

ENGINES = ("local", "chroma", "milvus")
_READY = 60.0  # seconds that a server may take to come up, on a busy machine


@contextmanager
def engine_settings(engine: str, root: Path, data: Path) -> Iterator[Settings]:
    """Settings of a data directory that is searched with this engine."""
    if engine == "chroma":
        with chroma_server(root / "chroma") as url:
            yield Settings(data=data, search="chroma", search_url=url)
    elif engine == "milvus":
        file = str(root / "milvus.db")
        yield Settings(data=data, search="milvus", search_url=file)
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(file)
    else:
        yield Settings(data=data)


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[str]:
    """`chroma run` over a folder, on this port or a free one; gives its address."""
    port = port or free_port()
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--path", str(folder), "--port", str(port)]
    with serving(command):
        url = f"http://127.0.0.1:{port}"
        _wait(lambda: httpx.get(f"{url}/api/v2/heartbeat").is_success)
        yield url


@contextmanager
def milvus_server(folder: Path, port: int = 0) -> Iterator[str]:
    """A server of milvus-lite over a folder, which speaks as the distributed engine does."""
    port = port or free_port()
    start = "import sys; from milvus_lite.adapter.grpc.server import run_server; "
    run = f"{start} run_server({str(folder)!r}, '127.0.0.1', {port})"
    with serving([sys.executable, "-c", run]):
        _wait(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(command: list[str]) -> Iterator[None]:
    """A process meanwhile; it is killed at the end, as by a fault."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


def _wait(is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + _READY
    while True:
        try:
            if is_ready():
                return
        except (OSError, httpx.HTTPError):
            if time.monotonic() > end:
                raise
        time.sleep(0.05)
