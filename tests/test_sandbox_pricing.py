"""The sandbox's prices: what others offer, whose offer is featured, and batches whose entries fail by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channelkit.sandbox.amazon.listings import Listing
from channelkit.sandbox.amazon.rivals import Offer
from tests.amazon_caller import AmazonCaller
from tests.conftest import RunSandbox
from tests.rival_offers import (
    EXPECTED,
    ITEM_OFFERS,
    LISTING_OFFERS,
    RIVAL,
    SUMMARY,
    asin_of,
    ask,
    expected_of,
    offers_of,
    one_of_ours,
    place,
    summary_of,
)


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> Iterator[AmazonCaller]:
    """A caller of a sandbox whose time stands still and whose quotas are not kept."""
    yield AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def featured(caller: AmazonCaller, listing: Listing) -> str:
    """Return the seller of the featured offer, or an empty text."""
    options = ask(caller, SUMMARY, summary_of(caller, asin_of(listing)))[0]["body"]["featuredBuyingOptions"]
    return str(options[0]["segmentedFeaturedOffers"][0]["sellerId"]) if options else ""


def test_our_own_offer_wins_where_it_is_cheapest_and_loses_to_a_cheaper_one(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    listing.price, seller_id = 2500, caller.shelf.seller_id
    place(caller, listing, RIVAL)
    assert featured(caller, listing) == "ARIVAL00000001"
    listing.price = 1500
    assert featured(caller, listing) == seller_id
    listing.quantity = 0
    assert featured(caller, listing) == "ARIVAL00000001"


def test_a_seller_whom_few_praise_is_not_featured_however_cheap_he_is(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    cheap = [Offer("AFEWRATINGS001", 500, ratings=3), Offer("ABADFEEDBACK01", 500, feedback=62)]
    place(caller, listing, *cheap, Offer("ANOTFEATURED01", 400, eligible=False))
    assert featured(caller, listing) == caller.shelf.seller_id
    lowest = ask(caller, SUMMARY, summary_of(caller, asin_of(listing)))[0]["body"]["lowestPricedOffers"][0]["offers"]
    assert [offer["listingPrice"]["amount"] for offer in lowest[:3]] == [4.0, 5.0, 5.0]


def test_amazon_ships_and_wins_at_the_same_price(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    listing.price = 5000
    place(caller, listing, Offer("AFULFILLED0001", 5000, feedback=97, by_amazon=True))
    assert featured(caller, listing) == "AFULFILLED0001"


def test_where_all_ask_far_too_much_none_is_featured(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    usual = listing.price or 0
    place(caller, listing)
    assert featured(caller, listing) == caller.shelf.seller_id
    listing.price = usual * 2
    assert featured(caller, listing) == ""
    answer = ask(caller, EXPECTED, expected_of(caller, listing.sku))[0]["body"]
    assert "currentFeaturedOffer" not in answer["featuredOfferExpectedPriceResults"][0]


def test_each_condition_has_offers_of_its_own_and_one_without_any_is_left_out(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    place(caller, listing, RIVAL, Offer("AUSED000000001", 900, condition="Used", subcondition="VeryGood"))
    body = ask(caller, SUMMARY, summary_of(caller, asin_of(listing), "New", "Used", "Collectible"))[0]["body"]
    found = {each["lowestPricedOffersInput"]["itemCondition"]: each["offers"] for each in body["lowestPricedOffers"]}
    assert set(found) == {"New", "Used"}
    assert [offer["subCondition"] for offer in found["Used"]] == ["VeryGood"]
    assert "feedback" not in str(found).lower()


def test_at_most_twenty_offers_are_shown_the_lowest_first(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    place(caller, listing, *(Offer(f"ARIVAL{number:08d}", 3000 - number) for number in range(30)))
    offers = ask(caller, SUMMARY, summary_of(caller, asin_of(listing)))[0]["body"]["lowestPricedOffers"][0]["offers"]
    prices = [offer["listingPrice"]["amount"] for offer in offers]
    assert len(prices) == 20 and prices == sorted(prices)


def test_the_older_version_tells_feedback_and_whose_an_offer_is(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    listing.price = 5000
    place(caller, listing, RIVAL, Offer("AUSED000000001", 900, condition="Used", subcondition="VeryGood"))
    new, used = (
        answer["body"]["payload"]
        for answer in ask(
            caller,
            ITEM_OFFERS,
            offers_of(caller, asin_of(listing)),
            offers_of(caller, asin_of(listing), "Used"),
        )
    )
    rival, ours = new["Offers"]
    assert (rival["SellerFeedbackRating"], rival["IsBuyBoxWinner"]) == (
        {"SellerPositiveFeedbackRating": 98, "FeedbackCount": 5000},
        True,
    )
    assert ours["MyOffer"] and not rival["MyOffer"]
    assert [offer["SubCondition"] for offer in used["Offers"]] == ["Very Good"]
    assert {each["condition"] for each in new["Summary"]["BuyBoxPrices"]} == {"New", "Used"}
    uri = f"/products/pricing/v0/listings/{listing.sku}/offers"
    asked = offers_of(caller, asin_of(listing)) | {"uri": uri}
    (by_sku,) = ask(caller, LISTING_OFFERS, asked)
    assert by_sku["body"]["payload"]["Offers"] == new["Offers"]
    assert by_sku["request"]["SellerSKU"] == listing.sku


def test_an_item_that_nobody_offers_has_no_offers(caller: AmazonCaller) -> None:
    item = next(each for each in caller.running.world.amazon.items.by_asin.values())
    for listing in list(caller.shelf.with_asin(item.asin)):
        caller.shelf.remove(listing.sku)
    caller.running.world.amazon.rivals.set(caller.store["marketplace_id"], item.asin, [])
    body = ask(caller, SUMMARY, summary_of(caller, item.asin))[0]["body"]
    assert (body["featuredBuyingOptions"], body["lowestPricedOffers"]) == ([], [])
    payload = ask(caller, ITEM_OFFERS, offers_of(caller, item.asin))[0]["body"]["payload"]
    assert (payload["status"], payload["Offers"], payload["Summary"]["TotalOfferCount"]) == ("NoBuyableOffers", [], 0)


def test_one_entry_of_a_batch_fails_and_the_others_are_answered(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    elsewhere = summary_of(caller, asin_of(listing), marketplaceId="A1PA6795UKMFR9")
    asked = [summary_of(caller, "B0NOSUCHIT"), elsewhere, summary_of(caller, asin_of(listing))]
    answers = ask(caller, SUMMARY, *asked)
    assert [answer["status"]["statusCode"] for answer in answers] == [400, 403, 200]
    assert answers[0]["body"]["errors"][0]["code"] == "InvalidInput"
    caller.running.faults.add("failed_entry", "getCompetitiveSummary")
    answers = ask(caller, SUMMARY, *asked[1:], asked[2])
    assert [answer["status"]["statusCode"] for answer in answers] == [500, 200, 200]


def test_a_batch_that_is_too_long_or_empty_is_refused_as_a_whole(caller: AmazonCaller) -> None:
    listing = one_of_ours(caller)
    for path, entry, most in (
        (SUMMARY, summary_of(caller, asin_of(listing)), 20),
        (EXPECTED, expected_of(caller, listing.sku), 40),
        (ITEM_OFFERS, offers_of(caller, asin_of(listing)), 20),
    ):
        assert len(ask(caller, path, *[entry] * most)) == most
        for count in (0, most + 1):
            assert caller.call("POST", path, body={"requests": [entry] * count}).status_code == 400


def test_the_quota_is_one_call_in_half_a_minute(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=50, quiet=True))
    entry = summary_of(caller, asin_of(one_of_ours(caller)))
    answers = [caller.call("POST", SUMMARY, body={"requests": [entry]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "0.033"
    caller.running.world.clock.skip(31)
    assert caller.call("POST", SUMMARY, body={"requests": [entry]}).status_code == 200
