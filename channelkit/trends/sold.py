"""What each listing sold, line by line: units that were ordered and neither cancelled nor left unfulfilled."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.among import is_among
from channelkit.database.order_schema import order_lines, orders
from channelkit.model.orders import CANCELLED, UNFULFILLABLE

SOLD_IN = 30
"""Days whose sales tell how many units a listing sells a day."""

SOLD = pa.schema([("seller_sku", pa.string()), ("at", pa.int64()), ("units", pa.int64())])
"""What `load_sales` returns; ``at`` in milliseconds since 1970."""

_IS_LINE = sa.and_(order_lines.c.store == orders.c.store, order_lines.c.order_id == orders.c.order_id)
_LINES = sa.select(order_lines.c.seller_sku, orders.c.created_at, order_lines.c.ordered - order_lines.c.cancelled)


def load_sales(connection: Connection, store: str, since: int, until: int) -> pa.Table:
    """Return the units of each line that was ordered in a span and neither cancelled nor left unfulfilled."""
    query = _LINES.select_from(orders.join(order_lines, _IS_LINE))
    return rows.read(connection, query.where(orders.c.store == store, *_counts(since, until)), SOLD)


def sum_units(store: str, since: int, until: int) -> sa.Subquery:
    """Return SQL for ``seller_sku, units``: how many units each listing sold, of those that `load_sales` returns."""
    units = sa.cast(sa.func.sum(order_lines.c.ordered - order_lines.c.cancelled), sa.BigInteger)
    query = sa.select(order_lines.c.seller_sku, units.label("units"))
    # Left: SQLite would else go through all lines there ever were, in the order of their listings.
    query = query.select_from(orders.outerjoin(order_lines, _IS_LINE)).where(orders.c.store == store)
    return query.where(*_counts(since, until)).group_by(order_lines.c.seller_sku).subquery("sold")


def load_sales_of(connection: Connection, store: str, skus: Sequence[str], since: int, until: int) -> pa.Table:
    """Return what `load_sales` does, of these listings alone."""
    units = order_lines.c.ordered - order_lines.c.cancelled
    query = sa.select(order_lines.c.seller_sku, order_lines.c.sold_at, units)
    query = query.where(order_lines.c.store == store, is_among(connection, order_lines.c.seller_sku, skus))
    query = query.where(order_lines.c.sold_at >= since, order_lines.c.sold_at < until)
    return rows.read(connection, query, SOLD)


def _counts(since: int, until: int) -> tuple[sa.ColumnElement[bool], ...]:
    is_sale = orders.c.status.not_in((CANCELLED, UNFULFILLABLE))
    return is_sale, orders.c.created_at >= since, orders.c.created_at < until
