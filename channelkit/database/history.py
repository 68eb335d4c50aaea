"""What changed, when, from what to what, because of whom: append-only, for ever.

Rows are committed together with the facts they tell of, as one small Parquet document in the database. Later
they move into monthly files, which DuckDB reads. A file is named by its database, and by the first and the last batch
that it holds, and appears by a rename; a batch is deleted from the database only when its file is there, and a batch
that a file holds is never read from the database. So a crash at any point neither loses a row nor shows one twice,
and a database that begins anew, whose batches are counted from one again, does not take them for the old one's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from time import time
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from pyarrow import parquet
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.schema import history_batches, reference
from channelkit.model.tables import HISTORY

FILE_ROWS = 20_000
"""Batches wait until they make a file worth opening, or a day has passed."""

GROUP_ROWS = 65_536
"""Rows that a reader of a file takes or leaves together."""

FILES_A_MONTH = 30
"""Small files of a month are joined when there are more than this."""

DEAD_FOR = 3600.0
"""Seconds for which a file that was joined into another stays, for those who are reading it."""

_NAME = re.compile(r"changes-([0-9a-f]+)-(\d+)-(\d+)\.parquet")
_DAY = 86_400_000
WHY = ": "
"""Stands between who did it and why, where the history knows that."""

_NAMED = ("channelkit", "history")
"""Where among the references the database keeps the name of its files."""


class File(NamedTuple):
    """One file of the history: the database it is of, the batches it holds, and where it is."""

    database: str
    first: int
    last: int
    path: Path

    @classmethod
    def named(cls, folder: Path, database: str, first: int, last: int) -> File:
        return cls(database, first, last, folder / f"changes-{database}-{first:012d}-{last:012d}.parquet")

    @classmethod
    def found(cls, path: Path) -> File | None:
        """Return the file at a path, or None if it is not one of the history's."""
        match = _NAME.fullmatch(path.name)
        return cls(match[1], int(match[2]), int(match[3]), path) if match else None


@dataclass(frozen=True)
class Origin:
    """Where changes come from.

    Arguments:
        store: the store, website or store view that they concern.
        at: when they were seen, in milliseconds since 1970.
        because: who made them, in a word or a sentence.
        run: the run that saw them.
    """

    store: str
    at: int
    because: str
    run: str


def append(connection: Connection, changes: pa.Table, at: int) -> None:
    """Keep changes, in the transaction of the facts they tell of.

    Arguments:
        changes: rows of `channelkit.model.tables.HISTORY`.
        at: milliseconds since 1970.
    """
    if not changes.num_rows:
        return
    body = pa.BufferOutputStream()
    parquet.write_table(changes.cast(HISTORY), body, compression="zstd", use_dictionary=True)
    row = {"at": at, "rows": changes.num_rows, "body": body.getvalue().to_pybytes()}
    connection.execute(history_batches.insert().values(row))


def flush(database: Database, at: int, everything: bool = False) -> None:
    """Move waiting changes into files; call it while holding the lease ``history``.

    Arguments:
        at: the time now, in milliseconds since 1970.
        everything: also move what would wait for company.
    """
    with database.write() as connection:
        name = _name_database(connection)
        if not database.is_sqlite:
            # Batches are numbered when they are written and seen when they are committed. Waiting for those under way
            # makes sure that none with a smaller number turns up later, when a file already claims to hold it.
            connection.exec_driver_sql("lock table history_batches in share mode")
        waiting = connection.execute(
            sa.select(history_batches.c.id, history_batches.c.at, history_batches.c.rows).order_by(history_batches.c.id)
        ).all()
    held = _last_held(database.history, name)
    fresh = [batch for batch in waiting if batch.id > held]
    worth = sum(batch.rows for batch in fresh) >= FILE_ROWS or (fresh and at - fresh[0].at >= _DAY)
    if fresh and (worth or everything):
        # In order and without gaps, even where a clock went back: what a file holds is told by its first and last.
        months = accumulate((_month(batch.at) for batch in fresh), max)
        for month, group in groupby(zip(months, fresh, strict=True), key=itemgetter(0)):
            batches = [batch.id for _, batch in group]
            file = File.named(database.history / month, name, batches[0], batches[-1])
            _write(file.path, _bodies(database, batches))
        held = fresh[-1].id
    if waiting and waiting[0].id <= held:
        forget(database, held)
    for folder in _months(database.history):
        _join(folder, name)


