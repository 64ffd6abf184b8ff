"""Records written beside the answers, in order, and what fails among them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.writer import Writer


def test_what_is_read_after_finds_what_was_put_before() -> None:
    written: list[int] = []
    batches: list[int] = []

    def write(records: Sequence[int]) -> None:
        batches.append(len(records))
        written.extend(records)

    writer = Writer("test", write)
    for number in range(1000):
        writer.put(number)
    assert writer.after(lambda: list(written)) == list(range(1000))
    assert len(batches) < 100  # together, not one by one
    writer.close()


def test_what_cannot_be_written_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    written: list[str] = []

    def write(records: Sequence[str]) -> None:
        if "bad" in records:
            raise OSError("disk full")
        written.extend(records)

    writer = Writer("test", write)
    writer.put("bad")
    assert writer.after(lambda: len(written)) == 0
    assert "1 records were not written" in caplog.text
    writer.put("good")
    writer.close()
    assert written == ["good"]


def test_a_read_that_fails_is_told() -> None:
    writer = Writer[str]("test", lambda _: None)
    with pytest.raises(ZeroDivisionError):
        writer.after(lambda: 1 / 0)
    assert writer.after(lambda: 7) == 7
    writer.close()
