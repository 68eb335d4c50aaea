"""What was sold: orders, units and amounts by the marketplace's own days, and what a store's card says of them (RP-05).

An order counts on the day on which it was placed, with its grand total. Cancelled orders and those that Amazon could
not fulfil are left out, and so are units that were cancelled. What Amazon tells no amount of yet (a payment is pending)
counts as an order, not as money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import stores as known_stores
from channelkit.model.days import begin_of, day_of, days_between, shift
from channelkit.model.orders import CANCELLED, UNFULFILLABLE
from channelkit.trends.days import StoreDays, read_store_days

LEFT_OUT = (CANCELLED, UNFULFILLABLE)
"""Amazon's words for Canceled and Error: orders that are no sales (RP-05)."""

SALES = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "day", "currency")),
        *((name, pa.int64()) for name in ("orders", "units", "amount", "unpriced")),
    ]
)
"""What `read_sales_by_day` returns; ``amount`` in minor units, ``unpriced`` orders of which no amount is known yet."""

STEP = 900_000
"""Milliseconds that the database adds up by: no zone is off from UTC by anything but whole quarters of an hour."""

LONG = 120 * 86_400_000

TOGETHER = 0
"""Stands for one step that holds everything."""

_ADDED = pa.schema([("at", pa.int64()), ("currency", pa.string()), *((name, pa.int64()) for name in SALES.names[3:])])


@dataclass(frozen=True)
class Figure:
    """What was sold in a stretch of time, and in the one before it.

    Arguments:
        amount: in minor units of the store's currency.
        before: the amount of the stretch before; None where it was not known from its beginning.
    """

    orders: int = 0
    units: int = 0
    amount: int = 0
    before: int | None = None

    @property
    def trend(self) -> int | None:
        """By how many percent the amount changed, rounded half up; None where there is nothing to compare with.

        >>> Figure(amount=1150, before=1000).trend, Figure(amount=10, before=0).trend
        (15, None)
        """
        return percent_more(self.amount, self.before)


@dataclass(frozen=True)
class StoreSales:
    """What a store's card says of its sales (RP-05)."""

    site: StoreDays
    week: Figure
    month: Figure
    lifetime: Figure
    unpriced: int = 0
    began_ms: int | None = None


def percent_more(after: int, before: int | None) -> int | None:
    """Return by how many percent an amount is above another, rounded half up; None where there is none to compare.

    >>> percent_more(995, 1000), percent_more(1, 3), percent_more(5, 0), percent_more(5, None)
    (0, -67, None, None)
    """
    if not before:
        return None
    return (200 * (after - before) + before) // (2 * before)


