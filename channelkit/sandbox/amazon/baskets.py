"""What buyers pay and how soon they want it, drawn as the marketplaces have it."""

from __future__ import annotations

import random
from collections.abc import Mapping

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import price_at
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders import Charges, OrderLine

_TAX_ON_TOP = {"na": 825}
_TAX_INSIDE = {"eu": 1900, "fe": 1000}
_WHOLE = 10_000
"""Tax rates are in hundredths of a percent."""

DAY = 86_400_000
SERVICE_LEVELS = ("STANDARD", "STANDARD", "STANDARD", "STANDARD", "EXPEDITED", "SECOND_DAY", "NEXT_DAY")


def tax_included(place: Marketplace) -> bool:
    """Tell whether the prices that buyers see hold the tax; in America it comes on top."""
    return place.region not in _TAX_ON_TOP


def fill_basket(rng: random.Random, shelf: Shelf, basket: Mapping[str, int], at: float) -> list[OrderLine]:
    """Return the lines of an order: as many units as there are of each SKU, all fulfilled as the first one is.

    Arguments:
        basket: units by SKU; where the first one cannot be bought, nothing is.
        at: when it is bought, in Unix seconds.
    """
    first, lines = shelf.listings.get(next(iter(basket))), []
    for sku, wanted in basket.items():
        listing = shelf.listings.get(sku)
        price = None if listing is None else price_at(listing, shelf.marketplace, at)
        if first is None or listing is None or listing.item is None or price is None:
            continue
        if "BUYABLE" in listing.status and listing.by_amazon == first.by_amazon:
            units = min(wanted, listing.quantity)
            lines.append(OrderLine(sku, units, draw_charges(rng, price, units, shelf.marketplace)))
    return lines if lines and first is not None and lines[0].sku == first.sku else []


def draw_charges(rng: random.Random, price: int, units: int, place: Marketplace) -> Charges:
    """Return what so many units at a price cost: shipping now and then, a gift wrap or a discount rarely.

    Arguments:
        price: of one unit, in minor units of the marketplace's currency.
    """
    scale = 1 if place.digits else 100
    item = price * units
    shipping = 499 // scale * (rng.random() < 0.3)
    gift_wrap = 399 // scale * (rng.random() < 0.03)
    discount = item // 10 * (rng.random() < 0.05)
    taxed = item + gift_wrap - discount
    if place.region in _TAX_ON_TOP:
        # Where a state asks for none, there is none.
        rate = _TAX_ON_TOP[place.region] * (rng.random() < 0.85)
        taxes = _half_up(taxed * rate, _WHOLE), _half_up(shipping * rate, _WHOLE)
    else:
        rate = _TAX_INSIDE[place.region]
        taxes = _half_up(taxed * rate, _WHOLE + rate), _half_up(shipping * rate, _WHOLE + rate)
    return Charges(item, shipping, gift_wrap, 0, discount, *taxes)


def draw_windows(rng: random.Random, at: int) -> dict[str, int]:
    """Return when an order must be shipped and delivered, as fields of an order, in milliseconds.

    Arguments:
        at: when it was paid.
    """
    ship_by = at + int(rng.uniform(1.0, 2.0) * DAY)
    deliver_from = ship_by + int(rng.uniform(1.0, 2.0) * DAY)
    return {"ship_from": at, "ship_by": ship_by, "deliver_from": deliver_from, "deliver_by": deliver_from + 3 * DAY}


def _half_up(amount: int, whole: int) -> int:
    return (2 * amount + whole) // (2 * whole)
