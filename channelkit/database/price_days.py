"""Prices by day: how many moved, and where the middle one was at the day's end, straight from the history."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.connection import Database
from channelkit.database.schema import listings
from channelkit.model.columns import one
from channelkit.model.days import begin_of, end_of, named, number_in_sql, number_of

PRICE_DAYS = pa.schema([("day", pa.string()), ("moved", pa.int64()), ("median_price", pa.int64())])
"""What `read_price_days` returns; the median in minor units of the store's currency."""

Numbers = npt.NDArray[np.int64]


class Span(NamedTuple):
    """Days of a store, both of them included, by its marketplace's clock."""

    store: str
    since: str
    until: str
    zone: str


# A listing's first price is not told; it is what stood before its first change, or stands now.
_MOVES = """
select least({day} - ?, ?) as day, try_cast(before as bigint) as before, try_cast(after as bigint) as after,
  count(*) as listings
from (
  select before, after, epoch_ms(seen_at) as ms from history
  where store = ? and subject = 'listing' and field = 'price' and seen_at >= make_timestamptz(? * 1000)
)
group by all
"""
_CAME = """
with came as (
  select sku, arg_min(epoch_ms(seen_at), place) as ms from history
  where store = ? and subject = 'listing' and field in ('asin', 'exists')
  group by sku having arg_min_null(before, place) is null and ms >= ?
),
priced as (
  select sku, arg_min_null(before, place) as before from history semi join came using (sku)
  where store = ? and subject = 'listing' and field = 'price' group by sku
)
select least({day} - ?, ?) as day, came.sku, priced.sku is not null as is_told,
  try_cast(priced.before as bigint) as price
from came left join priced using (sku)
"""


def read_price_days(database: Database, span: Span) -> pa.Table:
    """Return for each day how many prices moved, and the middle price at its end: of two, the lower one.

    A day that is not over is told as prices stand now.

    Arguments:
        span: the days that are told.

    Returns:
        The columns of `PRICE_DAYS`, a row for each day.
    """
    days = number_of(span.until) - number_of(span.since) + 1
    day = number_in_sql("ms", span.since, span.until, span.zone)
    first, since = number_of(span.since), end_of(span.since, span.zone)
    with database.read() as connection:
        query = sa.select(listings.c.price, sa.func.count()).where(listings.c.store == span.store)
        schema = pa.schema([("price", pa.int64()), ("listings", pa.int64())])
        standing = rows.read(connection, query.group_by(listings.c.price), schema)
        with history.asking(database, own=True) as ask:
            # What moved on the first day counts, although prices are told from its end on.
            begin = begin_of(span.since, span.zone)
            moves = ask(_MOVES.format(day=day), [first, days, span.store, begin])
            came = ask(_CAME.format(day=day), [span.store, since, span.store, first, days])
        came = _priced(connection, span.store, came)
    is_known = pc.and_(pc.is_valid(moves["before"]), pc.is_valid(moves["after"]))
    moved = np.zeros(days + 1, np.int64)
    told = moves.filter(is_known)
    np.add.at(moved, one(told["day"]).to_numpy(), one(told["listings"]).to_numpy())
    later = moves.filter(pc.greater(moves["day"], 0))
    names = [named(first + number) for number in range(days)]
    columns = {"day": names, "moved": moved[:days], "median_price": _medians(_changes(standing, later, came), days)}
    return pa.table(columns, schema=PRICE_DAYS)


def _priced(connection: Connection, store: str, came: pa.Table) -> pa.Table:
    """Return what came with the price that it came with: where none is told, it has it still."""
    untold = came.filter(pc.invert(came["is_told"]))["sku"].to_pylist()
    query = sa.select(listings.c.seller_sku, listings.c.price).where(listings.c.store == store)
    schema = pa.schema([("seller_sku", pa.string()), ("price", pa.int64())])
    now = rows.read_keys(connection, query, listings.c.seller_sku, untold, schema)
    place = pc.index_in(one(came["sku"]), value_set=one(now["seller_sku"]))
    price = pc.if_else(one(came["is_told"]), one(came["price"]), one(now["price"]).take(place))
    return pa.table({"day": one(came["day"]), "price": price, "listings": pa.repeat(1, came.num_rows)})


def _changes(standing: pa.Table, moves: pa.Table, came: pa.Table) -> pa.Table:
    """Return by day and price how many more listings had it from then on; day 0 is how it stood at the first's end."""
    parts = [(pa.repeat(0, standing.num_rows), one(standing["price"]), one(standing["listings"]))]
    for table, column, sign in ((moves, "before", -1), (moves, "after", 1), (came, "price", 1)):
        count = pc.multiply(one(table["listings"]), sign)
        price = one(table[column]).cast(pa.int64())
        # What happened later is in what stands now and was not there at first.
        parts += [(one(table["day"]), price, count), (pa.repeat(0, table.num_rows), price, pc.negate(count))]
    columns = zip(*((part[0].cast(pa.int64()), part[1], part[2].cast(pa.int64())) for part in parts), strict=True)
    found = pa.table([pa.concat_arrays(column) for column in columns], names=["day", "price", "listings"])
    return found.filter(pc.is_valid(found["price"]))


def _medians(changes: pa.Table, days: int) -> list[int | None]:
    if not changes.num_rows:
        return [None] * days
    prices, place = np.unique(one(changes["price"]).to_numpy(), return_inverse=True)
    day, count = one(changes["day"]).to_numpy(), one(changes["listings"]).to_numpy()
    order = np.argsort(day, kind="stable")
    day, place, count = day[order], place[order], count[order]
    held, found = np.zeros(len(prices), np.int64), list[int | None]()
    edges = np.searchsorted(day, np.arange(days + 1))
    for first, last in pairwise(edges.tolist()):
        np.add.at(held, place[first:last], count[first:last])
        total = int(held.sum())
        middle = np.searchsorted(np.cumsum(held), (total + 1) // 2) if total > 0 else 0
        found.append(int(prices[middle]) if total > 0 else None)
    return found
