"""All the stores there are, and whether a place holds anything yet."""

from __future__ import annotations

from assistant import conversations, feedback, jobs_table, receipts
from assistant.access import audit
from assistant.access import store as access
from assistant.settings import Settings
from corpus.carry import Counts, counts
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
_FILLED = ("sources", "documents", "keys", "accounts", "collections", "conversations", "feedback")


def is_empty(settings: Settings) -> bool:
    """Whether nothing was ever put into a data directory, or the database that is named beside it.

    Raises CatalogError where the database cannot be used.
    """
    if not settings.database:
        return not any(store.file(settings.data).exists() for store in STORES)
    held = counts_of(settings)
    return not any(rows.get(table) for rows in held.values() for table in _FILLED)


def counts_of(settings: Settings) -> dict[str, Counts]:
    """How many rows each table of each store holds. Raises CatalogError."""
    found = {}
    for store in STORES:
        engine = store.open(settings.data, settings.database)
        try:
            found[store.history.name] = counts(store, engine)
        finally:
            engine.dispose()
    return found
