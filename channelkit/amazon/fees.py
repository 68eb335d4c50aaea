"""What Amazon would keep of prices, in batches (Product Fees v0).

A batch is answered 200 while single prices in it fail: each answer is read by its own status, and is put to its
question by the name that the question has, since nothing promises their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from channelkit.amazon.client import Amazon
from channelkit.amazon.operations import GET_FEES
from channelkit.amazon.pricing import UNREADABLE, Answers, Refused
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import Marketplace

PRICES_AT_ONCE = 20
"""The most prices that one call asks about."""

SUCCESS, OUR_FAULT = "Success", "ClientError"
REFERRAL, FULFILLMENT = "ReferralFee", "FBAFees"


class Proposed(NamedTuple):
    """A price that Amazon is asked about.

    Arguments:
        price, shipping: in minor units of the marketplace's currency.
        by_amazon: Amazon ships it.
    """

    seller_sku: str
    price: int
    by_amazon: bool
    shipping: int = 0


class Fees(NamedTuple):
    """What Amazon would keep of a price, in minor units.

    Arguments:
        price: that was asked about.
        referral: Amazon's share of it.
        fulfillment: for shipping it; 0 where the merchant does.
        other: all other fees.
    """

    price: int
    referral: int
    fulfillment: int
    other: int


def read_fees(amazon: Amazon, place: Marketplace, proposed: Sequence[Proposed]) -> Answers[str, Fees]:
    """Return by seller SKU what Amazon would keep of each price, and which were not answered.

    Arguments:
        proposed: twenty at the most, each seller SKU once.

    Raises:
        RemoteError: Amazon did not answer, or refused the batch as a whole.
    """
    answers: Answers[str, Fees] = Answers()
    if not proposed:
        return answers
    asked = {str(number): each for number, each in enumerate(proposed, start=1)}
    body = amazon.transport.call(GET_FEES, body=[_question(name, each, place) for name, each in asked.items()]).body
    if not isinstance(body, list):
        raise RefusedError(
            f"amazon, {GET_FEES.name}: the answer is not in the form that Amazon documents.",
            "The fees that were known stay. If it lasts, look for a newer channelkit.",
            system="amazon",
            operation=GET_FEES.name,
        )
    for told in body:
        name = _name(told)
        if name in asked:
            _take(answers, asked.pop(name), told, place)
    for each in asked.values():
        answers.refused.append(Refused(each.seller_sku, 500, UNREADABLE, "the answer leaves it out"))
    return answers


def _question(name: str, proposed: Proposed, place: Marketplace) -> dict[str, Any]:
    prices = {"ListingPrice": _money(proposed.price, place)}
    if proposed.shipping:
        prices["Shipping"] = _money(proposed.shipping, place)
    request = {
        "MarketplaceId": place.id,
        "IsAmazonFulfilled": proposed.by_amazon,
        "PriceToEstimateFees": prices,
        "Identifier": name,
    }
    return {"FeesEstimateRequest": request, "IdType": "SellerSKU", "IdValue": proposed.seller_sku}


def _take(answers: Answers[str, Fees], proposed: Proposed, told: Mapping[str, Any], place: Marketplace) -> None:
    """Put one answer where it belongs: to what was found, or to what was refused."""
    try:
        if told["Status"] == SUCCESS:
            answers.found[proposed.seller_sku] = _fees(proposed, told["FeesEstimate"], place)
            return
        error = told.get("Error") or {}
        status = 400 if told["Status"] == OUR_FAULT else 500
        code, message = str(error.get("Code") or told["Status"]), str(error.get("Message") or "it gives no reason")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        status, code, message = 500, UNREADABLE, "the answer is not in the form that Amazon documents"
    answers.refused.append(Refused(proposed.seller_sku, status, code, message.rstrip(".")))


def _fees(proposed: Proposed, estimate: Mapping[str, Any], place: Marketplace) -> Fees:
    details: dict[str, int] = {}
    for detail in estimate.get("FeeDetailList") or ():
        kind = str(detail["FeeType"])
        details[kind] = details.get(kind, 0) + _minor(detail["FinalFee"], place)
    referral, fulfillment = details.pop(REFERRAL, 0), details.pop(FULFILLMENT, 0)
    total = estimate.get("TotalFeesEstimate")
    # What the total has more than its parts are taxes on the fees, where there are any.
    other = sum(details.values()) if total is None else _minor(total, place) - referral - fulfillment
    return Fees(proposed.price, referral, fulfillment, other)


def _name(told: object) -> str:
    """Return which question an answer is about; empty where it does not say."""
    identifier = told.get("FeesEstimateIdentifier") if isinstance(told, dict) else None
    return str(identifier.get("SellerInputIdentifier")) if isinstance(identifier, dict) else ""


def _money(amount: int, place: Marketplace) -> dict[str, Any]:
    major = Decimal(amount).scaleb(-place.digits) if place.digits else amount
    return {"CurrencyCode": place.currency, "Amount": major}


def _minor(money: Mapping[str, Any], place: Marketplace) -> int:
    """Return an amount in minor units.

    Raises:
        ValueError: it is in another currency than the marketplace's.
    """
    if money["CurrencyCode"] != place.currency:
        raise ValueError(f"A fee is in {money['CurrencyCode']!r}, not in {place.currency}.")
    return int(Decimal(money["Amount"]).scaleb(place.digits).quantize(Decimal(1), ROUND_HALF_UP))
