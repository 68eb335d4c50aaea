"""Lines of orders that are known from Amazon's report on orders before the orders themselves could be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UnreadLine:
    """All units of one seller SKU in an order that the merchant is to fulfil.

    Arguments:
        status: as the report has it: Pending, Unshipped, Shipped, Cancelled, …
        units: without those that were cancelled.
        created_at, updated_at: when Amazon made the order, and last changed it; milliseconds since 1970.
    """

    order_id: str
    seller_sku: str
    units: int
    status: str
    created_at: int
    updated_at: int
