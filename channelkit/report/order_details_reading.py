"""Reads all that is known of one order, but for who bought it: both sides of it, ours, and the stock that it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import order_journal
from channelkit.database.connection import Database
from channelkit.database.order_schema import (
    copies,
    credit_memos,
    order_lines,
    orders,
    parcels,
    returns,
    shipments,
    stands,
    stock_ledger,
)
from channelkit.errors import UsageError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import (
    CANCELLED_UNITS,
    RECEIVED,
    SHIPPED_UNITS,
    Amounts,
    Copy,
    CopyLine,
    CreditMemo,
    Line,
    Order,
    Parcel,
    Return,
    Shipment,
    Stand,
    Track,
)
from channelkit.report.order_details import OrderDetails

_Each = TypeVar("_Each")
Row = Mapping[str, Any]

_MONEY = tuple(Amounts.__dataclass_fields__)
_LISTS = ("programs", "lacking")


def read_details(database: Database, store: str, number: str, site: Marketplace, now_ms: int) -> OrderDetails:
    """Return one order with everything around it.

    Arguments:
        number: Amazon's number of the order, or Commerce's.
        now_ms: the time now, in milliseconds since 1970.

    Raises:
        UsageError: the store knows no such order.
    """
    with database.read() as connection:
        order_id = _find(connection, store, number.strip())

        def read(table: sa.Table, order: sa.Column[Any]) -> list[Row]:
            query = sa.select(*table.c).where(table.c.store == store, table.c.order_id == order_id).order_by(order)
            return [dict(row) for row in connection.execute(query).mappings()]

        row = read(orders, orders.c.order_id)[0]
        lines = read(order_lines, order_lines.c.item_id)
        stand = read(stands, stands.c.order_id)
        return OrderDetails(
            store=store,
            site=site,
            order=_order(row, lines, read(parcels, parcels.c.package_id)),
            now_ms=now_ms,
            stand=Stand(**{name: stand[0][name] for name in Stand.__dataclass_fields__}) if stand else None,
            copies=tuple(map(_copy, read(copies, copies.c.entity_id))),
            shipments=tuple(map(_shipment, read(shipments, shipments.c.created_at))),
            credit_memos=tuple(map(_memo, read(credit_memos, credit_memos.c.created_at))),
            returns=tuple(
                Return(**{name: back[name] for name in Return.__dataclass_fields__})
                for back in read(returns, returns.c.requested_at)
            ),
            changes=tuple(order_journal.load(connection, store, order_ids=[order_id])),
            reserved=_reserved(connection, store, order_id),
            products={line["seller_sku"]: line["product_sku"] for line in lines if line["product_sku"]},
            delivered_at=row["delivered_at"],
        )


def _find(connection: Connection, store: str, number: str) -> str:
    """Return Amazon's number of an order by either side's number of it."""
    mine = sa.select(orders.c.order_id).where(orders.c.store == store, orders.c.order_id == number)
    found = connection.execute(mine).scalar()
    if found is None:
        copied = sa.select(copies.c.order_id).where(copies.c.store == store, copies.c.increment_id == number)
        # A copy of an order that was never read has nothing to show.
        found = connection.execute(copied.where(copies.c.order_id.in_(_known(store)))).scalar()
    if found is None:
        raise UsageError(
            f"Store {store!r} knows no order {number!r}.",
            "Name it by Amazon's number, such as 902-3159896-1390916, or by Commerce's. If it is new, read first: "
            "channelkit pull.",
        )
    return str(found)


def _known(store: str) -> sa.Select[Any]:
    return sa.select(orders.c.order_id).where(orders.c.store == store)


def _order(row: Row, lines: Sequence[Row], packed: Sequence[Row]) -> Order:
    plain = {name: row[name] for name in Order.__dataclass_fields__ if name in row and name not in _LISTS}
    told = {name: tuple(word for word in row[name].split(",") if word) for name in _LISTS}
    plain["wants_cancellation"] = bool(row["wants_cancellation"])
    return Order(**plain, **told, lines=tuple(map(_line, lines)), parcels=tuple(map(_parcel, packed)))


def _line(row: Row) -> Line:
    plain = {name: row[name] for name in Line.__dataclass_fields__ if name in row}
    return Line(**plain, amounts=Amounts(**{name: row[name] for name in _MONEY}))


def _parcel(row: Row) -> Parcel:
    plain = {name: row[name] for name in Parcel.__dataclass_fields__ if name in row and name != "units"}
    return Parcel(**plain, units=tuple((str(item), count) for item, count in _pairs(row["units"])))


def _copy(row: Row) -> Copy:
    plain = {name: row[name] for name in Copy.__dataclass_fields__ if name in row and name != "lines"}
    return Copy(**plain, lines=_objects(row["lines"], CopyLine))


def _shipment(row: Row) -> Shipment:
    plain = {name: row[name] for name in ("shipment_id", "order_id", "created_at")}
    units = tuple((int(item), count) for item, count in _pairs(row["units"]))
    return Shipment(**plain, tracks=_objects(row["tracks"], Track), units=units)


def _memo(row: Row) -> CreditMemo:
    plain = {name: row[name] for name in ("memo_id", "order_id", "created_at", "total")}
    return CreditMemo(**plain, units=tuple((int(item), count) for item, count in _pairs(row["units"])))


def _pairs(document: str) -> list[tuple[Any, int]]:
    said = msgspec.json.decode(document) if document else []
    return list(said.items()) if isinstance(said, dict) else [(item, count) for item, count in said]


def _objects(document: str, kind: type[_Each]) -> tuple[_Each, ...]:
    return msgspec.json.decode(document, type=tuple[kind, ...]) if document else ()


def _reserved(connection: Connection, store: str, order_id: str) -> int | None:
    """Return how many units are set aside for an order; None where the ledger has none of it."""
    signs = {RECEIVED: 1, SHIPPED_UNITS: -1, CANCELLED_UNITS: -1}
    signed = sa.func.sum(sa.case(signs, value=stock_ledger.c.kind, else_=0) * stock_ledger.c.units)
    query = sa.select(signed).where(stock_ledger.c.store == store, stock_ledger.c.order_id == order_id)
    units = connection.execute(query).scalar()
    return None if units is None else int(units)
