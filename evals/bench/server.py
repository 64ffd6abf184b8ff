"""Servers of their own process on the loopback: ours, to be measured from outside, and Chroma."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from evals.bench.settings import environment
from evals.errors import EvaluationError

_START = 120.0  # seconds that a server may take to start


@contextmanager
def served(data: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """A server over a data directory; gives its address. Raises EvaluationError."""
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve"]
    options = ["--port", "0", "--data", str(data)]
    known = {**environment(), "CLAUSEWISE_LOG_LEVEL": "warning", **settings}
    with subprocess.Popen(  # noqa: S603 (our own command)
        [*command, *options], env=known, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    """Where the server says that it is."""
    said = []
    end = time.monotonic() + _START
    for line in process.stderr or ():
        said.append(line)
        if found := re.search(r"(http://127\.0\.0\.1:\d+)", line):
            return found[1]
        if time.monotonic() > end:
            break
    raise EvaluationError(f"服务没有启动：{''.join(said)[-500:]}")


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[str]:
    """`chroma run` over a folder, on this port or a free one; gives its address."""
    port = port or free_port()
    chroma = Path(sys.executable).with_name("chroma")
    with serving([str(chroma), "run", "--path", str(folder), "--port", str(port)]):
        url = f"http://127.0.0.1:{port}"
        wait(lambda: httpx.get(f"{url}/api/v2/heartbeat").is_success)
        yield url


@contextmanager
def serving(command: list[str]) -> Iterator[None]:
    """A process meanwhile; it is killed at the end, as by a fault."""
    with subprocess.Popen(  # noqa: S603 (our own command)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def wait(is_ready: Callable[[], bool], patience: float = _START) -> None:
    """Until a server is there. Raises EvaluationError where it is not after so many seconds."""
    end = time.monotonic() + patience
    while not _holds(is_ready):
        if time.monotonic() > end:
            raise EvaluationError(f"服务在 {patience:.0f} 秒内没有就绪")
        time.sleep(0.05)


def _holds(is_ready: Callable[[], bool]) -> bool:
    try:
        return is_ready()
    except (OSError, httpx.HTTPError):
        return False
