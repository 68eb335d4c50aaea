"""A seller's listings in one marketplace, found by SKU and by the time of their last change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any

import msgspec

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.items import Item

MERCHANT = "DEFAULT"
CONDITIONS = {
    "1": "used_like_new",
    "2": "used_very_good",
    "3": "used_good",
    "4": "used_acceptable",
    "5": "collectible_like_new",
    "6": "collectible_very_good",
    "7": "collectible_good",
    "8": "collectible_acceptable",
    "10": "refurbished_refurbished",
    "11": "new_new",
}
"""Conditions: the report's numbers and the API's words."""

REFURBISHED = "10"


class Issue(msgspec.Struct, frozen=True):
    """One of Amazon's complaints about a listing; ``actions`` are what Amazon does because of it."""

    code: str
    message: str
    severity: str = "ERROR"
    categories: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


class Listing(msgspec.Struct, gc=False):
    """One listing as Amazon shows it now. Prices are in minor units, times in milliseconds since 1970.

    ``quantity`` is what the merchant offers, or what Amazon's warehouses hold; Amazon never shows the latter.
    ``list_price`` is what the seller says it costs elsewhere. ``attributes`` holds an attribute's whole value where it
    says more than prices, channel and quantity do.
    """

    sku: str
    item: Item | None
    number: int
    price: int | None
    quantity: int
    created: int
    updated: int
    channel: str = MERCHANT
    condition: str = "11"
    product_id: str = ""
    title: str = ""
    note: str = ""
    list_price: int | None = None
    group: str = "Migrated Template"
    pending: int = 0
    closed: bool = False
    issues: tuple[Issue, ...] = ()
    attributes: dict[str, list[dict[str, Any]]] | None = None

    @property
    def by_amazon(self) -> bool:
        """Amazon fulfils it."""
        return self.channel.startswith("AMAZON_")

    @property
    def incomplete(self) -> bool:
        """Amazon misses something that it needs to show it at all."""
        if self.item is None:
            return True
        return any(
            issue.severity == "ERROR" and any(category.startswith("MISSING_") for category in issue.categories)
            for issue in self.issues
        )

    @property
    def status(self) -> list[str]:
        """Return BUYABLE and DISCOVERABLE, each where it holds."""
        if self.closed:
            return []
        if self.issues or self.item is None:
            actions = {action for issue in self.issues for action in issue.actions}
            if self.incomplete or "CATALOG_ITEM_REMOVED" in actions:
                return []
            if "LISTING_SUPPRESSED" in actions:
                return ["DISCOVERABLE"]
            if "SEARCH_SUPPRESSED" in actions:
                return ["BUYABLE"] if self.quantity > 0 and self.price else []
        return ["BUYABLE", "DISCOVERABLE"] if self.quantity > 0 and self.price else ["DISCOVERABLE"]

    @property
    def report_status(self) -> str:
        """Return the word of the report's status column."""
        if self.incomplete:
            return "Incomplete"
        return "Active" if "BUYABLE" in self.status else "Inactive"


class Shelf:
    """The listings of one seller in one marketplace.

    Every change is told to ``touch``. Its log, sorted by time because time only moves on, finds what changed in a
    window without looking at every listing; an entry counts only while the listing's own time is still the entry's.
    """

    def __init__(self, seller_id: str, marketplace: Marketplace) -> None:
        self.seller_id = seller_id
        self.marketplace = marketplace
        self.listings: dict[str, Listing] = {}
        self._changes: list[tuple[int, str]] | None = None
        self._births: list[tuple[int, str]] | None = None
        self._by_asin: dict[str, list[Listing]] | None = None

    def __len__(self) -> int:
        return len(self.listings)

    def add(self, listing: Listing) -> Listing:
        """Put a listing on the shelf."""
        self.listings[listing.sku] = listing
        if self._changes is not None:
            insort(self._changes, (listing.updated, listing.sku))
        if self._births is not None:
            insort(self._births, (listing.created, listing.sku))
        self._by_asin = None
        return listing

    def remove(self, sku: str) -> None:
        """Take a listing off the shelf; nothing tells of it afterwards."""
        del self.listings[sku]
        self._by_asin = None

    def touch(self, listing: Listing, at: int) -> None:
        """Say that a listing changed, at a time in milliseconds."""
        listing.updated = max(listing.updated + 1, at)
        if self._changes is not None:
            insort(self._changes, (listing.updated, listing.sku))

    def changed(self, since: int | None, until: int | None) -> Iterator[Listing]:
        """Yield the listings last changed in a window, the oldest first; each end belongs to it."""
        if self._changes is None:
            self._changes = sorted((listing.updated, sku) for sku, listing in self.listings.items())
        for at, sku in self._changes[_window(self._changes, since, until)]:
            listing = self.listings.get(sku)
            if listing is not None and listing.updated == at:
                yield listing

    def created(self, since: int | None, until: int | None) -> Iterator[Listing]:
        """Yield the listings created in a window, the oldest first; each end belongs to it."""
        if self._births is None:
            self._births = sorted((listing.created, sku) for sku, listing in self.listings.items())
        for at, sku in self._births[_window(self._births, since, until)]:
            listing = self.listings.get(sku)
            if listing is not None and listing.created == at:
                yield listing

    def with_asin(self, asin: str) -> list[Listing]:
        """Return the listings of one ASIN."""
        if self._by_asin is None:
            index: dict[str, list[Listing]] = {}
            for listing in self.listings.values():
                if listing.item is not None:
                    index.setdefault(listing.item.asin, []).append(listing)
            self._by_asin = index
        return self._by_asin.get(asin, [])


def _window(log: list[tuple[int, str]], since: int | None, until: int | None) -> slice:
    first = 0 if since is None else bisect_left(log, since, key=_time)
    last = len(log) if until is None else bisect_right(log, until, key=_time)
    return slice(first, last)


def _time(entry: tuple[int, str]) -> int:
    return entry[0]
