"""Listings and their issues as the Listings Items API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon import attributes
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.amazon.listings import CONDITIONS, Issue, Listing, Shelf
from channelkit.sandbox.clock import timestamp
from channelkit.sandbox.pictures import SIZE


def shown(listing: Listing, shelf: Shelf, included: Sequence[str], at: float, pictures: str = "") -> dict[str, Any]:
    """Return a listing as the API shows it, with the parts that were asked for.

    Arguments:
        at: when it is shown, in Unix seconds; offers have the price that a sale makes then.
        pictures: where pictures of items are served; empty where nobody serves them.
    """
    place = shelf.marketplace
    body: dict[str, Any] = {"sku": listing.sku}
    if "summaries" in included:
        body["summaries"] = [_summary(listing, shelf, pictures)]
    if "attributes" in included:
        body["attributes"] = attributes.shown(listing, place)
    if "issues" in included:
        body["issues"] = [shown_issue(issue, shelf) for issue in listing.issues]
    if "offers" in included:
        body["offers"] = _offers(listing, place, at)
    if "fulfillmentAvailability" in included:
        body["fulfillmentAvailability"] = [
            {"fulfillmentChannelCode": entry["fulfillment_channel_code"]}
            | ({"quantity": entry["quantity"]} if "quantity" in entry else {})
            for entry in attributes.read(listing, place, attributes.AVAILABILITY)
        ]
    if "procurement" in included:
        body["procurement"] = []
    if "relationships" in included:
        body["relationships"] = [{"marketplaceId": place.id, "relationships": []}]
    if "productTypes" in included:
        body["productTypes"] = [{"marketplaceId": place.id, "productType": _product_type(listing)}]
    return body


def _offers(listing: Listing, place: Marketplace, at: float) -> list[dict[str, Any]]:
    business = attributes.price_of(attributes.read(listing, place, attributes.OFFER), place, attributes.BUSINESSES)
    prices = {
        "B2C": (attributes.CONSUMERS, attributes.price_at(listing, place, at)),
        "B2B": (attributes.BUSINESSES, business),
    }
    return [
        {
            "marketplaceId": place.id,
            "offerType": kind,
            "price": {"currencyCode": place.currency, "amount": str(attributes.major(price, place.digits))},
            "audience": {"value": audience},
        }
        for kind, (audience, price) in prices.items()
        if price is not None
    ]


def _summary(listing: Listing, shelf: Shelf, pictures: str) -> dict[str, Any]:
    summary: dict[str, Any] = {"marketplaceId": shelf.marketplace.id}
    item = listing.item
    if item is not None:
        summary["asin"] = item.asin
    summary["productType"] = _product_type(listing)
    summary["conditionType"] = CONDITIONS[listing.condition]
    summary["status"] = listing.status
    if listing.by_amazon:
        summary["fnSku"] = f"X{listing.number:09d}"
    title = listing.title or (item.title if item else "")
    if title:
        summary["itemName"] = title
    if item is not None and pictures:
        summary["mainImage"] = main_picture(item, pictures)
    summary["createdDate"] = timestamp(listing.created / 1000)
    summary["lastUpdatedDate"] = timestamp(listing.updated / 1000)
    return summary


def main_picture(item: Item, pictures: str) -> dict[str, Any]:
    """Return an item's main picture as the API shows it."""
    return {"link": f"{pictures}/{item.asin}.png", "height": SIZE, "width": SIZE}


def _product_type(listing: Listing) -> str:
    return listing.item.product_type if listing.item else "PRODUCT"


def shown_issue(issue: Issue, shelf: Shelf) -> dict[str, Any]:
    """Return an issue as the API shows it."""
    shown: dict[str, Any] = {
        "code": issue.code,
        "message": issue.message,
        "severity": issue.severity,
        "categories": list(issue.categories),
        "marketplaceIds": [shelf.marketplace.id],
    }
    if issue.attributes:
        shown["attributeNames"] = list(issue.attributes)
    if issue.actions:
        actions = [{"action": action} for action in issue.actions]
        shown["enforcements"] = {"actions": actions, "exemption": {"status": "NOT_EXEMPT"}}
    return shown
