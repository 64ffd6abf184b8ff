"""Questions are asked several at a time and answers kept at once, whatever comes between."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answer import Question
from evals.case import Case, Type
from evals.errors import EvaluationError
from evals.reply import Reply
from evals.runner import asked, read_rows, run
from evals.systems import patience
from evals.systems.patience import TRIES
from evals.systems.system import BusyError

CASES = [
    Case(id=f"q-{at}", question=f"第{at}个问题？", type=Type.UNANSWERABLE) for at in range(1, 7)
]
IDS = [case.id for case in CASES]


class Scripted:
    """Answers with the question's own words, unless told what else to do with it."""

    name = "scripted"
    width = 1

    def __init__(self, script: Callable[[str], object] = lambda _: None) -> None:
        self.heard: Counter[str] = Counter()
        self._script = script

    def ask(self, question: Question) -> Reply:
        self.heard[question.question] += 1
        self._script(question.question)
        return Reply(text=f"答：{question.question}")

    def close(self) -> None:
        """Nothing is held."""


def failing_at(words: str, error: BaseException) -> Callable[[str], None]:
    def script(question: str) -> None:
        if words in question:
            raise error

    return script


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers" / "scripted.jsonl"


def kept(file: Path) -> list[str]:
    return sorted(row.id for row in read_rows(file))


def test_earlier_questions_become_turns_of_the_user_in_order() -> None:
    case = CASES[0].model_copy(update={"history": ("合肥呢？", "那芜湖呢？")})
    assert [(turn.role, turn.content) for turn in asked(case).history] == [
        ("user", "合肥呢？"),
        ("user", "那芜湖呢？"),
    ]
    assert asked(case).question == "第1个问题？"


def test_rows_come_in_the_order_of_the_questions_though_answers_do_not(file: Path) -> None:
    another = threading.Event()
    told: list[tuple[int, int]] = []

    def script(question: str) -> None:
        if question == "第1个问题？":
            assert another.wait(5)

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            another.set()

    rows = run(Scripted(script), CASES, file, width=2, progress=progress)
    assert [row.id for row in rows] == IDS
    assert [row.reply.text for row in rows if row.reply] == [f"答：{c.question}" for c in CASES]
    assert read_rows(file)[0].id == "q-2"
    assert told == [(done, 6) for done in range(7)]


@pytest.mark.parametrize("width", [1, 3])
def test_as_many_are_asked_at_a_time_as_was_said(file: Path, width: int) -> None:
    together = threading.Barrier(width)
    asking = threading.Semaphore(width)

    def script(_: str) -> None:
        assert asking.acquire(blocking=False)
        together.wait(5)
        asking.release()

    assert [row.error for row in run(Scripted(script), CASES, file, width=width)] == [""] * 6


def test_without_a_width_the_system_says_how_many(file: Path) -> None:
    together = threading.Barrier(2)
    system = Scripted(lambda _: together.wait(5))
    system.width = 2
    assert [row.error for row in run(system, CASES, file)] == [""] * 6


def test_a_busy_system_is_asked_again_and_no_sooner_than_it_says(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(patience, "_wait", lambda _, seconds: waited.append(seconds))
    refusals = iter([BusyError("忙", 0.1), BusyError("忙", 60.0), BusyError("忙"), None])

    def script(_: str) -> None:
        if error := next(refusals, None):
            raise error

    (row,) = run(Scripted(script), CASES[:1], file, pause=0.5)
    assert row.reply is not None
    assert row.error == ""
    assert waited == [0.5, 60.0, 2.0]


def test_a_system_that_stays_busy_is_given_up_and_the_others_are_asked(file: Path) -> None:
    system = Scripted(failing_at("第2个", BusyError("服务器忙")))
    rows = run(system, CASES, file, pause=0)
    assert system.heard["第2个问题？"] == TRIES
    assert (rows[1].reply, rows[1].error) == (None, "服务器忙")
    assert [row.id for row in rows if row.error] == ["q-2"]
    assert system.heard["第3个问题？"] == 1


def test_what_will_not_go_better_is_not_tried_again(file: Path) -> None:
    system = Scripted(failing_at("第2个", EvaluationError("密钥无效")))
    rows = run(system, CASES, file, pause=0)
    assert system.heard["第2个问题？"] == 1
    assert rows[1].error == "密钥无效"


def test_the_next_run_asks_only_what_failed(file: Path) -> None:
    first = run(Scripted(failing_at("第2个", EvaluationError("断开"))), CASES, file, pause=0)
    again = Scripted()
    told: list[tuple[int, int]] = []
    rows = run(again, CASES, file, progress=lambda *at: told.append(at))
    assert dict(again.heard) == {"第2个问题？": 1}
    assert told == [(5, 6), (6, 6)]
    assert rows[0] == first[0]
    assert [row.error for row in rows] == [""] * 6
    assert kept(file) == IDS


def test_a_question_that_was_reworded_is_asked_again_and_so_is_one_with_other_turns(
    file: Path,
) -> None:
    run(Scripted(), CASES, file)
    reworded = CASES[0].model_copy(update={"question": "改写了？"})
    continued = CASES[1].model_copy(update={"history": ("先前的话",)})
    again = Scripted()
    rows = run(again, [reworded, continued, *CASES[2:]], file)
    assert set(again.heard) == {"改写了？", "第2个问题？"}
    assert rows[0].reply == Reply(text="答：改写了？")
    assert kept(file) == IDS


def test_a_run_over_fewer_questions_leaves_the_answers_to_the_others(file: Path) -> None:
    run(Scripted(), CASES, file)
    assert [row.id for row in run(Scripted(), CASES[:2], file)] == ["q-1", "q-2"]
    again = Scripted()
    run(again, CASES, file)
    assert not again.heard


@pytest.mark.parametrize("cut", [1, 40, 80])
def test_a_last_line_that_was_cut_off_is_asked_again(file: Path, cut: int) -> None:
    run(Scripted(), CASES, file)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]) + lines[-1][:cut])
    again = Scripted()
    assert [row.id for row in run(again, CASES, file)] == IDS
    assert set(again.heard) == {"第6个问题？"}
    assert kept(file) == IDS


