"""What Amazon says of an offer's prices in its attributes, as columns: business and sale terms, and bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from channelkit.amazon.price_patches import BUSINESSES, CONSUMERS, FIRST_DAY, LAST_DAY, LISTED_AT, OFFER
from channelkit.model.marketplaces import Marketplace
from channelkit.model.offer_terms import NONE, read_sale, write_business, write_sale

COLUMNS = ("business", "sale", "list_price", "least_price", "largest_price")

Document = Mapping[str, Any]


def read_prices(attributes: Mapping[str, Any], marketplace: Marketplace) -> dict[str, Any]:
    """Return the values of `COLUMNS`; what an offer lacks is none, what cannot be read is not known.

    Arguments:
        attributes: of a listing, as the Listings Items API shows them.

    >>> from channelkit.model.marketplaces import marketplace
    >>> prices = [{"schedule": [{"value_with_tax": Decimal("9.90")}]}]
    >>> read_prices({"purchasable_offer": [{"audience": "B2B", "our_price": prices}]}, marketplace("US"))["business"]
    '{"price":990,"tiers":[]}'
    """
    offers = list(_here(attributes.get(OFFER) or (), marketplace))
    consumers, businesses = (_of(offers, audience) for audience in (CONSUMERS, BUSINESSES))
    return {
        "business": _business(businesses, marketplace),
        "sale": _sale(consumers, marketplace),
        "list_price": _list_price(attributes.get(LISTED_AT) or (), marketplace),
        "least_price": _price(consumers, "minimum_seller_allowed_price", marketplace),
        "largest_price": _price(consumers, "maximum_seller_allowed_price", marketplace),
    }


def without_sale(shown: int | None, attributes: Mapping[str, Any], marketplace: Marketplace) -> int | None:
    """Return the price of an offer where Amazon shows what a sale makes of it.

    Arguments:
        shown: what consumers pay now, in minor units.
    """
    consumers = _of(list(_here(attributes.get(OFFER) or (), marketplace)), CONSUMERS)
    sale = _sale(consumers, marketplace)
    usual = _price(consumers, "our_price", marketplace)
    is_sale = shown is not None and bool(sale) and read_sale(sale).price == shown
    return usual if is_sale and usual is not None else shown


def minor(amount: object, digits: int) -> int | None:
    """Return an amount in minor units, or None where it is none that the currency can have."""
    try:
        units = Decimal(str(amount)).scaleb(digits)
    except InvalidOperation:
        return None
    return int(units) if units.is_finite() and units == units.to_integral_value() else None


def _here(entries: Sequence[Document], marketplace: Marketplace) -> Iterator[Document]:
    """Yield the entries of an attribute that are about a marketplace, in its currency."""
    for entry in entries:
        place, currency = entry.get("marketplace_id", marketplace.id), entry.get("currency", marketplace.currency)
        if place == marketplace.id and currency == marketplace.currency:
            yield entry


def _of(offers: Sequence[Document], audience: str) -> Document:
    return next((offer for offer in offers if offer.get("audience", CONSUMERS) == audience), {})


def _steps(offer: Document, name: str) -> Iterator[Document]:
    for price in offer.get(name) or ():
        yield from price.get("schedule") or ()


def _price(offer: Document, name: str, marketplace: Marketplace) -> int | None:
    amounts = (step["value_with_tax"] for step in _steps(offer, name) if "value_with_tax" in step)
    return minor(next(amounts, None), marketplace.digits)


def _business(offer: Document, marketplace: Marketplace) -> str:
    price = _price(offer, "our_price", marketplace)
    if price is None:
        return NONE
    tiers = []
    for step in _steps(offer, "quantity_discount_plan"):
        is_percent = step.get("discount_type") == "percent"
        for level in step.get("levels") or ():
            value = level["value"]
            off = f"{Decimal(str(value)):f}%" if is_percent else str(minor(value, marketplace.digits))
            tiers.append((int(level["lower_bound"]), off))
    return write_business(price, tiers)


def _sale(offer: Document, marketplace: Marketplace) -> str:
    """Return an offer's sale; of several the first."""
    for step in _steps(offer, "discounted_price"):
        price = minor(step.get("value_with_tax"), marketplace.digits)
        if price is not None:
            first = _day(step.get("start_at"), marketplace, is_end=False)
            last = _day(step.get("end_at"), marketplace, is_end=True)
            return write_sale(price, "" if first <= FIRST_DAY else first, "" if last >= LAST_DAY else last)
    return NONE


def _day(moment: str | None, marketplace: Marketplace, *, is_end: bool) -> str:
    """Return the day in the marketplace that a moment falls on; a sale that ends at midnight ends the day before."""
    if not moment:
        return LAST_DAY if is_end else FIRST_DAY
    if len(moment) == len(FIRST_DAY):
        return date.fromisoformat(moment).isoformat()
    zone = ZoneInfo(marketplace.time_zone)
    at = datetime.fromisoformat(moment)
    local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    return (local - timedelta(seconds=1) if is_end else local).date().isoformat()


def _list_price(entries: Sequence[Document], marketplace: Marketplace) -> int | None:
    for entry in _here(entries, marketplace):
        amount = entry.get("value_with_tax", entry.get("value"))
        if amount is not None:
            return minor(amount, marketplace.digits)
    return None
