"""What people say of answers, kept for whoever runs the server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Integer, String, Text, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, undefer

from assistant.access.principal import Principal
from assistant.migrations import store
from corpus.database import Moment, now


class Verdict(StrEnum):
    """What somebody thinks of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNPROVEN = "unproven"  # the citation does not prove the sentence
    MISSING = "missing"  # refused, or left something out

    @property
    def said(self) -> str:
        """The verdict in Chinese."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.RIGHT: "正确",
    Verdict.WRONG: "错误",
    Verdict.UNPROVEN: "引文不能证明",
    Verdict.MISSING: "漏答",
}


class Feedback(BaseModel):
    """A word on an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer_id: str = Field(min_length=1, max_length=64, description="回答编号")
    verdict: Verdict = Field(description="，".join(f"{one.value} {one.said}" for one in Verdict))
    comment: str = Field(default="", max_length=2000, description="补充说明")


class HeldFeedback(Feedback):
    """The same, with who said it and when (UTC)."""

    id: int
    at: datetime
    who: str
    question: str = Field(description="所答的问题")


class Judged(HeldFeedback):
    """The same, with the receipt of the answer; None of words from before receipts were kept."""

    receipt: str | None


class _Base(DeclarativeBase):
    pass


class _Row(_Base):
    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String)
    answer_id: Mapped[str] = mapped_column(String)
    question: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String)
    comment: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str | None] = mapped_column(Text, deferred=True)


STORE = store("feedback", _Base.metadata, newest="0002")


class FeedbackStore:
    """The feedback of a data directory, or of the database at this URL."""

    def __init__(self, data: Path, database: str = "") -> None:
        self._engine = STORE.open(data, database)

    def add(self, principal: Principal, said: Feedback, receipt: str) -> HeldFeedback:
        """Keep a word on the answer of this receipt, which the server itself will not keep long."""
        question = json.loads(receipt)["answer"]["question"]
        row = {**said.model_dump(), "at": now(), "who": principal.id, "question": question}
        with Session(self._engine) as session, session.begin():
            added = insert(_Row).values(row | {"receipt": receipt}).returning(_Row.id)
            id_ = session.execute(added).scalar_one()
        return HeldFeedback.model_validate({**row, "id": id_})

    def page(self, offset: int, limit: int) -> tuple[int, Sequence[HeldFeedback]]:
        """How much there is, and some of it, the newest first."""
        newest = select(_Row).order_by(_Row.id.desc()).offset(offset).limit(limit)
        with Session(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(_Row)) or 0
            return total, [
                HeldFeedback.model_validate(row, from_attributes=True)
                for row in session.scalars(newest)
            ]

    def judged(self) -> Sequence[Judged]:
        """All of it with its receipts, the oldest first."""
        with Session(self._engine) as session:
            rows = session.scalars(select(_Row).order_by(_Row.id).options(undefer(_Row.receipt)))
            return [Judged.model_validate(row, from_attributes=True) for row in rows]

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()
