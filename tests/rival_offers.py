"""What tests of prices ask of the sandbox, and which rivals they let stand beside a listing."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.amazon.listings import Listing
from channelkit.sandbox.amazon.rivals import Offer
from tests.amazon_caller import AmazonCaller

SUMMARY = "/batches/products/pricing/2022-05-01/items/competitiveSummary"
EXPECTED = "/batches/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice"
ITEM_OFFERS = "/batches/products/pricing/v0/itemOffers"
LISTING_OFFERS = "/batches/products/pricing/v0/listingOffers"

RIVAL = Offer("ARIVAL00000001", 1900, 299, feedback=98, ratings=5000)


def one_of_ours(caller: AmazonCaller, condition: str = "11") -> Listing:
    """Return a buyable listing of the merchant's, of an item that he offers once."""
    return next(
        listing
        for listing in caller.shelf.listings.values()
        if "BUYABLE" in listing.status
        and listing.item is not None
        and not listing.by_amazon
        and listing.condition == condition
        and len(caller.shelf.with_asin(listing.item.asin)) == 1
    )


def asin_of(listing: Listing) -> str:
    assert listing.item is not None
    return listing.item.asin


def place(caller: AmazonCaller, listing: Listing, *rivals: Offer) -> None:
    """Let these rivals stand beside a listing."""
    marketplace_id = caller.store["marketplace_id"]
    caller.running.world.amazon.rivals.set(marketplace_id, asin_of(listing), rivals)


def ask(caller: AmazonCaller, path: str, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.call("POST", path, body={"requests": list(requests)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["responses"]
    return found


def summary_of(caller: AmazonCaller, asin: str, *conditions: str, **more: Any) -> dict[str, Any]:
    return {
        "asin": asin,
        "marketplaceId": caller.store["marketplace_id"],
        "includedData": ["featuredBuyingOptions", "lowestPricedOffers", "referencePrices", "similarItems"],
        "lowestPricedOffersInputs": [
            {"itemCondition": each, "offerType": "Consumer"} for each in conditions or ("New",)
        ],
        "method": "GET",
        "uri": "/products/pricing/2022-05-01/items/competitiveSummary",
        **more,
    }


def expected_of(caller: AmazonCaller, sku: str, **more: Any) -> dict[str, Any]:
    uri = "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice"
    return {"marketplaceId": caller.store["marketplace_id"], "sku": sku, "method": "GET", "uri": uri, **more}


def offers_of(caller: AmazonCaller, asin: str, condition: str = "New") -> dict[str, Any]:
    marketplace_id = caller.store["marketplace_id"]
    uri = f"/products/pricing/v0/items/{asin}/offers"
    return {"MarketplaceId": marketplace_id, "ItemCondition": condition, "method": "GET", "uri": uri}
