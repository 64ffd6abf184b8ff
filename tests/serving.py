"""A service for tests: over real HTTP semantics, or on a real port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