def forget(database: Database, held: int) -> None:
    """Delete the batches up to a number, which files hold by now."""
    with database.write() as connection:
        connection.execute(history_batches.delete().where(history_batches.c.id <= held))


def take_out(database: Database, is_out: Callable[[pa.Table], pa.Array]) -> int:
    """Take rows out of all files and of what waits, for ever, and return how many; hold the lease ``history``.

    A file keeps its name although it holds less: it tells which batches need not be looked for elsewhere.

    Arguments:
        is_out: says of each row of `channelkit.model.tables.HISTORY` whether it goes.
    """
    taken = 0
    # Those that were joined into a wider one, too: they lie there for a while yet.
    for path in sorted(database.history.glob("????-??/changes-*.parquet")):
        changes = parquet.read_table(path)
        kept = changes.filter(pc.invert(is_out(changes)))
        if kept.num_rows < changes.num_rows:
            _write(path, kept)
            taken += changes.num_rows - kept.num_rows
    return taken + _take_out_of_waiting(database, is_out)


def take_out_before(database: Database, moment: int) -> int:
    """Take out, for ever, what was seen before a moment, and return how many rows went; hold the lease ``history``.

    Whole months go as files. Where a clock once went back, what a later month's file holds goes with that month.

    Arguments:
        moment: milliseconds since 1970.
    """
    bound, taken = pa.scalar(moment, pa.timestamp("ms", "UTC")), 0

    def is_out(changes: pa.Table) -> pa.Array:
        return pc.fill_null(pc.less(changes["seen_at"], bound), False)

    with database.read() as connection:
        name = _database_name(connection)
        waiting = connection.execute(sa.select(sa.func.min(history_batches.c.id))).scalar()
    for file in filter(None, map(File.found, sorted(database.history.glob("????-??/changes-*.parquet")))):
        # What the database still has besides would be there again, were its file gone.
        is_alone = file.database != name or waiting is None or file.last < waiting
        if file.path.parent.name < _month(moment) and is_alone:
            taken += parquet.read_metadata(file.path).num_rows
            file.path.unlink()
        elif file.path.parent.name <= _month(moment):
            taken += _rewrite(file.path, is_out)
    return taken + _take_out_of_waiting(database, is_out)


def _rewrite(path: Path, is_out: Callable[[pa.Table], pa.Array]) -> int:
    """Write a file anew without some of its rows, a piece at a time, and return how many went."""
    part, taken = path.with_suffix(".part"), 0
    with parquet.ParquetFile(path) as before, parquet.ParquetWriter(part, HISTORY, compression="zstd") as after:
        for number in range(before.num_row_groups):
            changes = before.read_row_group(number)
            kept = changes.filter(pc.invert(is_out(changes)))
            after.write_table(kept.cast(HISTORY))
            taken += changes.num_rows - kept.num_rows
    if taken:
        _settle(part, path)
    else:
        part.unlink()
    return taken


def _take_out_of_waiting(database: Database, is_out: Callable[[pa.Table], pa.Array]) -> int:
    taken = 0
    with database.write() as connection:
        for batch in connection.execute(sa.select(history_batches.c.id, history_batches.c.body)).all():
            changes = _table(batch.body)
            kept = changes.filter(pc.invert(is_out(changes)))
            if kept.num_rows < changes.num_rows:
                body = pa.BufferOutputStream()
                parquet.write_table(kept, body, compression="zstd")
                values = {"rows": kept.num_rows, "body": body.getvalue().to_pybytes()}
                connection.execute(history_batches.update().where(history_batches.c.id == batch.id).values(values))
                taken += changes.num_rows - kept.num_rows
    return taken


