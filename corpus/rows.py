"""Rows of the catalog as the domain's words, and back."""

from __future__ import annotations

from corpus.document import (
    Clause,
    Department,
    Document,
    Level,
    Metadata,
    Role,
    Status,
)
from corpus.regions import gazetteer
from corpus.schema import ClauseRow, DocumentRow, LedgerRow
from corpus.split import Entry, Leftover


def document_row(document: Document, position: int) -> dict[str, object]:
    """What the table of documents holds of one."""
    known = document.metadata
    first, last = known.pages or (None, None)
    return {
        "id": known.id,
        "position": position,
        "title": known.title,
        "issuer": known.issuer,
        "region": known.region.code if known.region else None,
        "level": known.level.value,
        "status": known.status.value,
        "number": known.number,
        "source_url": known.source_url,
        "first_page": first,
        "last_page": last,
        "text": document.text,
        "issued": known.issued,
        "subject": known.subject,
        "recognised_pages": list(known.recognised_pages),
        "excerpt": known.excerpt,
        "collection": known.collection,
    }


def clause_row(clause: Clause, document_id: str, clause_id: str) -> dict[str, object]:
    """What the table of clauses holds of one, under the id it gets in the catalog."""
    return {
        "id": clause_id,
        "document_id": document_id,
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


def metadata_of(row: DocumentRow) -> Metadata:
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
        excerpt=row.excerpt,
        collection=row.collection,
    )


def clause_of(row: ClauseRow) -> Clause:
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


def entry_row(sha256: str, ordinal: int, entry: Entry) -> dict[str, object]:
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


def entry_of(row: LedgerRow) -> Entry:
    pages = (row.first_page, row.last_page or row.first_page) if row.first_page else None
    leftover = Leftover(row.leftover) if row.leftover else None
    return Entry(row.name, pages, row.characters, row.kept, leftover)
