"""What waits for a person, as frames: blocked orders, deadlines, returns, and whether every order was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from channelkit.database import order_journal, rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import (
    copies,
    credit_memos,
    order_changes,
    order_counts,
    orders,
    returns,
    stands,
)
from channelkit.database.returns import load_returns
from channelkit.database.unread_orders import UNREAD_FOR, list_unread
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import REFUND
from channelkit.model.unread_orders import UnreadOrder
from channelkit.orders.book import by_order
from channelkit.orders.returning import state_of
from channelkit.report.order_words import DEEDS
from channelkit.report.orders import Wanted, exact_amounts, local_time, orders_frame, read_orders
from channelkit.report.unread_orders import NOT_READ, release_command, tell_unread

if TYPE_CHECKING:
    import pandas as pd

_BLOCKED = pa.schema([(name, pa.string()) for name in ("order_number", "blocker")] + [("since", pa.int64())])
_RETURNS = pa.schema(
    [(name, pa.string()) for name in ("store", "return_id", "order_number", "commerce_number", "seller_sku")]
    + [(name, pa.string()) for name in ("status", "reason", "currency", "note", "credit_memo")]
    + [(name, pa.int64()) for name in ("units", "refunded", "requested_at", "received_at")]
)
_COUNTS = pa.schema(
    [("store", pa.string()), ("day", pa.string())]
    + [(name, pa.int64()) for name in ("amazon", "ours", "copied")]
    + [("missing", pa.string()), ("at", pa.int64())]
)
_CHANGES = pa.schema(
    [("id", pa.int64())]
    + [(name, pa.string()) for name in ("store", "order_number", "kind", "key", "state", "because", "note", "code")]
    + [("ordered_by", pa.string())]
    + [(name, pa.int64()) for name in ("caused_at", "planned_at", "sent_at", "accepted_at", "closed_at")]
)

WAITING = ("order_number", "purchase_date", "status", "order_notes", "next_step", "ship_by", "time_left")


def blocked_frame(database: Database, store: str, site: Marketplace, now_ms: int) -> pd.DataFrame:
    """Return the orders that cannot become orders in Commerce as they are, the most urgent first: why, and what to do.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    wanted = Wanted(stages=("blocked",))
    frame = orders_frame(read_orders(database, store, wanted, by_deadline=True), site, now_ms)
    query = sa.select(stands.c.order_id.label("order_number"), stands.c.blocker, stands.c.since)
    with database.read() as connection:
        why = rows.read(connection, query.where(stands.c.store == store, stands.c.stage == "blocked"), _BLOCKED)
        unread = list_unread(connection, [store], before=now_ms - UNREAD_FOR)
    shown = frame[["store", *WAITING]].merge(_frame(why, site, ("since",)), on="order_number")
    shown = shown[["store", *WAITING[:3], "blocker", *WAITING[3:], "since"]].rename(columns={"since": "blocked_since"})
    return _with_unread(shown, unread, site) if unread else shown


def _with_unread(shown: pd.DataFrame, unread: Sequence[UnreadOrder], site: Marketplace) -> pd.DataFrame:
    """Return blocked orders with those below them that could not be read; until when to ship them nobody knows."""
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    told = {
        "store": [each.store for each in unread],
        "order_number": [each.order_id for each in unread],
        "purchase_date": pa.chunked_array([[each.created_at for each in unread]], pa.int64()),
        "status": [each.status for each in unread],
        "blocker": [NOT_READ] * len(unread),
        "order_notes": [tell_unread(each) for each in unread],
        "next_step": [release_command(each) for each in unread],
        "ship_by": pa.nulls(len(unread), pa.int64()),
        "time_left": [""] * len(unread),
        "blocked_since": pa.chunked_array([[each.since for each in unread]], pa.int64()),
    }
    below = _frame(pa.table(told), site, ("purchase_date", "blocked_since")).astype(shown.dtypes)
    return pd.concat([shown, below], ignore_index=True) if len(shown) else below


