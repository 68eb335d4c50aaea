"""Every change that was wanted, on its way and what became of it: listings, orders and Commerce's catalog (RP-01).

The journals are append-only, and nothing clears them: what was sent a year ago answers like what was sent today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.onboarding_schema import catalog_changes
from channelkit.database.order_schema import order_changes
from channelkit.database.schema import changes
from channelkit.database.schema import stores as known_stores
from channelkit.model.changes import CONFIRMED, OPEN, PATIENCE, PUBLISH, PUBLISH_PATIENCE
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import TO_AMAZON

LISTING, ORDER, PRODUCT = "listing", "order", "product"

CHANGE_LOG = pa.schema(
    [
        ("wanted_at", pa.int64()),
        *((name, pa.string()) for name in ("store", "towards", "subject", "sku", "field")),
        *((name, pa.int64()) for name in ("before", "after")),
        *((name, pa.string()) for name in ("before_text", "after_text", "currency", "state")),
        *((name, pa.int64()) for name in ("sent_at", "accepted_at", "seen_at", "ended_at")),
        ("is_late", pa.bool_()),
        *((name, pa.string()) for name in ("because", "by", "note", "code", "request_id", "run")),
        ("id", pa.int64()),
    ]
)
"""What `read_change_log` returns, the newest first; times in milliseconds since 1970.

``sku`` is the listing's seller SKU, the product's SKU or the order's number; ``field`` what was to change, or what was
to be done; ``before`` and ``after`` minor units, units or days, or texts beside them. ``seen_at`` is when a reading
showed it; ``ended_at`` when it was refused, expired or dropped; ``by`` who asked for it, empty for a cycle;
``is_late`` that it left and that no reading has shown it in the time that it may take (pain 4).
"""

_EMPTY = sa.literal("")
_NONE = sa.cast(sa.null(), sa.BigInteger)
_NO_TEXT = sa.cast(sa.null(), sa.Text)


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; what is empty asks for all.

    Arguments:
        since_ms, until_ms: when they were wanted, in milliseconds since 1970; the end is not in it.
        skus: seller SKUs, SKUs of products, or numbers of orders.
        fields: price, quantity, publish, end, …; create, invoice, …; codes of attributes.
        states: planned, held, sent, accepted, refused, confirmed, expired, dropped; ``late`` for what left and was
            not seen in time.
        most: rows, the newest ones; None for all.
    """

    since_ms: int = 0
    until_ms: int | None = None
    skus: Sequence[str] = ()
    fields: Sequence[str] = ()
    states: Sequence[str] = ()
    most: int | None = None


LATE = "late"
"""A state that is asked for, and that no journal has: see ``is_late``."""


def read_change_log(database: Database, stores: Sequence[str], wanted: Wanted, *, now_ms: int) -> pa.Table:
    """Return the columns of `CHANGE_LOG`.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    parts = [_of_listings(now_ms), _of_orders(now_ms), _of_products(now_ms)]
    with database.read() as connection:
        found = [_read(connection, part, stores, wanted) for part in parts]
        currencies = _read_currencies(connection)
    table = pa.concat_tables(found).sort_by([("wanted_at", "descending"), ("id", "descending")])
    if wanted.most is not None:
        table = table.slice(0, wanted.most)
    place = CHANGE_LOG.get_field_index("currency")
    told = pa.array([currencies.get(store) for store in table["store"].to_pylist()], pa.string())
    return table.set_column(place, CHANGE_LOG.field(place), told).combine_chunks()


def count_states(database: Database, stores: Sequence[str], wanted: Wanted, *, now_ms: int) -> pa.Table:
    """Return ``state, changes, late``: how many changes are in each state, the most first, and how many are late.

    The databases count, so that of hundreds of thousands of changes none is read.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    schema = pa.schema([("state", pa.string()), ("changes", pa.int64()), ("late", pa.int64())])
    parts = []
    with database.read() as connection:
        for columns in (_of_listings(now_ms), _of_orders(now_ms), _of_products(now_ms)):
            late = sa.cast(sa.func.sum(columns["is_late"]), sa.BigInteger)
            query = sa.select(columns["state"], sa.func.count(), late).where(*_asked(columns, stores, wanted))
            parts.append(rows.read(connection, query.group_by(columns["state"]), schema))
    sums = pa.concat_tables(parts).group_by("state").aggregate([("changes", "sum"), ("late", "sum")])
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    return sums.select(schema.names).sort_by([("changes", "descending"), ("state", "ascending")])


