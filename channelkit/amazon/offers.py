"""Patches of offers: what is to change of one listing's terms, and nothing else of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from channelkit.amazon.client import Amazon
from channelkit.amazon.operations import PATCH_LISTING, PREVIEW_PATCH
from channelkit.amazon.price_patches import Entries, Patch, price_patches
from channelkit.amazon.submission import Submission, read_submission, taken
from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.marketplaces import Marketplace

ANY_PRODUCT = "PRODUCT"
"""The product type that offers of any type can be patched with."""

MERCHANTS_CHANNEL = "DEFAULT"
PREVIEW = ("mode", "VALIDATION_PREVIEW")


def patch_offer(
    amazon: Amazon,
    marketplace: Marketplace,
    seller_sku: str,
    product_type: str,
    *,
    price: Decimal | None = None,
    quantity: int | None = None,
    condition: str | None = None,
    notes: str | None = None,
    handling: int | None = None,
    fulfillment: str | None = None,
    business: str | None = None,
    sale: str | None = None,
    list_price: Decimal | None = None,
    preview: bool = False,
) -> Submission:
    """Change some terms of one listing, and nothing else of it, in one call.

    Arguments:
        product_type: Amazon's, or empty where it is not known.
        preview: let Amazon say what it would say, and change nothing; what it finds invalid is an answer then.
        The other arguments are those of `write_patches`.

    Raises:
        RefusedError: Amazon finds it invalid, also under status 200; the message has Amazon's words.
    """
    patches = write_patches(
        marketplace,
        price=price,
        quantity=quantity,
        condition=condition,
        notes=notes,
        handling=handling,
        fulfillment=fulfillment,
        business=business,
        sale=sale,
        list_price=list_price,
    )
    operation = PREVIEW_PATCH if preview else PATCH_LISTING
    answer = amazon.transport.call(
        operation,
        {"seller_id": amazon.seller_id, "seller_sku": seller_sku},
        write_address(marketplace, preview=preview),
        {"productType": product_type or ANY_PRODUCT, "patches": patches},
    )
    return read_submission(answer, operation) if preview else taken(answer, operation)


def write_patches(
    marketplace: Marketplace,
    *,
    price: Decimal | None = None,
    quantity: int | None = None,
    condition: str | None = None,
    notes: str | None = None,
    handling: int | None = None,
    fulfillment: str | None = None,
    business: str | None = None,
    sale: str | None = None,
    list_price: Decimal | None = None,
) -> list[Patch]:
    """Return the patches that change these terms; what is None is left as it is.

    Prices, quantity and handling time are merged: replacing would erase what is not ours, such as the bounds of the
    price, other buyers' offers and restock dates. Who fulfils is switched by replacing, because merging another channel
    only adds one (traps 12 and 13 of the Listings Items API).

    Arguments:
        price: in the marketplace's currency, with its decimals.
        quantity: units that the merchant ships; never written where Amazon fulfils.
        condition: in Amazon's words, such as ``used_good``.
        notes: on the condition; an empty text takes them away.
        handling: days until the merchant has shipped; never written where Amazon fulfils.
        fulfillment: ``merchant`` or ``amazon``, to switch; the merchant begins with ``quantity``, or with none.
        business, sale, list_price: those of `channelkit.amazon.price_patches.price_patches`.

    Raises:
        RefusedError: one of the prices is none in the marketplace's currency.

    >>> from channelkit.model.marketplaces import marketplace
    >>> [patch["op"] for patch in write_patches(marketplace("US"), quantity=3, notes="")]
    ['merge', 'delete']
    >>> write_patches(marketplace("US"), fulfillment="amazon", quantity=3)[0]["value"]
    [{'fulfillment_channel_code': 'AMAZON_NA'}]
    """
    patches = price_patches(marketplace, price=price, business=business, sale=sale, list_price=list_price)
    if fulfillment is not None:
        entries = availability_entries(marketplace, fulfillment, quantity or 0, handling)
        patches.append(_patch("replace", "fulfillment_availability", entries))
    elif quantity is not None or handling is not None:
        entries = availability_entries(marketplace, MERCHANT, quantity, handling)
        patches.append(_patch("merge", "fulfillment_availability", entries))
    if condition is not None:
        patches.append(_patch("replace", "condition_type", [{"value": condition, **_here(marketplace)}]))
    if notes is not None:
        entries = note_entries(marketplace, notes)
        patches.append(_patch("replace" if notes else "delete", "condition_note", entries))
    return patches


def availability_entries(
    marketplace: Marketplace, fulfillment: str, quantity: int | None, handling: int | None
) -> Entries:
    """Return who fulfils and what is there as an attribute's value; where Amazon fulfils, only who.

    Arguments:
        fulfillment: ``merchant`` or ``amazon``.
        quantity, handling: units and days; left out where they are None.
    """
    if fulfillment == BY_AMAZON:
        return [{"fulfillment_channel_code": amazon_channel(marketplace)}]
    entry: dict[str, Any] = {"fulfillment_channel_code": MERCHANTS_CHANNEL}
    if quantity is not None:
        entry["quantity"] = quantity
    if handling is not None:
        entry["lead_time_to_ship_max_days"] = handling
    return [entry]


def note_entries(marketplace: Marketplace, notes: str) -> Entries:
    """Return a note on the condition as an attribute's value; an empty one names what is to go."""
    selector = {"language_tag": marketplace.locale, **_here(marketplace)}
    return [{"value": notes, **selector} if notes else selector]


def amazon_channel(marketplace: Marketplace) -> str:
    """Return what Amazon's own fulfilment is called in a marketplace.

    North America and Europe each have one network; elsewhere each country has its own.

    >>> from channelkit.model.marketplaces import marketplace
    >>> [amazon_channel(marketplace(country)) for country in ("CA", "DE", "IN", "JP")]
    ['AMAZON_NA', 'AMAZON_EU', 'AMAZON_IN', 'AMAZON_JP']
    """
    if marketplace.region == "fe" or marketplace.country == "IN":
        return f"AMAZON_{marketplace.country}"
    return f"AMAZON_{marketplace.region.upper()}"


def write_address(marketplace: Marketplace, *, preview: bool = False) -> list[tuple[str, str]]:
    """Return the query of a write: exactly one marketplace, and the language of Amazon's words."""
    query = [("marketplaceIds", marketplace.id), ("issueLocale", "en_US")]
    return [*query, PREVIEW] if preview else query


def _patch(op: str, name: str, entries: Entries) -> Patch:
    return {"op": op, "path": f"/attributes/{name}", "value": entries}


def _here(marketplace: Marketplace) -> dict[str, Any]:
    return {"marketplace_id": marketplace.id}
