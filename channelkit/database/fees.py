"""What Amazon would keep of prices: the newest estimate of each listing, and which to ask for next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.competition_due import revenue_of
from channelkit.database.price_schema import fees
from channelkit.database.schema import listings, tabs
from channelkit.database.turns import most_useful

MINUTE, DAY = 60_000, 86_400_000
GOOD_FOR = 7 * DAY
"""Milliseconds for which an estimate of the same price is not asked for again."""

REFUSED_FOR = DAY
"""Milliseconds for which nothing is asked again that Amazon had no answer to."""

ON_SALE = ("Active", "Inactive")
"""Tabs of listings whose fees anybody asks for: what may be sold, today or when Amazon lets it."""

MOVED = 20
"""A price that moved by more than a twentieth part is asked about anew: other fees than the share may have, too."""

FEES = pa.schema(
    [("seller_sku", pa.string()), *((name, pa.int64()) for name in ("price", "referral", "fulfillment", "other"))]
)
"""What Amazon would keep, in minor units: ``referral`` of that ``price``, the others of any."""

ESTIMATES = pa.schema([*FEES, ("currency", pa.string()), ("note", pa.string()), ("asked_at", pa.int64())])
"""The same with when it was asked for; where Amazon had no answer the fees are null, and ``note`` has its words."""

DUE = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("price", pa.int64()),
        ("by_amazon", pa.bool_()),
        ("asked_at", pa.int64()),
        ("revenue", pa.int64()),
    ]
)
"""What `find_due_fees` returns: the price that is wanted or shown, who ships; ``asked_at`` null where it never was."""


def store_fees(connection: Connection, store: str, found: pa.Table, currency: str, *, at: int) -> None:
    """Keep estimates in place of those that were there.

    Arguments:
        found: columns of `FEES`, each seller SKU once, and perhaps ``note`` where Amazon had no answer.
        at: when they were asked for, in milliseconds since 1970.
    """
    count = found.num_rows
    note = found["note"] if "note" in found.column_names else pa.repeat("", count)
    told: dict[str, Any] = {name: found[name] for name in FEES.names} | {"note": note}
    same = {"store": store, "currency": currency, "asked_at": at}
    told |= {name: pa.repeat(value, count) for name, value in same.items()}
    rows.upsert(connection, fees, pa.table(told))


def store_unanswered(
    connection: Connection, store: str, words: Mapping[str, tuple[int, str]], currency: str, *, at: int
) -> None:
    """Keep that Amazon has no answer for these listings, so that others are asked about first.

    Arguments:
        words: by seller SKU the price that was asked about, and Amazon's words.
    """
    told = [{"seller_sku": sku, "price": price, "note": note} for sku, (price, note) in sorted(words.items())]
    schema = pa.schema([*FEES, ("note", pa.string())])
    store_fees(connection, store, pa.Table.from_pylist(told, schema=schema), currency, at=at)


def load_fees(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of `FEES` for the listings whose fees are known, or for these of them, in SKU order."""
    found = load_estimates(connection, store, skus)
    return found.filter(pc.is_valid(found["referral"])).select(FEES.names)


def load_estimates(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of `ESTIMATES` for a store's listings, or for these of them, in SKU order."""
    query = sa.select(*(fees.c[name] for name in ESTIMATES.names)).where(fees.c.store == store)
    query = query.order_by(fees.c.seller_sku)
    if skus is None:
        return rows.read(connection, query, ESTIMATES)
    return rows.read_keys(connection, query, fees.c.seller_sku, skus, ESTIMATES)


def find_due_fees(
    connection: Connection,
    store: str,
    now: int,
    count: int,
    since_ms: int,
    *,
    wanted: Sequence[str] | None = None,
) -> pa.Table:
    """Return the listings on sale whose fees it is most useful to ask for next, the most useful first.

    Those that were never asked about come first, those of the most revenue before others; then those for which time
    since the last question, times revenue, is largest. Left out is what was asked about lately at about that price.

    Arguments:
        now: milliseconds since 1970.
        count: the most rows to return.
        since_ms: revenue counts from this moment on.
        wanted: seller SKUs that somebody needs the fees of; None for all on sale.

    Returns:
        The columns of `DUE`.
    """
    sold = revenue_of(store, since_ms).subquery()
    of_listing = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    known = sa.and_(fees.c.store == listings.c.store, fees.c.seller_sku == listings.c.seller_sku)
    joined = tabs.join(listings, of_listing).outerjoin(fees, known)
    joined = joined.outerjoin(sold, sold.c.seller_sku == listings.c.seller_sku)
    price = sa.func.coalesce(tabs.c.wanted_price, listings.c.price)
    revenue = sa.func.coalesce(sold.c.revenue, 0)
    by_amazon = sa.case((listings.c.fulfillment_channel.like("AMAZON%"), 1), else_=0)
    has_moved = sa.func.abs(price - fees.c.price) * MOVED > fees.c.price
    is_unknown = sa.and_(fees.c.referral.is_(None), fees.c.asked_at <= now - REFUSED_FOR)
    is_old = sa.and_(fees.c.referral.isnot(None), sa.or_(has_moved, fees.c.asked_at <= now - GOOD_FOR))
    query = sa.select(listings.c.seller_sku, price, by_amazon, fees.c.asked_at, revenue).select_from(joined)
    query = query.where(
        *(tabs.c.store == store, tabs.c.listed == 1, tabs.c.product_sku.isnot(None)),
        *(tabs.c.tab.in_(ON_SALE), listings.c.asin.isnot(None), listings.c.asin != "", price > 0),
        sa.or_(fees.c.asked_at.is_(None), is_unknown, is_old),
    )
    if wanted is not None:
        return most_useful(rows.read_keys(connection, query, listings.c.seller_sku, wanted, DUE), now, count)
    # In minutes and whole units of 100, so that neither time nor revenue makes the product overflow.
    worth = (now - fees.c.asked_at) // MINUTE * (1 + revenue // 100)
    query = query.order_by(
        sa.case((fees.c.asked_at.is_(None), 0), else_=1),
        sa.case((fees.c.asked_at.is_(None), revenue), else_=worth).desc(),
        listings.c.seller_sku,
    )
    return rows.read(connection, query.limit(count), DUE)
