"""The terms on which a store's orders are decided: its settings, and what Commerce says of its own setup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channelkit.model.marketplaces import Marketplace

GUEST, ACCOUNT = "guest", "account"
COMMERCE_NUMBERS, AMAZON_NUMBERS = "commerce", "amazon"
CANCELED, COMPLETE = "canceled", "complete"


@dataclass(frozen=True)
class OrderTerms:
    """How the orders of one store are to be handled.

    Arguments:
        site: the marketplace that the store sells on; its digits are those of every amount.
        import_orders: False reads and shows orders, and makes nothing in Commerce.
        connected_at: orders created before it are left alone, in milliseconds since 1970.
        windows: backfills that a person asked for, ``(since, until)`` in milliseconds since 1970.
        store_view_id: the Commerce store view that copies are made in.
        website, website_id: the store view's website, by code and by number.
        customers: ``guest`` or ``account``.
        number_source: whose numbers copies carry, ``commerce`` or ``amazon``; ``prefix`` stands before Amazon's.
        status: a custom status for new copies; empty for Commerce's own.
        reserve_pending: hold stock for orders that are not paid yet.
        phone: what is written where Amazon gives no phone.
        ship_source: the source whose stock leaves when Amazon knows of a shipment that Commerce does not.
        sources: codes of the sources of the website's stock.
        carriers: Commerce's carrier code or title to Amazon's carrier code.
        cancel_call: cancel by one call for each order, where False cancels by one feed for all.
        cancelled_as: the status of a cancelled order's copy, ``canceled`` or ``complete``.
        regions: ``(country, region in capitals)`` to Commerce's ``(region_id, code)``, by name and by code.
        countries: two-letter codes that Commerce knows; empty while they were never read.
        currency: what copies are to be in; empty for the marketplace's own.
    """

    store: str
    seller_id: str
    site: Marketplace
    import_orders: bool = True
    connected_at: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    store_view_id: int = 1
    website: str = "base"
    website_id: int = 1
    customers: str = GUEST
    number_source: str = COMMERCE_NUMBERS
    prefix: str = "AMZ-"
    status: str = ""
    reserve_pending: bool = False
    payment_method: str = "checkmo"
    shipping_method: str = "flatrate_flatrate"
    phone: str = "0000000000"
    ship_source: str = ""
    sources: tuple[str, ...] = ()
    carriers: Mapping[str, str] = field(default_factory=dict)
    cancel_call: bool = False
    cancelled_as: str = CANCELED
    regions: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()
    currency: str = ""

    def takes(self, created_at: int) -> bool:
        """Return whether an order of this moment is the store's business: made since it was connected, or asked for.

        Arguments:
            created_at: milliseconds since 1970.
        """
        return created_at >= self.connected_at or any(since <= created_at < until for since, until in self.windows)
