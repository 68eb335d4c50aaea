"""Why listings are where they are, and what that costs: what they sold before they got there (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import tabs
from channelkit.model.days import DAY
from channelkit.model.orders import CANCELLED, UNFULFILLABLE
from channelkit.trends.days import StoreDays, read_store_days

BEFORE = 30
"""Days before a listing came to where it is, whose sales tell what it sold a day."""

SELLING = "Active"
"""In this tab nothing is at stake."""

REASONS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "tab", "status", "reason", "next_step")),
        *((name, pa.int64()) for name in ("listings", "at_stake")),
        ("currency", pa.string()),
    ]
)
"""What `read_reasons` returns."""

_EMPTY: sa.ColumnElement[str] = sa.literal_column("''")
"""PostgreSQL takes two parameters of the same value for two different expressions."""

_GROUP = ("tab", "status", "reason", "next_step")


def read_reasons(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return why listings and products are in their tabs now, what costs most first.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970; what was ordered later does not count.

    Returns:
        The columns of `REASONS`. ``at_stake`` is what the listings sold a day, in minor units, over the 30 days before
        each of them got there: orders that were cancelled or not fulfilled, other currencies, and units that were
        cancelled are left out, and so is what is on sale.
    """
    with database.read() as connection:
        parts = [_read_store(connection, store, now_ms) for store in read_store_days(connection, stores)]
    names = ("store", *_GROUP)
    order = [("at_stake", "descending"), ("listings", "descending"), *((name, "ascending") for name in names)]
    return pa.concat_tables([REASONS.empty_table(), *parts]).sort_by(order)


def _read_store(connection: Connection, store: StoreDays, now_ms: int) -> pa.Table:
    group = [sa.func.coalesce(tabs.c[name], _EMPTY) for name in _GROUP]
    counted = sa.select(*group, sa.func.count()).where(tabs.c.store == store.store).group_by(*group)
    found = rows.read(connection, counted, pa.schema([REASONS.field(name) for name in (*_GROUP, "listings")]))
    kept = order_lines.c.ordered - order_lines.c.cancelled
    amount = (order_lines.c.item - order_lines.c.discount) * kept // order_lines.c.ordered
    is_line = sa.and_(order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id)
    is_its = sa.and_(tabs.c.store == orders.c.store, tabs.c.listed == 1, tabs.c.sku == order_lines.c.seller_sku)
    sold = sa.select(*group, sa.cast(sa.func.sum(amount), sa.BigInteger))
    sold = sold.select_from(orders.join(order_lines, is_line).join(tabs, is_its)).where(
        *(orders.c.store == store.store, orders.c.status.not_in((CANCELLED, UNFULFILLABLE))),
        *(orders.c.currency == store.currency, orders.c.created_at < now_ms),
        *(orders.c.created_at < tabs.c.since, orders.c.created_at >= tabs.c.since - BEFORE * DAY),
        *(order_lines.c.ordered > 0, tabs.c.tab != SELLING),
    )
    stake = rows.read(connection, sold.group_by(*group), pa.schema([REASONS.field(n) for n in (*_GROUP, "at_stake")]))
    found = found.join(stake, list(_GROUP), join_type="left outer")
    each_day = [(total or 0) // BEFORE for total in found["at_stake"].to_pylist()]
    columns = {name: found[name] for name in (*_GROUP, "listings")} | {"at_stake": pa.array(each_day, pa.int64())}
    for name, value in (("store", store.store), ("currency", store.currency)):
        columns[name] = pa.repeat(pa.scalar(value, pa.string()), found.num_rows)
    return pa.table({name: columns[name] for name in REASONS.names}, schema=REASONS)
