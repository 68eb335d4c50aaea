"""What errors touch: how much the listings behind them sell a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_lines, orders
from channelkit.model.orders import CANCELLED, UNFULFILLABLE

DAY = 86_400_000
DAYS = 30
"""Days of sales that a day's revenue is the mean of."""

Sold = Mapping[str, Mapping[str, int]]
"""Store to seller SKU to what it sold in `DAYS` days, in minor units of the store's currency."""

_LINES = pa.schema([("seller_sku", pa.string()), ("amount", pa.int64())])


def read_sold(connection: Connection, stores: Sequence[str], now_ms: int) -> dict[str, dict[str, int]]:
    """Return what each listing sold in the 30 days before: its items less discounts, without cancelled units' orders.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    same = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    # Left: SQLite would else begin with the lines, and look up the order of each, be it ever so old.
    query = sa.select(order_lines.c.seller_sku, order_lines.c.item - order_lines.c.discount)
    query = query.select_from(orders.outerjoin(order_lines, same)).where(
        orders.c.created_at >= now_ms - DAYS * DAY,
        orders.c.created_at <= now_ms,
        orders.c.status.not_in((CANCELLED, UNFULFILLABLE)),
    )
    sold: dict[str, dict[str, int]] = defaultdict(dict)
    for store in stores:
        found = rows.read(connection, query.where(orders.c.store == store), _LINES)
        sums = found.drop_null().group_by("seller_sku").aggregate([("amount", "sum")])
        if sums.num_rows:
            sold[store] = dict(zip(sums["seller_sku"].to_pylist(), sums["amount_sum"].to_pylist(), strict=True))
    return sold


def a_day(sold: Sold, store: str, skus: Iterable[str] | None) -> int:
    """Return what listings of a store sell a day, in minor units; of all that sold where ``skus`` is None.

    >>> a_day({"us": {"A": 60, "B": 30}}, "us", ["A"]), a_day({"us": {"A": 60, "B": 30}}, "us", None)
    (2, 3)
    """
    found = sold.get(store, {})
    total = sum(found.values()) if skus is None else sum(found.get(sku, 0) for sku in set(skus))
    return total // DAYS
