"""Canaries of each store: who started them, what went first, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.price_schema import canaries
from channelkit.database.schema import arrow, changes
from channelkit.model.canaries import RUNNING, Bird, Canary, read_birds, write_birds

_OPEN = ("running", "stopped")


def start_canary(
    connection: Connection, *, store: str, share: str, birds: Mapping[str, Bird], rest: str, at: int, by: str
) -> Canary:
    """Write down that some prices go first, and return it with its number.

    Arguments:
        share: of the price changes that go first, as a decimal.
        rest: fingerprint of all other price changes.
        at: milliseconds since 1970.
        by: who started it.
    """
    values: dict[str, object] = {"store": store, "state": RUNNING, "share": share, "rest": rest}
    values |= {"prices": write_birds(birds), "started_at": at, "started_by": by}
    number = connection.execute(canaries.insert().values(values).returning(canaries.c.id)).scalar_one()
    return Canary(int(number), store, RUNNING, share, birds, rest, at, by)


def end_canary(connection: Connection, number: int, state: str, *, at: int, note: str = "") -> bool:
    """Write down what came of a canary, and tell whether it was still open; what is over stays as it was.

    Arguments:
        state: passed, stopped or closed.
        at: milliseconds since 1970.
    """
    statement = canaries.update().where(canaries.c.id == number, canaries.c.state.in_(_OPEN))
    values = {"state": state, "ended_at": at} | ({"note": note} if note else {})
    return connection.execute(statement.values(values)).rowcount == 1


def load_canary(connection: Connection, store: str) -> Canary | None:
    """Return a store's newest canary, or None where it never had one."""
    found = connection.execute(_newest(store).limit(1)).mappings().first()
    return None if found is None else _kept(found)


def list_canaries(connection: Connection, store: str) -> list[Canary]:
    """Return all canaries of a store, the newest first."""
    return [_kept(row) for row in connection.execute(_newest(store)).mappings()]


def load_probes(connection: Connection, canary: Canary) -> pa.Table:
    """Return ``id, state, sent_at, note`` of the changes that went first, as the journal has them now."""
    schema = arrow(changes, ("id", "state", "sent_at", "note"))
    query = sa.select(*(changes.c[name] for name in schema.names))
    parts = [rows.read(connection, query.where(changes.c.id.in_(ids)), schema) for ids in rows.in_parts(canary.ids)]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _newest(store: str) -> sa.Select[Any]:
    return sa.select(canaries).where(canaries.c.store == store).order_by(canaries.c.id.desc())


def _kept(row: sa.RowMapping) -> Canary:
    return Canary(
        id=int(row["id"]),
        store=row["store"],
        state=row["state"],
        share=row["share"],
        birds=read_birds(row["prices"]),
        rest=row["rest"],
        started_at=int(row["started_at"]),
        started_by=row["started_by"],
        ended_at=None if row["ended_at"] is None else int(row["ended_at"]),
        note=row["note"],
    )
