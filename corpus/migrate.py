"""How tables that an older version wrote are brought to this one, by Alembic's scripts.

Every store has a table with its revision. Where that is the newest, Alembic is not even imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
)

from corpus.errors import CatalogError

_SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x636C6175  # any number, the same in all processes


def _the_first(_: Connection) -> str:
    return "0001"


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a store, as scripts in a folder, and the tables after the last of them.

    `unversioned` tells which revision tables are of that were written before they were counted.
    """

    name: str
    tables: MetaData
    scripts: Path
    newest: str
    unversioned: Callable[[Connection], str] = _the_first

    @property
    def revision_table(self) -> Table:
        """Where the revision of the tables is kept, as Alembic wants it."""
        column = Column("version_num", String(32), primary_key=True)
        return Table(f"{self.name}_revision", MetaData(), column)


def bring_up(engine: Engine, history: History) -> None:
    """Create the tables, or bring those that are there to the newest revision.

    Of several processes one does it. Raises CatalogError where a newer version wrote them.
    """
    with engine.connect() as connection:
        if _stored(connection, history) == history.newest:
            return
    with engine.begin() as connection:
        _alone(connection)
        stored = _stored(connection, history)
        if stored is None and not _has_tables(connection, history):
            history.tables.create_all(connection)
            _stamp(connection, history, history.newest)
            return
        stored = stored or history.unversioned(connection)
        if stored > history.newest:
            raise CatalogError(
                f"数据目录由更新版本（{stored}）写入，请升级本程序或另选 --data 目录"
            )
        if stored != history.newest:
            _stamp(connection, history, stored)
            upgrade(connection, history)


def upgrade(connection: Connection, history: History) -> None:
    """Run the scripts that follow the stored revision (all of them, where there is none)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", _literally(_SCRIPTS))
    config.set_main_option("version_locations", _literally(history.scripts))
    config.attributes["connection"] = connection
    config.attributes["history"] = history
    command.upgrade(config, "head")


def _stored(connection: Connection, history: History) -> str | None:
    table = history.revision_table
    if not inspect(connection).has_table(table.name):
        return None
    return connection.scalar(select(table.c.version_num))


def _stamp(connection: Connection, history: History, revision: str) -> None:
    table = history.revision_table
    table.create(connection, checkfirst=True)
    connection.execute(delete(table))
    connection.execute(insert(table).values(version_num=revision))


def _has_tables(connection: Connection, history: History) -> bool:
    held = set(inspect(connection).get_table_names())
    return not held.isdisjoint(history.tables.tables)


def _alone(connection: Connection) -> None:
    """Wait until nobody else creates or changes tables, and keep it so to the end."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _literally(path: Path) -> str:
    return str(path.resolve()).replace("%", "%%")
