"""The catalog: documents, clauses and spans in SQLite. The single source of truth.

Search indexes are projections of it; `fingerprint` names the state they must be built from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, event, func, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from corpus.document import PUBLIC, Document, Metadata, content_id
from corpus.errors import CatalogError
from corpus.originals import Originals
from corpus.rows import clause_row, document_row, entry_of, entry_row, metadata_of
from corpus.schema import (
    Base,
    ClauseRow,
    DocumentRow,
    LedgerRow,
    OriginRow,
    SourceRow,
    migrate,
)
from corpus.split import Entry
from corpus.targets import store
from corpus.targets.extract import targets_of
from corpus.targets.target import Target
from corpus.view import View


class Catalog(View):
    """Opens or creates `catalog.sqlite` in a data directory.

    Raises CatalogError where the file is no catalog, or a newer version wrote it.
    """

    def __init__(self, data: Path) -> None:
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogError(f"无法创建数据目录 {data}（{error.strerror}）") from error
        super().__init__(create_engine(f"sqlite:///{data / 'catalog.sqlite'}"))
        event.listen(self._engine, "connect", _configure)
        self.originals = Originals(data)
        with _translated(data):
            migrate(self._engine)
            self._read_targets_again()

    def close(self) -> None:
        """Release the database file."""
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
        with Session(self._engine) as session, session.begin():
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
        with Session(self._engine) as session, session.begin():
            row = session.get(DocumentRow, document_id)
            if row is None:
                return False
            session.delete(row)
        self.originals.drop_others(self._with_documents)
        return True

    def remove_source(self, name: str) -> int:
        """Take a source and what only it holds out; returns how many documents went."""
        with Session(self._engine) as session, session.begin():
            before = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            session.execute(delete(SourceRow).where(SourceRow.name == name))
            _drop_orphans(session)
            after = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
        self.originals.drop_others(self._with_documents)
        return before - after

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
        with Session(self._engine) as session, session.begin():
            store.read_again(session, self._originals())

    def _originals(self) -> Iterator[Document]:
        """Every document that is no card; looked up when the first is taken, not before."""
        for known in self.documents():
            if not known.excerpt and (found := self.document(known.id)):
                yield found


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
