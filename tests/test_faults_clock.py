"""A clock that jumps: what was kept stays, and in its order; whoever may come in still may."""

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from serving import started

from assistant import conversations
from assistant.access.audit import Audit
from assistant.access.principal import LOCAL, Role
from assistant.access.store import Access
from assistant.answer import Answer
from assistant.conversations import Conversations
from corpus.database import now

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
SAID = {"id": "a", "question": "问", "answer": "答", "mode": "extractive", "refused": False}
ANSWER = Answer.model_validate(
    SAID | {"refusal_reason": None, "citations": [], "related": [], "timings_ms": {}}
)
YEAR = "+366d"


def wound(shift: str) -> dict[str, str]:
    """What makes a process live in another time. The test is skipped without the library."""
    if LIBRARY is None:
        pytest.skip("no faketime on this machine")
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def at(shift: str, code: str, data: Path) -> None:
    environment = {**os.environ, **wound(shift), "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code, str(data)], env=environment, check=True)


RECORD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from assistant.access.audit import Audit
from assistant.access.principal import LOCAL
audit = Audit(Path(sys.argv[1]), days=180)
for number in range({records}):
    audit.record(LOCAL, "ask", str(number))
audit.close()
assert abs((datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat("{real}")).days) > 300
"""


def test_a_year_ahead_for_a_moment_deletes_no_record(tmp_path: Path) -> None:
    real = datetime.now().isoformat(timespec="seconds")
    audit = Audit(tmp_path, days=180)
    for number in range(150):
        audit.record(LOCAL, "ask", str(number))
    audit.close()
    at(YEAR, RECORD.format(records=20, real=real), tmp_path)
    at(YEAR, RECORD.format(records=20, real=real), tmp_path)
    audit = Audit(tmp_path, days=180)
    assert audit.entries()[0] == 190
    audit.close()


def test_what_was_spoken_in_last_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Conversations(tmp_path)
    first, second = (kept.start(LOCAL, title) for title in ("甲", "乙"))
    monkeypatch.setattr(conversations, "now", lambda: now() + timedelta(days=366))
    kept.add(LOCAL, first.id, ANSWER, "v", frozenset({"public"}))
    monkeypatch.setattr(conversations, "now", now)
    kept.add(LOCAL, second.id, ANSWER, "v", frozenset({"public"}))
    assert [one.title for one in kept.of(LOCAL)] == ["乙", "甲"]
    kept.add(LOCAL, first.id, ANSWER, "v", frozenset({"public"}))
    assert [one.title for one in kept.of(LOCAL)] == ["甲", "乙"]
    kept.close()


@pytest.mark.soak
def test_a_server_in_another_year(sample_kept: Path, tmp_path: Path) -> None:
    """A session that was begun in the future is none in the present; one can log in again."""
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    access = Access(data)
    access.create_account("张三", "a long password", Role.READER)
    access.close()
    form = {"name": "张三", "password": "a long password"}
    question = {"question": "合肥2025年森林覆盖率是多少？"}
    with httpx.Client(timeout=60) as browser:
        for environment in (wound(YEAR), {}):
            with started(data, environment) as (_, url):
                assert browser.post(f"{url}/login", data=form).status_code == 303
                answer = browser.post(f"{url}/v1/answer", json=question)
                assert "29.5%" in answer.json()["answer"]
    audit = Audit(data, days=180)
    entries = audit.entries()[1]
    audit.close()
    years = [entry.at.year - datetime.now().year for entry in entries]
    assert years == sorted(years)  # the newest first, by when they were made
    assert set(years) == {0, 1}