def read_sales_by_day(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return what was sold by day and currency, in the order of store and day; days without an order are not there.

    Arguments:
        since_ms, until_ms: orders placed from then on, and before then, in milliseconds since 1970.

    Returns:
        The columns of `SALES`; days in each marketplace's own time zone.
    """
    with database.read() as connection:
        parts = [_read_days(connection, site, since_ms, until_ms) for site in read_store_days(connection, stores)]
    return pa.concat_tables(parts) if parts else SALES.empty_table()


def read_store_sales(database: Database, stores: Sequence[str], now_ms: int) -> dict[str, StoreSales]:
    """Return what each store's card says: 7 days, 30 days and lifetime, with the trend against the stretch before.

    Today counts as a day; the stretch before ends at the same time of day. A stretch that began before the store was
    known is compared with nothing.
    """
    with database.read() as connection:
        return {site.store: _card(connection, site, now_ms) for site in read_store_days(connection, stores)}


def _card(connection: Connection, site: StoreDays, now_ms: int) -> StoreSales:
    here = (orders.c.store == site.store, orders.c.created_at < now_ms)
    first = connection.execute(sa.select(sa.func.min(orders.c.created_at)).where(*here)).scalar()
    connected = connection.execute(
        sa.select(known_stores.c.created_at).where(known_stores.c.name == site.store)
    ).scalar()
    began = min((int(ms) for ms in (first, connected) if ms is not None), default=None)
    cancelled = _read_cancelled(connection, site)
    figures = {}
    for days in (7, 30):
        since, before_since, before_until = _stretches(now_ms, days, site.zone)
        known = began is not None and began <= before_since
        earlier = _add_up(connection, site, (before_since, before_until), cancelled, TOGETHER) if known else None
        now = _sum(_add_up(connection, site, (since, now_ms), cancelled, TOGETHER), site)
        figures[days] = replace(now, before=None if earlier is None else _sum(earlier, site).amount)
    everything = _add_up(connection, site, (0, now_ms), cancelled, TOGETHER)
    return StoreSales(
        site, figures[7], figures[30], _sum(everything, site), pc.sum(everything["unpriced"]).as_py() or 0, first
    )


def _stretches(now_ms: int, days: int, zone: str) -> tuple[int, int, int]:
    """Return when the last days began, and when as many before them began and ended, cut off at the same time."""
    today = day_of(now_ms, zone)
    clock = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).time()
    then = datetime.combine(date.fromisoformat(shift(today, -days)), clock, ZoneInfo(zone))
    starts = (begin_of(shift(today, 1 - days), zone), begin_of(shift(today, 1 - 2 * days), zone))
    return *starts, int(then.timestamp() * 1000)


def _sum(found: pa.Table, site: StoreDays) -> Figure:
    # Money of another currency than the marketplace's is never added to it.
    same = found.filter(pc.equal(found["currency"], site.currency)) if site.currency else found
    placed, units = (pc.sum(found[name]).as_py() or 0 for name in ("orders", "units"))
    return Figure(placed, units, pc.sum(same["amount"]).as_py() or 0)


def _add_up(
    connection: Connection, site: StoreDays, span: tuple[int, int], cancelled: Mapping[str, int], step: int = STEP
) -> pa.Table:
    """Let the database add up orders by steps of time; a million of them come back as some thousand rows.

    Arguments:
        span: from the first moment on, and before the second.
        cancelled: units by order, as `_read_cancelled` gives them.
        step: in milliseconds; `TOGETHER` adds up all of them.
    """
    # Of a long span the rows lie all over the table: reading all of it is quicker than by the index, row by row.
    placed = orders.c.created_at + 0 if span[1] - span[0] > LONG else orders.c.created_at
    ours = (orders.c.store == site.store, orders.c.status.not_in(LEFT_OUT))
    counted = (*ours, placed >= span[0], placed < span[1])
    # Literals: PostgreSQL takes two parameters of the same value for two different expressions.
    at = sa.literal_column("0") if step == TOGETHER else orders.c.created_at - orders.c.created_at % _literal(step)
    whole = sa.BigInteger
    sums = (
        sa.func.count(),
        sa.cast(sa.func.sum(orders.c.units), whole),
        sa.cast(sa.func.coalesce(sa.func.sum(orders.c.total), 0), whole),
        sa.cast(sa.func.sum(sa.case((orders.c.total.is_(None), 1), else_=0)), whole),
    )
    group = (orders.c.currency,) if step == TOGETHER else (at, orders.c.currency)
    found = rows.read(connection, sa.select(at, orders.c.currency, *sums).where(*counted).group_by(*group), _ADDED)
    chosen = sa.select(orders.c.order_id, orders.c.created_at, orders.c.currency).where(*ours)
    schema = pa.schema([("order_id", pa.string()), ("at", pa.int64()), ("currency", pa.string())])
    taken = rows.read_keys(connection, chosen, orders.c.order_id, list(cancelled), schema).to_pylist()
    back = [
        {"at": 0 if step == TOGETHER else row["at"] - row["at"] % step, "currency": row["currency"]}
        | {"units": -cancelled[row["order_id"]], "orders": 0, "amount": 0, "unpriced": 0}
        for row in taken
        if span[0] <= row["at"] < span[1]
    ]
    found = pa.concat_tables([found, pa.Table.from_pylist(back, schema=_ADDED)])
    # What has no amount yet often has no currency either; it is the marketplace's.
    place = found.column_names.index("currency")
    named = pc.if_else(pc.equal(found["currency"], ""), site.currency, found["currency"])
    return found.set_column(place, "currency", named)


def _read_cancelled(connection: Connection, site: StoreDays) -> dict[str, int]:
    """Return how many units of each order were cancelled; of most orders none was, and they are not here."""
    units = sa.cast(sa.func.sum(order_lines.c.cancelled), sa.BigInteger)
    query = sa.select(order_lines.c.order_id, units).where(
        order_lines.c.store == site.store, order_lines.c.cancelled > 0
    )
    return {order_id: int(number) for order_id, number in connection.execute(query.group_by(order_lines.c.order_id))}


def _literal(number: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(number), sa.BigInteger)


def _read_days(connection: Connection, site: StoreDays, since_ms: int, until_ms: int) -> pa.Table:
    found = _add_up(connection, site, (since_ms, until_ms), _read_cancelled(connection, site))
    if not found.num_rows:
        return SALES.empty_table()
    moments = np.maximum(found["at"].to_numpy(), since_ms)
    days = _days_of(moments, site.zone)
    found = found.append_column("day", pa.array(days, pa.string()))
    sums: list[tuple[str, str]] = [(name, "sum") for name in SALES.names[3:]]
    grouped = found.group_by(["day", "currency"]).aggregate(sums)
    columns = {"store": pa.repeat(site.store, grouped.num_rows)}
    columns |= {name: grouped[name] for name in ("day", "currency")}
    columns |= {name: grouped[f"{name}_sum"] for name in SALES.names[3:]}
    table = pa.table([columns[name] for name in SALES.names], schema=SALES)
    return table.sort_by([("day", "ascending"), ("currency", "ascending")])


def _days_of(moments: np.ndarray[tuple[int], np.dtype[np.int64]], zone: str) -> list[str]:
    """Return the day that each moment is on by a zone's clock."""
    days = days_between(day_of(int(moments.min()), zone), day_of(int(moments.max()), zone))
    starts = np.array([begin_of(day, zone) for day in days])
    return [days[place] for place in np.searchsorted(starts, moments, side="right") - 1]
