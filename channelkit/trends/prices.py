"""How prices moved: how many, where the middle one is, and how often ours was the featured offer (RP-05, RP-06)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa

from channelkit.database import daily, rows
from channelkit.database.connection import Database
from channelkit.database.price_days import PRICE_DAYS, Span, read_price_days
from channelkit.database.trend_schema import daily_prices
from channelkit.model.days import days_between
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
        for row in _read_days(database, store, since_day, until_day).to_pylist():
            share = shares.get((store.store, row["day"]), {"featured_sum": 0, "compared_sum": 0})
            row |= {"store": store.store, "currency": store.currency}
            found.append(row | {name: share[f"{name}_sum"] for name in OF_RIVALS})
    return pa.Table.from_pylist(found, schema=PRICES)


def _read_days(database: Database, store: StoreDays, since_day: str, until_day: str) -> pa.Table:
    """Return how many prices moved and the middle one, day by day: what is told for good is not read again."""
    query = sa.select(*(daily_prices.c[name] for name in PRICE_DAYS.names)).order_by(daily_prices.c.day)
    with database.read() as connection:
        settled = min(until_day, daily.settled_day(connection, store.store, store.zone))
        where = (daily_prices.c.store == store.store, daily_prices.c.day >= since_day, daily_prices.c.day <= settled)
        told = rows.read(connection, query.where(*where), PRICE_DAYS)
    days = days_between(since_day, until_day)
    if told["day"].to_pylist() != days[: told.num_rows]:
        # Before the first day that is told, and back to it, all is to be read.
        told = told.slice(0, 0)
    if told.num_rows == len(days):
        return told
    span = Span(store.store, days[told.num_rows], until_day, store.zone)
    return pa.concat_tables([told, read_price_days(database, span)])
