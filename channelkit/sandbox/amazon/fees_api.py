"""Product Fees v0: what Amazon would keep of proposed prices, a batch of them in a bare array."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import minor
from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.pricing_documents import old_money
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import timestamp
from channelkit.sandbox.faults import Faults

PRICES_AT_ONCE = 20
ID_TYPES = ("ASIN", "SellerSKU")

SHARE, LEAST_SHARE = 15, 30
"""Percent of what a buyer pays that Amazon keeps, and the least of it in minor units, where a yen is about a cent."""

CLOSING = 180
"""What Amazon keeps of a book or a film besides."""

MEDIA = ("BOOK", "BOOKS", "MUSIC", "DVD", "VIDEO", "SOFTWARE", "VIDEO_GAME")
SHIPPING, SHIPPING_SHARE = 299, 3
"""What Amazon takes for shipping a thing, and the percent of its price on top: dear things are rarely small."""

_ECHOED = ("MarketplaceId", "PriceToEstimateFees", "IsAmazonFulfilled")


class Asked(msgspec.Struct, frozen=True):
    """One proposed price, as it stands in the request."""

    IdType: str
    IdValue: str
    FeesEstimateRequest: dict[str, Any] | None = None


class FeesApi:
    """Answers the calls on fees."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def estimates(self, call: Call) -> Reply:
        """Answer getMyFeesEstimates."""
        asked = call.decoded(list[Asked])
        if not 1 <= len(asked) <= PRICES_AT_ONCE:
            raise invalid(f"The request takes 1 to {PRICES_AT_ONCE} prices, not {len(asked)}.")
        for each in asked:
            if each.IdType not in ID_TYPES or not each.IdValue:
                raise invalid(f"An entry needs an IdType, one of {', '.join(ID_TYPES)}, and an IdValue.")
            lacking = {"MarketplaceId", "PriceToEstimateFees", "Identifier"} - (each.FeesEstimateRequest or {}).keys()
            if lacking:
                raise invalid(f"A FeesEstimateRequest has no {min(lacking)!r}.")
        return Reply(200, [self._answer(call, each) for each in asked])

    def _answer(self, call: Call, asked: Asked) -> dict[str, Any]:
        """Answer one entry; what is wrong with it is said in its own answer."""
        request = asked.FeesEstimateRequest or {}
        identifier = {name: request[name] for name in _ECHOED if name in request}
        identifier |= {"SellerId": call.account.seller_id, "SellerInputIdentifier": request["Identifier"]}
        identifier |= {"IdType": asked.IdType, "IdValue": asked.IdValue}
        try:
            if self._faults.strike(call.operation, "failed_entry"):
                raise Refusal(500, "InternalError", "We encountered an internal error. Please try again.")
            estimate = self._estimate(call, asked, request)
        except Refusal as refusal:
            is_ours = refusal.status >= 500
            kind, whose = ("ServiceError", "Receiver") if is_ours else ("ClientError", "Sender")
            error = {"Type": whose, "Code": refusal.code, "Message": refusal.message, "Detail": []}
            return {"Status": kind, "FeesEstimateIdentifier": identifier, "Error": error}
        return {"Status": "Success", "FeesEstimateIdentifier": identifier, "FeesEstimate": estimate}

    def _estimate(self, call: Call, asked: Asked, request: Mapping[str, Any]) -> dict[str, Any]:
        shelf = call.account.shelves.get(str(request["MarketplaceId"]))
        if shelf is None:
            raise Refusal(400, "InvalidParameterValue", "The seller does not sell in that marketplace.")
        prices = request["PriceToEstimateFees"]
        price = _amount(prices.get("ListingPrice"), shelf.marketplace)
        shipping = _amount(prices["Shipping"], shelf.marketplace) if "Shipping" in prices else 0
        media = self._kind(shelf, asked) in MEDIA
        place = shelf.marketplace
        fees = {"ReferralFee": max(LEAST_SHARE, _percent(price + shipping, SHARE))}
        if media:
            fees["VariableClosingFee"] = CLOSING
        if request.get("IsAmazonFulfilled"):
            fees["FBAFees"] = SHIPPING + _percent(price, SHIPPING_SHARE)
        details = [_detail(kind, fee, place) for kind, fee in fees.items()]
        total = old_money(sum(fees.values()), place)
        return {"TimeOfFeesEstimation": timestamp(call.now), "TotalFeesEstimate": total, "FeeDetailList": details}

    def _kind(self, shelf: Shelf, asked: Asked) -> str:
        """Return the product type of what is asked about."""
        if asked.IdType == "ASIN":
            item = self._state.items.find(asked.IdValue)
        else:
            listing = shelf.listings.get(asked.IdValue)
            item = listing.item if listing else None
        if item is None:
            words = f"{asked.IdValue} is an invalid {asked.IdType} for marketplace {shelf.marketplace.id}."
            raise Refusal(400, "InvalidParameterValue", words)
        return item.product_type


def _amount(money: object, place: Marketplace) -> int:
    told = money if isinstance(money, dict) else {}
    amount = minor(told["Amount"], place.digits) if isinstance(told.get("Amount"), (int, Decimal)) else None
    if amount is None or amount < 0 or told.get("CurrencyCode") != place.currency:
        raise Refusal(400, "InvalidParameterValue", f"The price is none in {place.currency}.")
    return amount


def _detail(kind: str, fee: int, place: Marketplace) -> dict[str, Any]:
    amounts = {"FeeAmount": old_money(fee, place), "FinalFee": old_money(fee, place)}
    detail: dict[str, Any] = {"FeeType": kind, **amounts, "FeePromotion": old_money(0, place)}
    if kind == "FBAFees":
        detail["IncludedFeeDetailList"] = [{"FeeType": "FBAPickAndPack", **amounts}]
    return detail


def _percent(amount: int, percent: int) -> int:
    return (2 * amount * percent + 100) // 200
