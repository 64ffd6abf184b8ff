"""The tables of the catalog."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import JSON, Connection, ForeignKey, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from corpus.database import Counter, Store
from corpus.migrate import History


class Base(DeclarativeBase):
    pass


class SourceRow(Base):
    __tablename__ = "sources"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)


class DocumentRow(Base):
    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(String(16), index=True)
    level: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    number: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    issued: Mapped[date | None]
    subject: Mapped[str | None] = mapped_column(Text)
    recognised_pages: Mapped[list[int]] = mapped_column(JSON)
    excerpt: Mapped[bool] = mapped_column(index=True)
    collection: Mapped[str] = mapped_column(Text)


class OriginRow(Base):
    """Which sources hold a document: the same document may arrive twice."""

    __tablename__ = "origins"
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(
        ForeignKey("sources.sha256", ondelete="CASCADE"), primary_key=True, index=True
    )


class ClauseRow(Base):
    __tablename__ = "clauses"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    ordinal: Mapped[int]
    parent: Mapped[int | None]
    marker: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    path: Mapped[list[str]] = mapped_column(JSON)
    start: Mapped[int]
    end: Mapped[int]
    pages: Mapped[list[int]] = mapped_column(JSON)
    departments: Mapped[list[list[str]]] = mapped_column(JSON)


class TargetRow(Base):
    """A numeric target: derived from its clause, kept so that it can be asked for."""

    __tablename__ = "targets"
    clause_id: Mapped[str] = mapped_column(
        ForeignKey("clauses.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int]
    end: Mapped[int]
    indicator: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    comparison: Mapped[str] = mapped_column(String(8))
    change: Mapped[str] = mapped_column(String(8))
    printed: Mapped[str] = mapped_column(Text)
    low: Mapped[str | None] = mapped_column(Text)  # decimals as text: exact
    high: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(index=True)
    period: Mapped[str] = mapped_column(Text)
    annual: Mapped[bool]
    base: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    aspires: Mapped[bool]
    nature: Mapped[str] = mapped_column(Text)
    flags: Mapped[list[str]] = mapped_column(JSON)


class RulesRow(Base):
    """The version of the rules that the targets were read with."""

    __tablename__ = "target_rules"
    version: Mapped[str] = mapped_column(String(16), primary_key=True)


class LedgerRow(Base):
    """Where the characters of a source went."""

    __tablename__ = "ledger"
    sha256: Mapped[str] = mapped_column(
        ForeignKey("sources.sha256", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    leftover: Mapped[str | None] = mapped_column(Text)
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    characters: Mapped[int]
    kept: Mapped[int]


CHANGES = Counter("catalog_changes", Base.metadata)
"""Raised by everything that changes the documents or their targets."""


def _counted_otherwise(connection: Connection) -> str:
    """The revision of a catalog from when versions were counted in a table of their own."""
    version: int | None = connection.scalar(text("SELECT max(version) FROM schema_version"))
    return f"{version or 4:04d}"


CATALOG = Store(
    History(
        name="catalog",
        tables=Base.metadata,
        scripts=Path(__file__).parent / "migrations" / "catalog",
        newest="0006",
        unversioned=_counted_otherwise,
    ),
    private=False,
)
