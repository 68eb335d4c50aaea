"""How long stock will last at the pace of the last 30 days (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database import stores as books
from channelkit.database.connection import Database
from channelkit.database.schema import listings, stock, tabs
from channelkit.model.columns import one
from channelkit.model.days import DAY
from channelkit.trends.sold import SOLD_IN, load_sales

COVER = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "product_sku", "title")),
        *((name, pa.int64()) for name in ("quantity", "sold")),
        ("days", pa.float64()),
    ]
)
"""What `read_cover` returns."""

PACE = pa.schema([COVER.field(name) for name in ("store", "seller_sku", "quantity", "sold", "days")])
"""What `read_pace` returns."""

_IS_ITS = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)


def read_cover(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return for how many days each listing's stock lasts at the pace of the last 30 days, the shortest first.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970.

    Returns:
        The columns of `COVER`, of which all but product and title are those of `PACE`.
    """
    paced = read_pace(database, stores, now_ms)
    return name_shortest(database, paced, paced.num_rows)


def read_pace(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return how long each listing's stock lasts, in no order and without product and title: of many it is quicker.

    What Amazon fulfils is left out, since nobody here knows its stock, and so is what is no longer on Amazon.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970.

    Returns:
        The columns of `PACE`: ``quantity`` is what Commerce can still sell, where the product is known and its stock
        is, else what Amazon shows; ``sold`` is units in 30 days; ``days`` is null where nothing was sold.
    """
    parts = [PACE.empty_table()]
    with database.read() as connection:
        for store in books.load_stores(connection).to_pylist():
            if store["name"] in stores:
                parts.append(_read_pace(connection, store["name"], store["website"], now_ms))
    return pa.concat_tables(parts)


def name_shortest(database: Database, paced: pa.Table, most: int) -> pa.Table:
    """Return those whose stock lasts shortest, in order, with their products and titles, in the columns of `COVER`.

    Arguments:
        paced: the columns of `PACE`.
        most: how many of them.
    """
    order = [("days", "ascending"), ("sold", "descending"), ("store", "ascending"), ("seller_sku", "ascending")]
    known = one(paced["days"].drop_null())
    if most < len(known):
        # Only what can be among them is put in order.
        last = np.partition(known.to_numpy(), most)[most]
        paced = paced.filter(pc.less_equal(paced["days"], last))
    chosen = paced.sort_by(order).slice(0, most)
    named = dict.fromkeys(("product_sku", "title"), pa.nulls(chosen.num_rows, pa.string()))
    with database.read() as connection:
        for store in pc.unique(chosen["store"]).to_pylist():
            is_its = pc.equal(chosen["store"], store)
            its = _load_names(connection, store, chosen["seller_sku"].filter(is_its).to_pylist())
            place = pc.index_in(one(chosen["seller_sku"]), value_set=one(its["seller_sku"]))
            for name, column in named.items():
                named[name] = pc.if_else(one(is_its), one(its[name]).take(place), column)
    for name, column in named.items():
        chosen = chosen.append_column(name, column)
    return chosen.select(COVER.names).cast(COVER)


def _read_pace(connection: Connection, store: str, website: str, now_ms: int) -> pa.Table:
    is_stock = sa.and_(
        stock.c.website == website, stock.c.sku == tabs.c.product_sku, stock.c.managed.is_distinct_from(0)
    )
    quantity = sa.func.coalesce(stock.c.salable, listings.c.quantity)
    query = sa.select(listings.c.seller_sku, quantity)
    query = query.select_from(listings.outerjoin(tabs, _IS_ITS).outerjoin(stock, is_stock))
    query = query.where(listings.c.store == store, listings.c.quantity.isnot(None), listings.c.missing_since.is_(None))
    found = rows.read(connection, query, pa.schema([PACE.field(name) for name in PACE.names[1:3]]))
    sales = load_sales(connection, store, now_ms - SOLD_IN * DAY, now_ms)
    sums = sales.group_by("seller_sku").aggregate([("units", "sum")])
    place = pc.index_in(one(found["seller_sku"]), value_set=one(sums["seller_sku"]))
    sold = pc.fill_null(one(sums["units_sum"]).take(place), 0)
    paced = pc.if_else(pc.greater(sold, 0), sold, pa.scalar(None, pa.int64())).cast(pa.float64())
    days = pc.divide(pc.multiply(pc.max_element_wise(one(found["quantity"]), 0).cast(pa.float64()), SOLD_IN), paced)
    columns = {name: found[name] for name in found.column_names} | {"sold": sold, "days": days}
    columns["store"] = pa.repeat(pa.scalar(store, pa.string()), found.num_rows)
    return pa.table([columns[name] for name in PACE.names], schema=PACE)


def _load_names(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    query = sa.select(listings.c.seller_sku, tabs.c.product_sku, listings.c.title)
    query = query.select_from(listings.outerjoin(tabs, _IS_ITS)).where(listings.c.store == store)
    schema = pa.schema([(name, pa.string()) for name in ("seller_sku", "product_sku", "title")])
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, schema)
