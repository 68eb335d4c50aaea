"""What orders do to stock, product by product, and what of Commerce's own count nothing explains (OR-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.database.stock_ledger import balances, unlinked_balances
from channelkit.orders.ledger_check import Count, tell_residual

if TYPE_CHECKING:
    import pandas as pd

UNLINKED = "No product is known for this seller SKU, so nothing is held for it. Assign one: channelkit match."
UNCHECKED = "It was not compared with Commerce's count yet."
UNTOLD = "Commerce does not count it, or can sell none of it: what it has reserved cannot be told."
EXPLAINED = "All is explained."

_SUMS = ("received", "shipped", "cancelled", "refunded", "compensated", "reserved", "held")


def ledger_frame(
    database: Database, websites: Sequence[str], counts: Sequence[Count], checked_at: int | None
) -> pd.DataFrame:
    """Return what orders do to each product's stock: units that came, left, are reserved, and are held off the stock.

    Seller SKUs without a product come last. ``residual`` is what nothing explains of the units that Commerce could
    sell when it was last asked: more of them where it is above zero.

    Arguments:
        websites: codes of the websites that share one stock: an order of any of them takes from it.
        counts: what the last check of the stock found.
        checked_at: when that was, in milliseconds since 1970; None where the stock was never checked.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    with database.read() as connection:
        linked = [row for row in balances(connection, *websites).to_pylist() if row["product_sku"]]
        unlinked = unlinked_balances(connection, *websites).to_pylist()
    known = {count.product_sku: count for count in counts}
    found = [
        {"product_sku": row["product_sku"], "seller_sku": "", **_tell(known.get(row["product_sku"]), checked_at)} | row
        for row in linked
    ]
    # What is not held off any stock is not said to be.
    found += [{"product_sku": "", "note": UNLINKED, "checked_at": None} | row | {"held": 0} for row in unlinked]
    schema = pa.schema(
        [("product_sku", pa.string()), ("seller_sku", pa.string())]
        + [(name, pa.int64()) for name in (*_SUMS, "residual")]
        + [("note", pa.string()), ("checked_at", pa.timestamp("ms", "UTC"))]
    )
    return pa.Table.from_pylist(found, schema).to_pandas(types_mapper=pd.ArrowDtype)


def residual_words(count: Count | None) -> str:
    """Return what the last check says of a product.

    >>> residual_words(None), residual_words(Count("MUG", salable=8, in_sources=8))
    ("It was not compared with Commerce's count yet.", 'All is explained.')
    """
    if count is None:
        return UNCHECKED
    if count.residual is None:
        return UNTOLD
    return tell_residual(count) or EXPLAINED


def _tell(count: Count | None, checked_at: int | None) -> dict[str, object]:
    at = None if count is None else checked_at
    return {"residual": None if count is None else count.residual, "note": residual_words(count), "checked_at": at}