def query(database: Database, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
    """Ask the whole history in SQL, files and waiting rows alike; see `asking`."""
    with asking(database) as ask:
        return ask(sql, parameters)


@contextmanager
def asking(
    database: Database, *, own: bool = False, beside: Mapping[str, pa.Table] | None = None
) -> Iterator[Callable[[str, Sequence[Any]], pa.Table]]:
    """Give what answers questions in DuckDB's SQL, all of them from one moment; the table is called ``history``.

    Beside the columns of `channelkit.model.tables.HISTORY` it has ``place``: of two changes of the same thing, the one
    that was kept later has the greater. When a change was *seen* does not tell: a report that was asked for early may
    be read late. A condition on ``sku = ?`` or ``sku in (?, …)`` reads a small piece of each file.

    Arguments:
        own: leave out what an earlier database has left in the folder; places mean nothing across databases.
        beside: further tables that a question may name.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that a cycle need not spend

    files, waiting, held = _gather(database, own=own)
    with duckdb.connect() as engine:
        engine.execute("set timezone = 'UTC'")
        places = pa.array(np.arange(waiting.num_rows) + ((held + 1) << _ROW_BITS))
        history = engine.from_arrow(waiting.append_column("place", places))
        if files:
            paths = [str(file.path) for file in files]
            kept = engine.read_parquet(paths, file_row_number=True, filename=True)
            history = history.union(kept.project(f"{', '.join(HISTORY.names)}, {_PLACE} as place"))
        history.create_view("history")
        for name, table in (beside or {}).items():
            engine.from_arrow(table).create_view(name)
        yield lambda sql, parameters: engine.sql(sql, params=list(parameters)).to_arrow_table()


_ROW_BITS = 32
_PLACE = (
    f"(cast(regexp_extract(filename, '-([0-9]+)-[0-9]+[.]parquet$', 1) as bigint) << {_ROW_BITS}) + file_row_number"
)
"""Files hold batches in their order, and of each thing the changes in theirs."""


def _gather(database: Database, *, own: bool) -> tuple[list[File], pa.Table, int]:
    """Return the files, the rows that are in none of them, and the last batch that a file of this database holds."""
    # The waiting rows are read first: what moves into a file meanwhile is then in both, and skipped below.
    with database.read() as connection:
        name = _database_name(connection)
        query = sa.select(history_batches.c.id, history_batches.c.body).order_by(history_batches.c.id)
        batches = connection.execute(query).all()
    files = [file for folder in _months(database.history) for file in _files(folder)]
    held = max((file.last for file in files if file.database == name), default=0)
    waiting = [_table(batch.body) for batch in batches if batch.id > held]
    if own:
        files = [file for file in files if file.database == name]
    return files, pa.concat_tables(waiting) if waiting else HISTORY.empty_table(), held


def changes_between(
    before: pa.Table | None,
    after: pa.Table,
    *,
    key: str,
    fields: Sequence[str],
    subject: str,
    origin: Origin,
    because: str = "",
) -> pa.Table:
    """Return the history rows that lead from one table to another.

    Arguments:
        before: the old rows, with the same keys in the same order as ``after``; None where there were none.
        key: the column that names the thing: its SKU.
        fields: the columns to compare.
        subject: what the rows are about: listing, product, stock, tab.
        because: the column of ``after`` that says of each row why, where one does; it is told behind who did it:
            ``channelkit: It is out of stock.``
    """
    parts = []
    for field in fields:
        new = _words(after[field])
        old = _words(before[field]) if before is not None else pa.chunked_array([pa.nulls(len(new), pa.string())])
        differs = pc.not_equal(pc.coalesce(old, ""), pc.coalesce(new, ""))
        skus = after[key].filter(differs)
        if not len(skus):
            continue
        same = {"seen_at": origin.at, "store": origin.store, "subject": subject, "field": field}
        same |= {"because": origin.because, "run": origin.run}
        columns = {
            name: pa.repeat(pa.scalar(value, HISTORY.field(name).type), len(skus)) for name, value in same.items()
        }
        columns |= {"sku": skus, "before": old.filter(differs), "after": new.filter(differs)}
        if because in after.column_names:
            why = after[because].filter(differs)
            told = pc.binary_join_element_wise(origin.because, why, WHY)
            columns["because"] = pc.if_else(pc.equal(pc.coalesce(why, ""), ""), origin.because, told)
        parts.append(pa.table({name: columns[name] for name in HISTORY.names}, schema=HISTORY))
    return pa.concat_tables(parts) if parts else HISTORY.empty_table()


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _write(path: Path, changes: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    # By SKU, and each SKU's changes as they were kept: the story of one SKU then lies in one small piece of a file.
    changes = changes.take(pc.sort_indices(changes["sku"].combine_chunks()))
    parquet.write_table(changes, part, compression="zstd", row_group_size=GROUP_ROWS)
    _settle(part, path)


def _settle(part: Path, path: Path) -> None:
    """Give a written file its name, once it is on disk."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    if os.name == "posix":
        # The new name, too, must be on disk before the database forgets the rows.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _join(folder: Path, name: str) -> None:
    """Make one file of a month's many; a file that lies within a wider one is dead and is taken away."""
    own = [file for file in _files(folder) if file.database == name]
    if len(own) > FILES_A_MONTH:
        whole = File.named(folder, name, own[0].first, own[-1].last)
        _write(whole.path, pa.concat_tables([parquet.read_table(file.path) for file in own]))
    living = [file for file in _files(folder) if file.database == name]
    for file in filter(None, map(File.found, folder.glob("changes-*.parquet"))):
        wider = [one for one in living if one != file and one.first <= file.first and file.last <= one.last]
        # Somebody may be reading it still.
        if file.database == name and wider and time() - wider[0].path.stat().st_mtime > DEAD_FOR:
            file.path.unlink()


def _files(folder: Path) -> list[File]:
    """Return a month's living files in order: those that do not lie within a wider one."""
    found = [file for file in map(File.found, folder.glob("changes-*.parquet")) if file is not None]
    found.sort(key=lambda file: (file.database, file.first, -file.last))
    living: list[File] = []
    for file in found:
        if not living or living[-1].database != file.database or file.last > living[-1].last:
            living.append(file)
    return living


def _months(history: Path) -> list[Path]:
    return sorted(history.glob("????-??"))


def _last_held(history: Path, name: str) -> int:
    files = [file for folder in _months(history) for file in _files(folder)]
    return max((file.last for file in files if file.database == name), default=0)


def _name_database(connection: Connection) -> str:
    """Return the name under which this database's files are filed, giving it one where it has none."""
    values = {"system": _NAMED[0], "kind": _NAMED[1], "body": uuid4().hex[:8], "observed_at": 0}
    rows.put(connection, reference, values, keep=list(values))
    return str(_database_name(connection))


def _database_name(connection: Connection) -> str | None:
    query = sa.select(reference.c.body).where(reference.c.system == _NAMED[0], reference.c.kind == _NAMED[1])
    name: str | None = connection.execute(query).scalar()
    return name


def _bodies(database: Database, batches: Sequence[int]) -> pa.Table:
    with database.read() as connection:
        bodies = connection.execute(
            sa.select(history_batches.c.body)
            .where(history_batches.c.id.between(batches[0], batches[-1]))
            .order_by(history_batches.c.id)
        ).scalars()
        return pa.concat_tables([_table(body) for body in bodies])


def _table(body: bytes) -> pa.Table:
    return parquet.read_table(pa.BufferReader(body)).cast(HISTORY)


def _month(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")
