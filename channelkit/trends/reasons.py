"""Why listings are where they are, and what that costs: what they sold before they got there (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines
from channelkit.database.schema import tabs
from channelkit.model.days import DAY
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
    group = [sa.func.coalesce(tabs.c[name], _EMPTY) for name in _GROUP]
    total = sa.cast(sa.func.coalesce(sa.func.sum(_sold_before(store, now_ms)), 0), sa.BigInteger)
    query = sa.select(*group, sa.func.count(), total).where(
        tabs.c.store == store.store, tabs.c.tab.is_distinct_from(SELLING)
    )
    schema = pa.schema([REASONS.field(name) for name in (*_GROUP, "listings", "at_stake")])
    found = rows.read(connection, query.group_by(*group), schema)
    each_day = [amount // BEFORE for amount in found["at_stake"].to_pylist()]
    return _named(store, found.set_column(len(_GROUP) + 1, "at_stake", pa.array(each_day, pa.int64())))


def _sold_before(store: StoreDays, now_ms: int) -> sa.ScalarSelect[Any]:
    """Return SQL for what a listing sold in the days before it got to where it is; null where that is nothing."""
    sold_at = order_lines.c.sold_at
    its = (order_lines.c.store == store.store, order_lines.c.seller_sku == tabs.c.sku, tabs.c.listed == 1)
    query = sa.select(sa.func.sum(order_lines.c.sold_for)).correlate(tabs)
    is_before = (sold_at >= tabs.c.since - BEFORE * DAY, sold_at < tabs.c.since, sold_at < now_ms)
    return query.where(*its, *is_before).scalar_subquery()


def _named(store: StoreDays, found: pa.Table) -> pa.Table:
    for name, value in (("store", store.store), ("currency", store.currency)):
        found = found.append_column(name, pa.repeat(pa.scalar(value, pa.string()), found.num_rows))
    return found.select(REASONS.names).cast(REASONS)
