"""A service for tests: over real HTTP semantics, on a real port, or as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.api import create_app
from assistant.service import Service


def client_of(service: Service, key: str = "") -> TestClient:
    """A client from the machine itself, or with a key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return TestClient(
        create_app(service), "http://127.0.0.1", raise_server_exceptions=False, headers=headers
    )


@contextmanager
def served(app: FastAPI, **options: Any) -> Iterator[str]:
    """The app on a port of the loopback; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", **options)
    server = uvicorn.Server(config)
    failed = threading.Event()

    def run() -> None:
        try:
            server.run()
        finally:
            failed.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while not server.started:
        assert not failed.wait(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def started(
    data: Path, environment: Mapping[str, str] | None = None, /, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`clausewise serve` as a process of its own, and its address; settings by their last names."""
    known = {f"CLAUSEWISE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve", "--port"]
    with subprocess.Popen(
        [*command, "0", "--data", str(data)],
        env={**os.environ, **(environment or {}), **known},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        addresses: SimpleQueue[str] = SimpleQueue()
        reader = threading.Thread(target=_read, args=(process, addresses), daemon=True)
        reader.start()
        address = addresses.get(timeout=60)
        assert address, "the server did not start"
        try:
            yield process, address
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
            reader.join(10)


def _read(process: subprocess.Popen[str], addresses: SimpleQueue[str]) -> None:
    """Give the address that a server says; empty where it ends without one."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"(http://127\.0\.0\.1:\d+)", line):
            addresses.put(found[1])
    addresses.put("")
