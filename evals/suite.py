"""Suites: the questions of `evals/suites`, by name, and those of any file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.case import Case, read_cases
from evals.errors import EvaluationError

FOLDER = Path(__file__).with_name("suites")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions that belong together, and a hash of the file they stand in."""

    name: str
    cases: tuple[Case, ...]
    digest: str


def names() -> list[str]:
    """The suites of the project."""
    return sorted(file.stem for file in FOLDER.glob("*.jsonl"))


def read_suites(wanted: Sequence[str]) -> list[Suite]:
    """Suites by name or file; `all` are those of the project.

    Raises EvaluationError for one that is not there, holds no questions, or repeats an id.
    """
    chosen = [name for one in wanted for name in (names() if one == ALL else [one])]
    suites = [_suite(_file(name)) for name in dict.fromkeys(chosen)]
    seen: dict[str, str] = {}
    for suite in suites:
        for case in suite.cases:
            if case.id in seen:
                raise EvaluationError(
                    f"题库 {suite.name} 与 {seen[case.id]} 都有编号 {case.id}，请分开评测"
                )
            seen[case.id] = suite.name
    return suites


def sample(suites: Sequence[Suite], most: int) -> list[Suite]:
    """At most so many questions of each suite, always the same: the first by the hash of the id."""
    return [
        Suite(suite.name, tuple(sorted(suite.cases, key=_draw)[:most]), suite.digest)
        for suite in suites
    ]


def digest_of(file: Path) -> str:
    """A hash of a file, by which a report says what was asked."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def _draw(case: Case) -> str:
    return hashlib.sha256(case.id.encode()).hexdigest()


def _file(name: str) -> Path:
    own = FOLDER / f"{name}.jsonl"
    if own.is_file() and "/" not in name:
        return own
    file = Path(name)
    if not file.is_file():
        known = "、".join((*names(), ALL))
        raise EvaluationError(f"没有题库或文件 {name}；已有题库：{known}")
    return file


def _suite(file: Path) -> Suite:
    cases = tuple(read_cases(file))
    return Suite(file.stem, cases, digest_of(file))
