"""What ran out of stock, and about what that cost (RP-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.among import is_among
from channelkit.database.connection import Database
from channelkit.database.schema import listings, tabs
from channelkit.model.columns import numbers, one
from channelkit.model.days import DAY, day_of
from channelkit.trends.cover import COVER, name_shortest, read_pace
from channelkit.trends.days import StoreDays, read_store_days
from channelkit.trends.sold import SOLD_IN, load_sales_of
from channelkit.trends.spells import read_spells
from channelkit.trends.tabs import ENDED, read_figures

__all__ = [
    "COVER",
    "LOST",
    "OUT_BY_DAY",
    "STOCK_OUTS",
    "name_dearest",
    "name_shortest",
    "read_lost",
    "read_pace",
    "read_stock_outs",
    "read_stock_outs_by_day",
]

LOOK_BACK = 90 * DAY
"""What has been out for longer than this before a span begins is not a stock-out any more."""

STOCK_OUTS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "title")),
        *((name, pa.int64()) for name in ("began", "ended", "lost")),
        ("currency", pa.string()),
    ]
)
"""What `read_stock_outs` returns; times in milliseconds since 1970."""

LOST = pa.schema([field for field in STOCK_OUTS if field.name != "title"])
"""What `read_lost` returns."""

OUT_BY_DAY = pa.schema([("store", pa.string()), ("day", pa.string()), ("out", pa.int64())])
"""What `read_stock_outs_by_day` returns."""

Numbers = npt.NDArray[np.int64]


def read_stock_outs(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return when listings were out of stock in a span, and about what that cost, the dearest first.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `STOCK_OUTS`, of which all but the title are those of `LOST`.
    """
    lost = read_lost(database, dict.fromkeys(stores, (since_ms, until_ms)))
    return name_dearest(database, lost, lost.num_rows)


def read_lost(database: Database, spans: Mapping[str, tuple[int, int]]) -> pa.Table:
    """Return when listings were out of stock, and about what that cost, the dearest first and without titles.

    ``lost`` is an estimate: what the listing sold a day over the 30 days before it ran out, at its price then, for as
    long as it was out within the span. What was ended, and what has been out for ages, is left out.

    Arguments:
        spans: of each store from which moment up to which, in milliseconds since 1970.

    Returns:
        The columns of `LOST`: ``ended`` is null where it is still out; ``lost`` in minor units.
    """
    parts = [LOST.empty_table()]
    with database.read() as connection:
        known = read_store_days(connection, list(spans))
        began = {store.store: (spans[store.store][0] - LOOK_BACK, spans[store.store][1]) for store in known}
        spells = read_spells(database, known, began)
        for store in known:
            since, until = spans[store.store]
            its = spells[store.store]
            its = its.filter(pc.greater(pc.coalesce(its["ended"], until), since))
            its = _leave_ended(connection, store.store, its)
            parts.append(_lose(store, its, _count_sold(connection, store.store, its), (since, until)))
    order = [("lost", "descending"), ("began", "ascending"), ("store", "ascending"), ("seller_sku", "ascending")]
    return pa.concat_tables(parts).sort_by(order)


def name_dearest(database: Database, lost: pa.Table, most: int) -> pa.Table:
    """Return those that stand first with the titles of their listings, in the columns of `STOCK_OUTS`.

    Arguments:
        lost: the columns of `LOST`.
        most: how many of them.
    """
    chosen = lost.slice(0, most)
    title = pa.nulls(chosen.num_rows, pa.string())
    with database.read() as connection:
        for store in pc.unique(chosen["store"]).to_pylist():
            is_its = one(pc.equal(chosen["store"], store))
            its = _load_titles(connection, store, chosen["seller_sku"].filter(is_its).to_pylist())
            place = pc.index_in(one(chosen["seller_sku"]), value_set=one(its["seller_sku"]))
            title = pc.if_else(is_its, one(its["title"]).take(place), title)
    return chosen.append_column("title", title).select(STOCK_OUTS.names).cast(STOCK_OUTS)


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
        found = read_figures(database, [store.store], span, "tab", only=("sold_out",))
        found = found.filter(pc.not_equal(found["tab"], ENDED))
        sums = found.group_by(["store", "day"]).aggregate([("sold_out", "sum")])
        parts.append(sums.rename_columns(OUT_BY_DAY.names).cast(OUT_BY_DAY))
    return pa.concat_tables(parts).sort_by([("store", "ascending"), ("day", "ascending")])


