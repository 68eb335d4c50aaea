"""Writing rows that differ together with the history that they make: one way for every table of facts and decisions."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.difference import Difference
from channelkit.database.ours import complaints, name_ours
from channelkit.model import tables

LISTING = "listing"
"""What the history calls what Amazon shows."""


def write(
    connection: Connection,
    table: sa.Table,
    declared: tables.Table,
    found: Difference,
    *,
    subject: str,
    origin: history.Origin,
    because: str = "",
) -> None:
    """Write new and changed rows, and append what that changes to the history.

    Arguments:
        found: rows with the columns to write; ``observed_at`` is added where the table has it.
        subject: what the rows are about, as the history calls it.
        because: the column that says why, where one does; it is told behind who did it.
    """
    for old, new in ((None, found.new), (found.old, found.changed)):
        write_rows(connection, table, declared, old, new, subject=subject, origin=origin, because=because)


def write_rows(
    connection: Connection,
    table: sa.Table,
    declared: tables.Table,
    old: pa.Table | None,
    new: pa.Table,
    *,
    subject: str,
    origin: history.Origin,
    because: str = "",
) -> None:
    """Write rows over those that stood there, and append what that changes to the history.

    Arguments:
        old: the stored rows with the same keys in the same order; None where there are none.
        new: key columns and whichever others are known; what is left out keeps what it holds.
        because: the column that says why, where one does; it is told behind who did it.
    """
    if not new.num_rows:
        return
    if "observed_at" in declared.names and "observed_at" not in new.column_names:
        new = new.append_column("observed_at", pa.repeat(origin.at, new.num_rows))
    rows.upsert(connection, table, new, are_new=old is None)
    fields = declared.followed if old is not None else [declared.first]
    fields = [name for name in fields if name in new.column_names]
    key = declared.key[-1]
    changes = history.changes_between(old, new, key=key, fields=fields, subject=subject, origin=origin, because=because)
    if old is None and declared.first in new.column_names:
        # Where there is no first value to tell, the history tells at least that the row came.
        untold = new.filter(pc.is_null(new[declared.first]))
        changes = pa.concat_tables([changes, _comings(untold[key], subject=subject, origin=origin)])
    if subject == LISTING:
        changes = pa.concat_tables([name_ours(connection, changes), complaints(old, new, origin)])
    history.append(connection, changes, origin.at)


def record_gone(
    connection: Connection,
    skus: Sequence[str],
    *,
    subject: str,
    origin: history.Origin,
    last: pa.Table | None = None,
) -> None:
    """Append to the history that these are no longer there.

    Arguments:
        last: ``sku`` and the followed columns as they stood, where the rows are not kept elsewhere: without them nobody
            could ever tell again what had never changed.
    """
    there = pa.table({"sku": pa.array(skus, pa.string()), "exists": pa.repeat("true", len(skus))})
    gone = pa.table({"sku": pa.array(skus, pa.string()), "exists": pa.nulls(len(skus), pa.string())})
    parts = []
    if last is not None:
        fields = [name for name in last.column_names if name != "sku"]
        columns = {name: pa.nulls(last.num_rows, last.schema.field(name).type) for name in fields}
        nothing = pa.table({"sku": last["sku"], **columns})
        parts.append(history.changes_between(last, nothing, key="sku", fields=fields, subject=subject, origin=origin))
    # Last, so that whoever goes back in time knows where a row of the same name that came later begins.
    parts.append(history.changes_between(there, gone, key="sku", fields=["exists"], subject=subject, origin=origin))
    history.append(connection, pa.concat_tables(parts), origin.at)


def _comings(skus: pa.ChunkedArray, *, subject: str, origin: history.Origin) -> pa.Table:
    came = pa.table({"sku": skus, "exists": pa.repeat("true", len(skus))})
    return history.changes_between(None, came, key="sku", fields=["exists"], subject=subject, origin=origin)
