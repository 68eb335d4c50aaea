"""How many listings were in each tab at the end of each day, also by status, brand and category (RP-05)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import daily, rows
from channelkit.database.connection import Database
from channelkit.database.day_ends import DayEnds
from channelkit.database.schema import NONE_LEFT, listings, tabs
from channelkit.database.standing import Kinds, Words, has_compared, load_kinds, load_standing, no_kinds
from channelkit.database.trend_schema import daily_tabs
from channelkit.errors import UsageError
from channelkit.trends.days import read_store_days

KINDS = ("tab", "status", "brand", "category")
"""What listings can be told apart by."""

TABS_BY_DAY = pa.schema([*((name, pa.string()) for name in ("store", "day", "group")), ("listings", pa.int64())])
"""What `read_tabs_by_day` returns."""

OF_DAYS = ("listings", "sold_out", "units", "priced", "prices", "featured", "compared")
"""Figures that are kept of each day."""

SOLD_OUT = ("sold_out",)
"""Few listings are: these are looked at, not all."""

ENDED = "Ended"
"""What somebody ended is not out of stock."""

_ONE: sa.ColumnElement[int] = sa.literal_column("1")

OF_RIVALS = ("featured", "compared")
"""Of them those for which everything that is on Amazon must be compared with what others offer."""


def read_tabs_by_day(
    database: Database,
    stores: Sequence[str],
    since_day: str,
    until_day: str,
    by: str = "tab",
    *,
    brand: str = daily.BRAND,
) -> pa.Table:
    """Return how many listings and products stood in each group at the end of each day, by store, day and group.

    A day that is not over, and of which nothing is told yet, is told as everything stands now, where it is the last.

    Arguments:
        stores: their names.
        since_day, until_day: the first and the last day, in each marketplace's zone.
        by: tab, status, brand or category; the group is empty where there is none.
        brand: code of the attribute that holds the brand.

    Returns:
        The columns of `TABS_BY_DAY`.

    Raises:
        UsageError: nothing is told by that.
    """
    if by not in KINDS:
        raise UsageError(f"Listings are not counted by {by!r}.", f"Use one of: {', '.join(KINDS)}.")
    found = read_figures(database, stores, (since_day, until_day), by, brand=brand, only=("listings",))
    return found.rename_columns({by: "group"}).select(TABS_BY_DAY.names).cast(TABS_BY_DAY)


def read_figures(
    database: Database,
    stores: Sequence[str],
    span: tuple[str, str],
    by: str,
    *,
    brand: str = "",
    only: Sequence[str] = OF_DAYS,
) -> pa.Table:
    """Return the figures of each store, day and group: ``store, day``, the group under its own name, and the figures.

    Arguments:
        span: the first and the last day.
        by: a column of `channelkit.database.trend_schema.daily_tabs`.
        only: the figures that are wanted; the fewer, the quicker a day is told that is not over. Where they are of
            `OF_RIVALS` or `SOLD_OUT` alone, groups of which there is nothing may be left out.
    """
    schema = pa.schema([(name, pa.string()) for name in ("store", "day", by)] + [(n, pa.int64()) for n in only])
    with database.read() as connection:
        group = [daily_tabs.c[name] for name in ("store", "day", by)]
        sums = [sa.cast(sa.func.sum(daily_tabs.c[name]), sa.BigInteger) for name in only]
        query = sa.select(*group, *sums).group_by(*group).order_by(*group)
        where = (daily_tabs.c.store.in_(stores), daily_tabs.c.day >= span[0], daily_tabs.c.day <= span[1])
        parts = [rows.read(connection, query.where(*where), schema)]
        for store in _untold(connection, stores, span):
            now = _now(connection, store, by, brand, only)
            for name, value in (("store", store), ("day", span[1])):
                now = now.append_column(name, pa.repeat(pa.scalar(value, pa.string()), now.num_rows))
            parts.append(now.select(schema.names).cast(schema))
    return pa.concat_tables(parts).sort_by([(name, "ascending") for name in ("store", "day", by)])


def _untold(connection: Connection, stores: Sequence[str], span: tuple[str, str]) -> list[str]:
    """Return the stores whose last day is not told yet."""
    known = [each.store for each in read_store_days(connection, stores)]
    return [store for store in known if daily.last_day(connection, store) < span[1]]


def _now(connection: Connection, store: str, by: str, brand: str, only: Sequence[str]) -> pa.Table:
    """Return how everything stands now: the groups and the figures that are wanted, and maybe more."""
    if by in ("brand", "category"):
        return _count_all(connection, store, by, load_kinds(connection, brand))
    if set(OF_RIVALS) & set(only) and has_compared(connection, store):
        return _count_all(connection, store, by, no_kinds())
    if set(only) <= set(OF_RIVALS):
        # Nothing was compared, so there is nothing to add up.
        return pa.schema([(by, pa.string()), *((name, pa.int64()) for name in only)]).empty_table()
    return _count_sold_out(connection, store, by) if tuple(only) == SOLD_OUT else _count(connection, store, by, only)


def _count(connection: Connection, store: str, by: str, only: Sequence[str]) -> pa.Table:
    """Return the figures of each tab or status; the database adds them up itself."""
    quantity = listings.c.quantity
    known = {
        "sold_out": sa.func.sum(sa.case((quantity == 0, 1), else_=0)),
        "units": sa.func.sum(sa.case((quantity > 0, quantity), else_=0)),
        "priced": sa.func.count(listings.c.price),
        "prices": sa.func.sum(sa.func.coalesce(listings.c.price, 0)),
    }
    figures = {"listings": sa.func.count()} | {name: figure for name, figure in known.items() if name in only}
    query = sa.select(tabs.c[by], *(sa.cast(figure, sa.BigInteger) for figure in figures.values()))
    if len(figures) > 1:
        is_its = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku, tabs.c.listed == _ONE)
        query = query.select_from(tabs.outerjoin(listings, is_its))
    query = query.where(tabs.c.store == store).group_by(tabs.c[by])
    found = rows.read(connection, query, pa.schema([(by, pa.string()), *((name, pa.int64()) for name in figures)]))
    for name in OF_RIVALS:
        found = found.append_column(name, pa.repeat(0, found.num_rows))
    return found


def _count_sold_out(connection: Connection, store: str, by: str) -> pa.Table:
    """Return how many listings of each tab or status offer no unit; groups without any are left out.

    Where nothing but what was ended offers none, one other group stands there with 0: all is well, and that is known.
    To name all groups takes a reading of all tabs, which costs more than all the rest.
    """
    is_its = sa.and_(tabs.c.store == listings.c.store, tabs.c.sku == listings.c.seller_sku, tabs.c.listed == _ONE)
    # Left: SQLite might else begin with the tabs, and look up the listing of each.
    query = sa.select(tabs.c[by], sa.func.count(tabs.c.sku), sa.case((tabs.c.tab != ENDED, 0), else_=1))
    query = query.select_from(listings.outerjoin(tabs, is_its)).where(listings.c.store == store)
    query = query.where(listings.c.quantity <= NONE_LEFT).group_by(tabs.c[by], tabs.c.tab)
    schema = pa.schema([(by, pa.string()), ("sold_out", pa.int64()), ("is_ended", pa.bool_())])
    found = rows.read(connection, query, schema)
    if False not in found["is_ended"].to_pylist():
        some = sa.select(tabs.c[by], sa.literal(0), sa.literal(0)).where(tabs.c.store == store, tabs.c.tab != ENDED)
        found = pa.concat_tables([found, rows.read(connection, some.limit(1), schema)])
    return found.drop_columns("is_ended")


def _count_all(connection: Connection, store: str, by: str, kinds: Kinds) -> pa.Table:
    words = {"tab": Words(), "status": Words()}
    now = DayEnds(store, "2000-01-01", "2000-01-01", "UTC", kinds, words)
    for side in load_standing(connection, store, kinds, words):
        now.add_now(side)
    parts = [batch.select([by, *OF_DAYS]) for batch in now.batches()]
    empty = pa.schema([(by, pa.string()), *((name, pa.int64()) for name in OF_DAYS)]).empty_table()
    sums = pa.concat_tables([empty, *parts]).group_by(by).aggregate([(name, "sum") for name in OF_DAYS])
    return sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
