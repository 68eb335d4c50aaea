"""Writing only what differs: incoming rows are compared with the stored ones by a digest, whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.model import tables

DIGEST_ROWS = 65_536

WHOLE_TABLE_SHARE = 0.1
"""Above this share of differing rows it is quicker to read all old rows than to look each one up."""


@dataclass(frozen=True)
class Tally:
    """How many rows a reading brought."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.missing + other.missing,
        )


@dataclass(frozen=True)
class Difference:
    """What an incoming table holds that the stored one does not, or otherwise.

    Arguments:
        new: incoming rows whose key is not stored, in key order.
        changed: incoming rows whose digest differs from the stored one.
        old: the stored rows of ``changed``, in the same order.
        absent: keys that are stored but not incoming; empty where only the incoming keys were looked for.
        unchanged: how many incoming rows are stored as they are.
    """

    new: pa.Table
    changed: pa.Table
    old: pa.Table
    absent: pa.ChunkedArray
    unchanged: int

    @property
    def tally(self) -> Tally:
        return Tally(self.new.num_rows, self.changed.num_rows, self.unchanged)


def digest(table: pa.Table, names: Sequence[str]) -> pa.Array:
    """Return 64 bits that tell each row's columns from other contents: the same on every machine.

    >>> rows = pa.table({"sku": ["A", "A", "A"], "price": [1, 1, None]})
    >>> same, again, other = digest(rows, ["sku", "price"]).to_pylist()
    >>> same == again, same == other
    (True, False)
    """
    parts: list[bytes] = []
    for batch in table.select(list(names)).to_batches(max_chunksize=DIGEST_ROWS):
        words = [column.cast(pa.string()) for column in batch.columns]
        joined = pc.binary_join_element_wise(*words, "\x1f", null_handling="replace", null_replacement="\x00")
        parts.extend(blake2b(row, digest_size=8).digest() for row in joined.cast(pa.binary()).to_pylist())
    return pa.array(np.frombuffer(b"".join(parts), np.dtype("<i8")))


def difference(
    connection: Connection,
    table: sa.Table,
    declared: tables.Table,
    scope: Mapping[str, object],
    incoming: pa.Table,
    *,
    whole: bool,
) -> Difference:
    """Compare incoming rows with the stored ones of the same scope.

    Arguments:
        scope: the key columns that are the same for all rows, for instance ``{"store": "us"}``.
        incoming: has the last key column, unique, and either ``digest`` or, where the table keeps none, the columns
            to compare.
        whole: the incoming rows are all there are, so that a stored key among them missing is absent; otherwise only
            the incoming keys are looked up.
    """
    key = declared.key[-1]
    where = [table.c[name] == value for name, value in scope.items()]
    compared = ["digest"] if "digest" in declared.names else [n for n in incoming.column_names if n not in declared.key]
    names = [key, *compared]
    query = sa.select(*(table.c[name] for name in names)).where(*where)
    if whole:
        known = rows.read(connection, query, declared.schema(names))
    else:
        known = rows.read_keys(connection, query, table.c[key], incoming[key].to_pylist(), declared.schema(names))
    position = pc.index_in(incoming[key], known[key].combine_chunks())
    is_new = pc.is_null(position)
    same = pc.equal(_digests(known, compared).take(position), _digests(incoming, compared))
    changed = incoming.filter(pc.and_(pc.invert(is_new), pc.invert(pc.fill_null(same, False))))
    absent = known[key].filter(pc.invert(pc.is_in(known[key], incoming[key].combine_chunks())))
    new = _sorted(incoming.filter(is_new), key)
    query = sa.select(*(table.c[name] for name in declared.names)).where(*where)
    if whole and changed.num_rows > WHOLE_TABLE_SHARE * known.num_rows:
        old = rows.read(connection, query, declared.schema())
    else:
        old = rows.read_keys(connection, query, table.c[key], changed[key].to_pylist(), declared.schema())
    old = old.take(pc.index_in(changed[key], old[key].combine_chunks()))
    return Difference(new, changed, old, absent, incoming.num_rows - new.num_rows - changed.num_rows)


def _sorted(table: pa.Table, key: str) -> pa.Table:
    """Return a table in key order: rows that lie in it are filled in faster."""
    column = table[key]
    is_sorted = pc.all(pc.less_equal(column.slice(0, max(0, len(column) - 1)), column.slice(1))).as_py()
    return table if is_sorted else table.sort_by(key)


def _digests(table: pa.Table, compared: Sequence[str]) -> pa.Array | pa.ChunkedArray:
    return table["digest"] if list(compared) == ["digest"] else digest(table, compared)
