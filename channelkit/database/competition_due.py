"""Of which listings it is most useful to ask next what others want for the same item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, tabs
from channelkit.database.trend_schema import competition
from channelkit.database.turns import Candidates, most_useful, take_turns, with_revenue
from channelkit.model.competition import OFFER_CONDITIONS
from channelkit.model.orders import CANCELLED

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

PAGE = 2_000
"""Items that are looked at in one go, of those that were asked about longest ago."""

_READ = pa.schema([field for field in DUE if field.name != "revenue"])
_LISTED = pa.schema([(name, pa.string()) for name in ("seller_sku", "asin", "condition")])
_ASKED = pa.schema([("asin", pa.string()), ("condition", pa.string()), ("asked_at", pa.int64())])


def find_due(
    connection: Connection, store: str, now: int, count: int, since_ms: int, *, first: Sequence[str] = ()
) -> pa.Table:
    """Return the matched listings on sale of which it is most useful to ask next, the most useful first.

    Those whose prices follow others' come before all others. Of either, those that were never asked about come first,
    those of the most revenue before others; then those for which time since the last question, times revenue, is
    largest (`channelkit.database.turns`).

    Arguments:
        now: milliseconds since 1970.
        count: the most rows to return; of an item and condition there may be several.
        since_ms: revenue counts from this moment on.
        first: seller SKUs whose prices follow others'.
    """
    sold = read_revenue(connection, store, since_ms)
    query = _with_answers(store)

    def named(skus: Sequence[str]) -> pa.Table:
        return rows.read_keys(connection, query, listings.c.seller_sku, skus, _READ)

    candidates = Candidates(named, partial(_never, connection, store), partial(_asked, connection, store))
    preferred = DUE.empty_table()
    if 0 < len(first) <= MANY:
        preferred = most_useful(with_revenue(named(first), sold), now, count)
        # The same listing may come twice: whoever asks looks at each item once.
    return pa.concat_tables([preferred, take_turns(candidates, sold, now, count)])


def _listed(store: str, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select the matched listings of a store that are on sale: seller SKU, item, and condition as offers are compared.

    Whether one is on sale is asked of each by its key, and last, so that the database walks along items alone.
    """
    is_it = (tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    on_sale = sa.exists().where(*is_it, tabs.c.tab == "Active", tabs.c.product_sku.isnot(None))
    query = sa.select(listings.c.seller_sku, listings.c.asin, _condition(listings.c.condition).label("condition"))
    return query.where(
        *(listings.c.store == store, listings.c.asin != "", sa.func.coalesce(listings.c.buyable, 1) == 1, *where),
        on_sale,
    )


def _with_answers(store: str) -> sa.Select[Any]:
    """Select those listings with when they were last asked about."""
    known = sa.and_(
        *(competition.c.store == listings.c.store, competition.c.asin == listings.c.asin),
        competition.c.condition == _condition(listings.c.condition),
    )
    return _listed(store).outerjoin_from(listings, competition, known).add_columns(competition.c.asked_at)


def _never(connection: Connection, store: str, size: int) -> Iterator[pa.Table]:
    """Yield listings that were never asked about, item by item, so many at a time."""
    is_known = sa.exists().where(
        *(competition.c.store == listings.c.store, competition.c.asin == listings.c.asin),
        competition.c.condition == _condition(listings.c.condition),
    )
    query = _listed(store, listings.c.asin > "", ~is_known).add_columns(sa.null().label("asked_at"))
    place = (listings.c.asin, listings.c.seller_sku)
    query = query.order_by(*place).limit(size)
    page = rows.read(connection, query, _READ)
    while page.num_rows:
        yield page
        last = [page[name][-1].as_py() for name in ("asin", "seller_sku")]
        page = rows.read(connection, query.where(sa.tuple_(*place) > sa.tuple_(*last)), _READ)


def _asked(connection: Connection, store: str) -> Iterator[pa.Table]:
    """Yield listings that were asked about, those that were longest ago first."""
    key = (competition.c.asked_at, competition.c.asin, competition.c.condition)
    query = sa.select(competition.c.asin, competition.c.condition, competition.c.asked_at)
    query = query.where(competition.c.store == store).order_by(*key).limit(PAGE)
    page = rows.read(connection, query, _ASKED)
    while page.num_rows:
        listed = rows.read_keys(connection, _listed(store), listings.c.asin, page["asin"].to_pylist(), _LISTED)
        yield page.join(listed, ["asin", "condition"], join_type="inner").select(_READ.names).cast(_READ)
        last = [page[name][-1].as_py() for name in ("asked_at", "asin", "condition")]
        page = rows.read(connection, query.where(sa.tuple_(*key) > sa.tuple_(*last)), _ASKED)


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
