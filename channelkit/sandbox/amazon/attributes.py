"""The attributes of a listing as documents: read, patched by Amazon's rules, written back.

An attribute is a list of objects. Objects are told apart by their selectors: a price by marketplace and audience, an
availability by its channel. ``add`` puts in or puts over, ``replace`` leaves nothing of what was, ``merge`` changes
only the fields that it names and takes away those that it names as null, ``delete`` takes away what its selectors name,
or everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.listings import CONDITIONS, MERCHANT, Listing

OFFER = "purchasable_offer"
AVAILABILITY = "fulfillment_availability"
LIST_PRICE = "list_price"
CONDITION, NOTE, ASIN = "condition_type", "condition_note", "merchant_suggested_asin"
SHOWN = (CONDITION, NOTE, ASIN, OFFER, AVAILABILITY, LIST_PRICE)
UNTAXED = ("US", "CA")
"""Countries whose list price is told without tax."""

SELECTORS = {
    OFFER: ("marketplace_id", "audience"),
    AVAILABILITY: ("fulfillment_channel_code",),
    NOTE: ("marketplace_id", "language_tag"),
}
CONSUMERS, BUSINESSES = "ALL", "B2B"
DEFAULTS = {"audience": CONSUMERS}
NUMBERS = {word: number for number, word in CONDITIONS.items()}
NEW = NUMBERS["new_new"]

Document = list[dict[str, Any]]


def read(listing: Listing, marketplace: Marketplace, name: str) -> Document:
    """Return an attribute of a listing; empty where it has none."""
    if listing.attributes is not None and name in listing.attributes:
        return [dict(entry) for entry in listing.attributes[name]]
    here = {"marketplace_id": marketplace.id}
    found: Document = []
    if name == OFFER and listing.price is not None:
        amount = major(listing.price, marketplace.digits)
        price = [{"schedule": [{"value_with_tax": amount}]}]
        found = [{**here, "currency": marketplace.currency, "audience": CONSUMERS, "our_price": price}]
    elif name == AVAILABILITY:
        found = [{"fulfillment_channel_code": listing.channel}]
        if not listing.by_amazon:
            found = [{"fulfillment_channel_code": MERCHANT, "quantity": listing.quantity}]
    elif name == CONDITION:
        found = [{"value": CONDITIONS[listing.condition], **here}]
    elif name == NOTE and listing.note:
        found = [{"value": listing.note, "language_tag": marketplace.locale, **here}]
    elif name == ASIN and listing.item is not None:
        found = [{"value": listing.item.asin, **here}]
    elif name == LIST_PRICE and listing.list_price is not None:
        part = "value" if marketplace.country in UNTAXED else "value_with_tax"
        found = [{part: major(listing.list_price, marketplace.digits), "currency": marketplace.currency, **here}]
    return found


def write(listing: Listing, marketplace: Marketplace, name: str, document: Document) -> None:
    """Make a document the attribute's value: the listing's price, channel and quantity follow from it."""
    attributes = dict(listing.attributes or {})
    attributes.pop(name, None)
    if name == OFFER:
        listing.price = price_of(document, marketplace)
    elif name == AVAILABILITY:
        _follow_availability(listing, document)
    elif name == CONDITION:
        listing.condition = NUMBERS.get(str(document[0].get("value")), listing.condition) if document else NEW
    elif name == NOTE:
        listing.note = str(document[0].get("value", "")) if document else ""
    elif name == LIST_PRICE:
        listing.list_price = None
    listing.attributes = attributes or None
    if read(listing, marketplace, name) != document:
        attributes[name] = document
        listing.attributes = attributes


def _follow_availability(listing: Listing, document: Document) -> None:
    channels = [str(entry.get("fulfillment_channel_code", MERCHANT)) for entry in document]
    fulfilled = next((channel for channel in channels if channel.startswith("AMAZON_")), None)
    if fulfilled is not None:
        if not listing.by_amazon:
            # What the merchant holds is not in Amazon's warehouses.
            listing.quantity = 0
        # An entry for the merchant beside Amazon's switches nothing; the units stay Amazon's.
        listing.channel = fulfilled
        return
    if listing.by_amazon:
        listing.quantity = 0
    listing.channel = MERCHANT
    for entry in document:
        if entry.get("fulfillment_channel_code") == MERCHANT:
            listing.quantity = int(entry.get("quantity", 0))
            return
    listing.quantity = 0


def price_of(document: Document, marketplace: Marketplace, audience: str = CONSUMERS) -> int | None:
    """Return what an offer to some buyers asks, in minor units, whatever sale there is."""
    return _first_price(document, marketplace, audience, "our_price")


def bounds_of(document: Document, marketplace: Marketplace) -> tuple[int | None, int | None]:
    """Return the least and the largest price that the seller lets an offer have, in minor units."""
    least, largest = "minimum_seller_allowed_price", "maximum_seller_allowed_price"
    return (
        _first_price(document, marketplace, CONSUMERS, least),
        _first_price(document, marketplace, CONSUMERS, largest),
    )


def _first_price(document: Document, marketplace: Marketplace, audience: str, name: str) -> int | None:
    for entry in document:
        if entry.get("audience", CONSUMERS) == audience:
            for price in entry.get(name) or []:
                for step in price.get("schedule") or []:
                    if "value_with_tax" in step:
                        return minor(step["value_with_tax"], marketplace.digits)
    return None


def price_at(listing: Listing, marketplace: Marketplace, at: float) -> int | None:
    """Return what a consumer pays at a time in Unix seconds: the price, or what a sale makes of it then."""
    if not (listing.attributes or {}).get(OFFER):
        return listing.price
    moment = datetime.fromtimestamp(at, UTC)
    for entry in read(listing, marketplace, OFFER):
        if entry.get("audience", CONSUMERS) == CONSUMERS:
            for price in entry.get("discounted_price") or []:
                for step in price.get("schedule") or []:
                    begins = _moment(step["start_at"], marketplace)
                    if begins <= moment <= _moment(step["end_at"], marketplace, days=1):
                        return minor(step["value_with_tax"], marketplace.digits)
    return listing.price


def _moment(text: str, marketplace: Marketplace, days: int = 0) -> datetime:
    """Return a moment of a schedule; a mere date is the marketplace's own midnight, or as many days later."""
    zone = ZoneInfo(marketplace.time_zone)
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-01-31"):
        return datetime.combine(moment.date() + timedelta(days=days), time(), zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def patched(name: str, document: Document, op: str, value: Sequence[Mapping[str, Any]]) -> Document:
    """Return the document after one patch.

    >>> document = [{"fulfillment_channel_code": "DEFAULT", "quantity": 3, "lead_time_to_ship_max_days": 4}]
    >>> change = [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}]
    >>> patched(AVAILABILITY, document, "merge", change)[0]["lead_time_to_ship_max_days"]
    4
    >>> patched(AVAILABILITY, document, "replace", change)
    [{'fulfillment_channel_code': 'DEFAULT', 'quantity': 7}]
    """
    given = [dict(entry) for entry in value]
    if op == "replace":
        return given
    if op == "delete":
        gone = [_selected(name, entry) for entry in given]
        return [dict(entry) for entry in document if _selected(name, entry) not in gone] if given else []
    result = [dict(entry) for entry in document]
    for entry in given:
        stays = {name: part for name, part in entry.items() if part is not None}
        place = next((i for i, known in enumerate(result) if _selected(name, known) == _selected(name, entry)), None)
        if place is None:
            result.append(stays)
        elif op == "merge":
            kept = {name: part for name, part in result[place].items() if name in stays or name not in entry}
            result[place] = {**kept, **stays}
        else:
            result[place] = entry
    return result


def _selected(name: str, entry: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(entry.get(field, DEFAULTS.get(field)) for field in SELECTORS.get(name, ("marketplace_id",)))


def shown(listing: Listing, marketplace: Marketplace) -> dict[str, Document]:
    """Return all attributes of a listing, as ``includedData=attributes`` shows them."""
    found = {name: read(listing, marketplace, name) for name in SHOWN}
    title = listing.title or (listing.item.title if listing.item else "")
    if title:
        found["item_name"] = [{"value": title, "language_tag": marketplace.locale, "marketplace_id": marketplace.id}]
    for name, document in (listing.attributes or {}).items():
        found[name] = document
    return {name: document for name, document in found.items() if document}


def major(amount: int, digits: int) -> Decimal:
    """Return minor units as an amount of money.

    >>> major(1999, 2), major(1980, 0)
    (Decimal('19.99'), Decimal('1980'))
    """
    return Decimal(amount).scaleb(-digits)


def minor(amount: Decimal | int, digits: int) -> int | None:
    """Return an amount of money in minor units; None where it has more decimals than the currency."""
    scaled = Decimal(amount).scaleb(digits)
    return int(scaled) if scaled == scaled.to_integral_value() else None
