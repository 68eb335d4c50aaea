"""Reads all that is known of one order, but for who bought it: both sides of it, ours, and the stock that it holds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import order_journal
from channelkit.database.connection import Database
from channelkit.database.copies import load_copies, load_credit_memos, load_shipments
from channelkit.database.order_schema import copies, order_lines, orders, stock_ledger
from channelkit.database.orders import load_orders
from channelkit.database.returns import load_returns
from channelkit.database.stands import load_stands
from channelkit.errors import UsageError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.stock_entries import CANCELLED_UNITS, RECEIVED, SHIPPED_UNITS
from channelkit.report.order_details import OrderDetails


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
        key = [order_id]
        linked = sa.select(order_lines.c.seller_sku, order_lines.c.product_sku)
        delivered = sa.select(orders.c.delivered_at).where(orders.c.store == store, orders.c.order_id == order_id)
        stand = load_stands(connection, store, order_ids=key)
        return OrderDetails(
            store=store,
            site=site,
            order=load_orders(connection, store, order_ids=key)[0],
            now_ms=now_ms,
            stand=stand[0] if stand else None,
            copies=tuple(load_copies(connection, store, key)),
            shipments=tuple(load_shipments(connection, store, key)),
            credit_memos=tuple(load_credit_memos(connection, store, key)),
            returns=tuple(load_returns(connection, store, order_ids=key)),
            changes=tuple(order_journal.load(connection, store, order_ids=key)),
            reserved=_reserved(connection, store, order_id),
            products={
                row.seller_sku: row.product_sku
                for row in connection.execute(
                    linked.where(order_lines.c.store == store, order_lines.c.order_id == order_id)
                )
                if row.product_sku
            },
            delivered_at=connection.execute(delivered).scalar(),
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


def _reserved(connection: Connection, store: str, order_id: str) -> int | None:
    """Return how many units are set aside for an order; None where the ledger has none of it."""
    signs = {RECEIVED: 1, SHIPPED_UNITS: -1, CANCELLED_UNITS: -1}
    signed = sa.func.sum(sa.case(signs, value=stock_ledger.c.kind, else_=0) * stock_ledger.c.units)
    query = sa.select(signed).where(stock_ledger.c.store == store, stock_ledger.c.order_id == order_id)
    units = connection.execute(query).scalar()
    return None if units is None else int(units)
