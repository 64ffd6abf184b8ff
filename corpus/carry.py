"""Rows carried from one database to another, whatever kinds the two are."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text

from corpus.database import Store, is_shared

_BATCH = 500  # rows

Counts = dict[str, int]
"""How many rows each table holds."""


def carry(store: Store, source: Engine, target: Engine) -> Counts:
    """Make the tables of a store in `target` hold what they hold in `source`, as of one moment.

    Returns how many rows each got. All or nothing: where it fails, the target is as before.
    """
    tables = store.history.tables.sorted_tables
    with source.connect() as reading, target.begin() as writing:
        _at_one_moment(reading)
        _empty(store, writing)
        return {table.name: _carried(table, reading, writing) for table in tables}


def empty(store: Store, engine: Engine) -> None:
    """Take all rows out of the tables of a store."""
    with engine.begin() as writing:
        _empty(store, writing)


def _empty(store: Store, writing: Connection) -> None:
    for table in reversed(store.history.tables.sorted_tables):
        writing.execute(delete(table))


def counts(store: Store, engine: Engine) -> Counts:
    """How many rows each table of a store holds, as of one moment."""
    with engine.connect() as connection:
        _at_one_moment(connection)
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in store.history.tables.sorted_tables
        }


def _at_one_moment(connection: Connection) -> None:
    """What others write meanwhile is not seen."""
    if is_shared(connection):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    else:
        connection.exec_driver_sql("BEGIN")


def _carried(table: Table, reading: Connection, writing: Connection) -> int:
    number = 0
    rows = reading.execution_options(yield_per=_BATCH).execute(select(table))
    for batch in rows.mappings().partitions():
        writing.execute(insert(table), [dict(row) for row in batch])
        number += len(batch)
    if is_shared(writing):
        _count_on(table, writing)
    return number


def _count_on(table: Table, writing: Connection) -> None:
    """PostgreSQL numbers new rows from a sequence, which rows that bring their number leave."""
    column = table.autoincrement_column
    if column is None:
        return
    highest = select(func.coalesce(func.max(column), 0)).scalar_subquery()
    sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
    writing.execute(select(func.setval(sequence, highest + 1, False)))
