"""What people say of answers, kept for whoever runs the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Integer, String, Text, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Principal
from assistant.database import Moment, database, now


class Verdict(StrEnum):
    """What somebody thinks of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNPROVEN = "unproven"  # the citation does not prove the sentence
    MISSING = "missing"  # refused, or left something out


class Feedback(BaseModel):
    """A word on an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer_id: str = Field(min_length=1, max_length=64, description="回答编号")
    verdict: Verdict = Field(
        description="right 正确，wrong 错误，unproven 引文不能证明，missing 漏答"
    )
    comment: str = Field(default="", max_length=2000, description="补充说明")


class HeldFeedback(Feedback):
    """The same, with who said it and when (UTC)."""

    id: int
    at: datetime
    who: str
    question: str = Field(description="所答的问题")


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


class FeedbackStore:
    """The feedback of a data directory, in `feedback.sqlite`."""

    def __init__(self, data: Path) -> None:
        self._engine = database(data / "feedback.sqlite", _Base)

    def add(self, principal: Principal, said: Feedback, question: str) -> HeldFeedback:
        """Keep a word on an answer to this question."""
        at = now()
        row = {**said.model_dump(), "at": at, "who": principal.id, "question": question}
        with Session(self._engine) as session, session.begin():
            id_ = session.execute(insert(_Row).values(row).returning(_Row.id)).scalar_one()
        return HeldFeedback(id=id_, at=at, who=principal.id, question=question, **said.model_dump())

    def page(self, offset: int, limit: int) -> tuple[int, Sequence[HeldFeedback]]:
        """How much there is, and some of it, the newest first."""
        newest = select(_Row).order_by(_Row.id.desc()).offset(offset).limit(limit)
        with Session(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(_Row)) or 0
            return total, [
                HeldFeedback.model_validate(row, from_attributes=True)
                for row in session.scalars(newest)
            ]

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()
