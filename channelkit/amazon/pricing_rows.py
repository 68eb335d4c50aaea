"""Offers as the Product Pricing interfaces write them, version 2022-05-01 and version 0, as `Offer` objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from channelkit.model.competition import VALID, Expected, Offer
from channelkit.model.marketplaces import Marketplace


def read_offer(document: Mapping[str, Any], place: Marketplace, seller_id: str) -> Offer:
    """Return an offer of version 2022-05-01, which tells neither feedback nor whose it is.

    Where no shipping is told, none is charged for: Amazon leaves it out of offers that ship for nothing.

    Arguments:
        seller_id: our own.
    """
    options: Sequence[Mapping[str, Any]] = document.get("shippingOptions") or ()
    shipping = min((_minor(each["price"], place) for each in options), default=0)
    points = (document.get("points") or {}).get("pointsMonetaryValue")
    return Offer(
        seller_id=str(document["sellerId"]),
        condition=str(document["condition"]),
        subcondition=_plain(document.get("subCondition")),
        by_amazon=document["fulfillmentType"] == "AFN",
        price=_minor(document["listingPrice"], place),
        shipping=shipping,
        points=0 if points is None else _minor(points, place),
        ours=document["sellerId"] == seller_id,
    )


def read_featured(options: Iterable[Mapping[str, Any]], place: Marketplace, seller_id: str) -> Offer | None:
    """Return the offer that is featured before most buyers, or None where none is.

    Amazon may feature several, each in its own places; the one with the largest share of views stands for the item.
    """
    shares: dict[Offer, Decimal] = {}
    for option in options:
        for document in option.get("segmentedFeaturedOffers") or ():
            offer = read_offer(document, place, seller_id)
            details = (each.get("segmentDetails") or {} for each in document.get("featuredOfferSegments") or ())
            share = sum((Decimal(each.get("glanceViewWeightPercentage") or 0) for each in details), Decimal(0))
            shares[offer] = shares.get(offer, Decimal(0)) + share
    return max(shares, key=lambda offer: shares[offer], default=None)


def read_old_offer(document: Mapping[str, Any], condition: str, place: Marketplace, seller_id: str) -> Offer:
    """Return an offer of version 0, with the seller's feedback."""
    rating: Mapping[str, Any] = document.get("SellerFeedbackRating") or {}
    feedback, ratings = rating.get("SellerPositiveFeedbackRating"), rating.get("FeedbackCount")
    points = (document.get("Points") or {}).get("PointsMonetaryValue")
    seller = str(document.get("SellerId") or "")
    return Offer(
        seller_id=seller,
        condition=condition,
        subcondition=_plain(document["SubCondition"]),
        by_amazon=bool(document["IsFulfilledByAmazon"]),
        price=_minor(document["ListingPrice"], place),
        shipping=_minor(document["Shipping"], place),
        points=0 if points is None else _minor(points, place),
        feedback=None if feedback is None else int(Decimal(feedback).quantize(Decimal(1), ROUND_HALF_UP)),
        ratings=None if ratings is None else int(ratings),
        featured=bool(document.get("IsBuyBoxWinner")),
        ours=seller == seller_id or bool(document.get("MyOffer")),
    )


def read_old_featured(summary: Mapping[str, Any], condition: str, place: Marketplace, seller_id: str) -> Offer | None:
    """Return the featured offer of a condition as version 0's summary has it, or None where it names none."""
    for price in summary.get("BuyBoxPrices") or ():
        if str(price["condition"]).capitalize() == condition and price.get("offerType", "B2C") == "B2C":
            seller = str(price.get("sellerId") or "")
            return Offer(
                seller_id=seller,
                condition=condition,
                price=_minor(price["ListingPrice"], place),
                shipping=_minor(price["Shipping"], place),
                featured=True,
                ours=seller == seller_id,
            )
    return None


def read_expected(body: Mapping[str, Any], place: Marketplace) -> Expected:
    """Return the expected price of an offer; of several results the first that has one."""
    results: Sequence[Mapping[str, Any]] = body["featuredOfferExpectedPriceResults"]
    for result in results:
        price = result.get("featuredOfferExpectedPrice")
        if result["resultStatus"] == VALID and price is not None:
            return Expected(VALID, _minor(price["listingPrice"], place))
    return Expected(str(results[0]["resultStatus"]) if results else "")


def _plain(word: Any) -> str:
    """Return a subcondition as version 2022-05-01 spells it.

    >>> _plain("Very Good"), _plain("very_good"), _plain("OEM"), _plain(None)
    ('VeryGood', 'VeryGood', 'OEM', '')
    """
    parts = str(word or "").replace("_", " ").split()
    return "".join(part[:1].upper() + part[1:] for part in parts)


def _minor(money: Mapping[str, Any], place: Marketplace) -> int:
    """Return an amount in minor units.

    Raises:
        ValueError: it is in another currency than the marketplace's; compared with ours it would mislead.
    """
    code = money.get("currencyCode", money.get("CurrencyCode"))
    amount = money["amount"] if "amount" in money else money["Amount"]
    if code != place.currency:
        raise ValueError(f"An amount is in {code!r}, not in {place.currency}.")
    return int(Decimal(amount).scaleb(place.digits).quantize(Decimal(1), ROUND_HALF_UP))
