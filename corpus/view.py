"""What a reader may see of the catalog: documents, clauses and targets of some collections."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Engine, NullPool, Select, create_engine, func, select
from sqlalchemy.orm import Session, defer

from corpus.document import Document, HeldClause, Metadata
from corpus.held import clauses_of, held_clauses
from corpus.rows import clause_of, metadata_of
from corpus.schema import ClauseRow, DocumentRow, LedgerRow, OriginRow, TargetRow
from corpus.targets import store
from corpus.targets.target import HeldTarget

# The words that prove a target, cut out by the database; it counts characters from 1.
_QUOTE = func.substr(
    DocumentRow.text,
    ClauseRow.start + TargetRow.start + 1,
    TargetRow.end - TargetRow.start,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much the catalog holds."""

    documents: int
    clauses: int


@dataclass(frozen=True, slots=True)
class Spread:
    """An indicator that a jurisdiction (its code) promises for a year, if it says one."""

    indicator: str
    year: int | None
    region: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a view is: the address of its database, and the collections that it shows."""

    url: URL
    collections: frozenset[str] | None

    @contextmanager
    def opened(self) -> Iterator[View]:
        """The view, meanwhile, to read from."""
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            yield View(engine, self.collections)
        finally:
            engine.dispose()


class View:
    """The documents of these collections; of all of them where `collections` is None.

    What is outside is not there: it is not listed, counted, found by id or part of a hash.
    """

    def __init__(self, engine: Engine, collections: frozenset[str] | None = None) -> None:
        self._engine = engine
        self.collections = collections

    @property
    def place(self) -> Place:
        """What another process opens this view with."""
        return Place(self._engine.url, self.collections)

    def size(self) -> Size:
        """Counts of documents and clauses."""
        with Session(self._engine) as session:
            documents = self._seen(select(func.count()).select_from(DocumentRow))
            clauses = self._seen(select(func.count()).select_from(ClauseRow).join(DocumentRow))
            return Size(session.scalar(documents) or 0, session.scalar(clauses) or 0)

    def extents(self) -> list[tuple[Metadata, int]]:
        """Every document, in the order they came, and the number of its clauses."""
        clauses = self.clause_counts()
        return [(known, clauses.get(known.id, 0)) for known in self.documents()]

    def clause_counts(self) -> dict[str, int]:
        """How many clauses each document has, by its id."""
        seen = ClauseRow.document_id.in_(self._seen(select(DocumentRow.id)))
        counted = select(ClauseRow.document_id, func.count()).where(seen)
        with Session(self._engine) as session:
            rows = session.execute(counted.group_by(ClauseRow.document_id))
            return {row[0]: row[1] for row in rows}

    def fingerprint(self) -> str:
        """A hash of all that is held; equal exactly when the documents are."""
        with Session(self._engine) as session:
            # Sorted here, as each database has an order of letters of its own.
            ids = sorted(session.scalars(self._seen(select(DocumentRow.id))))
            return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]

    def documents(self) -> list[Metadata]:
        """Metadata of every document, in the order they came."""
        with Session(self._engine) as session:
            wanted = select(DocumentRow).options(defer(DocumentRow.text))
            rows = session.scalars(self._seen(wanted.order_by(DocumentRow.position)))
            return [metadata_of(row) for row in rows]

    def document(self, document_id: str) -> Document | None:
        """One document whole, or None."""
        with Session(self._engine) as session:
            row = session.scalar(
                self._seen(select(DocumentRow).where(DocumentRow.id == document_id))
            )
            if row is None:
                return None
            clauses = session.scalars(
                select(ClauseRow)
                .where(ClauseRow.document_id == document_id)
                .order_by(ClauseRow.ordinal)
            )
            return Document(
                metadata_of(row), row.text, tuple(clause_of(clause) for clause in clauses)
            )

    def origins(self, document_id: str) -> list[str]:
        """The ids of the sources that a document's page numbers are those of.

        A document may come again in another format, with other pages or none; it keeps its own.
        """
        same_pages = (
            (LedgerRow.sha256 == OriginRow.sha256)
            & (LedgerRow.name == DocumentRow.title)
            & (LedgerRow.first_page == DocumentRow.first_page)
            & (LedgerRow.last_page == DocumentRow.last_page)
        )
        wanted = (
            select(OriginRow.sha256)
            .distinct()
            .join(DocumentRow, OriginRow.document_id == DocumentRow.id)
            .join(LedgerRow, same_pages)
            .where(DocumentRow.id == document_id)
        )
        with Session(self._engine) as session:
            return sorted(session.scalars(self._seen(wanted)))

    def clauses(self, ids: Iterable[str] | None = None) -> Iterator[HeldClause]:
        """The clauses of these ids (all by default), by document and ordinal."""
        with Session(self._engine) as session:
            if ids is None:
                yield from clauses_of(session, None, self._seen)
            else:
                yield from held_clauses(session, ids, self._seen)

    def clauses_of(self, documents: Iterable[str]) -> Iterator[HeldClause]:
        """The clauses of these documents (ids), document by document."""
        with Session(self._engine) as session:
            yield from clauses_of(session, documents, self._seen)

    def clause(self, clause_id: str) -> HeldClause | None:
        """One clause with its text, or None."""
        return next(self.clauses([clause_id]), None)

    def targets(
        self,
        *,
        regions: Collection[str] | None = None,
        years: Collection[int] | None = None,
        documents: Collection[str] | None = None,
        indicators: Collection[str] | None = None,
    ) -> list[HeldTarget]:
        """The targets of these jurisdictions (codes), years, documents (ids), canonical indicators.

        None for all.

        In the order of documents, clauses and text.
        """
        wanted = (
            select(TargetRow, ClauseRow, DocumentRow, _QUOTE)
            .options(defer(DocumentRow.text))
            .join(ClauseRow, TargetRow.clause_id == ClauseRow.id)
            .join(DocumentRow, ClauseRow.document_id == DocumentRow.id)
        )
        for column, values in (
            (DocumentRow.region, regions),
            (TargetRow.year, years),
            (DocumentRow.id, documents),
            (TargetRow.indicator, indicators),
        ):
            if values is not None:
                wanted = wanted.where(column.in_(list(values)))
        order = (DocumentRow.position, ClauseRow.ordinal, TargetRow.ordinal)
        with Session(self._engine) as session:
            known: dict[str, Metadata] = {}
            return [
                HeldTarget(
                    store.target_of(target),
                    clause_of(clause),
                    quote,
                    known.setdefault(document.id, metadata_of(document)),
                )
                for target, clause, document, quote in session.execute(
                    self._seen(wanted).order_by(*order)
                )
            ]

    def spread(self) -> list[Spread]:
        """Which jurisdictions promise which indicators for which years, each once."""
        wanted = (
            select(TargetRow.indicator, TargetRow.year, DocumentRow.region)
            .join(ClauseRow, TargetRow.clause_id == ClauseRow.id)
            .join(DocumentRow, ClauseRow.document_id == DocumentRow.id)
            .where(TargetRow.indicator != "")
            .distinct()
        )
        with Session(self._engine) as session:
            rows = session.execute(self._seen(wanted))
            return [Spread(name, year, region) for name, year, region in rows if region]

    def _seen(self, wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """The same, of the documents that may be seen."""
        if self.collections is None:
            return wanted
        return wanted.where(DocumentRow.collection.in_(sorted(self.collections)))
