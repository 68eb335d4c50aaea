"""Catalog Items v2022-04-01: one item by ASIN, items by identifier or by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.call import Call, Reply, page_token, token_parts
from channelkit.sandbox.amazon.item_attributes import item_attributes
from channelkit.sandbox.amazon.items import Item, identifiers
from channelkit.sandbox.amazon.listing_answers import main_picture
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.state import AmazonState

INCLUDED = (
    "attributes",
    "classifications",
    "dimensions",
    "identifiers",
    "images",
    "productTypes",
    "relationships",
    "salesRanks",
    "summaries",
    "vendorDetails",
)
KINDS = ("ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
LARGEST_PAGE, MOST_IDENTIFIERS, MOST_RESULTS = 20, 20, 1000


class CatalogApi:
    """Answers the calls on Amazon's catalog, which is the same for every seller."""

    def __init__(self, state: AmazonState) -> None:
        self._state = state

    def get(self, call: Call) -> Reply:
        """Answer getCatalogItem."""
        shelf = call.shelf()
        included = call.values("includedData", INCLUDED) or ["summaries"]
        item = self._state.items.find(call.path["asin"])
        if item is None:
            words = f"Requested item '{call.path['asin']}' not found in marketplace(s) {shelf.marketplace.id}."
            raise Refusal(404, "NOT_FOUND", words)
        return Reply(200, self._shown(item, shelf, included))

    def search(self, call: Call) -> Reply:
        """Answer searchCatalogItems."""
        shelf = call.shelf(one=True)
        included = call.values("includedData", INCLUDED) or ["summaries"]
        size = call.number("pageSize", 10, LARGEST_PAGE)
        found = self._found(call, shelf)
        token, start = call.text("pageToken"), 0
        if token is not None:
            (offset,) = token_parts(token, 1)
            if not isinstance(offset, int):
                raise invalid("The page token is not valid.")
            start = offset
        paged = found[:MOST_RESULTS]
        body: dict[str, Any] = {"numberOfResults": len(found), "pagination": {}}
        if start + size < len(paged):
            body["pagination"]["nextToken"] = page_token(start + size)
        if start > 0:
            body["pagination"]["previousToken"] = page_token(max(0, start - size))
        body["items"] = [self._shown(item, shelf, included) for item in paged[start : start + size]]
        if call.values("keywords"):
            body["refinements"] = {"brands": _brands(found), "classifications": []}
        return Reply(200, body)

    def _shown(self, item: Item, shelf: Shelf, included: Sequence[str]) -> dict[str, Any]:
        answer = shown(item, shelf.marketplace, included, self._state.items.children(item.asin))
        if "images" in included and self._state.pictures:
            picture = {"variant": "MAIN", **main_picture(item, self._state.pictures)}
            answer["images"][0]["images"] = [picture]
        return answer

    def _found(self, call: Call, shelf: Shelf) -> list[Item]:
        wanted, kind = call.values("identifiers", most=MOST_IDENTIFIERS), call.text("identifiersType")
        keywords = call.values("keywords", most=20)
        if bool(wanted) == bool(keywords):
            raise invalid("Give either 'identifiers' or 'keywords'.")
        if keywords:
            brands = {brand.lower() for brand in call.values("brandNames")}
            items = self._state.items.with_words(" ".join(keywords))
            return [item for item in items if not brands or item.brand.lower() in brands]
        if kind not in KINDS:
            raise invalid(f"'identifiersType' is required with 'identifiers' and must be one of {', '.join(KINDS)}.")
        if kind == "ASIN":
            found = [self._state.items.find(asin) for asin in dict.fromkeys(wanted)]
        elif kind == "SKU":
            if call.text("sellerId") != call.account.seller_id:
                raise invalid("'sellerId' is required with identifiersType SKU.")
            listings = [shelf.listings.get(sku) for sku in dict.fromkeys(wanted)]
            found = [listing.item if listing else None for listing in listings]
        else:
            found = list(self._state.items.with_codes(wanted))
        return [item for item in found if item is not None]


def _brands(found: Sequence[Item]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for item in found:
        if item.brand:
            counts[item.brand] = counts.get(item.brand, 0) + 1
    return [{"numberOfResults": count, "brandName": brand} for brand, count in sorted(counts.items())]


def shown(item: Item, place: Marketplace, included: Sequence[str], children: Sequence[str] = ()) -> dict[str, Any]:
    """Return a catalog item as the API shows it, with the parts that were asked for."""
    body: dict[str, Any] = {"asin": item.asin}
    if "summaries" in included:
        body["summaries"] = [_summary(item, place)]
    if "identifiers" in included:
        pairs = [{"identifierType": kind, "identifier": code} for kind, code in identifiers(item.code)]
        body["identifiers"] = [{"marketplaceId": place.id, "identifiers": pairs}]
    if "productTypes" in included:
        body["productTypes"] = [{"marketplaceId": place.id, "productType": item.product_type}]
    if "attributes" in included:
        body["attributes"] = item_attributes(item, place)
    if "relationships" in included:
        body["relationships"] = [{"marketplaceId": place.id, "relationships": _family(item, children)}]
    if "images" in included:
        body["images"] = [{"marketplaceId": place.id, "images": []}]
    for part in ("classifications", "dimensions", "salesRanks", "vendorDetails"):
        if part in included:
            body[part] = [{"marketplaceId": place.id}]
    return body


def _family(item: Item, children: Sequence[str]) -> list[dict[str, Any]]:
    if not children and not item.family:
        return []
    others = {"childAsins": list(children)} if children else {"parentAsins": [item.family]}
    theme = {"attributes": ["color"], "theme": "COLOR_NAME"}
    return [{"type": "VARIATION", **others, "variationTheme": theme}]


def _summary(item: Item, place: Marketplace) -> dict[str, Any]:
    summary: dict[str, Any] = {"marketplaceId": place.id, "itemName": item.title}
    for name, value in (("brand", item.brand), ("manufacturer", item.manufacturer or item.brand)):
        if value:
            summary[name] = value
    if item.model:
        summary["modelNumber"] = summary["partNumber"] = item.model
    summary["itemClassification"] = "VARIATION_PARENT" if item.parent else "BASE_PRODUCT"
    return summary
