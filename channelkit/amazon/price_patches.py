"""Patches of prices: what consumers and businesses pay, sales, and the price that Amazon strikes through.

An offer's prices are parts of one attribute. They are merged, each beside what it belongs to, so that whatever is
not named stays as it is; a part that is to go is merged as null (Listings Items, "Manage purchasable offer").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from channelkit.amazon.operations import PATCH_LISTING
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.offer_terms import NONE, read_business, read_sale

OFFER, LISTED_AT = "purchasable_offer", "list_price"
CONSUMERS, BUSINESSES = "ALL", "B2B"
"""Whom an offer is for, in Amazon's words."""

FIRST_DAY, LAST_DAY = "2000-01-01", "2099-12-31"
"""Amazon asks a sale for both its days; these stand for an open one."""

UNTAXED = ("US", "CA")
"""Countries whose list price is told without tax."""

MOST_TIERS = 5

Patch = dict[str, Any]
Entries = list[dict[str, Any]]


def price_patches(
    marketplace: Marketplace,
    *,
    price: Decimal | None = None,
    business: str | None = None,
    sale: str | None = None,
    list_price: Decimal | None = None,
) -> list[Patch]:
    """Return the patches that change these prices, and nothing else of the offer (trap 13 of the Listings Items API).

    Arguments:
        price: in the marketplace's currency, with its decimals.
        business, sale: as `channelkit.model.offer_terms` writes them; an empty text takes them away.
        list_price: like the price; nought takes it away.

    Raises:
        RefusedError: one of them is no price, or has decimals that the currency has not; nothing may be sent then.

    >>> from channelkit.model.marketplaces import marketplace
    >>> [patch["op"] for patch in price_patches(marketplace("US"), business="", list_price=Decimal(30))]
    ['delete', 'replace']
    >>> price_patches(marketplace("JP"), sale="")[0]["value"][0]["discounted_price"] is None
    True
    """
    entries, patches = Entries(), list[Patch]()
    if price is not None or sale is not None:
        parts: dict[str, Any] = {} if price is None else {"our_price": schedule(_amount(price, marketplace))}
        if sale is not None:
            parts["discounted_price"] = None if sale == NONE else _sale(sale, marketplace)
        entries.append(_selector(marketplace, CONSUMERS) | parts)
    if business:
        entries.append(_selector(marketplace, BUSINESSES) | _business(business, marketplace))
    if entries:
        patches.append(_patch("merge", OFFER, entries))
    if business == NONE:
        # Its price cannot be merged away, since no offer may be without one.
        patches.append(_patch("delete", OFFER, [_selector(marketplace, BUSINESSES)]))
    if list_price is not None:
        here = {"currency": marketplace.currency, "marketplace_id": marketplace.id}
        if list_price:
            part = "value" if marketplace.country in UNTAXED else "value_with_tax"
            patches.append(_patch("replace", LISTED_AT, [{part: _amount(list_price, marketplace), **here}]))
        else:
            patches.append(_patch("delete", LISTED_AT, [here]))
    return patches


def price_entries(marketplace: Marketplace, price: Decimal) -> Entries:
    """Return a price as an attribute's value.

    Raises:
        RefusedError: the price is not above nought, or has decimals that the currency has not.
    """
    return [_selector(marketplace, CONSUMERS) | {"our_price": schedule(_amount(price, marketplace))}]


def schedule(amount: Decimal | int, **more: Any) -> list[dict[str, Any]]:
    """Return an amount as a price of an offer has it."""
    return [{"schedule": [{"value_with_tax": amount, **more}]}]


def _sale(text: str, marketplace: Marketplace) -> list[dict[str, Any]]:
    """Return a sale as a price of an offer has it: both days, whole, in the marketplace's own time."""
    try:
        sale = read_sale(text)
        first, last = (date.fromisoformat(day) for day in (sale.first_day or FIRST_DAY, sale.last_day or LAST_DAY))
    except (msgspec.DecodeError, ValueError) as error:
        raise _refused(f"{text!r} is no sale", marketplace) from error
    if last < first:
        raise _refused(f"a sale that ends on {last}, before it begins on {first}", marketplace)
    begins, ends = _midnight(first, marketplace), _midnight(last + timedelta(days=1), marketplace)
    days = {"start_at": _moment(begins), "end_at": _moment(ends - timedelta(seconds=1))}
    return schedule(_amount(_major(sale.price, marketplace), marketplace), **days)


def _business(text: str, marketplace: Marketplace) -> dict[str, Any]:
    """Return what businesses pay as parts of an offer; without tiers those that were there go."""
    try:
        business = read_business(text)
    except msgspec.DecodeError as error:
        raise _refused(f"{text!r} is no business price", marketplace) from error
    plan = _plan(business.tiers, marketplace) if business.tiers else None
    amount = _amount(_major(business.price, marketplace), marketplace)
    return {"our_price": schedule(amount), "quantity_discount_plan": plan}


def _plan(tiers: Sequence[tuple[int, str]], marketplace: Marketplace) -> list[dict[str, Any]]:
    is_percent = [off.endswith("%") for _, off in tiers]
    if len(tiers) > MOST_TIERS or len(set(is_percent)) > 1 or len({count for count, _ in tiers}) < len(tiers):
        words = f"{tiers}, which is not at most {MOST_TIERS} different quantities, all in percent or none"
        raise _refused(words, marketplace)
    kind = "percent" if is_percent[0] else "fixed"
    levels = [{"lower_bound": count, "value": _worth(off, marketplace)} for count, off in tiers]
    return [{"schedule": [{"discount_type": kind, "levels": levels}]}]


def _worth(off: str, marketplace: Marketplace) -> Decimal | int:
    try:
        if not off.endswith("%"):
            return _amount(_major(int(off), marketplace), marketplace)
        share = Decimal(off[:-1])
        if 0 < share < 100:
            return share
    except (InvalidOperation, ValueError) as error:
        raise _refused(f"{off!r} of a quantity discount", marketplace) from error
    raise _refused(f"{off!r} of a quantity discount", marketplace)


def _amount(price: Decimal, marketplace: Marketplace) -> Decimal | int:
    """Return an amount as it goes over the wire: yen have no decimals and must not be written with any (trap 20)."""
    scaled = price.scaleb(marketplace.digits)
    if price <= 0 or scaled != scaled.to_integral_value():
        raise _refused(str(price), marketplace)
    return int(price) if marketplace.digits == 0 else price


def _refused(what: str, marketplace: Marketplace) -> RefusedError:
    return RefusedError(
        f"{what} is no price in {marketplace.currency}; nothing was sent.",
        "Look at the price rule and the price in Commerce.",
        system="amazon",
        operation=PATCH_LISTING.name,
        code="NoPrice",
    )


def _major(units: int, marketplace: Marketplace) -> Decimal:
    return Decimal(units).scaleb(-marketplace.digits)


def _midnight(day: date, marketplace: Marketplace) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(marketplace.time_zone)).astimezone(UTC)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _selector(marketplace: Marketplace, audience: str) -> dict[str, Any]:
    """Return what tells one offer of the attribute from the others."""
    return {"marketplace_id": marketplace.id, "currency": marketplace.currency, "audience": audience}


def _patch(op: str, name: str, entries: Entries) -> Patch:
    return {"op": op, "path": f"/attributes/{name}", "value": entries}
