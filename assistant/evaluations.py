"""Evaluation runs as `clausewise eval run` leaves them in the data directory, and their figures.

Names of folders and what stands in them are as untrusted as documents: folders are found by
listing, links are not followed, and a summary is read within bounds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    StringConstraints,
    ValidationError,
    field_validator,
)

_FOLDER = "evaluations"
_SUMMARY = "summary.json"
_LARGEST = 2**20  # bytes of a summary
_SINCE, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_Name = Annotated[str, StringConstraints(max_length=300)]
_Part = Annotated[float, Field(ge=0, le=1)]


class Part(StrEnum):
    """The files of a run that can be opened."""

    REPORT = "report.html"
    QUESTIONS = "questions.csv"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Measure(StrEnum):
    """The shares of a summary that are shown; others are let be."""

    ANSWER = "answer"
    NUMBERS = "numbers"
    RECALL = "recall"
    REFUSAL = "refusal"
    FALSE_REFUSAL = "false_refusal"
    GROUNDED = "grounded"
    PRECISION = "precision"
    SUPPORTED = "alce_recall"
    FAITHFUL = "faithful"
    SAFE = "safe"
    FOUND = "R@5"


class Share(_Frozen):
    """A share of `n` things, and the interval that it may be taken to lie in."""

    value: _Part
    low: _Part | None = None
    high: _Part | None = None
    n: NonNegativeInt | None = None


class System(_Frozen):
    """What one system did in a run."""

    name: _Name
    questions: NonNegativeInt
    errors: NonNegativeInt = 0
    p50_ms: NonNegativeFloat | None = None
    figures: dict[Measure, Share] = {}

    @field_validator("figures", mode="before")
    @classmethod
    def _known(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        known = {name: said.get(name.value) for name in Measure}
        return {name: share for name, share in known.items() if share is not None}


class Conditions(_Frozen):
    """What was asked, of what, where and when."""

    suites: dict[_Name, _Name] = Field(max_length=50)  # the hash of each by its name
    sampled: NonNegativeInt = 0  # questions drawn of each suite; 0: all
    corpus: _Name = ""  # the hash of the documents
    program: _Name = ""
    machine: _Name = ""
    at: AwareDatetime = Field(ge=_SINCE, lt=_UNTIL)


class Summary(_Frozen):
    """A run in figures, the system that it was about first."""

    run: Conditions
    systems: list[System] = Field(min_length=1, max_length=50)


@dataclass(frozen=True, slots=True)
class Run:
    """A folder of a run: its summary, or what is wrong with that, and the files beside it."""

    name: str
    summary: Summary | None
    fault: str
    parts: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Change:
    """A share in two runs, and by how many percentage points the second is above the first."""

    measure: Measure
    before: Share | None
    after: Share | None

    @property
    def points(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return 100 * (self.after.value - self.before.value)


def runs(data: Path) -> list[Run]:
    """The runs of a data directory, newest first; those that cannot be read come last."""
    found = sorted((_run(folder) for folder in _folders(data)), key=lambda run: run.name)
    return sorted(found, key=lambda run: run.summary.run.at if run.summary else _SINCE)[::-1]


def file_of(data: Path, name: str, part: Part) -> Path | None:
    """A file of the run that has this name, where there is one."""
    folder = next((folder for folder in _folders(data) if folder.name == name), None)
    return folder / part if folder and part in _files(folder) else None


def pairs(before: Summary, after: Summary) -> list[tuple[System, System]]:
    """The systems of two runs that have the same name; without any, the first of each."""
    named = {system.name: system for system in reversed(before.systems)}
    same = [(named[system.name], system) for system in after.systems if system.name in named]
    return same or [(before.systems[0], after.systems[0])]


def changes(before: System, after: System) -> list[Change]:
    """The shares that either of two systems has."""
    both = ((name, before.figures.get(name), after.figures.get(name)) for name in Measure)
    return [Change(name, one, other) for name, one, other in both if one or other]


def _folders(data: Path) -> Iterator[Path]:
    """The folders of runs. What is hidden is being written; a name that cannot be shown, or that
    a command would take for an option, is of nobody's run."""
    try:
        entries = list(os.scandir(data / _FOLDER))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        name = entry.name
        if name.isprintable() and name[0] not in ".-" and entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)


def _files(folder: Path) -> frozenset[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return frozenset()
    return frozenset(entry.name for entry in entries if entry.is_file(follow_symlinks=False))


def _run(folder: Path) -> Run:
    files = _files(folder)
    parts = frozenset(part for part in Part if part in files)
    if _SUMMARY not in files:
        return Run(folder.name, None, f"没有 {_SUMMARY}", parts)
    try:
        with (folder / _SUMMARY).open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            return Run(folder.name, None, f"{_SUMMARY} 过大", parts)
        return Run(folder.name, Summary.model_validate_json(content), "", parts)
    except (OSError, ValidationError):
        return Run(folder.name, None, f"{_SUMMARY} 无法读取", parts)