def count_late(database: Database, stores: Sequence[str], *, now_ms: int) -> int:
    """Return how many changes left and were not seen in the time that they may take."""
    return int(pc.sum(count_states(database, stores, Wanted(states=(LATE,)), now_ms=now_ms)["late"]).as_py() or 0)


def _read(
    connection: Connection, columns: Mapping[str, sa.ColumnElement[Any]], stores: Sequence[str], wanted: Wanted
) -> pa.Table:
    query = sa.select(*(columns[name].label(name) for name in CHANGE_LOG.names))
    query = query.where(*_asked(columns, stores, wanted))
    newest = query.order_by(columns["wanted_at"].desc(), columns["id"].desc())
    return rows.read(connection, newest.limit(wanted.most) if wanted.most is not None else newest, CHANGE_LOG)


def _asked(
    columns: Mapping[str, sa.ColumnElement[Any]], stores: Sequence[str], wanted: Wanted
) -> list[sa.ColumnElement[bool]]:
    # By its index SQLite would look up the rows of a store one by one; where no SKU is named, these are almost all.
    store = columns["store"] if wanted.skus else columns["store"].concat("")
    where = [store.in_(list(stores)), columns["wanted_at"] >= wanted.since_ms]
    if wanted.until_ms is not None:
        where.append(columns["wanted_at"] < wanted.until_ms)
    for name, values in (("sku", wanted.skus), ("field", wanted.fields)):
        if values:
            where.append(columns[name].in_(list(values)))
    if wanted.states:
        states = columns["state"].in_(list(wanted.states))
        where.append(sa.or_(states, columns["is_late"] == 1) if LATE in wanted.states else states)
    return where


def _of_listings(now_ms: int) -> dict[str, sa.ColumnElement[Any]]:
    patience = sa.case((changes.c.field == PUBLISH, PUBLISH_PATIENCE), else_=PATIENCE)
    return _shared(changes.c, now_ms, patience) | {
        "towards": sa.literal("Amazon"),
        "subject": sa.literal(LISTING),
        "sku": changes.c.seller_sku,
        "field": changes.c.field,
        **{name: changes.c[name] for name in ("before", "after", "before_text", "after_text")},
        "by": changes.c.ordered_by,
    }


def _of_orders(now_ms: int) -> dict[str, sa.ColumnElement[Any]]:
    towards = sa.case((order_changes.c.kind.in_(TO_AMAZON), "Amazon"), else_="Commerce")
    return _shared(order_changes.c, now_ms, sa.literal(PATIENCE)) | {
        "towards": towards,
        "subject": sa.literal(ORDER),
        "sku": order_changes.c.order_id,
        "field": order_changes.c.kind,
        "before": _NONE,
        "after": _NONE,
        "before_text": _NO_TEXT,
        # Which of several: the shipment's number, the return's.
        "after_text": sa.func.nullif(order_changes.c.key, ""),
        "by": order_changes.c.ordered_by,
    }


def _of_products(now_ms: int) -> dict[str, sa.ColumnElement[Any]]:
    kept = catalog_changes.c
    return _shared(kept, now_ms, sa.literal(PATIENCE)) | {
        "towards": sa.literal("Commerce"),
        "subject": sa.literal(PRODUCT),
        "sku": kept.sku,
        "field": sa.case((kept.attribute == "", kept.action), else_=kept.attribute),
        "before": _NONE,
        "after": _NONE,
        "before_text": kept.before,
        "after_text": kept.after,
        "by": _EMPTY,
    }


def _shared(
    kept: sa.sql.base.ReadOnlyColumnCollection[str, sa.Column[Any]], now_ms: int, patience: sa.ColumnElement[int]
) -> dict[str, sa.ColumnElement[Any]]:
    is_seen = kept.state == CONFIRMED
    late = sa.and_(kept.state.in_(OPEN), kept.sent_at + patience < now_ms)
    return {
        **{name: kept[name] for name in ("store", "state", "sent_at", "accepted_at", "because", "note", "code")},
        **{name: kept[name] for name in ("request_id", "run", "id")},
        "wanted_at": kept.planned_at,
        "seen_at": sa.case((is_seen, kept.closed_at)),
        "ended_at": sa.case((is_seen, sa.null()), else_=kept.closed_at),
        "is_late": sa.case((late, 1), else_=0),
        "currency": _EMPTY,
    }


def _read_currencies(connection: Connection) -> dict[str, str]:
    query = sa.select(known_stores.c.name, known_stores.c.marketplace_id)
    return {name: marketplace(site).currency for name, site in connection.execute(query)}
