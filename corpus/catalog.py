"""The catalog: documents, clauses and spans in a database. The single source of truth.

Search indexes are projections of it; `fingerprint` names the state they must be built from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from corpus.database import changing
from corpus.document import PUBLIC, Document, Metadata, content_id
from corpus.originals import Originals
from corpus.rows import clause_row, document_row, entry_of, entry_row, metadata_of
from corpus.schema import (
    CATALOG,
    CHANGES,
    Base,
    ClauseRow,
    DocumentRow,
    LedgerRow,
    OriginRow,
    SourceRow,
)
from corpus.split import Entry
from corpus.targets import store
from corpus.targets.extract import targets_of
from corpus.targets.target import Target
from corpus.view import View


class Catalog(View):
    """Opens or creates the catalog of a data directory: `catalog.sqlite` in it, or the tables of
    the database at this URL.

    Raises CatalogError where that is no catalog, or a newer version wrote it.
    """

    def __init__(self, data: Path, database: str = "") -> None:
        super().__init__(CATALOG.open(data, database))
        self.originals = Originals(data)
        self._read_targets_again()

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    def seen_by(self, collections: frozenset[str]) -> View:
        """What a reader of these collections may see."""
        return View(self._engine, collections)

    def holds(self, sha256: str) -> bool:
        """Whether a source of this content hash is already in."""
        with Session(self._engine) as session:
            return session.get(SourceRow, sha256) is not None

    def is_emptied(self, sha256: str) -> bool:
        """Whether all documents of a source that is in were taken out."""
        with Session(self._engine) as session:
            of_it = select(OriginRow).where(OriginRow.sha256 == sha256).limit(1)
            return session.get(SourceRow, sha256) is not None and session.scalar(of_it) is None

    def put(
        self,
        name: str,
        sha256: str,
        documents: Sequence[tuple[Document, Sequence[Target]]],
        ledger: Sequence[Entry] = (),
    ) -> None:
        """Put in a source and its documents in one transaction, replacing a source of that name.

        Each document comes with its targets. Its card, if held, goes.
        """
        with self._changing() as session:
            same = (SourceRow.name == name) | (SourceRow.sha256 == sha256)
            replaced = session.scalars(select(SourceRow.sha256).where(same)).all()
            session.execute(delete(SourceRow).where(same))
            session.execute(insert(SourceRow).values(sha256=sha256, name=name))
            position = session.scalar(select(func.coalesce(func.max(DocumentRow.position), 0))) or 0
            known = (document.metadata for document, _ in documents)
            _drop_cards(session, [d for d in known if _takes_the_place_of_a_card(d)])
            for document, targets in documents:
                position += 1
                if session.get(DocumentRow, document.metadata.id) is None:
                    store.put(session, targets, _insert(session, document, position))
                session.merge(OriginRow(document_id=document.metadata.id, sha256=sha256))
            for ordinal, entry in enumerate(ledger):
                session.execute(insert(LedgerRow).values(entry_row(sha256, ordinal, entry)))
            if replaced:
                session.flush()
                _drop_orphans(session)
        if replaced:
            self.originals.drop_others(self._with_documents)

    def add(
        self,
        name: str,
        sha256: str,
        documents: Sequence[Document],
        ledger: Sequence[Entry] = (),
    ) -> None:
        """The same, with the targets read from the clauses of the documents here."""
        self.put(name, sha256, [(one, targets_of(one)) for one in documents], ledger)

    def add_cards(
        self, name: str, sha256: str, cards: Sequence[tuple[Document, Sequence[Target]]]
    ) -> None:
        """Put in documents of facts with their targets, but for those whose original is held."""
        originals = {_known_as(d) for d in self.documents() if _takes_the_place_of_a_card(d)}
        new = [(card, rows) for card, rows in cards if _known_as(card.metadata) not in originals]
        self.put(name, sha256, new)

    def remove(self, document_id: str) -> bool:
        """Take a document out, whatever source it came from; False where it is not held."""
        with self._changing() as session:
            row = session.get(DocumentRow, document_id)
            if row is None:
                return False
            session.delete(row)
        self.originals.drop_others(self._with_documents)
        return True

    def remove_source(self, name: str) -> int:
        """Take a source and what only it holds out; returns how many documents went."""
        with self._changing() as session:
            before = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            session.execute(delete(SourceRow).where(SourceRow.name == name))
            _drop_orphans(session)
            after = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
        self.originals.drop_others(self._with_documents)
        return before - after

    def sources(self) -> list[str]:
        """Names of the sources, in alphabetical order."""
        with Session(self._engine) as session:
            return sorted(session.scalars(select(SourceRow.name)))

    def changes(self) -> int:
        """How often the documents were changed, by whatever process: another number, other
        documents."""
        return CHANGES.value(self._engine)

    def ledger(self, name: str) -> list[Entry]:
        """Where the characters of a source went; empty for one that is not held."""
        wanted = (
            select(LedgerRow)
            .join(SourceRow, SourceRow.sha256 == LedgerRow.sha256)
            .where(SourceRow.name == name)
            .order_by(LedgerRow.ordinal)
        )
        with Session(self._engine) as session:
            return [entry_of(row) for row in session.scalars(wanted)]

    def _with_documents(self) -> set[str]:
        """The ids of the sources of which documents are held."""
        with Session(self._engine) as session:
            return set(session.scalars(select(OriginRow.sha256).distinct()))

    def _read_targets_again(self) -> None:
        """Where other rules read the targets, read them all anew, in one transaction."""
        with Session(self._engine) as session:
            if store.are_current(session):
                return
        with self._changing() as session:
            if not store.are_current(session):  # nor has another process read them meanwhile
                store.read_again(session, self._originals())

    def _changing(self) -> AbstractContextManager[Session]:
        """A transaction that changes the documents; such take turns."""
        return changing(self._engine, CHANGES)

    def _originals(self) -> Iterator[Document]:
        """Every document that is no card; looked up when the first is taken, not before."""
        for known in self.documents():
            if not known.excerpt and (found := self.document(known.id)):
                yield found


def _known_as(document: Metadata) -> tuple[str, str]:
    """What an original and its card have in common: jurisdiction and the letters of the title."""
    return document.region_name, "".join(c for c in document.title if c.isalnum())


def _takes_the_place_of_a_card(document: Metadata) -> bool:
    """An original does, but not one of a closed collection: its coming must not be seen."""
    return not document.excerpt and document.collection == PUBLIC


def _drop_cards(session: Session, originals: Sequence[Metadata]) -> None:
    """Take out the cards of which the original has come."""
    come = {_known_as(known) for known in originals}
    cards = session.scalars(select(DocumentRow).where(DocumentRow.excerpt.is_(True)))
    for card in cards.all():
        if _known_as(metadata_of(card)) in come:
            session.delete(card)
    session.flush()


def _insert(session: Session, document: Document, position: int) -> dict[str, str]:
    """Put in a document; returns the id that each clause got."""
    known = document.metadata
    session.execute(insert(DocumentRow).values(document_row(document, position)))
    taken = set(
        session.scalars(
            select(ClauseRow.id).where(ClauseRow.id.in_([c.id for c in document.clauses]))
        )
    )
    # Where another version of the document already holds the same words: another id. So always
    # in a closed collection, or an id would tell what else is held.
    closed = known.collection != PUBLIC
    ids = {
        c.id: content_id(c.id, known.id) if closed or c.id in taken else c.id
        for c in document.clauses
    }
    if document.clauses:
        rows = [clause_row(clause, known.id, ids[clause.id]) for clause in document.clauses]
        session.execute(insert(Base.metadata.tables["clauses"]), rows)
    return ids


def _drop_orphans(session: Session) -> None:
    """Documents that no source holds any more."""
    orphans = ~select(OriginRow).where(OriginRow.document_id == DocumentRow.id).exists()
    session.execute(delete(DocumentRow).where(orphans))
