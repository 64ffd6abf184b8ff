"""The revisions of the records: a folder of Alembic's scripts for each store."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData

from corpus.database import Store
from corpus.migrate import History


def store(name: str, tables: MetaData, newest: str = "0001") -> Store:
    """A store of records, whose revisions are in the folder of its name."""
    return Store(History(name, tables, Path(__file__).parent / name, newest))
