"""Orders that are known from Amazon's report on orders before they themselves could be read, and their lines."""

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


@dataclass(frozen=True)
class UnreadOrder:
    """An order that was never read; it keeps units off offer.

    Arguments:
        seller_skus: of what it wants units, in order.
        units: of all its lines.
        created_at: when Amazon made it, in milliseconds since 1970.
        since: when the report that told of it was asked for, in milliseconds since 1970.
    """

    store: str
    order_id: str
    status: str
    seller_skus: tuple[str, ...]
    units: int
    created_at: int
    since: int