def test_a_cut_through_a_character_is_a_cut_like_others(file: Path) -> None:
    run(Scripted(), CASES, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.rindex("题".encode()) + 1])
    assert kept(file) == IDS[:-1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "q-2", "seconds": 1}', ":2 不是保存的回答（字段 question）"),
        ("half a li", ":2 不是保存的回答"),
    ],
)
def test_another_broken_line_is_named(file: Path, line: str, said: str) -> None:
    run(Scripted(), CASES, file)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], line, *lines[2:]]) + "\n", encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(EvaluationError) as caught:
        run(Scripted(), CASES, file)
    assert f"{file}{said}" in str(caught.value)
    assert file.read_bytes() == before


def test_an_interruption_in_an_answer_keeps_those_before_it(file: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Scripted(failing_at("第4个", KeyboardInterrupt())), CASES, file)
    assert kept(file) == IDS[:3]
    again = Scripted()
    assert [row.id for row in run(again, CASES, file)] == IDS
    assert set(again.heard) == {"第4个问题？", "第5个问题？", "第6个问题？"}


def test_an_interruption_keeps_what_is_under_way_and_asks_nothing_more(file: Path) -> None:
    interrupted = threading.Event()
    under_way = threading.Barrier(3)

    def script(question: str) -> None:
        under_way.wait(5)
        if question != "第1个问题？":
            assert interrupted.wait(5)

    def progress(done: int, _: int) -> None:
        if done:
            interrupted.set()
            raise KeyboardInterrupt

    first = Scripted(script)
    with pytest.raises(KeyboardInterrupt):
        run(first, CASES, file, width=3, progress=progress)
    assert len(first.heard) == 3
    assert kept(file) == IDS[:3]
    again = Scripted()
    assert [row.id for row in run(again, CASES, file, width=3)] == IDS
    assert set(again.heard) == {"第4个问题？", "第5个问题？", "第6个问题？"}


def test_an_interruption_ends_the_waiting_for_a_busy_system(file: Path) -> None:
    busy = threading.Event()

    def script(question: str) -> None:
        if question == "第1个问题？":
            assert busy.wait(5)
            return
        busy.set()
        raise BusyError("忙", 500)

    def progress(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    system = Scripted(script)
    with pytest.raises(KeyboardInterrupt):
        run(system, CASES[:2], file, width=2, progress=progress)
    assert kept(file) == IDS[:2]
    assert [row.error for row in read_rows(file)] == ["", "忙"]


def test_a_fault_of_a_system_is_a_failure_of_that_question_alone(file: Path) -> None:
    rows = run(Scripted(failing_at("第2个", ZeroDivisionError("x"))), CASES[:3], file, width=3)
    assert [row.error for row in rows] == ["", "内部错误：ZeroDivisionError x", ""]


def test_a_file_that_cannot_be_written_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    system = Scripted()
    file = tmp_path / "taken" / "rows.jsonl"
    with pytest.raises(EvaluationError, match=r"rows\.jsonl: 无法写入"):
        run(system, CASES, file)
    assert not system.heard
