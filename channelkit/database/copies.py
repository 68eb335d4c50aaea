"""Orders as Commerce has them: the copies of Amazon's, their shipments, and their credit memos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.difference import Tally
from channelkit.database.order_schema import copies, credit_memos, orders, shipments
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Shipment, Track

_Each = TypeVar("_Each")
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class _Kept:
    """How a noun stands in its table: which of its fields are JSON there, and what they are."""

    table: sa.Table
    made: type[Any]
    key: str
    documents: Mapping[str, Any]

    def row(self, store: str, each: Any, at: int) -> dict[str, Any]:
        values = {name: getattr(each, name) for name in self.made.__dataclass_fields__}
        values |= {name: msgspec.json.encode(values[name]).decode() for name in self.documents}
        return values | {"store": store, "observed_at": at}

    def read(self, row: Mapping[str, Any]) -> Any:
        values = {name: row[name] for name in self.made.__dataclass_fields__}
        values |= {name: msgspec.json.decode(values[name], type=kind) for name, kind in self.documents.items()}
        return self.made(**values)


_UNITS = tuple[tuple[int, int], ...]
_COPIES = _Kept(copies, Copy, "entity_id", {"lines": tuple[CopyLine, ...]})
_SHIPMENTS = _Kept(shipments, Shipment, "shipment_id", {"tracks": tuple[Track, ...], "units": _UNITS})
_MEMOS = _Kept(credit_memos, CreditMemo, "memo_id", {"units": _UNITS})


def store_copies(connection: Connection, store: str, found: Iterable[Copy], *, at: int) -> Tally:
    """Keep copies as Commerce shows them; one that is no different changes nothing, an older one neither.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    return _store(connection, _COPIES, store, found, at, older=lambda new, kept: new.updated_at < kept.updated_at)


def store_shipments(connection: Connection, store: str, found: Iterable[Shipment], *, at: int) -> Tally:
    """Keep shipments as Commerce shows them.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    return _store(connection, _SHIPMENTS, store, found, at)


def store_credit_memos(connection: Connection, store: str, found: Iterable[CreditMemo], *, at: int) -> Tally:
    """Keep credit memos as Commerce shows them.

    Arguments:
        at: when they were read, in milliseconds since 1970.
    """
    return _store(connection, _MEMOS, store, found, at)


def load_copies(connection: Connection, store: str, order_ids: Sequence[str]) -> list[Copy]:
    """Return Commerce's copies of these orders, in the order in which they were made."""
    return _load(connection, _COPIES, store, order_ids)


def load_shipments(connection: Connection, store: str, order_ids: Sequence[str]) -> list[Shipment]:
    """Return the shipments of these orders' copies, in the order in which they were made."""
    return _load(connection, _SHIPMENTS, store, order_ids)


def load_credit_memos(connection: Connection, store: str, order_ids: Sequence[str]) -> list[CreditMemo]:
    """Return the credit memos of these orders' copies, in the order in which they were made."""
    return _load(connection, _MEMOS, store, order_ids)


def find_stores(connection: Connection, order_ids: Sequence[str]) -> dict[str, str]:
    """Return which store each of these orders of Amazon's belongs to; those we do not have are left out."""
    query = sa.select(orders.c.order_id, orders.c.store)
    return {row.order_id: row.store for row in _chunked(connection, query, orders.c.order_id, order_ids)}


def find_copied(connection: Connection, entity_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the store and the order of Amazon's that each of these orders of Commerce's is a copy of."""
    query = sa.select(copies.c.entity_id, copies.c.store, copies.c.order_id)
    found = _chunked(connection, query, copies.c.entity_id, entity_ids)
    return {row.entity_id: (row.store, row.order_id) for row in found}


def _store(
    connection: Connection,
    kept: _Kept,
    store: str,
    found: Iterable[_Each],
    at: int,
    *,
    older: Callable[[Any, Any], bool] = lambda _new, _kept: False,
) -> Tally:
    told = {getattr(each, kept.key): each for each in found}
    column = kept.table.c[kept.key]
    query = sa.select(kept.table).where(kept.table.c.store == store)
    known = {getattr(row, kept.key): kept.read(row._asdict()) for row in _chunked(connection, query, column, [*told])}
    new = [each for key, each in told.items() if key not in known]
    changed = [
        each for key, each in told.items() if key in known and each != known[key] and not older(each, known[key])
    ]
    for each in (*new, *changed):
        rows.put(connection, kept.table, kept.row(store, each, at))
    return Tally(new=len(new), changed=len(changed), unchanged=len(told) - len(new) - len(changed))


def _load(connection: Connection, kept: _Kept, store: str, order_ids: Sequence[str]) -> list[Any]:
    query = sa.select(kept.table).where(kept.table.c.store == store)
    found = _chunked(connection, query, kept.table.c.order_id, order_ids)
    return sorted((kept.read(row._asdict()) for row in found), key=lambda each: getattr(each, kept.key))


def _chunked(
    connection: Connection, query: sa.Select[Any], column: sa.ColumnElement[Any], keys: Sequence[_Key]
) -> list[sa.Row[Any]]:
    wanted = list(dict.fromkeys(keys))
    found: list[sa.Row[Any]] = []
    for start in range(0, len(wanted), rows.KEYS_AT_ONCE):
        found += connection.execute(query.where(column.in_(wanted[start : start + rows.KEYS_AT_ONCE]))).all()
    return found