def deadlines_frame(database: Database, store: str, site: Marketplace, now_ms: int) -> pd.DataFrame:
    """Return the orders of which the merchant has something to ship, those that are due first at the top.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    frame = orders_frame(read_orders(database, store, Wanted(to_ship=True), by_deadline=True), site, now_ms)
    names = ["store", "order_number", "ship_by", "time_left", "status", "stage", "open_units", "commerce_number"]
    return frame[[*names, "programs", "purchase_date", "order_notes"]]


def returns_frame(database: Database, store: str, site: Marketplace) -> pd.DataFrame:
    """Return what buyers send back, the newest first, and how far each return is (OR-13)."""
    change = sa.and_(
        order_changes.c.store == returns.c.store,
        order_changes.c.order_id == returns.c.order_id,
        order_changes.c.kind == REFUND,
        order_changes.c.key == returns.c.return_id,
    )
    order = sa.and_(orders.c.store == returns.c.store, orders.c.order_id == returns.c.order_id)
    sources: dict[str, sa.ColumnElement[Any]] = {name: returns.c[name] for name in _RETURNS.names if name in returns.c}
    sources |= {"order_number": returns.c.order_id, "currency": orders.c.currency}
    sources["note"] = order_changes.c.note
    sources |= {"commerce_number": _told(copies.c.increment_id, copies)}
    sources |= {"credit_memo": _told(sa.cast(credit_memos.c.memo_id, sa.Text), credit_memos)}
    query = sa.select(*(sources[name].label(name) for name in _RETURNS.names))
    query = query.select_from(returns.outerjoin(orders, order).outerjoin(order_changes, change))
    query = query.where(returns.c.store == store).order_by(returns.c.requested_at.desc(), returns.c.return_id)
    with database.read() as connection:
        found = rows.read(connection, query, _RETURNS)
        of_orders = sorted(set(found["order_number"].to_pylist()))
        backs = {each.return_id: each for each in load_returns(connection, store)}
        journal = by_order(order_journal.load(connection, store, order_ids=of_orders))
    said = found.select(["return_id", "order_number", "note"]).to_pylist()
    states = [state_of(backs[row["return_id"]], journal.get(row["order_number"], ())) for row in said]
    told = {
        **{name: found[name] for name in ("store", "return_id", "order_number", "commerce_number", "seller_sku")},
        "units": found["units"],
        "state": pa.array(states, pa.string()),
        "amazon_status": found["status"],
        "requested_at": found["requested_at"],
        "received_at": found["received_at"],
        "refunded": exact_amounts(found["refunded"], found["currency"]),
        **{name: found[name] for name in ("currency", "credit_memo", "reason")},
        "order_notes": pa.array([row["note"] or "" for row in said], pa.string()),
    }
    return _frame(pa.table(told), site, ("requested_at", "received_at"))


def completeness_frame(database: Database, store: str) -> pd.DataFrame:
    """Return each day's orders by Amazon's own count, in our tables and in Commerce, and which are missing where."""
    query = sa.select(*(order_counts.c[name] for name in _COUNTS.names)).where(order_counts.c.store == store)
    with database.read() as connection:
        found = rows.read(connection, query.order_by(order_counts.c.day.desc()), _COUNTS)
    said = found.to_pylist()
    told = {
        "store": found["store"],
        "day": found["day"],
        "on_amazon": found["amazon"],
        "read": found["ours"],
        "in_commerce": found["copied"],
        "complete": pa.array([row["ours"] >= row["amazon"] for row in said], pa.bool_()),
        "missing": pa.array([missing_words(row["missing"]) for row in said], pa.string()),
        "checked_at": found["at"],
    }
    return _frame(pa.table(told), None, ("checked_at",))


def missing_words(document: str) -> str:
    """Return which orders one side lacks, and why.

    Arguments:
        document: JSON: a reason for each order's number, or objects with ``order_id`` and ``why``.

    >>> missing_words('{"902-1": "not in Commerce: blocked"}'), missing_words("")
    ('902-1: not in Commerce: blocked', '')
    >>> missing_words('[{"order_id": "902-1", "why": "blocked"}, "902-2"]')
    '902-1: blocked; 902-2'
    """
    said = json.loads(document) if document else []
    if isinstance(said, dict):
        pairs = [(order_id, str(why)) for order_id, why in said.items()]
    else:
        pairs = [
            (each["order_id"], str(each.get("why", ""))) if isinstance(each, dict) else (str(each), "") for each in said
        ]
    return "; ".join(f"{order_id}: {why}" if why else order_id for order_id, why in pairs)


def order_changes_frame(database: Database, store: str, site: Marketplace, states: Sequence[str] = ()) -> pd.DataFrame:
    """Return what was and is done about orders, the newest first (RP-01).

    Arguments:
        states: planned, held, sent, accepted, refused, confirmed, expired, dropped; all when empty.
    """
    sources = {name: order_changes.c[name] for name in _CHANGES.names if name in order_changes.c}
    sources["order_number"] = order_changes.c.order_id
    query = sa.select(*(sources[name].label(name) for name in _CHANGES.names)).where(order_changes.c.store == store)
    if states:
        query = query.where(order_changes.c.state.in_(states))
    with database.read() as connection:
        found = rows.read(connection, query.order_by(order_changes.c.id.desc()), _CHANGES)
    words = pa.array([DEEDS.get(kind, kind) for kind in found["kind"].to_pylist()], pa.string())
    found = found.add_column(4, "what", words)
    return _frame(found, site, ("caused_at", "planned_at", "sent_at", "accepted_at", "closed_at"))


def _told(column: sa.ColumnElement[str], table: sa.Table) -> sa.ScalarSelect[Any]:
    """Return all that a table has of a return's order, in one text."""
    told = sa.select(sa.func.aggregate_strings(column, ", "))
    return told.where(table.c.store == returns.c.store, table.c.order_id == returns.c.order_id).scalar_subquery()


def _frame(found: pa.Table, site: Marketplace | None, times: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    zone = site.time_zone if site else "UTC"
    for name in times:
        column = local_time(found[name], zone)
        found = found.set_column(found.column_names.index(name), name, column)
    return found.to_pandas(types_mapper=pd.ArrowDtype)
