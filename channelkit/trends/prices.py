"""How prices moved: how many, where the middle one is, and how often ours was the featured offer (RP-05, RP-06)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
from channelkit.trends.days import StoreDays, read_store_days
from channelkit.trends.tabs import OF_RIVALS, read_figures

PRICES = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "day")),
        *((name, pa.int64()) for name in ("moved", "median_price", "featured", "compared")),
        ("currency", pa.string()),
    ]
)
"""What `read_prices_by_day` returns; the median in minor units."""

Numbers = npt.NDArray[np.int64]

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


def read_prices_by_day(database: Database, stores: Sequence[str], since_day: str, until_day: str) -> pa.Table:
    """Return how prices stood at the end of each day, the last one as they stand now where it is not over.

    Arguments:
        stores: their names.
        since_day, until_day: the first and the last day, in each marketplace's zone.

    Returns:
        The columns of `PRICES`: ``moved`` is how many changes of prices were seen on the day; of ``compared`` listings
        it is known whose offer was the featured one, and of ``featured`` it was ours.
    """
    figures = read_figures(database, stores, (since_day, until_day), "tab", only=OF_RIVALS)
    sums = figures.group_by(["store", "day"]).aggregate([("featured", "sum"), ("compared", "sum")])
    shares = {(row["store"], row["day"]): row for row in sums.to_pylist()}
    found = []
    with database.read() as connection:
        known = read_store_days(connection, stores)
    for store in known:
        moved, medians = _read_store(database, store, since_day, until_day)
        for number, day in enumerate(range(number_of(since_day), number_of(until_day) + 1)):
            row = {"store": store.store, "day": named(day), "moved": int(moved[number]), "currency": store.currency}
            share = shares.get((row["store"], row["day"]), {"featured_sum": 0, "compared_sum": 0})
            row |= {"median_price": medians[number]}
            found.append(row | {name: share[f"{name}_sum"] for name in ("featured", "compared")})
    return pa.Table.from_pylist(found, schema=PRICES)


def _read_store(
    database: Database, store: StoreDays, since_day: str, until_day: str
) -> tuple[Numbers, list[int | None]]:
    """Return for each day how many prices moved, and the middle price at its end: of two, the lower one."""
    days = number_of(until_day) - number_of(since_day) + 1
    day = number_in_sql("ms", since_day, until_day, store.zone)
    first, since = number_of(since_day), end_of(since_day, store.zone)
    with database.read() as connection:
        query = sa.select(listings.c.price, sa.func.count()).where(listings.c.store == store.store)
        schema = pa.schema([("price", pa.int64()), ("listings", pa.int64())])
        standing = rows.read(connection, query.group_by(listings.c.price), schema)
        with history.asking(database, own=True) as ask:
            # What moved on the first day counts, although prices are told from its end on.
            begin = begin_of(since_day, store.zone)
            moves = ask(_MOVES.format(day=day), [first, days, store.store, begin])
            came = ask(_CAME.format(day=day), [store.store, since, store.store, first, days])
        came = _priced(connection, store.store, came)
    is_known = pc.and_(pc.is_valid(moves["before"]), pc.is_valid(moves["after"]))
    moved = np.zeros(days + 1, np.int64)
    told = moves.filter(is_known)
    np.add.at(moved, one(told["day"]).to_numpy(), one(told["listings"]).to_numpy())
    later = moves.filter(pc.greater(moves["day"], 0))
    return moved, _medians(_changes(standing, later, came), days)


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
