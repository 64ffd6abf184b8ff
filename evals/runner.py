"""Ask a system every question, several at a time, and keep each answer as soon as it is there.

Nothing that was answered is asked again: a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from assistant.answer import Question, Turn
from corpus.errors import ClausewiseError
from evals.case import Case
from evals.errors import EvaluationError
from evals.reply import Row
from evals.systems.patience import attempts
from evals.systems.system import System

Progress = Callable[[int, int], None]


def asked(case: Case) -> Question:
    """The question as a user would ask it, earlier turns first."""
    history = [Turn(role="user", content=words) for words in case.history]
    return Question(question=case.question, history=history)


def run(
    system: System,
    cases: Sequence[Case],
    file: Path,
    *,
    width: int = 0,
    pause: float = 1.0,
    progress: Progress | None = None,
) -> list[Row]:
    """The rows of all questions in their order, those already in `file` unasked.

    Answers in the file to questions that are not among these stay there.

    `width` are the questions asked at a time, 0 what the system says of itself; `pause` the
    seconds before a second attempt. Failures are rows too, and are asked again by the next run.
    What is under way when the run is interrupted is finished and kept.
    """
    kept = {row.id: row for row in read_rows(file)} if file.exists() else {}
    rows = {
        case.id: kept[case.id]
        for case in cases
        if case.id in kept and kept[case.id].reply and kept[case.id].question == asked(case)
    }
    left = [case for case in cases if case.id not in rows]
    others = kept.keys() - {case.id for case in cases}
    if progress is not None:
        progress(len(rows), len(cases))
    with (
        _keeping(file, [*(kept[id_] for id_ in sorted(others)), *rows.values()]) as keep,
        closing(_ask_all(system, left, width or system.width, pause, keep)) as answered,
    ):
        for row in answered:
            rows[row.id] = row
            if progress is not None:
                progress(len(rows), len(cases))
    return [rows[case.id] for case in cases]


def read_rows(file: Path) -> list[Row]:
    """The rows of a file; a last line that was cut off is left out.

    Raises EvaluationError, naming file:line, for anything else that is no row.
    """
    try:
        lines = file.read_bytes().split(b"\n")  # the cut may go through a character
    except OSError as error:
        raise EvaluationError(f"{file}: 无法读取（{error.strerror}）") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            if number == len(lines):
                break
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            where = f"（字段 {field}）" if field else ""
            raise EvaluationError(f"{file}:{number} 不是保存的回答{where}") from error
    return rows


@contextmanager
def _keeping(file: Path, rows: Sequence[Row]) -> Iterator[Callable[[Row], None]]:
    """Rewrite the file with these rows, then add one at a time."""
    fresh = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text("".join(f"{row.model_dump_json()}\n" for row in rows), encoding="utf-8")
        fresh.replace(file)
        lines = file.open("a", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error

    def keep(row: Row) -> None:
        lines.write(f"{row.model_dump_json()}\n")
        lines.flush()

    with lines:
        yield keep


def _ask_all(
    system: System, cases: Sequence[Case], width: int, pause: float, keep: Callable[[Row], None]
) -> Generator[Row, None, None]:
    """Rows as they come, each kept. Broken off, it keeps what is under way and asks no more."""
    if width == 1:
        for case in cases:
            row = _row(system, case, pause, threading.Event())
            keep(row)
            yield row
        return
    over = threading.Event()
    with ThreadPoolExecutor(width) as pool:
        waiting = iter(cases)
        running: set[Future[Row]] = set()
        try:
            while True:
                for case in islice(waiting, width - len(running)):
                    running.add(pool.submit(_row, system, case, pause, over))
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    row = future.result()
                    keep(row)
                    running.remove(future)
                    yield row
        finally:
            # Whatever broke it off, here or (as GeneratorExit) in whoever takes the rows.
            over.set()
            for future in running:
                if future.exception() is None:
                    keep(future.result())


def _row(system: System, case: Case, pause: float, over: threading.Event) -> Row:
    """Ask one question, again where the system is busy, until `over`."""
    question = asked(case)
    began = time.perf_counter()
    reply, fault = None, ""
    try:
        for attempt in attempts(pause, over):
            with attempt:
                began = time.perf_counter()
                reply = system.ask(question)
    except ClausewiseError as error:
        fault = str(error)
    except Exception as error:  # one question must not end the run of all others
        fault = f"内部错误：{type(error).__name__} {error}"
    seconds = time.perf_counter() - began
    return Row(id=case.id, question=question, seconds=seconds, reply=reply, error=fault)
