"""What Commerce has of Amazon's orders: their copies, shipments and credit memos, as they were last read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from channelkit.database import rows
from channelkit.database.order_schema import copies, credit_memos, shipments
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Shipment, Track

_COPY = ("order_id", "entity_id", "increment_id", "state", "status", "total", "updated_at", "store_id", "lines")
_SHIPMENT = ("shipment_id", "order_id", "created_at", "tracks", "units")
_MEMO = ("memo_id", "order_id", "created_at", "total", "units")

_Each = TypeVar("_Each")


def store_copies(connection: Connection, store: str, read: Iterable[Copy], *, at: int) -> int:
    """Keep copies, and return how many say something new; an older reading does not overwrite a newer one.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    newest: dict[tuple[str, int], Copy] = {}
    for copy in read:
        before = newest.get((copy.order_id, copy.entity_id))
        if before is None or copy.updated_at >= before.updated_at:
            newest[copy.order_id, copy.entity_id] = copy
    known = {
        (each.order_id, each.entity_id): each for each in load_copies(connection, store, [key[0] for key in newest])
    }
    written = 0
    for key, copy in newest.items():
        before = known.get(key)
        if before is not None and (before == copy or before.updated_at > copy.updated_at):
            continue
        values = {name: getattr(copy, name) for name in (*_COPY[:-1], "address_id")}
        values |= {"store": store, "observed_at": at, "lines": json.dumps([asdict(line) for line in copy.lines])}
        rows.put(connection, copies, values)
        written += 1
    return written


def store_shipments(connection: Connection, store: str, read: Iterable[Shipment], *, at: int) -> int:
    """Keep shipments, and return how many say something new.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    wanted = {each.shipment_id: each for each in read}
    known = load_shipments(connection, store, [each.order_id for each in wanted.values()])
    new = [each for each in wanted.values() if each not in known]
    for each in new:
        told = {
            "tracks": json.dumps([asdict(track) for track in each.tracks]),
            "units": json.dumps([list(pair) for pair in each.units]),
        }
        values = {name: getattr(each, name) for name in _SHIPMENT[:-2]}
        rows.put(connection, shipments, values | told | {"store": store, "observed_at": at})
    return len(new)


def store_credit_memos(connection: Connection, store: str, read: Iterable[CreditMemo], *, at: int) -> int:
    """Keep credit memos, and return how many say something new.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    wanted = {each.memo_id: each for each in read}
    known = load_credit_memos(connection, store, [each.order_id for each in wanted.values()])
    new = [each for each in wanted.values() if each not in known]
    for each in new:
        values = {name: getattr(each, name) for name in _MEMO[:-1]}
        told = {"units": json.dumps([list(pair) for pair in each.units]), "store": store, "observed_at": at}
        rows.put(connection, credit_memos, values | told)
    return len(new)


def load_copies(connection: Connection, store: str, order_ids: Sequence[str] | None = None) -> list[Copy]:
    """Return the copies of these of Amazon's orders, or of all of the store's; an order may have several."""

    def make(row: RowMapping) -> Copy:
        lines = tuple(CopyLine(**line) for line in json.loads(row["lines"] or "[]"))
        return Copy(**{name: row[name] for name in (*_COPY[:-1], "address_id")}, lines=lines)

    query = _ask(copies, (*_COPY, "address_id"), store, "entity_id")
    return _load(connection, query, copies.c.order_id, order_ids, make)


def load_shipments(connection: Connection, store: str, order_ids: Sequence[str] | None = None) -> list[Shipment]:
    """Return the shipments of these of Amazon's orders, or of all of the store's."""

    def make(row: RowMapping) -> Shipment:
        tracks = tuple(Track(**track) for track in json.loads(row["tracks"] or "[]"))
        return Shipment(row["shipment_id"], row["order_id"], row["created_at"], tracks, _pairs(row["units"]))

    query = _ask(shipments, _SHIPMENT, store, "shipment_id")
    return _load(connection, query, shipments.c.order_id, order_ids, make)


def load_credit_memos(connection: Connection, store: str, order_ids: Sequence[str] | None = None) -> list[CreditMemo]:
    """Return the credit memos of these of Amazon's orders, or of all of the store's."""

    def make(row: RowMapping) -> CreditMemo:
        return CreditMemo(row["memo_id"], row["order_id"], row["created_at"], row["total"], _pairs(row["units"]))

    query = _ask(credit_memos, _MEMO, store, "memo_id")
    return _load(connection, query, credit_memos.c.order_id, order_ids, make)


def find_stores(connection: Connection, entity_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the store and Amazon's order of these orders in Commerce, where they are copies that were read.

    Arguments:
        entity_ids: Commerce's numbers of orders.
    """
    found: dict[int, tuple[str, str]] = {}
    for part in rows.in_parts(sorted(set(entity_ids))):
        query = sa.select(copies.c.entity_id, copies.c.store, copies.c.order_id)
        chosen = query.where(copies.c.entity_id.in_(part))
        found |= {entity_id: (store, order_id) for entity_id, store, order_id in connection.execute(chosen)}
    return found


def _load(
    connection: Connection,
    query: sa.Select[Any],
    of_order: sa.ColumnElement[str],
    order_ids: Sequence[str] | None,
    make: Callable[[RowMapping], _Each],
) -> list[_Each]:
    if order_ids is None:
        return [make(row) for row in connection.execute(query).mappings()]
    found = []
    for part in rows.in_parts(sorted(set(order_ids))):
        found += [make(row) for row in connection.execute(query.where(of_order.in_(part))).mappings()]
    return found


def _ask(table: sa.Table, names: Sequence[str], store: str, key: str) -> sa.Select[Any]:
    return sa.select(*(table.c[name] for name in names)).where(table.c.store == store).order_by(table.c[key])


def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((item_id, units) for item_id, units in json.loads(text or "[]"))
