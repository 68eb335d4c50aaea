"""Which stores know an order: by Amazon's number of it, by Commerce's, or by a return of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import copies, orders, returns, unread_lines

_NUMBERS = (orders.c.order_id, unread_lines.c.order_id, copies.c.increment_id, returns.c.return_id)


def find_stores(connection: Connection, number: str) -> list[str]:
    """Return the names of the stores that know this number, in their order; mostly it is one.

    Arguments:
        number: Amazon's of an order, be it read or not, Commerce's of its copy, or a return's.
    """
    asked = (sa.select(column.table.c.store).where(column == number) for column in _NUMBERS)
    return sorted(connection.execute(sa.union(*asked)).scalars())
