"""Ask systems the questions of suites, score the replies and write the reports."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evals.case import Case
from evals.errors import EvaluationError
from evals.judge import opinions
from evals.originals import Gold, Originals
from evals.reply import Row
from evals.reports.report import Asked, Price, Report, Run, report
from evals.reports.written import write_reports
from evals.runner import run
from evals.suite import Suite
from evals.systems.opened import Material, opened

_SLUG = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run, and the folder that takes answers and reports.

    `width` are the questions asked at a time (0: as the system says), `pause` the seconds before a
    second attempt, `judge` a model (`name@url`) whose opinion is reported beside. A run that is
    finished is taken up again only to `rescore` its answers: a system may have changed since.
    """

    suites: Sequence[Suite]
    systems: Sequence[str]
    folder: Path
    sampled: int = 0
    width: int = 0
    judge: str = ""
    price: Price = field(default_factory=Price)
    pause: float = 1.0
    rescore: bool = False


def evaluate(plan: Plan, material: Material) -> Report:
    """Ask every system, score, and write the reports.

    Answers already in the folder are taken. Raises EvaluationError where the documents do not bear
    out a question, the folder is that of other documents, or a system cannot be opened.
    """
    originals = Originals(material.catalog)
    golds = [(suite.name, originals.gold(case)) for suite in plan.suites for case in suite.cases]
    with _claimed(plan, originals.fingerprint):
        found = _evaluated(plan, material, originals, golds)
        write_reports(found, plan.folder)
    return found


def _evaluated(
    plan: Plan, material: Material, originals: Originals, golds: Sequence[tuple[str, Gold]]
) -> Report:
    cases = [gold.case for _, gold in golds]
    rows: dict[str, dict[str, Row]] = {}
    said: dict[str, dict[str, bool]] = {}
    for spec in dict.fromkeys(plan.systems):
        with opened(spec, material) as system, _progress(system.name) as progress:
            slug = slug_of(system.name)
            answered = run(
                system,
                cases,
                plan.folder / "answers" / f"{slug}.jsonl",
                width=plan.width,
                pause=plan.pause,
                progress=progress,
            )
        rows[system.name] = {row.id: row for row in answered}
        if plan.judge:
            kept = plan.folder / "answers" / f"{slug}.opinions.jsonl"
            said[system.name] = _opinions(material, plan, cases, answered, kept)
    made = Run(
        suites={suite.name: suite.digest for suite in plan.suites},
        sampled=plan.sampled,
        corpus=originals.fingerprint,
        program=version("clausewise"),
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        at=datetime.now(UTC).replace(microsecond=0),
        price=plan.price,
    )
    asked = [
        Asked(suite, gold, {name: of[gold.case.id] for name, of in rows.items()})
        for suite, gold in golds
    ]
    return report(made, asked, originals if originals.held else None, said)


def _opinions(
    material: Material, plan: Plan, cases: Sequence[Case], rows: Sequence[Row], file: Path
) -> dict[str, bool]:
    endpoint = material.endpoint(plan.judge)
    try:
        return opinions(endpoint, cases, rows, file, plan.pause)
    finally:
        endpoint.close()


@contextmanager
def _claimed(plan: Plan, corpus: str) -> Iterator[None]:
    """Take a folder for a run over these documents, and keep other runs out of it meanwhile."""
    folder = plan.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "corpus.json").open("a+", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{folder}: 无法作为评测目录（{error.strerror}）") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EvaluationError(f"另一次评测正在写入 {folder}，请稍候或换一个 --out") from error
        if (folder / "report.json").exists() and not plan.rescore:
            raise EvaluationError(
                f"{folder} 中已有完成的评测；请换一个 --out，或加 --rescore 用其中的回答重新打分"
            )
        lock.seek(0)
        held = lock.read()
        if not held:
            lock.write(json.dumps({"corpus": corpus}))
            lock.flush()
        elif corpus not in held:
            raise EvaluationError(f"{folder} 是对另一批文件的评测，请换一个 --out")
        yield


def slug_of(name: str) -> str:
    """A name as a file may have it."""
    return _SLUG.sub("-", name).strip("-")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, a line every hundred questions elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:

        def tell(done: int, total: int) -> None:
            if done == total or (done and done % 100 == 0):
                typer.echo(f"{name}：已提问 {done}/{total}", err=True)

        yield tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
