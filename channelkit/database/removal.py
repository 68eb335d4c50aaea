"""Taking a store out of the database, for ever: every row that is its own, in every table, and in the history."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, price_schema
from channelkit.database.connection import Database
from channelkit.database.schema import runs, stores, watermarks

READINGS = (
    *("listings", "sweep", "publishing", "catalog", "orders-decided", "orders-told", "returns-refused", "daily"),
    "quality",
)
"""What is read of Amazon for each store, and told of it by day, as the watermarks call it."""

_OWN_SUBJECTS = ("listing", "issue", "tab", "unlisted", "order", "competition")
"""What the history tells of a store itself; websites and store views, which may have its name, are not the store's."""

# Every table hangs on it: these, and through them those of the schema itself.
_TABLES = price_schema.ALL_TABLES


def remove_store(connection: Connection, name: str) -> dict[str, int]:
    """Delete a store's rows from every table, and return how many went from each (ON-10).

    What belongs to a country, a website, a seller account or to Commerce stays: other stores use it.
    """
    removed = {}
    for table in _TABLES.sorted_tables:
        if "store" in table.c:
            removed[table.name] = connection.execute(table.delete().where(table.c.store == name)).rowcount
    names = [f"{reading}/{name}" for reading in READINGS]
    removed["watermarks"] = connection.execute(watermarks.delete().where(watermarks.c.name.in_(names))).rowcount
    removed["stores"] = connection.execute(stores.delete().where(stores.c.name == name)).rowcount
    removed["runs"] = _forget_in_runs(connection, name)
    return {table: count for table, count in removed.items() if count}


def remove_history(database: Database, name: str) -> int:
    """Delete what the history tells of a store, and return how many rows went; hold the lease ``history``."""

    def is_its(changes: pa.Table) -> pa.Array:
        own = pc.is_in(changes["subject"], value_set=pa.array(_OWN_SUBJECTS))
        return pc.fill_null(pc.and_(own, pc.equal(changes["store"], name)), False)

    return history.take_out(database, is_its)


def _forget_in_runs(connection: Connection, name: str) -> int:
    """Take a store out of what runs did; a run is several stores', so it stays itself."""
    told = connection.execute(
        sa.select(runs.c.id, runs.c.summary).where(runs.c.summary.contains(json.dumps(name), autoescape=True))
    ).all()
    count = 0
    for run in told:
        summary: dict[str, Any] = json.loads(run.summary)
        left = [row for row in summary.get("stores", []) if row.get("store") != name]
        if len(left) < len(summary.get("stores", [])):
            values = {"summary": json.dumps(summary | {"stores": left}), "error": ""}
            connection.execute(runs.update().where(runs.c.id == run.id).values(values))
            count += 1
    return count
