"""How long stock will last, what ran out, and about what that cost (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database import stores as books
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, stock, tabs
from channelkit.model.columns import one
from channelkit.model.days import DAY, day_of
from channelkit.model.orders import CANCELLED, UNFULFILLABLE
from channelkit.trends.days import read_store_days
from channelkit.trends.tabs import read_figures

SOLD_IN = 30
"""Days whose sales tell how many units a listing sells a day."""

LOOK_BACK = 90 * DAY
"""What has been out for longer than this before a span begins is not a stock-out any more."""

ENDED = "Ended"
"""What somebody ended is not out of stock."""

COVER = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "product_sku", "title")),
        *((name, pa.int64()) for name in ("quantity", "sold")),
        ("days", pa.float64()),
    ]
)
"""What `read_cover` returns."""

PACE = pa.schema([COVER.field(name) for name in ("store", "seller_sku", "product_sku", "quantity", "sold", "days")])
"""What `read_pace` returns."""

STOCK_OUTS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "title")),
        *((name, pa.int64()) for name in ("began", "ended", "lost")),
        ("currency", pa.string()),
    ]
)
"""What `read_stock_outs` returns; times in milliseconds since 1970."""

OUT_BY_DAY = pa.schema([("store", pa.string()), ("day", pa.string()), ("out", pa.int64())])
"""What `read_stock_outs_by_day` returns."""

_SALES = pa.schema([("seller_sku", pa.string()), ("at", pa.int64()), ("units", pa.int64())])

_OUTS = """
with crossings as (
  select sku, epoch_ms(seen_at) as ms, place, after = '0' as is_out from history
  where store = ? and subject = 'listing' and field = 'quantity' and (after = '0' or before = '0')
    and seen_at >= make_timestamptz(? * 1000) and seen_at < make_timestamptz(? * 1000)
),
spans as (
  select sku, ms as began, is_out, lead(ms) over (partition by sku order by place) as ended from crossings
)
select sku as seller_sku, began, ended from spans where is_out and coalesce(ended, ?) > ?
"""

# What sold nothing before loses nothing, whatever its price was.
_LOST = """
with sold as (
  select outs.seller_sku as sku, outs.began, sum(units) as units from outs join sales
    on sales.seller_sku = outs.seller_sku and sales.at >= outs.began - {sold_in} and sales.at < outs.began
  group by all
),
priced as (
  select sku, epoch_ms(seen_at) as ms, try_cast(before as bigint) as price from history semi join sold using (sku)
  where store = ? and subject = 'listing' and field = 'price' and seen_at >= make_timestamptz(? * 1000)
),
told as (
  select sold.*, priced.price, priced.sku is not null as is_told
  from sold asof left join priced on sold.sku = priced.sku and sold.began < priced.ms
)
select outs.seller_sku, now.title, outs.began, outs.ended, cast(
  (2 * coalesce(told.units, 0)::hugeint * coalesce(case when is_told then told.price else now.price end, 0)
    * (least(coalesce(outs.ended, ?), ?) - greatest(outs.began, ?)) + {sold_in}) // (2 * {sold_in}) as bigint) as lost
from outs join now using (seller_sku) left join told on told.sku = outs.seller_sku and told.began = outs.began
"""
"""What is lost is rounded half up."""


def read_cover(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return for how many days each listing's stock lasts at the pace of the last 30 days, the shortest first.

    Arguments:
        stores: their names.
        now_ms: milliseconds since 1970.

    Returns:
        The columns of `COVER`, of which all but the title are those of `PACE`.
    """
    paced = read_pace(database, stores, now_ms)
    return name_shortest(database, paced, paced.num_rows)


def read_pace(database: Database, stores: Sequence[str], now_ms: int) -> pa.Table:
    """Return how long each listing's stock lasts, in no order and without its title: of many listings it is quicker.

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
    """Return those whose stock lasts shortest, in order and with their titles, in the columns of `COVER`.

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
    titles = pa.nulls(chosen.num_rows, pa.string())
    with database.read() as connection:
        for store in pc.unique(chosen["store"]).to_pylist():
            is_its = pc.equal(chosen["store"], store)
            named = _load_titles(connection, store, chosen["seller_sku"].filter(is_its).to_pylist())
            place = pc.index_in(one(chosen["seller_sku"]), value_set=one(named["seller_sku"]))
            titles = pc.if_else(one(is_its), one(named["title"]).take(place), titles)
    return chosen.append_column("title", titles).select(COVER.names).cast(COVER)


def read_stock_outs(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return when listings were out of stock in a span, and about what that cost, the dearest first.

    ``lost`` is an estimate: what the listing sold a day over the 30 days before it ran out, at its price then, for as
    long as it was out within the span. What was ended, and what has been out for ages, is left out.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `STOCK_OUTS`: ``ended`` is null where it is still out; ``lost`` in minor units.
    """
    parts = [STOCK_OUTS.empty_table()]
    with database.read() as connection:
        known = read_store_days(connection, stores)
    for store in known:
        found = _find_outs(database, store.store, since_ms, until_ms)
        columns = {name: found[name] for name in ("seller_sku", "title", "began", "ended", "lost")}
        for name, value in (("store", store.store), ("currency", store.currency)):
            columns[name] = pa.repeat(pa.scalar(value, pa.string()), found.num_rows)
        parts.append(pa.table([columns[name] for name in STOCK_OUTS.names], schema=STOCK_OUTS))
    order = [("lost", "descending"), ("began", "ascending"), ("store", "ascending"), ("seller_sku", "ascending")]
    return pa.concat_tables(parts).sort_by(order)


def read_stock_outs_by_day(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return how many listings offered no unit at the end of each day, the last day as it stands now.

    What was ended is left out, what has been out for ages is not.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `OUT_BY_DAY`.
    """
    parts = [OUT_BY_DAY.empty_table()]
    with database.read() as connection:
        known = read_store_days(connection, stores)
    for store in known:
        span = (day_of(since_ms, store.zone), day_of(max(since_ms, until_ms - 1), store.zone))
        found = read_figures(database, [store.store], span, "tab")
        found = found.filter(pc.not_equal(found["tab"], ENDED))
        sums = found.group_by(["store", "day"]).aggregate([("sold_out", "sum")])
        parts.append(sums.rename_columns(OUT_BY_DAY.names).cast(OUT_BY_DAY))
    return pa.concat_tables(parts).sort_by([("store", "ascending"), ("day", "ascending")])


def _find_outs(database: Database, store: str, since: int, until: int) -> pa.Table:
    look_back = since - LOOK_BACK
    with history.asking(database, own=True) as ask:
        outs = ask(_OUTS, [store, look_back, until, until, since])
    with database.read() as connection:
        now = _load_now(connection, store, pc.unique(outs["seller_sku"]).to_pylist())
        sales = _load_sales(connection, store, look_back - SOLD_IN * DAY, until)
    with history.asking(database, own=True, beside={"outs": outs, "now": now, "sales": sales}) as ask:
        return ask(_LOST.format(sold_in=SOLD_IN * DAY), [store, look_back, until, until, since])


def _read_pace(connection: Connection, store: str, website: str, now_ms: int) -> pa.Table:
    is_its = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    is_stock = sa.and_(
        stock.c.website == website, stock.c.sku == tabs.c.product_sku, stock.c.managed.is_distinct_from(0)
    )
    quantity = sa.func.coalesce(stock.c.salable, listings.c.quantity)
    query = sa.select(listings.c.seller_sku, tabs.c.product_sku, quantity)
    query = query.select_from(listings.outerjoin(tabs, is_its).outerjoin(stock, is_stock))
    query = query.where(listings.c.store == store, listings.c.quantity.isnot(None), listings.c.missing_since.is_(None))
    found = rows.read(connection, query, pa.schema([PACE.field(name) for name in PACE.names[1:4]]))
    sales = _load_sales(connection, store, now_ms - SOLD_IN * DAY, now_ms)
    sums = sales.group_by("seller_sku").aggregate([("units", "sum")])
    place = pc.index_in(one(found["seller_sku"]), value_set=one(sums["seller_sku"]))
    sold = pc.fill_null(one(sums["units_sum"]).take(place), 0)
    paced = pc.if_else(pc.greater(sold, 0), sold, pa.scalar(None, pa.int64())).cast(pa.float64())
    days = pc.divide(pc.multiply(pc.max_element_wise(one(found["quantity"]), 0).cast(pa.float64()), SOLD_IN), paced)
    columns = {name: found[name] for name in found.column_names} | {"sold": sold, "days": days}
    columns["store"] = pa.repeat(pa.scalar(store, pa.string()), found.num_rows)
    return pa.table([columns[name] for name in PACE.names], schema=PACE)


def _load_titles(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    query = sa.select(listings.c.seller_sku, listings.c.title).where(listings.c.store == store)
    schema = pa.schema([("seller_sku", pa.string()), ("title", pa.string())])
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, schema)


def _load_now(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    """Return title and price of these listings, but for those that somebody ended."""
    is_its = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    query = sa.select(listings.c.seller_sku, listings.c.title, listings.c.price)
    query = query.select_from(listings.outerjoin(tabs, is_its))
    query = query.where(listings.c.store == store, tabs.c.tab.is_distinct_from(ENDED))
    schema = pa.schema([("seller_sku", pa.string()), ("title", pa.string()), ("price", pa.int64())])
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, schema)


def _load_sales(connection: Connection, store: str, since: int, until: int) -> pa.Table:
    """Return the units of each line that was ordered in a span and neither cancelled nor left unfulfilled."""
    is_line = sa.and_(order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id)
    query = sa.select(order_lines.c.seller_sku, orders.c.created_at, order_lines.c.ordered - order_lines.c.cancelled)
    query = query.select_from(orders.join(order_lines, is_line)).where(
        *(orders.c.store == store, orders.c.created_at >= since, orders.c.created_at < until),
        orders.c.status.not_in((CANCELLED, UNFULFILLABLE)),
    )
    return rows.read(connection, query, _SALES)