def _leave_ended(connection: Connection, store: str, spells: pa.Table) -> pa.Table:
    """Return the spells of listings that nobody ended."""
    query = sa.select(tabs.c.sku).where(tabs.c.store == store, tabs.c.listed == 1, tabs.c.tab == ENDED)
    query = query.where(is_among(connection, tabs.c.sku, spells["seller_sku"].to_pylist()))
    ended = rows.read(connection, query, pa.schema([("sku", pa.string())]))
    return spells.filter(pc.invert(pc.is_in(spells["seller_sku"], value_set=one(ended["sku"]))))


def _count_sold(connection: Connection, store: str, spells: pa.Table) -> Numbers:
    """Return how many units each listing sold in the days before it ran out; of what has no price, nothing."""
    priced = spells.filter(pc.greater(spells["price"], 0))
    if not priced.num_rows:
        return np.zeros(spells.num_rows, np.int64)
    names = pc.unique(one(priced["seller_sku"]))
    first, last = pc.min(priced["began"]).as_py() - SOLD_IN * DAY, pc.max(priced["began"]).as_py()
    sales = load_sales_of(connection, store, names.to_pylist(), first, last)
    # One number for listing and moment: all that was sold until then lies before it.
    width = last - first + 1
    sold = numbers(pc.index_in(one(sales["seller_sku"]), value_set=names)) * width + numbers(sales["at"]) - first
    order = np.argsort(sold, kind="stable")
    sums = np.append(0, np.cumsum(numbers(sales["units"])[order]))
    place = pc.index_in(one(spells["seller_sku"]), value_set=names)
    until = numbers(place) * width + numbers(spells["began"]) - first
    since = np.maximum(until - SOLD_IN * DAY, numbers(place) * width)
    units: Numbers = np.subtract(*(sums[np.searchsorted(sold[order], moments)] for moments in (until, since)))
    return np.where(pc.is_valid(place).to_numpy(zero_copy_only=False), units, 0)


def _lose(store: StoreDays, spells: pa.Table, sold: Numbers, span: tuple[int, int]) -> pa.Table:
    """Return the columns `LOST`, rounded half up."""
    since, until = span
    lasted = numbers(pc.fill_null(spells["ended"], until)) - np.maximum(numbers(spells["began"]), since)
    lost = np.zeros(spells.num_rows, np.int64)
    for place in np.flatnonzero(sold).tolist():
        price = spells["price"][place].as_py() or 0
        # Numbers of any size: their product is one that a column's would not hold.
        lost[place] = (2 * int(sold[place]) * price * int(lasted[place]) + SOLD_IN * DAY) // (2 * SOLD_IN * DAY)
    columns = {name: spells[name] for name in ("seller_sku", "began", "ended")} | {"lost": pa.array(lost)}
    for name, value in (("store", store.store), ("currency", store.currency)):
        columns[name] = pa.repeat(pa.scalar(value, pa.string()), spells.num_rows)
    return pa.table([columns[name] for name in LOST.names], schema=LOST)


def _load_titles(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    query = sa.select(listings.c.seller_sku, listings.c.title).where(listings.c.store == store)
    schema = pa.schema([("seller_sku", pa.string()), ("title", pa.string())])
    return rows.read(connection, query.where(is_among(connection, listings.c.seller_sku, skus)), schema)
