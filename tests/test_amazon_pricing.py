"""Prices of others: batches are read answer by answer, amounts exactly, and what was not answered is told by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from channelkit.amazon.operations import GET_COMPETITIVE_SUMMARY, GET_EXPECTED_PRICES, GET_ITEM_OFFERS
from channelkit.amazon.pricing import (
    UNREADABLE,
    ItemOffers,
    read_expected_prices,
    read_item_offers,
    read_summaries,
)
from channelkit.amazon.pricing_rows import read_featured, read_offer
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.competition import Expected, condition_of
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.amazon.rivals import Offer
from tests.amazon_caller import AmazonCaller
from tests.amazon_kit import Played, connect, staged
from tests.conftest import RunSandbox
from tests.rival_offers import RIVAL, asin_of, one_of_ours, place

US, JP = marketplace("US"), marketplace("JP")


def usd(amount: str) -> dict[str, Any]:
    return {"currencyCode": "USD", "amount": Decimal(amount)}


def document(seller: str = "A1SELLER", price: str = "19.99", **more: Any) -> dict[str, Any]:
    body = {"sellerId": seller, "condition": "New", "fulfillmentType": "MFN", "listingPrice": usd(price)}
    return body | more


def segmented(share: int, **more: Any) -> dict[str, Any]:
    segment = {"customerMembership": "DEFAULT", "segmentDetails": {"glanceViewWeightPercentage": share}}
    return document(**more) | {"featuredOfferSegments": [segment]}


def test_offers_of_all_conditions_come_with_the_featured_one_and_ours_is_known(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    listing = one_of_ours(caller)
    listing.price = 5000
    place(caller, listing, RIVAL, Offer("AUSED000000001", 900, condition="Used", subcondition="VeryGood"))
    amazon, asin = connect(caller.running), asin_of(listing)
    answers = read_summaries(amazon, US, [asin, "B0NOSUCHIT"])
    found = answers.found[asin]
    assert {(offer.condition, offer.landed, offer.ours) for offer in found.offers} >= {
        ("New", 2199, False),
        ("Used", 900, False),
    }
    assert [offer.price for offer in found.offers if offer.ours] == [5000]
    assert found.featured is not None and found.featured.seller_id == RIVAL.seller_id
    assert [(each.name, each.status, each.is_lasting) for each in answers.refused] == [("B0NOSUCHIT", 400, True)]


def test_the_older_call_adds_what_buyers_say_of_each_seller(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    listing = one_of_ours(caller)
    listing.price = 5000
    place(caller, listing, RIVAL, Offer("AUSED000000001", 900, condition="Used", subcondition="VeryGood"))
    amazon, asin = connect(caller.running), asin_of(listing)
    found = read_item_offers(amazon, US, [(asin, "New"), (asin, "Used"), (asin, "Collectible")]).found
    rival = found[asin, "New"].offers[0]
    assert (rival.feedback, rival.ratings, rival.featured, rival.shipping) == (98, 5000, True, 299)
    assert [(offer.subcondition, offer.condition) for offer in found[asin, "Used"].offers] == [("VeryGood", "Used")]
    assert found[asin, "Collectible"] == ItemOffers((), None)


def test_the_expected_price_comes_in_minor_units_or_with_the_reason_why_there_is_none(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    listing, used = one_of_ours(caller), one_of_ours(caller, "3")
    place(caller, listing, RIVAL)
    found = read_expected_prices(connect(caller.running), US, [listing.sku, used.sku, "NONE"]).found
    assert found[listing.sku].status == "VALID_FOEP" and 1500 < (found[listing.sku].price or 0) < 2300
    assert found[used.sku] == Expected("OFFER_NOT_ELIGIBLE")
    assert found["NONE"] == Expected("OFFER_NOT_FOUND")


def test_answers_in_another_order_find_their_questions_and_one_that_is_left_out_is_told() -> None:
    bodies = [
        {"asin": asin, "lowestPricedOffers": [{"offers": [document(price=asin[-2:])]}]} for asin in ("B11", "B22")
    ]
    answers = [{"status": {"statusCode": 200}, "body": body} for body in reversed(bodies)]
    amazon, stage = staged(Played(200, {"responses": _plain(answers)}))
    found = read_summaries(amazon, US, ["B11", "B22", "B33"])
    assert {asin: each.offers[0].price for asin, each in found.found.items()} == {"B11": 1100, "B22": 2200}
    assert [(each.name, each.code, each.is_lasting) for each in found.refused] == [("B33", UNREADABLE, False)]
    assert stage.asked(0).body["requests"][0]["lowestPricedOffersInputs"][1]["itemCondition"] == "Used"


@pytest.mark.parametrize(
    "broken",
    [
        {"listingPrice": {"currencyCode": "CAD", "amount": 5}},
        {"listingPrice": {"currencyCode": "USD", "amount": "many"}},
        {"listingPrice": None},
        {"sellerId": None, "condition": None, "fulfillmentType": None, "listingPrice": 5},
    ],
    ids=["another currency", "no number", "no price", "nothing right"],
)
def test_an_entry_that_cannot_be_read_says_nothing_of_the_others(broken: dict[str, Any]) -> None:
    bodies = [
        {"asin": "B1", "lowestPricedOffers": [{"offers": [document() | broken]}]},
        {"asin": "B2", "lowestPricedOffers": [{"offers": [document()]}]},
    ]
    answers = [{"status": {"statusCode": 200}, "body": body} for body in bodies]
    amazon, _ = staged(Played(200, {"responses": _plain(answers)}))
    found = read_summaries(amazon, US, ["B1", "B2"])
    assert list(found.found) == ["B2"]
    assert [(each.name, each.code) for each in found.refused] == [("B1", UNREADABLE)]


def test_an_answer_without_answers_is_refused_and_not_taken_for_none() -> None:
    amazon, _ = staged(Played(200, {"errors": []}))
    with pytest.raises(RefusedError, match="responses"):
        read_summaries(amazon, US, ["B1"])
    assert read_summaries(amazon, US, []).found == {}


def test_of_several_featured_offers_the_one_that_most_people_see_counts() -> None:
    offers = [segmented(30, seller="A1SELLER"), segmented(45, seller="AOTHER"), segmented(25, seller="A1SELLER")]
    winner = read_featured([{"buyingOptionType": "New", "segmentedFeaturedOffers": offers}], US, "A1SELLER")
    assert winner is not None and winner.ours
    assert read_featured([], US, "A1SELLER") is None


def test_points_come_off_and_yen_have_no_decimals() -> None:
    yen = {"currencyCode": "JPY", "amount": 1980}
    points = {"pointsNumber": 20, "pointsMonetaryValue": {"currencyCode": "JPY", "amount": 20}}
    shipping = [{"shippingOptionType": "DEFAULT", "price": {"currencyCode": "JPY", "amount": 350}}]
    offer = read_offer(document(listingPrice=yen, points=points, shippingOptions=shipping), JP, "A1SELLER")
    assert (offer.price, offer.landed) == (1980, 2310)


def test_no_call_waits_for_its_quota() -> None:
    operations = (GET_COMPETITIVE_SUMMARY, GET_EXPECTED_PRICES, GET_ITEM_OFFERS)
    assert not any(operation.waits for operation in operations)


def test_an_outage_is_temporary() -> None:
    amazon, _ = staged(*[Played(503, b"<html>")] * 5)
    with pytest.raises(TemporaryError):
        read_summaries(amazon, US, ["B1"])


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("collectible_good", "Collectible"),
        ("refurbished_refurbished", "Refurbished"),
        ("club_club", "Club"),
        ("", "New"),
    ],
)
def test_every_condition_of_a_listing_is_compared_within_one_of_amazons(word: str, condition: str) -> None:
    assert condition_of(word) == condition


def _plain(value: Any) -> Any:
    """Return a document as JSON carries it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value
