"""A server of its own process on the loopback, to be measured from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from evals.errors import EvaluationError

_START = 120.0  # seconds that a server may take to start


@contextmanager
def served(data: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """A server over a data directory; gives its address. Raises EvaluationError."""
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve"]
    options = ["--port", "0", "--data", str(data)]
    environment = {**os.environ, "CLAUSEWISE_LOG_LEVEL": "warning", **settings}
    with subprocess.Popen(  # noqa: S603 (our own command)
        [*command, *options], env=environment, stderr=subprocess.PIPE, text=True
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
