"""Product Pricing v2022-05-01 and v0: batches of questions, each answered, or refused, by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import msgspec

from channelkit.model.marketplaces import MARKETPLACES
from channelkit.sandbox.amazon import pricing_documents as documents
from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.refusal import Refusal, denied, invalid
from channelkit.sandbox.amazon.rivals import Offer, own_offer
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import timestamp
from channelkit.sandbox.faults import Faults

ITEMS_AT_ONCE, SKUS_AT_ONCE = 20, 40
OFFER_CONDITIONS = ("New", "Used", "Collectible", "Refurbished", "Club")
PARTS = ("featuredBuyingOptions", "referencePrices", "lowestPricedOffers", "similarItems")
MOST_INPUTS = 5

_KNOWN = frozenset(place.id for place in MARKETPLACES)
_USUAL_INPUT = {"itemCondition": "New", "offerType": "Consumer"}

Entry = Mapping[str, Any]


class _Batch(msgspec.Struct):
    requests: list[dict[str, Any]] | None = None


class PricingApi:
    """Answers the calls on prices."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def summaries(self, call: Call) -> Reply:
        """Answer getCompetitiveSummary."""
        answers = []
        for entry in _entries(call, ITEMS_AT_ONCE, ("asin", "marketplaceId", "includedData", "method", "uri")):
            status, body = self._one(call, entry, self._summary)
            named = {"asin": str(entry["asin"]), "marketplaceId": str(entry["marketplaceId"])}
            answers.append({"status": status, "body": named | body})
        return Reply(200, {"responses": answers})

    def expected(self, call: Call) -> Reply:
        """Answer getFeaturedOfferExpectedPriceBatch."""
        answers = []
        for entry in _entries(call, SKUS_AT_ONCE, ("marketplaceId", "sku", "method", "uri")):
            status, body = self._one(call, entry, self._expected)
            request = {name: entry[name] for name in ("marketplaceId", "sku", "segment") if name in entry}
            answers.append({"headers": _headers(call), "status": status, "body": body, "request": request})
        return Reply(200, {"responses": answers})

    def item_offers(self, call: Call) -> Reply:
        """Answer getItemOffersBatch."""
        return self._old(call, "Asin", self._item_offers)

    def listing_offers(self, call: Call) -> Reply:
        """Answer getListingOffersBatch."""
        return self._old(call, "SellerSKU", self._listing_offers)

    def _old(self, call: Call, key: str, answer: Callable[[Call, Entry], dict[str, Any]]) -> Reply:
        answers = []
        for entry in _entries(call, ITEMS_AT_ONCE, ("MarketplaceId", "ItemCondition", "method", "uri")):
            status, body = self._one(call, entry, answer)
            names = ("MarketplaceId", "ItemCondition", "CustomerType")
            request = {name: entry[name] for name in names if name in entry} | {key: _named(entry)}
            answers.append({"headers": _headers(call), "status": status, "body": body, "request": request})
        return Reply(200, {"responses": answers})

    def _one(
        self, call: Call, entry: Entry, answer: Callable[[Call, Entry], dict[str, Any]]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Answer one question of a batch; what is wrong with it is said in its own answer."""
        try:
            if self._faults.strike(call.operation, "failed_entry"):
                raise Refusal(500, "InternalFailure", "We encountered an internal error. Please try again.")
            return _status(200), answer(call, entry)
        except Refusal as refusal:
            return _status(refusal.status), refusal.body()

    def _summary(self, call: Call, entry: Entry) -> dict[str, Any]:
        shelf = _shelf(call, entry["marketplaceId"])
        parts = _parts(entry)
        offers, place, asin = self._offers(call, shelf, str(entry["asin"])), shelf.marketplace, str(entry["asin"])
        usual, body = self._state.rivals.usual_price(shelf, asin), {}
        if "featuredBuyingOptions" in parts:
            winner = self._state.rivals.featured(offers, "New", usual)
            body["featuredBuyingOptions"] = documents.featured_options(winner, place)
        if "lowestPricedOffers" in parts:
            asked = entry.get("lowestPricedOffersInputs") or [_USUAL_INPUT]
            body["lowestPricedOffers"] = documents.lowest_offers(offers, asked, place)
        if "referencePrices" in parts:
            body["referencePrices"] = documents.reference_prices(usual, place)
        if "similarItems" in parts:
            body["similarItems"] = [{"items": [{"asin": asin}]}]
        return body

    def _expected(self, call: Call, entry: Entry) -> dict[str, Any]:
        shelf = _shelf(call, entry["marketplaceId"])
        sku, listing = str(entry["sku"]), shelf.listings.get(str(entry["sku"]))
        if listing is None or listing.item is None:
            return {"featuredOfferExpectedPriceResults": [{"resultStatus": "OFFER_NOT_FOUND"}]}
        asin, place = listing.item.asin, shelf.marketplace
        target: dict[str, Any] = {"marketplaceId": place.id, "sellerId": shelf.seller_id, "sku": sku, "asin": asin}
        target["fulfillmentType"] = "AFN" if listing.by_amazon else "MFN"
        result: dict[str, Any] = {"resultStatus": "VALID_FOEP"}
        mine = own_offer(shelf, listing, call.now)
        offers, usual = self._offers(call, shelf, asin), self._state.rivals.usual_price(shelf, asin)
        current = self._state.rivals.featured(offers, "New", usual)
        others = [offer for offer in offers if offer.seller_id != shelf.seller_id]
        competing = self._state.rivals.featured(others, "New", usual)
        if listing.item.parent:
            result["resultStatus"] = "ASIN_NOT_ELIGIBLE"
        elif mine.condition != "New" or "BUYABLE" not in listing.status:
            result["resultStatus"] = "OFFER_NOT_ELIGIBLE"
        elif competing is None:
            result["resultStatus"] = "NO_COMPETING_OFFER"
        else:
            most = competing.landed * competing.weight // mine.weight - mine.shipping + mine.points
            result["featuredOfferExpectedPrice"] = {"listingPrice": documents.money(max(1, most), place)}
            result["competingFeaturedOffer"] = documents.featured_offer(competing, asin, place)
        if current is not None:
            result["currentFeaturedOffer"] = documents.featured_offer(current, asin, place)
        return {"offerIdentifier": target, "featuredOfferExpectedPriceResults": [result]}

    def _item_offers(self, call: Call, entry: Entry) -> dict[str, Any]:
        shelf, condition = _shelf(call, entry["MarketplaceId"]), _condition(entry)
        asin = _named(entry)
        body = self._old_payload(call, shelf, asin, condition)
        identifier = {"MarketplaceId": shelf.marketplace.id, "ASIN": asin, "ItemCondition": condition}
        return {"payload": body | {"ASIN": asin, "Identifier": identifier}}

    def _listing_offers(self, call: Call, entry: Entry) -> dict[str, Any]:
        shelf, condition, sku = _shelf(call, entry["MarketplaceId"]), _condition(entry), _named(entry)
        listing = shelf.listings.get(sku)
        if listing is None or listing.item is None:
            raise invalid(f"{sku} is an invalid SKU for marketplace {shelf.marketplace.id}")
        body = self._old_payload(call, shelf, listing.item.asin, condition)
        identifier = {"MarketplaceId": shelf.marketplace.id, "SellerSKU": sku, "ItemCondition": condition}
        return {"payload": body | {"SKU": sku, "Identifier": identifier}}

    def _old_payload(self, call: Call, shelf: Shelf, asin: str, condition: str) -> dict[str, Any]:
        offers, rivals = self._offers(call, shelf, asin), self._state.rivals
        usual = rivals.usual_price(shelf, asin)
        winners = {each: rivals.featured(offers, each, usual) for each in ("New", "Used")}
        return documents.old_offers(offers, winners, condition, shelf.seller_id, shelf.marketplace)

    def _offers(self, call: Call, shelf: Shelf, asin: str) -> list[Offer]:
        if self._state.items.find(asin) is None:
            raise invalid(f"{asin} is an invalid ASIN for marketplace {shelf.marketplace.id}")
        return self._state.rivals.offers(shelf, asin, call.now)


def _entries(call: Call, most: int, needed: Sequence[str]) -> list[dict[str, Any]]:
    """Return the questions of a batch.

    Raises:
        Refusal: 400, there are none or too many, or one is not in the form that a question has; then none is answered.
    """
    entries = call.decoded(_Batch).requests or []
    if not 1 <= len(entries) <= most:
        raise invalid(f"'requests' takes 1 to {most} entries, not {len(entries)}.")
    for entry in entries:
        lacking = [name for name in needed if not entry.get(name)]
        if lacking:
            raise invalid(f"An entry of 'requests' has no {lacking[0]!r}.")
        if entry["method"] != "GET":
            raise invalid("An entry's 'method' is GET.")
    return entries


def _parts(entry: Entry) -> Sequence[str]:
    parts = entry["includedData"]
    wrong = [part for part in parts if part not in PARTS]
    if wrong:
        raise invalid(f"'includedData' has an invalid value {wrong[0]!r}.")
    inputs = entry.get("lowestPricedOffersInputs") or []
    if len(inputs) > MOST_INPUTS or any(each.get("itemCondition") not in OFFER_CONDITIONS for each in inputs):
        raise invalid("'lowestPricedOffersInputs' takes at most 5 entries, each with a condition that there is.")
    return list(parts)


def _condition(entry: Entry) -> str:
    condition = str(entry["ItemCondition"])
    if condition not in OFFER_CONDITIONS:
        raise invalid(f"'ItemCondition' has an invalid value {condition!r}.")
    return condition


def _named(entry: Entry) -> str:
    """Return the ASIN or SKU in a question's address: /products/pricing/v0/items/B0000/offers."""
    parts = str(entry["uri"]).strip("/").split("/")
    return unquote(parts[-2]) if len(parts) > 2 else ""


def _shelf(call: Call, marketplace_id: object) -> Shelf:
    if marketplace_id not in _KNOWN:
        raise invalid(f"Invalid marketplace id {marketplace_id!r}.")
    shelf = call.account.shelves.get(str(marketplace_id))
    if shelf is None:
        raise denied(f"The seller does not participate in marketplace {marketplace_id}.")
    return shelf


def _status(code: int) -> dict[str, Any]:
    return {"statusCode": code, "reasonPhrase": HTTPStatus(code).phrase}


def _headers(call: Call) -> dict[str, str]:
    return {"Date": timestamp(call.now)}
