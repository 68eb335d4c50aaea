"""Rivals as time goes by, and the price at which an offer can expect to be featured."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.amazon.rivals import Offer, make_rivals, seller_of
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.world import World
from tests.amazon_caller import AmazonCaller
from tests.conftest import RunSandbox
from tests.rival_offers import EXPECTED, RIVAL, asin_of, ask, expected_of, one_of_ours, place

HOUR = 3600.0
US = marketplace("US")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(3, 300, SandboxClock(0, 0, 1_790_000_000.0), quiet=True)


def histories(world: World, hours: int) -> list[list[Offer]]:
    """Return all offers of some items, hour by hour."""
    amazon: AmazonState = world.amazon
    shelf = amazon.shelf("A2USPRACTICE01", US.id)
    asins = list(dict.fromkeys(asin_of(each) for each in shelf.listings.values() if each.item))[:60]
    now = world.clock.now()
    return [amazon.rivals.offers(shelf, asin, now + hour * HOUR) for asin in asins for hour in range(hours)]


def test_the_same_seed_and_time_have_the_same_offers_however_often_one_looks(world: World) -> None:
    again = make_world(3, 300, SandboxClock(0, 0, 1_790_000_000.0), quiet=True)
    histories(again, 1)
    assert histories(world, 3) == histories(again, 3)


def test_rivals_reprice_undercut_mistype_vanish_and_come_back(world: World) -> None:
    shelf = world.amazon.shelf("A2USPRACTICE01", US.id)
    asins = list(dict.fromkeys(asin_of(each) for each in shelf.listings.values() if each.item))[:60]
    repriced = mistyped = gone = back = undercut = 0
    for asin in asins:
        before: dict[str, Offer] = {}
        was_there: set[str] = set()
        for hour in range(0, 96, 4):
            now = {o.seller_id: o for o in world.amazon.rivals.offers(shelf, asin, world.clock.now() + hour * HOUR)}
            ours = min((o.landed for o in now.values() if o.sku), default=0)
            for seller, offer in now.items():
                undercut += not offer.sku and offer.strategy == "undercut" and ours * 0.97 < offer.landed < ours
                if seller in before:
                    repriced += before[seller].price != offer.price
                    mistyped += offer.price * 8 < before[seller].price
                else:
                    back += seller in was_there
            gone += len(set(before) - set(now))
            was_there |= set(now)
            before = now
    assert min(repriced, mistyped, gone, back, undercut) > 0


def test_some_items_have_no_rival_and_some_more_than_twenty(world: World) -> None:
    counts = {len(make_rivals(world.seed, US, f"B0{number:08d}", 2000)) for number in range(200)}
    assert 0 in counts and max(counts) > 20


def test_a_seller_has_the_same_ratings_wherever_he_is_met() -> None:
    known: dict[str, tuple[int, int]] = {}
    for number in range(50):
        for offer in make_rivals(7, US, f"B0{number:08d}", 2000):
            assert known.setdefault(offer.seller_id, (offer.feedback, offer.ratings)) == (offer.feedback, offer.ratings)
    assert len({seller_of(7, US.id, number)[0] for number in range(60)}) == 60


@given(st.integers(1, 10**6), st.sampled_from(["US", "DE", "JP"]), st.integers(0, 500))
def test_no_offer_costs_nothing_or_has_more_points_than_it_costs(usual: int, country: str, number: int) -> None:
    for offer in make_rivals(1, marketplace(country), f"B0{number:08d}", usual):
        assert offer.price > 0 and offer.shipping >= 0 and 0 <= offer.points < max(1, offer.price)


def result(caller: AmazonCaller, sku: str, **more: Any) -> dict[str, Any]:
    answer = ask(caller, EXPECTED, expected_of(caller, sku, **more))[0]
    assert answer["status"]["statusCode"] == 200
    found: dict[str, Any] = answer["body"]["featuredOfferExpectedPriceResults"][0]
    return found


def test_at_the_expected_price_an_offer_is_featured_and_a_cent_above_it_is_not(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    listing = one_of_ours(caller)
    place(caller, listing, RIVAL)
    told = result(caller, listing.sku)
    assert told["resultStatus"] == "VALID_FOEP"
    assert told["competingFeaturedOffer"]["offerIdentifier"]["sellerId"] == RIVAL.seller_id
    price = round(told["featuredOfferExpectedPrice"]["listingPrice"]["amount"] * 100)
    for asked, wins in ((price, True), (price + 1, False)):
        listing.price = asked
        current = result(caller, listing.sku)["currentFeaturedOffer"]["offerIdentifier"]["sellerId"]
        assert (current == caller.shelf.seller_id) is wins


def test_without_an_expected_price_the_answer_says_why(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    listing, used = one_of_ours(caller), one_of_ours(caller, "3")
    place(caller, listing)
    assert result(caller, listing.sku)["resultStatus"] == "NO_COMPETING_OFFER"
    assert result(caller, used.sku)["resultStatus"] == "OFFER_NOT_ELIGIBLE"
    assert result(caller, "NO SUCH SKU")["resultStatus"] == "OFFER_NOT_FOUND"
    listing.quantity = 0
    assert result(caller, listing.sku)["resultStatus"] == "OFFER_NOT_ELIGIBLE"
    assert listing.item is not None
    listing.item.parent = True
    assert result(caller, listing.sku)["resultStatus"] == "ASIN_NOT_ELIGIBLE"
