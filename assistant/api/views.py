"""What the API shows of documents and clauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from corpus.document import Clause, HeldClause, Level, Metadata


class DocumentView(BaseModel):
    """A document without its text. `pages` are the first and last of its source."""

    id: str
    title: str
    issuer: str | None
    region: str
    parents: list[str]
    level: Level
    status: str
    number: str | None
    source_url: str | None
    pages: tuple[int, int] | None
    issued: date | None
    subject: str | None
    recognised_pages: list[int]
    excerpt: bool

    @classmethod
    def of(cls, known: Metadata) -> DocumentView:
        return cls(
            id=known.id,
            title=known.title,
            issuer=known.issuer,
            region=known.region_name,
            parents=list(known.region.parents) if known.region else [],
            level=known.level,
            status=known.status.value,
            number=known.number,
            source_url=known.source_url,
            pages=known.pages,
            issued=known.issued,
            subject=known.subject,
            recognised_pages=list(known.recognised_pages),
            excerpt=known.excerpt,
        )


class DocumentPage(BaseModel):
    """A page of the list of documents."""

    total: int
    offset: int
    limit: int
    items: list[DocumentView]


class DepartmentView(BaseModel):
    """A responsible department of a clause."""

    name: str
    role: str


class OutlineEntry(BaseModel):
    """A clause in the outline of its document."""

    id: str
    path: list[str]
    pages: list[int]

    parent: str | None

    @classmethod
    def of(cls, clause: Clause, clauses: tuple[Clause, ...]) -> OutlineEntry:
        return cls(
            id=clause.id,
            path=list(clause.path),
            pages=list(clause.pages),
            parent=clauses[clause.parent].id if clause.parent is not None else None,
        )


class ClauseView(BaseModel):
    """A clause, verbatim, and the ids of its neighbours."""

    id: str
    path: list[str]
    text: str
    pages: list[int]
    departments: list[DepartmentView]
    document: DocumentView
    parents: list[OutlineEntry]
    previous: str | None
    next: str | None

    @classmethod
    def of(cls, held: HeldClause, clauses: tuple[Clause, ...]) -> ClauseView:
        at = held.clause.ordinal
        return cls(
            id=held.id,
            path=list(held.clause.path),
            text=held.text,
            pages=list(held.clause.pages),
            departments=[
                DepartmentView(name=d.name, role=d.role.value) for d in held.clause.departments
            ],
            document=DocumentView.of(held.document),
            parents=list(_parents(held.clause, clauses)),
            previous=clauses[at - 1].id if at > 0 else None,
            next=clauses[at + 1].id if at + 1 < len(clauses) else None,
        )


def _parents(clause: Clause, clauses: tuple[Clause, ...]) -> Iterator[OutlineEntry]:
    """The clauses above, outermost first."""
    above: list[Clause] = []
    at = clause.parent
    while at is not None:
        above.append(clauses[at])
        at = clauses[at].parent
    return (OutlineEntry.of(parent, clauses) for parent in reversed(above))
