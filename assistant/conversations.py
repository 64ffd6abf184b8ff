"""The conversations of the page, each its owner's alone, kept until they are deleted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.principal import Principal
from assistant.answer import Answer
from assistant.migrations import store
from corpus.database import Moment, now

LONGEST_TITLE = 60  # characters
_LISTED = 200  # conversations


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by its name; `at` is when it was last spoken in (UTC)."""

    id: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, when it was given (UTC) and from which state of the documents.

    `id` grows within a conversation. `collections` are those that were searched.
    """

    id: int
    answer: Answer
    at: datetime
    version: str
    collections: frozenset[str]


class _Base(DeclarativeBase):
    pass


class _ConversationRow(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    who: Mapped[str] = mapped_column(String, index=True)
    title: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class _ExchangeRow(_Base):
    __tablename__ = "exchanges"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    said: Mapped[str] = mapped_column(Text)  # question and answer, to be searched
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[str] = mapped_column(String)
    collections: Mapped[str] = mapped_column(Text)


STORE = store("conversations", _Base.metadata)


class Conversations:
    """The conversations of a data directory, or of the database at this URL.

    Whatever is asked for by somebody who does not own it is not there.
    """

    def __init__(self, data: Path, database: str = "") -> None:
        self._engine = STORE.open(data, database)

    def start(self, principal: Principal, title: str) -> Conversation:
        """A new conversation of somebody."""
        started = Conversation(uuid.uuid4().hex[:16], _named(title), now())
        row = {"id": started.id, "who": principal.id, "title": started.title, "at": started.at}
        with Session(self._engine) as session, session.begin():
            session.execute(insert(_ConversationRow).values(row))
        return started

    def add(
        self,
        principal: Principal,
        conversation_id: str,
        answer: Answer,
        version: str,
        collections: frozenset[str],
    ) -> Exchange | None:
        """Put an answer at the end; None where the conversation is no more."""
        at = now()
        row = {
            "conversation": conversation_id,
            "said": f"{answer.question}\n{answer.answer}",
            "answer": answer.model_dump_json(),
            "at": at,
            "version": version,
            "collections": "\n".join(sorted(collections)),
        }
        with Session(self._engine) as session, session.begin():
            spoken = update(_ConversationRow).where(_own(principal, conversation_id)).values(at=at)
            if not session.execute(spoken.returning(_ConversationRow.id)).first():
                return None
            added = insert(_ExchangeRow).values(row).returning(_ExchangeRow.id)
            id_ = session.execute(added).scalar_one()
        return Exchange(id_, answer, at, version, collections)

    def cut(self, principal: Principal, conversation_id: str, exchange_id: int) -> None:
        """Take out an exchange and all that followed it."""
        with Session(self._engine) as session, session.begin():
            if _found(session, principal, conversation_id):
                of_it = _ExchangeRow.conversation == conversation_id
                session.execute(delete(_ExchangeRow).where(of_it, _ExchangeRow.id >= exchange_id))

    def of(self, principal: Principal, words: str = "") -> list[Conversation]:
        """Somebody's conversations, the last spoken in first; those with these words in them."""
        wanted = select(_ConversationRow).where(_ConversationRow.who == principal.id)
        for word in words.split():
            said = select(_ExchangeRow.conversation).where(
                _ExchangeRow.said.icontains(word, autoescape=True)
            )
            named = _ConversationRow.title.icontains(word, autoescape=True)
            wanted = wanted.where(or_(named, _ConversationRow.id.in_(said)))
        # By the number of what was said last: a clock may have been set back since.
        last = select(func.coalesce(func.max(_ExchangeRow.id), 0)).where(
            _ExchangeRow.conversation == _ConversationRow.id
        )
        newest = wanted.order_by(
            last.scalar_subquery().desc(), _ConversationRow.at.desc(), _ConversationRow.id
        ).limit(_LISTED)
        with Session(self._engine) as session:
            return [_conversation(row) for row in session.scalars(newest)]

    def get(self, principal: Principal, conversation_id: str) -> Conversation | None:
        """One of somebody's conversations, or None."""
        with Session(self._engine) as session:
            row = _found(session, principal, conversation_id)
            return _conversation(row) if row else None

    def exchanges(self, principal: Principal, conversation_id: str) -> Sequence[Exchange]:
        """What was said in one, from its beginning."""
        said = select(_ExchangeRow).where(_ExchangeRow.conversation == conversation_id)
        with Session(self._engine) as session:
            if not _found(session, principal, conversation_id):
                return []
            return [_exchange(row) for row in session.scalars(said.order_by(_ExchangeRow.id))]

    def rename(self, principal: Principal, conversation_id: str, title: str) -> None:
        """Call one by another name."""
        if title.strip():
            self._change(principal, conversation_id, title=_named(title))

    def delete(self, principal: Principal, conversation_id: str) -> None:
        """Take one out with all that was said in it."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(_ConversationRow).where(_own(principal, conversation_id)))

    def forget(self, who: str) -> int:
        """Take out all of somebody who is no more; returns how many there were."""
        with Session(self._engine) as session, session.begin():
            gone = delete(_ConversationRow).where(_ConversationRow.who == who)
            return len(session.scalars(gone.returning(_ConversationRow.id)).all())

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    def _change(self, principal: Principal, conversation_id: str, **values: object) -> None:
        own = _own(principal, conversation_id)
        with Session(self._engine) as session, session.begin():
            session.execute(update(_ConversationRow).where(own).values(**values))


def _own(principal: Principal, conversation_id: str) -> ColumnElement[bool]:
    return (_ConversationRow.id == conversation_id) & (_ConversationRow.who == principal.id)


def _found(session: Session, principal: Principal, id_: str) -> _ConversationRow | None:
    return session.scalar(select(_ConversationRow).where(_own(principal, id_)))


def _named(title: str) -> str:
    """A name of one line, short enough for a list."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return plain if len(plain) <= LONGEST_TITLE else f"{plain[: LONGEST_TITLE - 1]}…"


def _conversation(row: _ConversationRow) -> Conversation:
    return Conversation(row.id, row.title, row.at)


def _exchange(row: _ExchangeRow) -> Exchange:
    return Exchange(
        row.id,
        Answer.model_validate_json(row.answer),
        row.at,
        row.version,
        frozenset(row.collections.split("\n")),
    )
