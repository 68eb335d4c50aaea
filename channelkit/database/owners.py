"""Which stores know an order, by any of its numbers, and which have a SKU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import copies, orders, returns, unread_lines
from channelkit.database.schema import listings, tabs

_NUMBERS = (orders.c.order_id, unread_lines.c.order_id, copies.c.increment_id, returns.c.return_id)


def stores_of_order(connection: Connection, number: str) -> list[str]:
    """Return the names of the stores that know this number, in their order; mostly it is one.

    Arguments:
        number: Amazon's of an order, be it read or not, Commerce's of its copy, or a return's.
    """
    return _stores(connection, _NUMBERS, number)


def stores_of_sku(connection: Connection, sku: str) -> list[str]:
    """Return the names of the stores that have a listing of this seller SKU; where none has, a product of this SKU."""
    return _stores(connection, (listings.c.seller_sku,), sku) or _stores(connection, (tabs.c.sku,), sku)


def _stores(connection: Connection, columns: Sequence[sa.Column[Any]], value: str) -> list[str]:
    asked = (sa.select(column.table.c.store).where(column == value) for column in columns)
    return sorted(connection.execute(sa.union(*asked)).scalars())
