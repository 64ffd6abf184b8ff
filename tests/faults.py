"""What tests of faults share: questions with one right answer each, and asking a server."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant.app import Assistant

QUESTIONS = (
    "合肥2025年森林覆盖率是多少？",
    "安徽2030年非化石能源消费比重",
    "合肥2030年绿色出行比例",
    "云岩区垃圾分类怎么做",
    "贵阳资金支持有哪些措施",
    "合肥超高层建筑有什么限制",
)
_PATIENCE = 120.0  # seconds


def right_answers(ask: Callable[..., Any]) -> dict[str, str]:
    """The answer to each question over whole files."""
    return {question: ask(question).answer for question in QUESTIONS}


def asked(url: str, question: str) -> httpx.Response:
    """A server's answer, whatever its status."""
    return httpx.post(f"{url}/v1/answer", json={"question": question}, timeout=_PATIENCE)


def is_fair(answer: httpx.Response, right: str) -> bool:
    """Whether an answer is right, refused, marked, or not given for now."""
    if answer.status_code in (429, 503):
        return "retry-after" in answer.headers
    found = answer.json()
    return answer.status_code == 200 and (
        found["answer"] == right or found["refused"] or bool(found["note"])
    )


def until(true: Callable[[], object], what: str = "it is not so") -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def index_of(data: Path) -> Path:
    """The folder of the index."""
    (folder,) = (path for path in data.glob("index-*") if path.name.count("-") == 1)
    return folder


@dataclass(frozen=True, slots=True)
class Edit:
    """A byte of a file that was another one."""

    file: Path
    at: int
    was: int

    def undo(self) -> None:
        """Make it what it was."""
        with self.file.open("r+b") as opened:
            opened.seek(self.at)
            opened.write(bytes([self.was]))


def edit(index: Path, chance: random.Random) -> Edit:
    """Make one byte of an index another."""
    files = [path for path in sorted(index.rglob("*")) if path.suffix != ".lock" and path.is_file()]
    file = chance.choice([path for path in files if path.stat().st_size])
    with file.open("r+b") as opened:
        opened.seek(at := chance.randrange(file.stat().st_size))
        byte = opened.read(1)[0]
        opened.seek(at)
        opened.write(bytes([byte ^ chance.randrange(1, 256)]))
    return Edit(file, at, byte)


def all_right(assistant: Assistant, right: dict[str, str]) -> bool:
    """Whether an assistant answers everything as it should."""
    from assistant.answer import Question

    return all(
        assistant.ask(Question(question=question)).answer == answer
        for question, answer in right.items()
    )
