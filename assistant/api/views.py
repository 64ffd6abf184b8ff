"""What the API shows of documents and clauses."""

from __future__ import annotations

from pydantic import BaseModel

from corpus.document import Clause, Document, HeldClause, Level, Metadata


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
        )


class OutlineEntry(BaseModel):
    """A clause in the outline of its document."""

    id: str
    path: list[str]
    pages: list[int]


class DocumentDetail(DocumentView):
    """A document with its outline."""

    outline: list[OutlineEntry]

    @classmethod
    def whole(cls, document: Document) -> DocumentDetail:
        outline = [
            OutlineEntry(id=clause.id, path=list(clause.path), pages=list(clause.pages))
            for clause in document.clauses
        ]
        return cls(**DocumentView.of(document.metadata).model_dump(), outline=outline)


class ClauseView(BaseModel):
    """A clause, verbatim, and the ids of its neighbours."""

    id: str
    path: list[str]
    text: str
    pages: list[int]
    document: DocumentView
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
            document=DocumentView.of(held.document),
            previous=clauses[at - 1].id if at > 0 else None,
            next=clauses[at + 1].id if at + 1 < len(clauses) else None,
        )
