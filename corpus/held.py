"""Clauses as the catalog holds them, read document by document, so that no text is read twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from corpus.document import HeldClause
from corpus.rows import clause_of, metadata_of
from corpus.schema import ClauseRow, DocumentRow

Seen = Callable[[Select[Any]], Select[Any]]
"""A query of documents, limited to those that may be seen."""


def held_clauses(session: Session, ids: Iterable[str] | None, seen: Seen) -> Iterator[HeldClause]:
    """Clauses (all, or those of these ids), in the order of documents and text."""
    for document, rows in _by_document(session, ids, seen):
        known, text = metadata_of(document), document.text
        for row in rows:
            yield HeldClause(clause_of(row), text[row.start : row.end], known)


def _by_document(
    session: Session, ids: Iterable[str] | None, seen: Seen
) -> Iterator[tuple[DocumentRow, Sequence[ClauseRow]]]:
    documents = seen(select(DocumentRow).order_by(DocumentRow.position))
    clauses = select(ClauseRow).order_by(ClauseRow.ordinal)
    if ids is None:
        for id_ in session.scalars(documents.with_only_columns(DocumentRow.id)).all():
            own = session.scalars(clauses.where(ClauseRow.document_id == id_)).all()
            yield session.get_one(DocumentRow, id_), own
            session.expunge_all()
        return
    found: dict[str, list[ClauseRow]] = defaultdict(list)
    for row in session.scalars(clauses.where(ClauseRow.id.in_(list(ids)))):
        found[row.document_id].append(row)
    for document in session.scalars(documents.where(DocumentRow.id.in_(found))):
        yield document, found[document.id]
