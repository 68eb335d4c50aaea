"""How long stock will last at the pace of the last 30 days (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database import stores as books
from channelkit.database.connection import Database
from channelkit.database.schema import NONE_LEFT, listings, stock, tabs
from channelkit.model.columns import one
from channelkit.model.days import DAY
from channelkit.trends.sold import SOLD_IN, sum_units

COVER = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "product_sku", "title")),
        *((name, pa.int64()) for name in ("quantity", "sold")),
        ("days", pa.float64()),
    ]
)
"""What `name_shortest` returns."""

PACE = pa.schema(
    [*(COVER.field(name) for name in ("store", "seller_sku", "quantity", "sold", "days")), ("listings", pa.int64())]
)
"""What `read_pace` returns; each row is of one listing, but where ``seller_sku`` is null of as many as ``listings``."""

_READ = pa.schema([PACE.field(name) for name in ("seller_sku", "quantity", "sold")])
_QUANTITY = sa.func.coalesce(stock.c.salable, listings.c.quantity)
_IS_ITS = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)


def read_pace(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return how long each listing's stock lasts at the pace of the last 30 days, in no order and without its title.

    What Amazon fulfils is left out, since nobody here knows its stock, and so is what is no longer on Amazon. Most
    listings of a large store have stock and sold nothing: of these it tells how many there are.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970.

    Returns:
        The columns of `PACE`: ``quantity`` is what Commerce can still sell, where the product is known and its stock
        is, else what Amazon shows; ``sold`` is units in 30 days; ``days`` is null where nothing was sold.
    """
    parts = [PACE.empty_table()]
    with database.read() as connection:
        for store, website in _websites(connection, stores).items():
            sold = _read_sold(connection, store, website, now_ms)
            out = rows.read(connection, _select_unsold(store, website).where(_may_be_out(store, website)), _READ)
            out = out.filter(pc.invert(pc.is_in(out["seller_sku"], value_set=one(sold["seller_sku"]))))
            counted = sa.select(sa.func.count()).select_from(listings).where(*_is_own(store))
            rest = int(connection.execute(counted).scalar_one()) - sold.num_rows - out.num_rows
            others = [{"store": store, "sold": 0, "listings": rest}] if rest else []
            parts += [_pace(store, sold), _pace(store, out), pa.Table.from_pylist(others, schema=PACE)]
    return pa.concat_tables(parts)


def name_shortest(database: Database, paced: pa.Table, most: int, now_ms: int) -> pa.Table:
    """Return those whose stock lasts shortest, in order, with their products and titles, in the columns of `COVER`.

    Arguments:
        paced: the columns of `PACE`.
        most: how many of them.
        now_ms: when they were read, in milliseconds since 1970.
    """
    order = [("days", "ascending"), ("sold", "descending"), ("store", "ascending"), ("seller_sku", "ascending")]
    is_named = pc.is_valid(paced["seller_sku"])
    rest, paced = paced.filter(pc.invert(is_named)), paced.filter(is_named)
    known = one(paced["days"].drop_null())
    if most < len(known):
        # Only what can be among them is put in order.
        last = np.partition(known.to_numpy(), most)[most]
        paced = paced.filter(pc.less_equal(paced["days"], last))
    else:
        paced = pa.concat_tables([paced, *_read_rest(database, rest["store"].to_pylist(), most, now_ms)])
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


def _read_rest(database: Database, stores: Sequence[str], most: int, now_ms: int) -> list[pa.Table]:
    """Return one by one, of each store, the first of the listings that `read_pace` tells together."""
    parts = []
    with database.read() as connection:
        for store, website in _websites(connection, stores).items():
            sold = sum_units(store, now_ms - SOLD_IN * DAY, now_ms)
            is_sold = sa.exists().where(sold.c.seller_sku == listings.c.seller_sku)
            query = _select_unsold(store, website).where(sa.not_(_may_be_out(store, website)), sa.not_(is_sold))
            parts.append(_pace(store, rows.read(connection, query.order_by(listings.c.seller_sku).limit(most), _READ)))
    return parts


def _websites(connection: Connection, stores: Sequence[str]) -> dict[str, str]:
    known = books.load_stores(connection).to_pylist()
    return {store["name"]: store["website"] for store in known if store["name"] in stores}


def _read_sold(connection: Connection, store: str, website: str, now_ms: int) -> pa.Table:
    """Return ``seller_sku, quantity, sold`` of each listing that sold something."""
    sold = sum_units(store, now_ms - SOLD_IN * DAY, now_ms)
    # Left: the few that sold are looked up, instead of looking through all listings.
    its = sa.and_(listings.c.store == store, listings.c.seller_sku == sold.c.seller_sku)
    query = sa.select(sold.c.seller_sku, _QUANTITY, sold.c.units).where(*_is_own(store))
    query = query.select_from(sold.outerjoin(listings, its).outerjoin(tabs, _IS_ITS).outerjoin(stock, _is_its(website)))
    return rows.read(connection, query, _READ)


def _select_unsold(store: str, website: str) -> sa.Select[Any]:
    """Return SQL for the same of each listing, as if it had sold nothing."""
    query = sa.select(listings.c.seller_sku, _QUANTITY, sa.literal_column("0")).where(*_is_own(store))
    return query.select_from(listings.outerjoin(tabs, _IS_ITS).outerjoin(stock, _is_its(website)))


def _may_be_out(store: str, website: str) -> sa.ColumnElement[bool]:
    """Return SQL that tells which listings can have no stock, before each one's product and its stock are looked up."""
    its, of_it, shown = tabs.alias(), stock.alias(), listings.alias()
    none_shown = sa.select(shown.c.seller_sku).where(shown.c.store == store, shown.c.quantity <= NONE_LEFT)
    no_stock = sa.select(its.c.sku).where(
        *(its.c.store == store, its.c.listed == 1, its.c.product_sku == of_it.c.sku),
        *(of_it.c.website == website, of_it.c.managed.is_distinct_from(0), of_it.c.salable <= NONE_LEFT),
    )
    return listings.c.seller_sku.in_(sa.union(none_shown, no_stock))


def _is_own(store: str) -> tuple[sa.ColumnElement[bool], ...]:
    return listings.c.store == store, listings.c.quantity.isnot(None), listings.c.missing_since.is_(None)


def _is_its(website: str) -> sa.ColumnElement[bool]:
    is_kept = sa.and_(stock.c.website == website, stock.c.managed.is_distinct_from(0))
    return sa.and_(is_kept, stock.c.sku == tabs.c.product_sku)


def _pace(store: str, found: pa.Table) -> pa.Table:
    sold = one(found["sold"])
    paced = pc.if_else(pc.greater(sold, 0), sold, pa.scalar(None, pa.int64())).cast(pa.float64())
    days = pc.divide(pc.multiply(pc.max_element_wise(one(found["quantity"]), 0).cast(pa.float64()), SOLD_IN), paced)
    columns = {name: found[name] for name in found.column_names} | {"days": days}
    columns["store"] = pa.repeat(pa.scalar(store, pa.string()), found.num_rows)
    columns["listings"] = pa.repeat(pa.scalar(1, pa.int64()), found.num_rows)
    return pa.table([columns[name] for name in PACE.names], schema=PACE)


def _load_names(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    query = sa.select(listings.c.seller_sku, tabs.c.product_sku, listings.c.title)
    query = query.select_from(listings.outerjoin(tabs, _IS_ITS)).where(listings.c.store == store)
    schema = pa.schema([(name, pa.string()) for name in ("seller_sku", "product_sku", "title")])
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, schema)
