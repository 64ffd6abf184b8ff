"""The engines as the contract tests use them: each in files or on a server of its own."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.settings import Settings
from evals.bench.server import chroma_server, free_port, serving, wait

ENGINES = ("local", "chroma", "milvus")


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
def milvus_server(folder: Path, port: int = 0) -> Iterator[str]:
    """A server of milvus-lite over a folder, which speaks as the distributed engine does."""
    port = port or free_port()
    start = "import sys; from milvus_lite.adapter.grpc.server import run_server; "
    run = f"{start} run_server({str(folder)!r}, '127.0.0.1', {port})"
    with serving([sys.executable, "-c", run]):
        wait(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True
