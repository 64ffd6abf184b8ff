"""All the stores there are: whether a place holds anything yet, and all of it copied to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine

from assistant import conversations, feedback, jobs_table, receipts
from assistant.access import audit
from assistant.access import store as access
from assistant.settings import Settings
from corpus.carry import Counts, carry, counts, empty
from corpus.database import UNREACHABLE, Store
from corpus.errors import CatalogError
from corpus.schema import CATALOG

STORES = (
    CATALOG,
    access.STORE,
    audit.STORE,
    conversations.STORE,
    feedback.STORE,
    jobs_table.STORE,
    receipts.STORE,
)
# Tables that only somebody's doing fills.
_FILLED = (
    *("sources", "documents", "keys", "accounts", "collections"),
    *("conversations", "feedback", "jobs", "audit"),
)


def is_empty(settings: Settings) -> bool:
    """Whether nothing was ever put into a data directory, or the database that is named beside it.

    Raises CatalogError where the database cannot be used.
    """
    if not settings.database:
        return not any(store.file(settings.data).exists() for store in STORES)
    held = counts_of(settings)
    return not any(rows.get(table) for rows in held.values() for table in _FILLED)


def carry_all(source: Settings, target: Settings) -> dict[str, Counts]:
    """Copy what every store holds to where it is empty, each as of one moment, the catalog last.

    So an upload is in the copy as a job that is not over, as documents, or as both. Returns how
    many rows each table got. Where it fails, the target is left empty, if it can still be asked.
    """
    carried: dict[str, Counts] = {}
    try:
        for store in reversed(STORES):
            with _opened(store, source) as here, _opened(store, target) as there:
                carried[store.history.name] = carry(store, here, there)
    except BaseException:
        with suppress(CatalogError, *UNREACHABLE):
            for store in STORES:
                if store.history.name in carried:
                    with _opened(store, target) as there:
                        empty(store, there)
        raise
    return carried


@contextmanager
def _opened(store: Store, settings: Settings) -> Iterator[Engine]:
    engine = store.open(settings.data, settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


def counts_of(settings: Settings) -> dict[str, Counts]:
    """How many rows each table of each store holds. Raises CatalogError."""
    found = {}
    for store in STORES:
        with _opened(store, settings) as engine:
            found[store.history.name] = counts(store, engine)
    return found
