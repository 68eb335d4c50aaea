"""Offers as the Product Pricing interfaces write them: version 2022-05-01, and version 0, which spells otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import major
from channelkit.sandbox.amazon.rivals import Offer, by_condition

MOST_OFFERS = 20
"""The lowest offers that an answer shows."""

_APART = {"VeryGood": "Very Good"}
"""Version 0 writes two words where version 2022-05-01 writes one."""


def money(amount: int, place: Marketplace) -> dict[str, Any]:
    """Return an amount as version 2022-05-01 writes it: a number, in the currency's major unit."""
    return {"currencyCode": place.currency, "amount": major(amount, place.digits)}


def old_money(amount: int, place: Marketplace) -> dict[str, Any]:
    """Return an amount as version 0 writes it."""
    return {"CurrencyCode": place.currency, "Amount": major(amount, place.digits)}


def offer_document(offer: Offer, place: Marketplace) -> dict[str, Any]:
    """Return an offer of version 2022-05-01: no feedback, and nothing that says whose it is but the seller's id."""
    body: dict[str, Any] = {
        "sellerId": offer.seller_id,
        "condition": offer.condition,
        "subCondition": offer.subcondition,
        "fulfillmentType": "AFN" if offer.by_amazon else "MFN",
        "listingPrice": money(offer.price, place),
        "shippingOptions": [{"shippingOptionType": "DEFAULT", "price": money(offer.shipping, place)}],
        "primeDetails": {"eligibility": "NATIONAL" if offer.by_amazon else "NONE"},
    }
    if offer.points:
        body["points"] = {"pointsNumber": offer.points, "pointsMonetaryValue": money(offer.points, place)}
    return body


def featured_options(featured: Offer | None, place: Marketplace) -> list[dict[str, Any]]:
    """Return the featured buying options: one, for what is new, or none."""
    if featured is None:
        return []
    segment = {"customerMembership": "DEFAULT", "segmentDetails": {"glanceViewWeightPercentage": 100}}
    offer = offer_document(featured, place) | {"featuredOfferSegments": [segment]}
    return [{"buyingOptionType": "New", "segmentedFeaturedOffers": [offer]}]


def lowest_offers(
    offers: Sequence[Offer], asked: Sequence[Mapping[str, str]], place: Marketplace
) -> list[dict[str, Any]]:
    """Return the lowest offers of each condition that was asked for; a condition without any is left out."""
    found = by_condition(offers)
    return [
        {
            "lowestPricedOffersInput": {"itemCondition": each["itemCondition"], "offerType": each["offerType"]},
            "offers": [offer_document(offer, place) for offer in found[each["itemCondition"]][:MOST_OFFERS]],
        }
        for each in asked
        if found.get(each["itemCondition"])
    ]


def reference_prices(usual: int, place: Marketplace) -> list[dict[str, Any]]:
    """Return what Amazon compares prices with; Japan kept the older name when the others changed it in 2025."""
    name = "CompetitivePriceThreshold" if place.country == "JP" else "CompetitivePrice"
    return [{"name": name, "price": money(usual, place)}, {"name": "WasPrice", "price": money(usual * 11 // 10, place)}]


def featured_offer(offer: Offer, asin: str, place: Marketplace) -> dict[str, Any]:
    """Return the featured offer, or the one that competes for that, as the expected price names it."""
    price: dict[str, Any] = {
        "listingPrice": money(offer.price, place),
        "shippingPrice": money(offer.shipping, place),
    }
    if offer.points:
        price["points"] = {"pointsNumber": offer.points, "pointsMonetaryValue": money(offer.points, place)}
    return {
        "offerIdentifier": {
            "marketplaceId": place.id,
            "sellerId": offer.seller_id,
            "asin": asin,
            "fulfillmentType": "AFN" if offer.by_amazon else "MFN",
        },
        "condition": offer.condition,
        "price": price,
    }


def old_offers(
    offers: Sequence[Offer], winners: Mapping[str, Offer | None], condition: str, seller_id: str, place: Marketplace
) -> dict[str, Any]:
    """Return all offers of a condition as version 0 shows them, and a summary over all conditions.

    Arguments:
        winners: the featured offer of each condition.
        seller_id: who asks.
    """
    mine = [offer for offer in offers if offer.condition == condition]
    return {
        "marketplaceId": place.id,
        "ItemCondition": condition,
        "status": "Success" if mine else "NoBuyableOffers",
        "Summary": _summary(offers, winners, place),
        "Offers": [_old_offer(offer, winners.get(condition), seller_id, place) for offer in mine[:MOST_OFFERS]],
    }


def _old_offer(offer: Offer, winner: Offer | None, seller_id: str, place: Marketplace) -> dict[str, Any]:
    body: dict[str, Any] = {
        "MyOffer": offer.seller_id == seller_id,
        "SubCondition": _APART.get(offer.subcondition, offer.subcondition),
        "SellerId": offer.seller_id,
        "SellerFeedbackRating": {
            "SellerPositiveFeedbackRating": offer.feedback,
            "FeedbackCount": offer.ratings,
        },
        "ShippingTime": {"minimumHours": 0, "maximumHours": 24, "availabilityType": "NOW"},
        "ListingPrice": old_money(offer.price, place),
        "Shipping": old_money(offer.shipping, place),
        "IsFulfilledByAmazon": offer.by_amazon,
        "PrimeInformation": {"IsPrime": offer.by_amazon, "IsNationalPrime": offer.by_amazon},
        "IsBuyBoxWinner": offer == winner,
        "IsFeaturedMerchant": offer.may_be_featured,
    }
    if offer.points:
        body["Points"] = {"PointsNumber": offer.points, "PointsMonetaryValue": old_money(offer.points, place)}
    return body


def _summary(offers: Sequence[Offer], winners: Mapping[str, Offer | None], place: Marketplace) -> dict[str, Any]:
    counts: dict[tuple[str, str], list[Offer]] = {}
    for offer in offers:
        counts.setdefault((offer.condition, "Amazon" if offer.by_amazon else "Merchant"), []).append(offer)
    return {
        "TotalOfferCount": len(offers),
        "NumberOfOffers": [
            {"condition": condition.lower(), "fulfillmentChannel": channel, "OfferCount": len(found)}
            for (condition, channel), found in counts.items()
        ],
        "LowestPrices": [
            {"condition": condition.lower(), "fulfillmentChannel": channel} | _old_prices(found[0], place)
            for (condition, channel), found in counts.items()
        ],
        "BuyBoxPrices": [
            {"condition": condition, "sellerId": winner.seller_id} | _old_prices(winner, place)
            for condition, winner in winners.items()
            if winner is not None
        ],
        "BuyBoxEligibleOffers": [
            {
                "condition": condition.lower(),
                "fulfillmentChannel": channel,
                "OfferCount": sum(offer.may_be_featured for offer in found),
            }
            for (condition, channel), found in counts.items()
        ],
    }


def _old_prices(offer: Offer, place: Marketplace) -> dict[str, Any]:
    return {
        "LandedPrice": old_money(offer.landed, place),
        "ListingPrice": old_money(offer.price, place),
        "Shipping": old_money(offer.shipping, place),
    }
