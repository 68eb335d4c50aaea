"""Entries of the stock ledger: what became of an order's units, each added once and never changed."""

from __future__ import annotations

from dataclasses import dataclass

RECEIVED, SHIPPED_UNITS, CANCELLED_UNITS = "received", "shipped", "cancelled"
RESTOCKED, COMPENSATED = "refunded", "compensated"
LEDGER_KINDS = (RECEIVED, SHIPPED_UNITS, CANCELLED_UNITS, RESTOCKED, COMPENSATED)
"""What the stock ledger notes, in units: an order came, its copy was shipped, it was cancelled, goods were put back,
and Commerce made up for a reservation that it had not had."""

AMAZON, COPY, MEMO, VIEWED = "amazon", "copy", "memo", "viewed"
"""What an entry is known from: the first word of its source."""


@dataclass(frozen=True)
class Entry:
    """One line of the stock ledger.

    Arguments:
        source: what it is known from, and how many entries of its kind the item had before it; so the same entry,
            found twice, has the same source.
        units: more of this kind than before; below zero where less became of it.
        product_sku: empty while the seller SKU is linked to no product.
        at: milliseconds since 1970.
    """

    order_id: str
    item_id: str
    kind: str
    source: str
    units: int
    product_sku: str
    seller_sku: str
    at: int
