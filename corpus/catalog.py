"""The catalog: documents, clauses and spans in SQLite. The single source of truth.

Search indexes are projections of it; `fingerprint` names the state they must be built from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    ForeignKey,
    String,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from corpus.document import Clause, Document, HeldClause, Level, Metadata, Status, content_id
from corpus.errors import CatalogError
from corpus.regions import gazetteer

SCHEMA_VERSION = 1


class _Base(DeclarativeBase):
    pass


class _Version(_Base):
    __tablename__ = "schema_version"
    version: Mapped[int] = mapped_column(primary_key=True)


class _Source(_Base):
    __tablename__ = "sources"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)


class _Document(_Base):
    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int]
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


class _Origin(_Base):
    """Which sources hold a document: the same document may arrive twice."""

    __tablename__ = "origins"
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(
        ForeignKey("sources.sha256", ondelete="CASCADE"), primary_key=True
    )


class _Clause(_Base):
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


@dataclass(frozen=True, slots=True)
class Size:
    """How much the catalog holds."""

    documents: int
    clauses: int


class Catalog:
    """Opens or creates `catalog.sqlite` in a data directory.

    Raises CatalogError where the file is no catalog, or a newer version wrote it.
    """

    def __init__(self, data: Path) -> None:
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(f"无法创建数据目录 {data}（{error.strerror}）") from error
        self._engine = create_engine(f"sqlite:///{data / 'catalog.sqlite'}")
        event.listen(self._engine, "connect", _configure)
        with _translated(data):
            _migrate(self._engine)

    def close(self) -> None:
        """Release the database file."""
        self._engine.dispose()

    def holds(self, sha256: str) -> bool:
        """Whether a source of this content hash is already in."""
        with Session(self._engine) as session:
            return session.get(_Source, sha256) is not None

    def add(self, name: str, sha256: str, documents: Sequence[Document]) -> None:
        """Put in a source and its documents in one transaction, replacing a source of that name."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                delete(_Source).where((_Source.name == name) | (_Source.sha256 == sha256))
            )
            session.execute(insert(_Source).values(sha256=sha256, name=name))
            position = session.scalar(select(func.coalesce(func.max(_Document.position), 0))) or 0
            for document in documents:
                position += 1
                if session.get(_Document, document.metadata.id) is None:
                    _insert(session, document, position)
                session.merge(_Origin(document_id=document.metadata.id, sha256=sha256))
            session.flush()
            orphans = ~select(_Origin).where(_Origin.document_id == _Document.id).exists()
            session.execute(delete(_Document).where(orphans))

    def size(self) -> Size:
        """Counts of documents and clauses."""
        with Session(self._engine) as session:
            return Size(
                session.scalar(select(func.count()).select_from(_Document)) or 0,
                session.scalar(select(func.count()).select_from(_Clause)) or 0,
            )

    def fingerprint(self) -> str:
        """A hash of all that is held; equal exactly when the documents are."""
        with Session(self._engine) as session:
            ids = session.scalars(select(_Document.id).order_by(_Document.id))
            return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]

    def documents(self) -> list[Metadata]:
        """Metadata of every document, in the order they came."""
        with Session(self._engine) as session:
            rows = session.scalars(select(_Document).order_by(_Document.position))
            return [_metadata(row) for row in rows]

    def document(self, document_id: str) -> Document | None:
        """One document whole, or None."""
        with Session(self._engine) as session:
            row = session.get(_Document, document_id)
            if row is None:
                return None
            clauses = session.scalars(
                select(_Clause).where(_Clause.document_id == document_id).order_by(_Clause.ordinal)
            )
            return Document(_metadata(row), row.text, tuple(_clause(clause) for clause in clauses))

    def clauses(self, ids: Iterable[str] | None = None) -> Iterator[HeldClause]:
        """The clauses of these ids (all by default), by document and ordinal."""
        wanted = select(_Clause, _Document).join(_Document, _Clause.document_id == _Document.id)
        if ids is not None:
            wanted = wanted.where(_Clause.id.in_(list(ids)))
        with Session(self._engine) as session:
            held: dict[str, tuple[Metadata, str]] = {}
            for clause, document in session.execute(
                wanted.order_by(_Document.position, _Clause.ordinal)
            ):
                if document.id not in held:
                    held[document.id] = (_metadata(document), document.text)
                metadata, text = held[document.id]
                yield HeldClause(_clause(clause), text[clause.start : clause.end], metadata)

    def clause(self, clause_id: str) -> HeldClause | None:
        """One clause with its text, or None."""
        return next(self.clauses([clause_id]), None)


def _configure(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _translated(data: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise CatalogError(f"{data / 'catalog.sqlite'} 无法打开：{error.orig}") from error


def _migrate(engine: Engine) -> None:
    _Base.metadata.create_all(engine)
    with engine.begin() as connection:
        version = _stored_version(connection)
        if version > SCHEMA_VERSION:
            raise CatalogError(
                f"数据目录由更新版本（{version}）写入，请升级本程序或另选 --data 目录"
            )


def _stored_version(connection: Connection) -> int:
    version = connection.scalar(select(_Version.version))
    if version is None:
        connection.execute(insert(_Version).values(version=SCHEMA_VERSION))
        return SCHEMA_VERSION
    return int(version)


def _insert(session: Session, document: Document, position: int) -> None:
    known = document.metadata
    pages = known.pages or (None, None)
    session.execute(
        insert(_Document).values(
            id=known.id,
            position=position,
            title=known.title,
            issuer=known.issuer,
            region=known.region.code if known.region else None,
            level=known.level.value,
            status=known.status.value,
            number=known.number,
            source_url=known.source_url,
            first_page=pages[0],
            last_page=pages[1],
            text=document.text,
        )
    )
    taken = set(
        session.scalars(select(_Clause.id).where(_Clause.id.in_([c.id for c in document.clauses])))
    )
    rows = [
        {
            # Another version of the document already holds the same words: another id.
            "id": content_id(clause.id, known.id) if clause.id in taken else clause.id,
            "document_id": known.id,
            "ordinal": clause.ordinal,
            "parent": clause.parent,
            "marker": clause.marker,
            "heading": clause.heading,
            "path": list(clause.path),
            "start": clause.start,
            "end": clause.end,
            "pages": list(clause.pages),
        }
        for clause in document.clauses
    ]
    if rows:
        session.execute(insert(_Clause), rows)


def _metadata(row: _Document) -> Metadata:
    both = row.first_page is not None and row.last_page is not None
    return Metadata(
        id=row.id,
        title=row.title,
        issuer=row.issuer,
        region=gazetteer().coded(row.region) if row.region else None,
        level=Level(row.level),
        status=Status(row.status),
        number=row.number,
        source_url=row.source_url,
        pages=(row.first_page or 0, row.last_page or 0) if both else None,
    )


def _clause(row: _Clause) -> Clause:
    return Clause(
        id=row.id,
        ordinal=row.ordinal,
        parent=row.parent,
        marker=row.marker,
        heading=row.heading,
        path=tuple(row.path),
        start=row.start,
        end=row.end,
        pages=tuple(row.pages),
    )
