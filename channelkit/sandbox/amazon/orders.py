"""What buyers ordered: kept as records, so that what was sold can be looked up."""

from __future__ import annotations

import msgspec


class Order(msgspec.Struct, frozen=True, gc=False):
    """One order of one listing. Money is in minor units of the marketplace's currency, times in milliseconds."""

    order_id: str
    seller_id: str
    marketplace_id: str
    sku: str
    asin: str
    quantity: int
    price: int
    at: int
    by_amazon: bool


def order_number(number: int) -> str:
    """Return the order id of the n-th order, in Amazon's form.

    >>> order_number(12)
    '111-0000000-0000012'
    """
    return f"111-{number // 10_000_000:07d}-{number % 10_000_000:07d}"
