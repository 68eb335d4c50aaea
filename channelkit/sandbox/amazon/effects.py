"""What accepted writes do once Amazon gets to them: patches, new listings, and listings that go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from channelkit.sandbox.amazon import attributes
from channelkit.sandbox.amazon.attributes import ASIN, AVAILABILITY, CONDITION, NOTE, OFFER, Document
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.amazon.listings import REFURBISHED, Issue, Listing, Shelf
from channelkit.sandbox.amazon.submissions import Patch

if TYPE_CHECKING:
    from channelkit.sandbox.amazon.state import AmazonState

Happening = Callable[[float], None]

NOT_RENEWED = Issue(
    "99031",
    "Refurbished offers need Amazon Renewed, and the word 'Renewed' in the item's title.",
    "ERROR",
    ("QUALIFICATION_REQUIRED",),
    ("condition_type",),
    ("LISTING_SUPPRESSED",),
)

OUT_OF_BOUNDS = Issue(
    "99032",
    "The price is below the minimum or above the maximum that the seller has set. Mend the price, or the bounds.",
    "ERROR",
    ("INVALID_PRICE",),
    (OFFER,),
    ("LISTING_SUPPRESSED",),
)


def patching(state: AmazonState, shelf: Shelf, sku: str, patch: Patch) -> Happening:
    """Return what a patch does when its time has come."""

    def happen(at: float) -> None:
        # Stock is one for the SKU wherever the seller offers it; a price is the marketplace's own.
        shelves = state.accounts[shelf.seller_id].shelves.values() if patch.name == AVAILABILITY else [shelf]
        for each in shelves:
            listing = each.listings.get(sku)
            if listing is not None:
                before = attributes.read(listing, each.marketplace, patch.name)
                after = attributes.patched(patch.name, before, patch.op, patch.value)
                attributes.write(listing, each.marketplace, patch.name, after)
                each.touch(listing, int(at * 1000))
        if patch.name == CONDITION:
            look_at(state, shelf, sku, at)
        elif patch.name == OFFER:
            _look_at_price(state, shelf, sku, at)

    return happen


def listing(
    state: AmazonState, shelf: Shelf, sku: str, item: Item, document: Mapping[str, Sequence[Mapping[str, object]]]
) -> Happening:
    """Return what a whole listing does when its time has come: it stands, over whatever was there."""

    def happen(at: float) -> None:
        made = shelf.listings.get(sku)
        if made is None:
            made = state.add_listing(shelf, sku, item, price=None, quantity=0, created=at)
        made.item, made.attributes, made.closed, made.note, made.list_price = item, None, False, "", None
        further = [name for name in document if name not in (ASIN, CONDITION, NOTE, OFFER, AVAILABILITY)]
        for name in (CONDITION, NOTE, OFFER, AVAILABILITY, *further):
            if document.get(name) or name != CONDITION:
                value: Document = [dict(entry) for entry in document.get(name, ())]
                attributes.write(made, shelf.marketplace, name, value)
        state.coming.pop((shelf.seller_id, shelf.marketplace.id, sku), None)
        shelf.touch(made, int(at * 1000))
        look_at(state, shelf, sku, at)

    return happen


def removal(shelf: Shelf, sku: str) -> Happening:
    """Return what the end of a listing does when its time has come."""

    def happen(_at: float) -> None:
        if sku in shelf.listings:
            shelf.remove(sku)

    return happen


def look_at(state: AmazonState, shelf: Shelf, sku: str, at: float) -> None:
    """Let Amazon look at an offer's condition; it takes its time, and then suppresses what is not allowed."""

    def happen(at: float) -> None:
        found = shelf.listings.get(sku)
        if found is None:
            return
        has_complaint = any(issue.code == NOT_RENEWED.code for issue in found.issues)
        if found.condition == REFURBISHED and "renewed" not in _title(found).lower():
            if not has_complaint:
                state.complain(shelf, sku, NOT_RENEWED, at)
        elif has_complaint:
            state.relent(shelf, sku, NOT_RENEWED.code, at)

    state.later(at + state.random.uniform(*state.lags.approval), happen)


def _look_at_price(state: AmazonState, shelf: Shelf, sku: str, at: float) -> None:
    """Suppress an offer whose price is outside the seller's own bounds, and let one inside them be sold again."""
    found = shelf.listings.get(sku)
    if found is None:
        return
    least, largest = attributes.bounds_of(attributes.read(found, shelf.marketplace, OFFER), shelf.marketplace)
    price = found.price
    is_outside = price is not None and (price < (least or price) or price > (largest or price))
    has_complaint = any(issue.code == OUT_OF_BOUNDS.code for issue in found.issues)
    if is_outside and not has_complaint:
        state.complain(shelf, sku, OUT_OF_BOUNDS, at)
    elif has_complaint and not is_outside:
        state.relent(shelf, sku, OUT_OF_BOUNDS.code, at)


def _title(found: Listing) -> str:
    return found.title or (found.item.title if found.item else "")
