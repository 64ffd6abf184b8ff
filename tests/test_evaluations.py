"""Runs of the evaluation are read as they lie there, whoever put them there."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluations import (
    Change,
    Measure,
    Part,
    Run,
    Summary,
    changes,
    file_of,
    pairs,
    runs,
)

AT = "2026-11-22T00:10:00Z"


def system(name: str = "clausewise", **values: float) -> dict[str, Any]:
    figures = {
        measure.replace("at", "@"): {"value": value, "low": value, "high": value, "n": 10}
        for measure, value in values.items()
    }
    return {"name": name, "questions": 10, "errors": 1, "p50_ms": 14.0, "figures": figures}


def summary(at: str = AT, *systems: dict[str, Any], **run: Any) -> dict[str, Any]:
    conditions = {"suites": {"targets": "ab12"}, "sampled": 0, "corpus": "c0", "at": at}
    return {"run": conditions | run, "systems": list(systems) or [system(answer=0.5)]}


def put(data: Path, name: str, said: Any) -> Path:
    """A folder of a run; `said` is its summary, as text or to be JSON."""
    folder = data / "evaluations" / name
    folder.mkdir(parents=True)
    text = said if isinstance(said, str) else json.dumps(said)
    (folder / "summary.json").write_text(text, encoding="utf-8")
    return folder


def only(data: Path) -> Run:
    (found,) = runs(data)
    return found


def test_a_run_is_read(tmp_path: Path) -> None:
    folder = put(tmp_path, "一次", summary(AT, system(answer=0.9, Rat5=1.0, made_up=7)))
    (folder / "report.html").write_text("报告")
    found = only(tmp_path)
    assert found.name == "一次"
    assert found.parts == {Part.REPORT}
    assert found.summary is not None
    assert found.summary.run.at == datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
    (first,) = found.summary.systems
    assert (first.questions, first.errors, first.p50_ms) == (10, 1, 14.0)
    assert set(first.figures) == {Measure.ANSWER, Measure.FOUND}
    assert first.figures[Measure.ANSWER].value == 0.9


def test_newest_first_and_what_cannot_be_read_last(tmp_path: Path) -> None:
    put(tmp_path, "a", summary("2026-11-20T08:00:00+08:00"))
    put(tmp_path, "z", "{")
    put(tmp_path, "b", summary("2026-11-21T00:00:00Z"))
    assert [run.name for run in runs(tmp_path)] == ["b", "a", "z"]


def test_without_any_there_are_none(tmp_path: Path) -> None:
    assert runs(tmp_path) == []
    assert file_of(tmp_path, "a", Part.REPORT) is None
    (tmp_path / "evaluations").write_text("")
    assert runs(tmp_path) == []


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"run": {}, "systems": []}',
        json.dumps(summary()).replace("0.5", "NaN"),
        summary("yesterday"),
        summary("2026-11-22T00:10:00"),
        summary("9999-12-31T23:59:59Z"),
        summary(suites=["targets"]),
        summary(suites={"x" * 400: "ab"}),
        summary(AT, system(answer=1.5)),
        summary(AT, system(answer=-0.1)),
        summary(AT, {"name": "clausewise", "questions": -1}),
        summary(AT, {"name": "clausewise", "questions": 1, "figures": [1]}),
        summary(AT, *[system()] * 51),
        json.dumps(summary()).replace("clausewise", "\\ud800"),
    ],
)
def test_a_summary_that_is_none_is_said_to_be_unreadable(tmp_path: Path, said: Any) -> None:
    put(tmp_path, "a", said)
    found = only(tmp_path)
    assert (found.summary, found.fault) == (None, "summary.json 无法读取")


def test_a_summary_that_is_not_there_or_too_large_is_said_to_be(tmp_path: Path) -> None:
    folder = put(tmp_path, "a", json.dumps(summary()) + " " * 2**20)
    assert only(tmp_path).fault == "summary.json 过大"
    (folder / "summary.json").unlink()
    assert only(tmp_path).fault == "没有 summary.json"
    (folder / "summary.json").mkdir()
    assert only(tmp_path).fault == "没有 summary.json"


def test_bytes_that_are_no_text_are_unreadable(tmp_path: Path) -> None:
    folder = put(tmp_path, "a", "")
    (folder / "summary.json").write_bytes(b"\xff\xfe\x00")
    assert only(tmp_path).fault == "summary.json 无法读取"


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("summary.json", "report.html", "questions.csv"):
        (outside / name).write_text(json.dumps(summary()))
    data = tmp_path / "data"
    folder = put(data, "own", summary())
    (data / "evaluations" / "link").symlink_to(outside)
    for part in Part:
        (folder / part).symlink_to(outside / part)
    assert only(data).parts == frozenset()
    assert file_of(data, "link", Part.REPORT) is None
    assert file_of(data, "own", Part.REPORT) is None
    (folder / "summary.json").unlink()
    (folder / "summary.json").symlink_to(outside / "summary.json")
    assert only(data).fault == "没有 summary.json"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = put(tmp_path, "a", summary())
    (folder / "summary.json").unlink()
    os.mkfifo(folder / "summary.json")
    assert only(tmp_path).fault == "没有 summary.json"


@pytest.mark.parametrize("name", ["..", ".", "", "own/../own", "own/", "../outside", "OWN*", "\0"])
def test_a_name_is_looked_for_and_never_followed(tmp_path: Path, name: str) -> None:
    folder = put(tmp_path, "own", summary())
    for place in (folder, tmp_path, tmp_path / "evaluations"):
        (place / "report.html").write_text("x")
    assert file_of(tmp_path, "own", Part.REPORT) == folder / "report.html"
    assert file_of(tmp_path, name, Part.REPORT) is None


@pytest.mark.parametrize("name", [".writing", "--delete", "a\nb", "a\u202eb", os.fsdecode(b"\xff")])
def test_names_that_no_command_gives_are_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, summary())
    assert runs(tmp_path) == []


def test_systems_are_set_beside_those_of_the_same_name(tmp_path: Path) -> None:
    put(tmp_path, "a", summary(AT, system(answer=0.5), system("bm25", answer=0.2)))
    put(tmp_path, "b", summary(AT, system("vectors"), system("bm25", answer=0.3)))
    put(tmp_path, "c", summary(AT, system("vectors", recall=0.25)))
    a, b, c = (run.summary for run in reversed(runs(tmp_path)))
    assert isinstance(a, Summary)
    assert isinstance(b, Summary)
    assert isinstance(c, Summary)
    assert [(one.name, other.name) for one, other in pairs(a, b)] == [("bm25", "bm25")]
    ((one, other),) = pairs(a, c)
    assert (one.name, other.name) == ("clausewise", "vectors")
    answer, recall = changes(one, other)
    assert (answer.measure, answer.points) == (Measure.ANSWER, None)
    assert (recall.before, recall.measure) == (None, Measure.RECALL)


def test_a_change_is_in_percentage_points(tmp_path: Path) -> None:
    put(tmp_path, "a", summary(AT, system(answer=0.905), system("other", answer=0.93)))
    found = only(tmp_path).summary
    assert found is not None
    (change,) = changes(*found.systems)
    assert isinstance(change, Change)
    assert change.points == pytest.approx(2.5)
