"""Of which listings it is most useful to ask next what others want for the same item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, tabs
from channelkit.database.trend_schema import competition
from channelkit.model.columns import one
from channelkit.model.competition import OFFER_CONDITIONS
from channelkit.model.orders import CANCELLED

MINUTE = 60_000

DUE = pa.schema(
    [
        *((name, pa.string()) for name in ("seller_sku", "asin", "condition")),
        ("asked_at", pa.int64()),
        ("revenue", pa.int64()),
    ]
)
"""What `find_due` returns: ``condition`` as offers are compared, ``asked_at`` null where it never was."""


MANY = 20_000
"""Listings beyond which it is looked at all of them alike: no quota gets through so many in a day."""


def find_due(
    connection: Connection, store: str, now: int, count: int, since_ms: int, *, first: Sequence[str] = ()
) -> pa.Table:
    """Return the matched listings on sale of which it is most useful to ask next, the most useful first.

    Those whose prices follow others' come before all others. Of either, those that were never asked about come first,
    those of the most revenue before others; then those for which time since the last question, times revenue, is
    largest.

    Arguments:
        now: milliseconds since 1970.
        count: the most rows to return; of an item and condition there may be several.
        since_ms: revenue counts from this moment on.
        first: seller SKUs whose prices follow others'.
    """
    sold = revenue_of(store, since_ms).subquery()
    group, c = _condition(listings.c.condition), competition.c
    known = sa.and_(c.store == listings.c.store, c.asin == listings.c.asin, c.condition == group)
    of_listing = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    joined = tabs.join(listings, of_listing).outerjoin(competition, known)
    joined = joined.outerjoin(sold, sold.c.seller_sku == listings.c.seller_sku)
    revenue = sa.func.coalesce(sold.c.revenue, 0)
    # In minutes and whole units of 100, so that neither time nor revenue makes the product overflow.
    worth = (now - c.asked_at) // MINUTE * (1 + revenue // 100)
    query = sa.select(listings.c.seller_sku, listings.c.asin, group, c.asked_at, revenue).select_from(joined)
    query = query.where(
        *(tabs.c.store == store, tabs.c.listed == 1, tabs.c.tab == "Active", tabs.c.product_sku.isnot(None)),
        *(listings.c.asin.isnot(None), listings.c.asin != "", sa.func.coalesce(listings.c.buyable, 1) == 1),
    )
    preferred = DUE.empty_table()
    if 0 < len(first) <= MANY:
        preferred = most_useful(rows.read_keys(connection, query, listings.c.seller_sku, first, DUE), now, count)
        # The same listing may come twice: whoever asks looks at each item once.
    ordered = query.order_by(
        sa.case((c.asked_at.is_(None), 0), else_=1),
        sa.case((c.asked_at.is_(None), revenue), else_=worth).desc(),
        listings.c.seller_sku,
    )
    return pa.concat_tables([preferred, rows.read(connection, ordered.limit(count), DUE)])


def most_useful(due: pa.Table, now: int, count: int) -> pa.Table:
    """Return the most useful rows, in the order that the database gives where it looks at all listings.

    Arguments:
        due: with ``asked_at, revenue, seller_sku``.
        now: milliseconds since 1970.
    """
    asked_at, revenue = one(due["asked_at"]), one(due["revenue"])
    passed = pc.divide(pc.subtract(now, asked_at), MINUTE)
    worth = pc.multiply(passed, pc.add(pc.divide(revenue, 100), 1))
    keys = {"again": pc.is_valid(asked_at), "worth": pc.coalesce(worth, revenue), "seller_sku": due["seller_sku"]}
    order = [("again", "ascending"), ("worth", "descending"), ("seller_sku", "ascending")]
    return due.take(pc.sort_indices(pa.table(keys), sort_keys=order).slice(0, count))


def read_revenue(connection: Connection, store: str, since_ms: int, until_ms: int | None = None) -> pa.Table:
    """Return ``seller_sku, revenue``: what each listing sold in a stretch of time, in minor units.

    Arguments:
        since_ms, until_ms: milliseconds since 1970; the end does not belong to it.
    """
    query = revenue_of(store, since_ms)
    if until_ms is not None:
        query = query.where(orders.c.created_at < until_ms)
    return rows.read(connection, query, pa.schema([("seller_sku", pa.string()), ("revenue", pa.int64())]))


def revenue_of(store: str, since_ms: int) -> sa.Select[Any]:
    """Return the query of ``seller_sku, revenue``: what each listing has sold since a moment, in minor units."""
    is_line = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    # Left: SQLite would else begin with the lines, and look up the order of each, be it ever so old.
    joined = orders.outerjoin(order_lines, is_line)
    query = sa.select(
        order_lines.c.seller_sku, sa.cast(sa.func.sum(order_lines.c.item), sa.BigInteger).label("revenue")
    ).select_from(joined)
    where = (orders.c.store == store, orders.c.created_at >= since_ms, orders.c.status != CANCELLED)
    return query.where(*where, order_lines.c.seller_sku.isnot(None)).group_by(order_lines.c.seller_sku)


def _condition(word: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return `condition_of` in SQL."""
    others = [(word.like(f"{name.lower()}%"), name) for name in OFFER_CONDITIONS if name != "New"]
    return sa.case(*others, else_="New")
