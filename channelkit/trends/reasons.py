"""Why listings are where they are, and what that costs: what they sold before they got there (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import tabs
from channelkit.model.columns import one
from channelkit.model.days import DAY
from channelkit.model.orders import CANCELLED, UNFULFILLABLE
from channelkit.model.tables import TABS
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
_SOLD = pa.schema([("sku", pa.string()), ("at", pa.int64()), ("amount", pa.int64())])


def read_reasons(database: Database, stores: Sequence[str], now_ms: int, *, with_selling: bool = True) -> pa.Table:
    """Return why listings and products are in their tabs now, what costs most first.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970; what was ordered later does not count.
        with_selling: also tell of what is on sale, for which nothing is at stake.

    Returns:
        The columns of `REASONS`. ``at_stake`` is what the listings sold a day, in minor units, over the 30 days before
        each of them got there: orders that were cancelled or not fulfilled, other currencies, and units that were
        cancelled are left out, and so is what is on sale.
    """
    with database.read() as connection:
        parts = [REASONS.empty_table()]
        for store in read_store_days(connection, stores):
            parts.append(_read_stopped(connection, store, now_ms))
            if with_selling:
                parts.append(_read_selling(connection, store))
    names = ("store", *_GROUP)
    order = [("at_stake", "descending"), ("listings", "descending"), *((name, "ascending") for name in names)]
    return pa.concat_tables(parts).sort_by(order)


def _read_selling(connection: Connection, store: StoreDays) -> pa.Table:
    group = [sa.func.coalesce(tabs.c[name], _EMPTY) for name in _GROUP]
    query = sa.select(*group, sa.func.count()).where(tabs.c.store == store.store, tabs.c.tab == SELLING)
    schema = pa.schema([REASONS.field(name) for name in (*_GROUP, "listings")])
    found = rows.read(connection, query.group_by(*group), schema)
    return _named(store, found.append_column("at_stake", pa.repeat(0, found.num_rows)))


def _read_stopped(connection: Connection, store: StoreDays, now_ms: int) -> pa.Table:
    names = ("listed", "sku", "since", *_GROUP)
    query = sa.select(*(tabs.c[name] for name in names)).where(
        tabs.c.store == store.store, tabs.c.tab.is_distinct_from(SELLING)
    )
    found = rows.read(connection, query, TABS.schema(names))
    columns = {name: pc.fill_null(found[name], "") for name in _GROUP}
    columns["amount"] = pa.array(_add_up(connection, store, found, now_ms))
    sums = pa.table(columns).group_by(list(_GROUP)).aggregate([([], "count_all"), ("amount", "sum")])
    each_day = [total // BEFORE for total in sums["amount_sum"].to_pylist()]
    told = sums.select([*_GROUP, "count_all"]).rename_columns([*_GROUP, "listings"])
    return _named(store, told.append_column("at_stake", pa.array(each_day, pa.int64())))


def _add_up(connection: Connection, store: StoreDays, found: pa.Table, now_ms: int) -> np.ndarray:
    """Return what each of these sold in the days before it got there.

    Arguments:
        found: ``listed, sku, since``.
    """
    amounts = np.zeros(found.num_rows, np.int64)
    moments = found["since"].filter(found["listed"])
    if pc.count(moments).as_py():
        first, last = (int(each(moments).as_py()) for each in (pc.min, pc.max))
        sold = _read_sold(connection, store, first - BEFORE * DAY, min(now_ms, last))
        skus = pc.if_else(one(found["listed"]), one(found["sku"]), pa.scalar(None, pa.string()))
        place = pc.index_in(one(sold["sku"]), value_set=skus, skip_nulls=True)
        since, at = one(found["since"]).take(place), one(sold["at"])
        is_before = pc.and_(pc.less(at, since), pc.greater_equal(at, pc.subtract(since, BEFORE * DAY)))
        counts = pc.and_(pc.is_valid(one(sold["amount"])), pc.fill_null(is_before, False))
        np.add.at(amounts, place.filter(counts).to_numpy(), one(sold["amount"]).filter(counts).to_numpy())
    return amounts


def _read_sold(connection: Connection, store: StoreDays, since: int, until: int) -> pa.Table:
    """Return ``sku, at, amount`` of each line that was ordered in a span; null of what has none."""
    kept = order_lines.c.ordered - order_lines.c.cancelled
    amount = (order_lines.c.item - order_lines.c.discount) * kept // order_lines.c.ordered
    is_line = sa.and_(
        order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id, order_lines.c.ordered > 0
    )
    # Left: SQLite would else begin with the lines, and look up the order of each, be it ever so old.
    joined = orders.outerjoin(order_lines, is_line)
    query = sa.select(order_lines.c.seller_sku, orders.c.created_at, sa.cast(amount, sa.BigInteger))
    query = query.select_from(joined).where(
        *(orders.c.store == store.store, orders.c.status.not_in((CANCELLED, UNFULFILLABLE))),
        *(orders.c.currency == store.currency, orders.c.created_at >= since, orders.c.created_at < until),
    )
    return rows.read(connection, query, _SOLD)


def _named(store: StoreDays, found: pa.Table) -> pa.Table:
    for name, value in (("store", store.store), ("currency", store.currency)):
        found = found.append_column(name, pa.repeat(pa.scalar(value, pa.string()), found.num_rows))
    return found.select(REASONS.names).cast(REASONS)
