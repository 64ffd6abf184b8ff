"""The tables of the catalog, and how a catalog of an older version is brought to this one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    ForeignKey,
    String,
    Text,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from corpus.errors import CatalogError

SCHEMA_VERSION = 5

# What brings a catalog of the version before to this one.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    2: (
        "ALTER TABLE documents ADD COLUMN issued DATE",
        "ALTER TABLE documents ADD COLUMN subject TEXT",
        "ALTER TABLE documents ADD COLUMN recognised_pages JSON NOT NULL DEFAULT '[]'",
        "ALTER TABLE clauses ADD COLUMN departments JSON NOT NULL DEFAULT '[]'",
    ),
    3: ("ALTER TABLE documents ADD COLUMN excerpt BOOLEAN NOT NULL DEFAULT 0",),
    4: ("ALTER TABLE documents ADD COLUMN collection TEXT NOT NULL DEFAULT 'public'",),
    5: (  # what is asked of the tables at every source that comes
        "CREATE INDEX IF NOT EXISTS ix_documents_position ON documents (position)",
        "CREATE INDEX IF NOT EXISTS ix_documents_excerpt ON documents (excerpt)",
        "CREATE INDEX IF NOT EXISTS ix_origins_sha256 ON origins (sha256)",
    ),
}


class Base(DeclarativeBase):
    pass


class VersionRow(Base):
    __tablename__ = "schema_version"
    version: Mapped[int] = mapped_column(primary_key=True)


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


def migrate(engine: Engine) -> None:
    """Create what is missing, and bring a catalog of an older version to this one.

    Raises CatalogError where a newer version wrote it.
    """
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        version = _stored_version(connection)
        if version > SCHEMA_VERSION:
            raise CatalogError(
                f"数据目录由更新版本（{version}）写入，请升级本程序或另选 --data 目录"
            )
        for step in range(version + 1, SCHEMA_VERSION + 1):
            for statement in MIGRATIONS[step]:
                connection.execute(text(statement))
        connection.execute(update(VersionRow).values(version=SCHEMA_VERSION))


def _stored_version(connection: Connection) -> int:
    version = connection.scalar(select(VersionRow.version))
    if version is None:
        connection.execute(insert(VersionRow).values(version=SCHEMA_VERSION))
        return SCHEMA_VERSION
    return int(version)
