"""What errors touch: how much the listings behind them sell a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import order_lines, orders
from channelkit.model.orders import CANCELLED, UNFULFILLABLE

DAY = 86_400_000
DAYS = 30
"""Days of sales that a day's revenue is the mean of."""

Sold = Mapping[str, Mapping[str, int]]
"""Store to seller SKU to what it sold in `DAYS` days, in minor units of the store's currency."""


def read_sold(connection: Connection, stores: Sequence[str], now_ms: int) -> dict[str, dict[str, int]]:
    """Return what each listing sold in the 30 days before: its items less discounts, without cancelled units' orders.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    amount = sa.func.sum(order_lines.c.item - order_lines.c.discount)
    same = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    query = (
        sa.select(order_lines.c.store, order_lines.c.seller_sku, amount)
        .select_from(order_lines.join(orders, same))
        .where(
            orders.c.store.in_(list(stores)),
            orders.c.created_at >= now_ms - DAYS * DAY,
            orders.c.created_at <= now_ms,
            orders.c.status.not_in((CANCELLED, UNFULFILLABLE)),
        )
        .group_by(order_lines.c.store, order_lines.c.seller_sku)
    )
    sold: dict[str, dict[str, int]] = defaultdict(dict)
    for store, sku, minor in connection.execute(query):
        sold[store][sku] = int(minor or 0)
    return sold


def a_day(sold: Sold, store: str, skus: Iterable[str] | None) -> int:
    """Return what listings of a store sell a day, in minor units; of all that sold where ``skus`` is None.

    >>> a_day({"us": {"A": 60, "B": 30}}, "us", ["A"]), a_day({"us": {"A": 60, "B": 30}}, "us", None)
    (2, 3)
    """
    found = sold.get(store, {})
    total = sum(found.values()) if skus is None else sum(found.get(sku, 0) for sku in set(skus))
    return total // DAYS
