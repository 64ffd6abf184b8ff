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

from sqlalchemy import create_engine, delete, event, func, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from corpus.document import (
    Clause,
    Department,
    Document,
    HeldClause,
    Level,
    Metadata,
    Role,
    Status,
    content_id,
)
from corpus.errors import CatalogError
from corpus.regions import gazetteer
from corpus.schema import ClauseRow, DocumentRow, LedgerRow, OriginRow, SourceRow, migrate
from corpus.split import Entry, Leftover


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
            migrate(self._engine)

    def close(self) -> None:
        """Release the database file."""
        self._engine.dispose()

    def holds(self, sha256: str) -> bool:
        """Whether a source of this content hash is already in."""
        with Session(self._engine) as session:
            return session.get(SourceRow, sha256) is not None

    def add(
        self,
        name: str,
        sha256: str,
        documents: Sequence[Document],
        ledger: Sequence[Entry] = (),
    ) -> None:
        """Put in a source and its documents in one transaction, replacing a source of that name."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                delete(SourceRow).where((SourceRow.name == name) | (SourceRow.sha256 == sha256))
            )
            session.execute(insert(SourceRow).values(sha256=sha256, name=name))
            position = session.scalar(select(func.coalesce(func.max(DocumentRow.position), 0))) or 0
            for document in documents:
                position += 1
                if session.get(DocumentRow, document.metadata.id) is None:
                    _insert(session, document, position)
                session.merge(OriginRow(document_id=document.metadata.id, sha256=sha256))
            for ordinal, entry in enumerate(ledger):
                session.execute(insert(LedgerRow).values(_entry_row(sha256, ordinal, entry)))
            session.flush()
            _drop_orphans(session)

    def remove(self, document_id: str) -> bool:
        """Take a document out, whatever source it came from; False where it is not held."""
        with Session(self._engine) as session, session.begin():
            row = session.get(DocumentRow, document_id)
            if row is None:
                return False
            session.delete(row)
            return True

    def remove_source(self, name: str) -> int:
        """Take a source and what only it holds out; returns how many documents went."""
        with Session(self._engine) as session, session.begin():
            before = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            session.execute(delete(SourceRow).where(SourceRow.name == name))
            _drop_orphans(session)
            return before - (session.scalar(select(func.count()).select_from(DocumentRow)) or 0)

    def sources(self) -> list[str]:
        """Names of the sources, in alphabetical order."""
        with Session(self._engine) as session:
            return list(session.scalars(select(SourceRow.name).order_by(SourceRow.name)))

    def ledger(self, name: str) -> list[Entry]:
        """Where the characters of a source went; empty for one that is not held."""
        wanted = (
            select(LedgerRow)
            .join(SourceRow, SourceRow.sha256 == LedgerRow.sha256)
            .where(SourceRow.name == name)
            .order_by(LedgerRow.ordinal)
        )
        with Session(self._engine) as session:
            return [_entry(row) for row in session.scalars(wanted)]

    def size(self) -> Size:
        """Counts of documents and clauses."""
        with Session(self._engine) as session:
            return Size(
                session.scalar(select(func.count()).select_from(DocumentRow)) or 0,
                session.scalar(select(func.count()).select_from(ClauseRow)) or 0,
            )

    def fingerprint(self) -> str:
        """A hash of all that is held; equal exactly when the documents are."""
        with Session(self._engine) as session:
            ids = session.scalars(select(DocumentRow.id).order_by(DocumentRow.id))
            return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]

    def documents(self) -> list[Metadata]:
        """Metadata of every document, in the order they came."""
        with Session(self._engine) as session:
            rows = session.scalars(select(DocumentRow).order_by(DocumentRow.position))
            return [_metadata(row) for row in rows]

    def document(self, document_id: str) -> Document | None:
        """One document whole, or None."""
        with Session(self._engine) as session:
            row = session.get(DocumentRow, document_id)
            if row is None:
                return None
            clauses = session.scalars(
                select(ClauseRow)
                .where(ClauseRow.document_id == document_id)
                .order_by(ClauseRow.ordinal)
            )
            return Document(_metadata(row), row.text, tuple(_clause(clause) for clause in clauses))

    def clauses(self, ids: Iterable[str] | None = None) -> Iterator[HeldClause]:
        """The clauses of these ids (all by default), by document and ordinal."""
        wanted = select(ClauseRow, DocumentRow).join(
            DocumentRow, ClauseRow.document_id == DocumentRow.id
        )
        if ids is not None:
            wanted = wanted.where(ClauseRow.id.in_(list(ids)))
        with Session(self._engine) as session:
            held: dict[str, tuple[Metadata, str]] = {}
            for clause, document in session.execute(
                wanted.order_by(DocumentRow.position, ClauseRow.ordinal)
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


def _insert(session: Session, document: Document, position: int) -> None:
    known = document.metadata
    pages = known.pages or (None, None)
    session.execute(
        insert(DocumentRow).values(
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
            issued=known.issued,
            subject=known.subject,
            recognised_pages=list(known.recognised_pages),
        )
    )
    taken = set(
        session.scalars(
            select(ClauseRow.id).where(ClauseRow.id.in_([c.id for c in document.clauses]))
        )
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
            "departments": [[d.name, d.role.value] for d in clause.departments],
        }
        for clause in document.clauses
    ]
    if rows:
        session.execute(insert(ClauseRow), rows)


def _metadata(row: DocumentRow) -> Metadata:
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
        issued=row.issued,
        subject=row.subject,
        recognised_pages=tuple(row.recognised_pages),
    )


def _clause(row: ClauseRow) -> Clause:
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
        departments=tuple(Department(name, Role(role)) for name, role in row.departments),
    )


def _drop_orphans(session: Session) -> None:
    """Documents that no source holds any more."""
    orphans = ~select(OriginRow).where(OriginRow.document_id == DocumentRow.id).exists()
    session.execute(delete(DocumentRow).where(orphans))


def _entry_row(sha256: str, ordinal: int, entry: Entry) -> dict[str, object]:
    first, last = entry.pages or (None, None)
    return {
        "sha256": sha256,
        "ordinal": ordinal,
        "name": entry.name,
        "leftover": entry.leftover.value if entry.leftover else None,
        "first_page": first,
        "last_page": last,
        "characters": entry.characters,
        "kept": entry.kept,
    }


def _entry(row: LedgerRow) -> Entry:
    pages = (row.first_page, row.last_page or row.first_page) if row.first_page else None
    leftover = Leftover(row.leftover) if row.leftover else None
    return Entry(row.name, pages, row.characters, row.kept, leftover)
