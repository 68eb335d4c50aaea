"""What a page tells of orders: how many stand where, which are blocked, which are due; nobody's data among it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_lines, orders, stands
from channelkit.database.unread_orders import UNREAD_FOR, list_unread
from channelkit.model.decisions import MERCHANT
from channelkit.report.order_words import TO_SHIP
from channelkit.report.unread_orders import NOT_READ, release_command, tell_unread

STAGE_COUNTS = pa.schema([("store", pa.string()), ("stage", pa.string()), ("rows", pa.int64())])
_BLOCKED = pa.schema(
    [(name, pa.string()) for name in ("store", "order_id", "blocker", "note", "next_step")]
    + [(name, pa.int64()) for name in ("ship_by", "since")]
)
_DUE = pa.schema(
    [(name, pa.string()) for name in ("store", "order_id", "status", "stage")]
    + [(name, pa.int64()) for name in ("ship_by", "units")]
)

NEW = "new"
"""Stands for the stage of orders that were read and not decided on yet."""

_same = sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id)
_is_due = sa.and_(orders.c.status.in_(TO_SHIP), orders.c.fulfilled_by == MERCHANT, orders.c.ship_by.isnot(None))


def count_stages(connection: Connection) -> pa.Table:
    """Return ``store, stage, rows``: how many orders stand where with us."""
    stage = sa.func.coalesce(stands.c.stage, NEW)
    query = sa.select(orders.c.store, stage, sa.func.count()).select_from(orders.outerjoin(stands, _same))
    return rows.read(connection, query.group_by(orders.c.store, stage).order_by(orders.c.store, stage), STAGE_COUNTS)


def count_due(connection: Connection, until_ms: int | None = None) -> dict[str, int]:
    """Return how many orders of each store have to be shipped.

    Arguments:
        until_ms: only those that are due before this moment, in milliseconds since 1970.
    """
    query = sa.select(orders.c.store, sa.func.count()).where(_is_due)
    if until_ms is not None:
        query = query.where(orders.c.ship_by < until_ms)
    return {str(row[0]): int(row[1]) for row in connection.execute(query.group_by(orders.c.store))}


def read_blocked(connection: Connection, stores: Sequence[str], most: int) -> pa.Table:
    """Return ``store, order_id, blocker, note, next_step, ship_by, since`` of blocked orders, the most urgent first."""
    columns = (orders.c.store, orders.c.order_id, stands.c.blocker, stands.c.note, stands.c.next_step)
    query = sa.select(*columns, orders.c.ship_by, stands.c.since)
    query = query.select_from(orders.join(stands, _same)).where(stands.c.stage == "blocked", orders.c.store.in_(stores))
    urgent = (orders.c.ship_by.is_(None), orders.c.ship_by, orders.c.order_id)
    return rows.read(connection, query.order_by(*urgent).limit(most), _BLOCKED)


def read_unread(connection: Connection, stores: Sequence[str], most: int, now_ms: int) -> pa.Table:
    """Return orders that could not be read for too long, as `read_blocked` returns those that are blocked."""
    found = [
        {
            **{"store": each.store, "order_id": each.order_id, "blocker": NOT_READ, "note": tell_unread(each)},
            **{"next_step": release_command(each), "ship_by": None, "since": each.since},
        }
        for each in list_unread(connection, stores, before=now_ms - UNREAD_FOR)[:most]
    ]
    return pa.Table.from_pylist(found, schema=_BLOCKED)


def read_due(connection: Connection, stores: Sequence[str], most: int) -> pa.Table:
    """Return ``store, order_id, status, stage, ship_by, units`` of orders to ship, what is due first at the top."""
    left = order_lines.c.ordered - order_lines.c.fulfilled - order_lines.c.cancelled
    its = (order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id)
    units = sa.cast(sa.select(sa.func.coalesce(sa.func.sum(left), 0)).where(*its).scalar_subquery(), sa.BigInteger)
    columns = (orders.c.store, orders.c.order_id, orders.c.status, stands.c.stage, orders.c.ship_by, units)
    query = sa.select(*columns).select_from(orders.outerjoin(stands, _same)).where(_is_due, orders.c.store.in_(stores))
    return rows.read(connection, query.order_by(orders.c.ship_by, orders.c.order_id).limit(most), _DUE)
