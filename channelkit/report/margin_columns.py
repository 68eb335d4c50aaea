"""The columns that say what is left of a price: an amount, and its share of the price in percent.

Who finds margins knows prices and settings, which a report does not: it is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.model.columns import mask, numbers, one

FindMargins = Callable[[Connection, str, pa.Table], pa.Array]
"""Returns what is left of each price of a store's rows, in minor units; null where that is not known.

The rows have ``seller_sku, product_sku, price, currency``, prices in minor units.
"""

PERCENT = pa.decimal128(24, 1)


def find_in_stores(connection: Connection, rows: pa.Table, find: FindMargins | None) -> pa.Array:
    """Return what is left of each price of several stores' rows, in their order.

    Arguments:
        rows: those that are asked for, with ``store``.
        find: how margins are found; None where nobody knows, so that none is.
    """
    margins = pa.nulls(rows.num_rows, pa.int64())
    if find is None:
        return margins
    stores, asked = one(rows["store"]), rows.select(["seller_sku", "product_sku", "price", "currency"])
    for store in pc.unique(stores).to_pylist():
        is_its = pc.equal(stores, store)
        margins = pc.replace_with_mask(margins, is_its, one(find(connection, store, asked.filter(is_its))))
    return margins


def shares_of(margins: pa.Array, prices: pa.Array) -> pa.Array:
    """Return which percent of its price each margin is, with one decimal; null where there is no margin.

    Rounded down, as `channelkit.report.waterfall.Economy` says it, so that nothing looks better than it is.

    Arguments:
        margins, prices: in minor units.

    >>> shares_of(pa.array([743, -1, None]), pa.array([2380, 1999, 500])).to_pylist()
    [Decimal('31.2'), Decimal('-0.1'), None]
    """
    price = numbers(prices)
    tenths = 1000 * numbers(margins) // np.maximum(price, 1)
    is_unknown = mask(pc.is_null(margins)) | (price <= 0)
    whole = pa.array(tenths, pa.int64(), mask=is_unknown).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.1"), pa.decimal128(2, 1))).cast(PERCENT)
