"""Clauses as the catalog holds them, read document by document, so that no text is read twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from corpus.document import HeldClause, Metadata
from corpus.rows import clause_of, metadata_of
from corpus.schema import ClauseRow, DocumentRow

Seen = Callable[[Select[Any]], Select[Any]]
"""A query of documents, limited to those that may be seen."""


def held_clauses(session: Session, ids: Iterable[str], seen: Seen) -> Iterator[HeldClause]:
    """The clauses of these ids, in the order of documents and text.

    Their words are cut out by the database, which reads whole texts faster than it hands them out.
    """
    words = func.substr(DocumentRow.text, ClauseRow.start + 1, ClauseRow.end - ClauseRow.start)
    wanted = (
        select(ClauseRow, DocumentRow, words)
        .options(defer(DocumentRow.text))
        .join(DocumentRow, ClauseRow.document_id == DocumentRow.id)
        .where(ClauseRow.id.in_(list(ids)))
        .order_by(DocumentRow.position, ClauseRow.ordinal)
    )
    known: dict[str, Metadata] = {}
    found: Iterable[Any] = session.execute(seen(wanted))
    for row, document, text in found:
        if document.id not in known:
            known[document.id] = metadata_of(document)
        yield HeldClause(clause_of(row), text, known[document.id])


def clauses_of(
    session: Session, documents: Iterable[str] | None, seen: Seen
) -> Iterator[HeldClause]:
    """The clauses of these documents (ids; all by default), document by document."""
    if documents is None:
        documents = session.scalars(seen(select(DocumentRow.id).order_by(DocumentRow.position)))
        documents = documents.all()
    clauses = select(ClauseRow).order_by(ClauseRow.ordinal)
    for id_ in documents:
        document = session.scalar(seen(select(DocumentRow).where(DocumentRow.id == id_)))
        if document is None:
            continue
        known, text = metadata_of(document), document.text
        for row in session.scalars(clauses.where(ClauseRow.document_id == id_)):
            yield HeldClause(clause_of(row), text[row.start : row.end], known)
        session.expunge_all()
