"""Whole columns in and out of the database: read as Arrow, written with the driver's own bulk paths.

SQLAlchemy builds the SQL; the rows go past it, because making an object of each costs more than the database does.
"""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

READ_ROWS = 2_000
WRITE_ROWS = 20_000
KEYS_AT_ONCE = 5_000
MANY = 100_000
"""Rows of an empty table from which on its indexes are made afterwards."""

_Key = TypeVar("_Key")


def read(connection: Connection, query: sa.Select[Any], schema: pa.Schema) -> pa.Table:
    """Run a query and return its rows as columns.

    Arguments:
        query: selects the schema's columns, in the schema's order.
        schema: types of the result; flags are stored as 0 and 1 and come back as booleans.
    """
    cursor = connection.execute(query).cursor
    batches = []
    with collector_paused():
        while rows := cursor.fetchmany(READ_ROWS):
            columns = zip(zip(*rows, strict=True), schema, strict=True)
            arrays = [column(values, field.type) for values, field in columns]
            batches.append(pa.record_batch(arrays, schema=schema))
    cursor.close()
    return pa.Table.from_batches(batches, schema=schema)


def read_numbers(connection: Connection, query: sa.Select[Any]) -> npt.NDArray[np.int64]:
    """Run a query for whole numbers, none of them null, and return an array of its columns.

    Of a million rows this takes half the time that `read` does, which looks at each value for what it may be.
    """
    cursor = connection.execute(query).cursor
    with collector_paused():
        parts = iter(lambda: cursor.fetchmany(READ_ROWS), [])
        found = np.fromiter(chain.from_iterable(chain.from_iterable(parts)), np.int64)
    cursor.close()
    return found.reshape(-1, len(query.selected_columns)).T


def fetch(connection: Connection, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its columns as they come from the driver: for values that are taken apart at once."""
    cursor = connection.execute(query).cursor
    with collector_paused():
        columns = list(zip(*cursor.fetchall(), strict=True))
    cursor.close()
    return columns


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values as they come from the driver as a column; flags are stored as 0 and 1."""
    if pa.types.is_boolean(kind):
        return pa.array(values, pa.int8()).cast(pa.bool_())
    return pa.array(values, kind)


def in_parts(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """Yield keys in parts that one statement can name.

    >>> [len(part) for part in in_parts(range(12_000))]
    [5000, 5000, 2000]
    """
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def read_keys(
    connection: Connection, query: sa.Select[Any], column: sa.ColumnElement[str], keys: Sequence[str], schema: pa.Schema
) -> pa.Table:
    """Run a query for these keys only, some thousands at a time; a query in the keys' order stays in it."""
    keys = sorted(set(keys))
    parts = [read(connection, query.where(column.in_(part)), schema) for part in in_parts(keys)]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def upsert(connection: Connection, table: sa.Table, rows: pa.Table, *, are_new: bool = False) -> None:
    """Insert rows, or where the key is there already replace the columns that ``rows`` has; others stay.

    Arguments:
        are_new: this transaction has seen that no key is there, which makes SQLite a fifth faster.
    """
    if not rows.num_rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        marks = ", ".join("?" * rows.num_columns)
        statement = _insert(table, rows.column_names, f"values ({marks})")
        if are_new:
            statement = statement.partition(" on conflict ")[0]
        is_first = are_new and rows.num_rows >= MANY and not _holds_any(connection, table)
        with collector_paused(), _indexed_afterwards(connection, table) if is_first else nullcontext():
            for chunk in tuples(rows):
                connection.exec_driver_sql(statement, chunk)


def _holds_any(connection: Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None


@contextmanager
def _indexed_afterwards(connection: Connection, table: sa.Table) -> Iterator[None]:
    """Make a table's indexes once it is filled, in the same transaction: row by row a million cost a quarter more."""
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def insert(connection: Connection, table: sa.Table, rows: pa.Table) -> None:
    """Insert new rows of a table whose key the database hands out."""
    if not rows.num_rows:
        return
    if connection.dialect.name == "postgresql":
        _copy_into(connection, table.name, rows)
        return
    quoted, marks = _quoted(rows.column_names), ", ".join("?" * rows.num_columns)
    # Names come from the table's declaration, never from outside.
    statement = f'insert into "{table.name}" ({quoted}) values ({marks})'  # noqa: S608
    for chunk in tuples(rows):
        connection.exec_driver_sql(statement, chunk)


def put(connection: Connection, table: sa.Table, values: Mapping[str, object], keep: Sequence[str] = ()) -> None:
    """Insert one row, or where its key is there already replace its values.

    Arguments:
        keep: columns that stay as they are where the key is there already.
    """
    marks = ", ".join(f":{name}" for name in values)
    statement = _insert(table, list(values), f"values ({marks})", keep)
    connection.execute(sa.text(statement), dict(values))


def tuples(rows: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield a table as lists of tuples, as database drivers take them."""
    for batch in rows.to_batches(max_chunksize=WRITE_ROWS):
        yield list(zip(*(_plain(column).to_pylist() for column in batch.columns), strict=True))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python from walking millions of short-lived tuples again and again: a third of the time of a reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _insert(table: sa.Table, names: Sequence[str], source: str, keep: Sequence[str] = ()) -> str:
    keys = [column.name for column in table.primary_key]
    others = [f'"{name}" = excluded."{name}"' for name in names if name not in keys and name not in keep]
    action = f"update set {', '.join(others)}" if others else "nothing"
    # Names come from the table's declaration, never from outside.
    return f'insert into "{table.name}" ({_quoted(names)}) {source} on conflict ({_quoted(keys)}) do {action}'


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _copy(connection: Connection, table: sa.Table, rows: pa.Table) -> None:
    """Copy rows into a passing table and merge it: PostgreSQL's fastest road, and it never leaves the server."""
    passing, quoted = f"incoming_{table.name}", _quoted(rows.column_names)
    connection.exec_driver_sql(
        f'create temporary table "{passing}" on commit drop as select {quoted} from "{table.name}" with no data'  # noqa: S608
    )
    _copy_into(connection, passing, rows)
    connection.exec_driver_sql(_insert(table, rows.column_names, f'select {quoted} from "{passing}"'))  # noqa: S608
    connection.exec_driver_sql(f'drop table "{passing}"')


def _copy_into(connection: Connection, name: str, rows: pa.Table) -> None:
    from pyarrow import csv  # noqa: PLC0415 - only this database needs it

    plain = pa.table([_copyable(column) for column in rows.columns], names=rows.column_names)
    statement = f'copy "{name}" ({_quoted(rows.column_names)}) from stdin with (format csv)'
    cursor: Any = connection.connection.cursor()
    with closing(cursor), cursor.copy(statement) as copy:
        for batch in plain.to_batches(max_chunksize=WRITE_ROWS):
            text = io.BytesIO()
            # Every value that is there is quoted, so that an empty text and no value stay apart.
            csv.write_csv(batch, text, csv.WriteOptions(include_header=False, quoting_style="all_valid"))
            copy.write(text.getvalue())


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column


def _copyable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # The one character that PostgreSQL's text cannot hold.
    return pc.replace_substring(column, "\x00", "\ufffd") if pa.types.is_string(column.type) else _plain(column)
