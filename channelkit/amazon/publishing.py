"""New listings and their end: an offer for an item that Amazon's catalog has, put whole, and taken away again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from channelkit.amazon.client import Amazon
from channelkit.amazon.offers import ANY_PRODUCT, availability_entries, note_entries, write_address
from channelkit.amazon.operations import DELETE_LISTING, PREVIEW_PUT, PUT_LISTING
from channelkit.amazon.price_patches import price_entries
from channelkit.amazon.submission import Submission, read_submission, taken
from channelkit.model.decisions import BY_AMAZON
from channelkit.model.marketplaces import Marketplace

OFFER_ONLY = "LISTING_OFFER_ONLY"
NEW = "new_"
"""How conditions begin that take no note."""


@dataclass(frozen=True)
class Offer:
    """The terms of a new listing.

    Arguments:
        asin: Amazon's catalog item.
        condition: in Amazon's words, such as ``used_good``.
        notes: on the condition; a new thing has none.
        price: in the marketplace's currency, with its decimals.
        quantity: units that the merchant ships; None where Amazon fulfils.
        handling: days until the merchant has shipped, or None for Amazon's own default.
        fulfillment: ``merchant`` or ``amazon``.
        product_type: Amazon's, or empty where it is not known.
        attributes: what else the definition of the product type asks of an offer, as it goes over the wire.
        tax_code: Amazon's product tax code; empty leaves Amazon's own (LS-08).
    """

    asin: str
    condition: str
    price: Decimal
    quantity: int | None
    fulfillment: str
    notes: str = ""
    handling: int | None = None
    product_type: str = ""
    attributes: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    tax_code: str = ""


def put_listing(
    amazon: Amazon, marketplace: Marketplace, seller_sku: str, offer: Offer, *, preview: bool = False
) -> Submission:
    """Offer an item of Amazon's catalog under a seller SKU (AC-01).

    A put takes the place of all that was there: look the seller SKU up first.

    Arguments:
        preview: let Amazon say what it would say, and change nothing; what it finds invalid is an answer then.

    Raises:
        RefusedError: Amazon finds it invalid, also under status 200; the message has Amazon's words.
    """
    operation = PREVIEW_PUT if preview else PUT_LISTING
    answer = amazon.transport.call(
        operation,
        {"seller_id": amazon.seller_id, "seller_sku": seller_sku},
        write_address(marketplace, preview=preview),
        write_offer(marketplace, offer),
    )
    return read_submission(answer, operation) if preview else taken(answer, operation)


def write_offer(marketplace: Marketplace, offer: Offer) -> dict[str, Any]:
    """Return the body that makes an offer: product type, requirements, attributes.

    >>> from channelkit.model.marketplaces import marketplace
    >>> offer = Offer("B000000001", "new_new", Decimal("19.90"), 3, "merchant", notes="As new.")
    >>> sorted(write_offer(marketplace("US"), offer)["attributes"])
    ['condition_type', 'fulfillment_availability', 'merchant_suggested_asin', 'purchasable_offer']
    """
    here = {"marketplace_id": marketplace.id}
    # Where Amazon fulfils, what it has is not ours to say.
    quantity = None if offer.fulfillment == BY_AMAZON else offer.quantity or 0
    attributes: dict[str, Any] = {
        **offer.attributes,
        "merchant_suggested_asin": [{"value": offer.asin, **here}],
        "condition_type": [{"value": offer.condition, **here}],
        "purchasable_offer": price_entries(marketplace, offer.price),
        "fulfillment_availability": availability_entries(marketplace, offer.fulfillment, quantity, offer.handling),
    }
    if offer.notes and not offer.condition.startswith(NEW):
        attributes["condition_note"] = note_entries(marketplace, offer.notes)
    if offer.tax_code:
        attributes["product_tax_code"] = [{"value": offer.tax_code, **here}]
    return {"productType": offer.product_type or ANY_PRODUCT, "requirements": OFFER_ONLY, "attributes": attributes}


def delete_listing(amazon: Amazon, marketplace: Marketplace, seller_sku: str) -> Submission:
    """End a listing in one marketplace (AC-02); what is offered elsewhere under its seller SKU stays.

    Raises:
        RefusedError: Amazon does not take it; the message has Amazon's words.
    """
    answer = amazon.transport.call(
        DELETE_LISTING,
        {"seller_id": amazon.seller_id, "seller_sku": seller_sku},
        write_address(marketplace),
    )
    return taken(answer, DELETE_LISTING)
