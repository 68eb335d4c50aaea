"""Orders as analysts see them: one row each, filtered, with our notes, in the marketplace's time and money (OR-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import copies, order_lines, orders, stands
from channelkit.errors import UsageError
from channelkit.model.marketplaces import CURRENCY_DIGITS, Marketplace
from channelkit.report.order_words import (
    STAGES,
    TO_SHIP,
    Moment,
    is_to_ship,
    read_amount,
    read_end,
    read_start,
    read_statuses,
    time_left,
)
from channelkit.report.tables import money

if TYPE_CHECKING:
    import pandas as pd

PAGE = 50
"""Orders on a page."""

RECENT = 25
"""Orders that a first look shows."""

_TEXTS = ("store", "order_number", "status", "buyer", "currency", "stage", "note", "next_step", "commerce_number")
_ROWS = pa.schema(
    [(name, pa.string()) for name in (*_TEXTS, "fulfilled_by", "programs", "replaces")]
    + [(name, pa.int64()) for name in ("purchase_date", "last_update", "total", "ship_by", "deliver_by", "since")]
    + [(name, pa.int64()) for name in ("units", "open_units")]
    + [("wants_cancellation", pa.bool_())]
)
COLUMNS = (
    *("store", "purchase_date", "order_number", "status", "buyer", "grand_total", "currency", "order_notes"),
    *("next_step", "stage", "ship_by", "time_left", "commerce_number", "fulfilled_by", "units", "open_units"),
    *("programs", "deliver_by", "last_update"),
)
"""The columns of a frame of orders: those of Amazon's order list first."""

TIMES = ("purchase_date", "ship_by", "deliver_by", "last_update")

ASKED = "The buyer asks to cancel it."


@dataclass(frozen=True)
class Wanted:
    """Which orders of a store are looked at; what is left out narrows nothing.

    Arguments:
        statuses: Amazon's words.
        stages: where they stand with us.
        number, buyer: part of the order's number (Amazon's or Commerce's) or of the buyer's pseudonym.
        least, most: the grand total, in the order's currency.
        start, end: when it was bought, from and before, in milliseconds since 1970.
        to_ship: only those of which the merchant has something to ship.
    """

    statuses: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    number: str = ""
    buyer: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    start: int | None = None
    end: int | None = None
    to_ship: bool = False


def read_wanted(
    site: Marketplace,
    *,
    status: str | Sequence[str] | None = None,
    stage: str | Sequence[str] | None = None,
    buyer: str | None = None,
    number: str | None = None,
    total: tuple[object, object] | None = None,
    since: Moment = None,
    until: Moment = None,
) -> Wanted:
    """Return what a person asks for: five filters, each of which may be blank, and where orders stand with us.

    Arguments:
        site: whose days and whose money are meant.
        total: the smallest and the largest grand total; either may be None.
        since, until: days of purchase, both of them included, or moments.

    Raises:
        UsageError: a day, an amount or a stage is none.
    """
    stages = tuple(word.strip().lower() for word in ([stage] if isinstance(stage, str) else stage or ()) if word)
    for word in stages:
        if word not in STAGES:
            raise UsageError(f"There is no stage {word!r}.", f"The stages are: {', '.join(STAGES)}.")
    least, most = (read_amount(amount) for amount in (total or (None, None)))
    return Wanted(
        statuses=read_statuses(status),
        stages=stages,
        number=(number or "").strip(),
        buyer=(buyer or "").strip(),
        least=least,
        most=most,
        start=read_start(since, site.time_zone),
        end=read_end(until, site.time_zone),
    )


def count_orders(database: Database, store: str, wanted: Wanted) -> int:
    """Return how many orders there are of those that are looked at."""
    query = sa.select(sa.func.count()).select_from(_joined()).where(*_where(store, wanted))
    with database.read() as connection:
        return int(connection.execute(query).scalar_one())


def read_orders(
    database: Database,
    store: str,
    wanted: Wanted,
    *,
    first: int = 0,
    most: int | None = None,
    by_deadline: bool = False,
) -> pa.Table:
    """Return orders as columns, amounts in minor units and times in milliseconds; the newest first.

    Arguments:
        first, most: leave out so many at the beginning, and return so many at the most.
        by_deadline: those that have to be shipped first come first.
    """
    lines = (
        sa.select(sa.func.sum(order_lines.c.ordered - order_lines.c.fulfilled - order_lines.c.cancelled))
        .where(order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id)
        .scalar_subquery()
    )
    numbers = (
        sa.select(sa.func.aggregate_strings(copies.c.increment_id, ", "))
        .where(copies.c.store == orders.c.store, copies.c.order_id == orders.c.order_id)
        .scalar_subquery()
    )
    sources: dict[str, sa.ColumnElement[Any]] = {name: orders.c[name] for name in _ROWS.names if name in orders.c}
    sources |= {"order_number": orders.c.order_id, "buyer": orders.c.pseudonym, "purchase_date": orders.c.created_at}
    sources |= {"last_update": orders.c.updated_at, "open_units": sa.func.coalesce(lines, 0)}
    sources |= {name: stands.c[name] for name in ("stage", "note", "next_step", "since")}
    sources |= {"commerce_number": numbers}
    newest = (orders.c.created_at.desc(), orders.c.order_id.desc())
    order = (orders.c.ship_by.is_(None), orders.c.ship_by, *newest) if by_deadline else newest
    query = sa.select(*(sources[name].label(name) for name in _ROWS.names)).select_from(_joined())
    query = query.where(*_where(store, wanted)).order_by(*order).offset(first)
    with database.read() as connection:
        return rows.read(connection, query if most is None else query.limit(most), _ROWS)


def orders_frame(found: pa.Table, site: Marketplace, now_ms: int) -> pd.DataFrame:
    """Return orders with the columns of `COLUMNS`: exact money, and times by the marketplace's clock.

    Arguments:
        found: what `read_orders` returned.
        now_ms: the time now, in milliseconds since 1970; what is left to ship is counted from it.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    said = found.select(
        ["status", "fulfilled_by", "ship_by", "note", "wants_cancellation", "replaces", "stage"]
    ).to_pylist()
    columns = {name: found[name] for name in COLUMNS if name in found.column_names}
    for name in TIMES:
        columns[name] = local_time(found[name], site.time_zone)
    columns["grand_total"] = exact_amounts(found["total"], found["currency"])
    columns["order_notes"] = pa.array([tell_notes(row) for row in said], pa.string())
    left = [time_left(row["ship_by"], now_ms) if is_to_ship(row["status"], row["fulfilled_by"]) else "" for row in said]
    columns["time_left"] = pa.array(left, pa.string())
    return pa.table({name: columns[name] for name in COLUMNS}).to_pandas(types_mapper=pd.ArrowDtype)


def join_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the orders of several stores in one frame, the newest first.

    Marketplaces with other clocks have their times in UTC, so that one column can be sorted and counted by day.
    """
    import pandas as pd  # noqa: PLC0415

    zones = {str(frame["purchase_date"].dtype) for frame in frames}
    scales = {str(frame["grand_total"].dtype) for frame in frames}
    told = []
    for frame in frames:
        changed = {name: pd.ArrowDtype(pa.timestamp("ms", "UTC")) for name in TIMES} if len(zones) > 1 else {}
        if len(scales) > 1:
            changed["grand_total"] = pd.ArrowDtype(pa.decimal128(24, 2))
        told.append(frame.astype(changed))
    return pd.concat(told, ignore_index=True).sort_values("purchase_date", ascending=False, ignore_index=True)


def exact_amounts(minor: pa.ChunkedArray, currency: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return amounts of minor units with the decimals that their currency has.

    >>> exact_amounts(pa.chunked_array([[1980]]), pa.chunked_array([["JPY"]])).to_pylist()
    [Decimal('1980')]
    """
    amounts = money(minor, currency)
    known = set(currency.unique().to_pylist()) - {None, ""}
    is_whole = bool(known) and all(CURRENCY_DIGITS.get(code) == 0 for code in known)
    return amounts.cast(pa.decimal128(24, 0)) if is_whole else amounts


def tell_notes(row: dict[str, Any]) -> str:
    """Return what there is to say of an order, our own notes and what its buyer asks for.

    Arguments:
        row: ``note, wants_cancellation, status, replaces`` of an order.
    """
    words = [row["note"] or ""]
    if row["wants_cancellation"] and row["status"] in TO_SHIP:
        words.insert(0, ASKED)
    if row["replaces"]:
        words.append(f"It replaces order {row['replaces']} and costs nothing.")
    return " ".join(word for word in words if word)


def _joined() -> sa.Join:
    same = sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id)
    return orders.outerjoin(stands, same)


def _where(store: str, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [orders.c.store == store]
    if wanted.statuses:
        where.append(orders.c.status.in_(wanted.statuses))
    if wanted.stages:
        where.append(stands.c.stage.in_(wanted.stages))
    if wanted.number:
        in_commerce = sa.select(copies.c.order_id).where(
            copies.c.store == store, _holds(copies.c.increment_id, wanted.number)
        )
        where.append(sa.or_(_holds(orders.c.order_id, wanted.number), orders.c.order_id.in_(in_commerce)))
    if wanted.buyer:
        where.append(_holds(orders.c.pseudonym, wanted.buyer))
    hundredths = sa.case((orders.c.currency.in_(_without_cents()), orders.c.total * 100), else_=orders.c.total)
    if wanted.least is not None:
        where.append(hundredths >= ceil(wanted.least * 100))
    if wanted.most is not None:
        where.append(hundredths <= floor(wanted.most * 100))
    if wanted.start is not None:
        where.append(orders.c.created_at >= wanted.start)
    if wanted.end is not None:
        where.append(orders.c.created_at < wanted.end)
    if wanted.to_ship:
        where += [orders.c.status.in_(TO_SHIP), orders.c.fulfilled_by == "merchant"]
    return where


def _holds(column: sa.ColumnElement[str], words: str) -> sa.ColumnElement[bool]:
    return sa.func.lower(column).contains(words.lower(), autoescape=True)


def _without_cents() -> list[str]:
    return [code for code, digits in CURRENCY_DIGITS.items() if digits == 0]


def local_time(moments: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """Return milliseconds since 1970 as a place's own time, to the second: nobody reads what comes after it."""
    seconds = pc.floor_temporal(moments.cast(pa.timestamp("ms", "UTC")), unit="second")
    return seconds.cast(pa.timestamp("ms", zone))
