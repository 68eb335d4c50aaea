"""Prices on the wire: each merged beside what it belongs to, whole days, exact amounts, and nothing else is touched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.amazon.client import Amazon
from channelkit.amazon.listings import find_listing
from channelkit.amazon.offers import patch_offer
from channelkit.amazon.price_patches import price_patches
from channelkit.amazon.price_rows import read_prices
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import MARKETPLACES, Marketplace, marketplace
from channelkit.model.offer_terms import write_business, write_sale
from channelkit.sandbox.amazon.attributes import patched
from channelkit.sandbox.amazon.listings import Listing
from channelkit.sandbox.amazon.submissions import Patch, judge_patches
from channelkit.sandbox.server import Running
from tests.amazon_caller import AmazonCaller
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

US, DE, JP = marketplace("US"), marketplace("DE"), marketplace("JP")
ACCEPTED: dict[str, Any] = {"sku": "S", "status": "ACCEPTED", "submissionId": "sub-1", "issues": []}
SALE = write_sale(800, "2026-12-01", "2026-12-24")


def money(amount: object, **more: object) -> list[dict[str, Any]]:
    return [{"schedule": [{"value_with_tax": amount, **more}]}]


def offer_of(place: Marketplace, audience: str = "ALL", /, **parts: Any) -> dict[str, Any]:
    return {"marketplace_id": place.id, "currency": place.currency, "audience": audience, **parts}


def test_price_sale_and_business_price_leave_in_one_patch_that_names_nothing_else() -> None:
    """LS-10: the tiers go beside the business price."""
    business = write_business(950, [(10, "8.5%"), (5, "5%")])
    (patch,) = price_patches(DE, price=Decimal("9.99"), business=business, sale=SALE)
    levels = [{"lower_bound": 5, "value": Decimal(5)}, {"lower_bound": 10, "value": Decimal("8.5")}]
    days = {"start_at": "2026-11-30T23:00:00Z", "end_at": "2026-12-24T22:59:59Z"}
    assert (patch["op"], patch["path"]) == ("merge", "/attributes/purchasable_offer")
    assert patch["value"] == [
        offer_of(DE, our_price=money(Decimal("9.99")), discounted_price=money(Decimal("8.00"), **days)),
        offer_of(
            DE,
            "B2B",
            our_price=money(Decimal("9.50")),
            quantity_discount_plan=[{"schedule": [{"discount_type": "percent", "levels": levels}]}],
        ),
    ]


def test_tiers_may_name_what_one_unit_costs() -> None:
    (patch,) = price_patches(JP, business=write_business(1980, [(5, "1900")]))
    plan = [{"schedule": [{"discount_type": "fixed", "levels": [{"lower_bound": 5, "value": 1900}]}]}]
    assert patch["value"] == [offer_of(JP, "B2B", our_price=money(1980), quantity_discount_plan=plan)]


def test_without_tiers_those_that_were_there_go() -> None:
    (patch,) = price_patches(US, business=write_business(950))
    assert patch["value"][0]["quantity_discount_plan"] is None


def test_what_is_to_be_nothing_is_taken_away_and_the_consumers_price_stays() -> None:
    merged, deleted, unlisted = price_patches(US, business="", sale="", list_price=Decimal(0))
    assert (merged["op"], merged["value"]) == ("merge", [offer_of(US, discounted_price=None)])
    assert (deleted["op"], deleted["value"]) == ("delete", [offer_of(US, "B2B")])
    selector = {"currency": "USD", "marketplace_id": US.id}
    assert unlisted == {"op": "delete", "path": "/attributes/list_price", "value": [selector]}


@pytest.mark.parametrize(("place", "part"), [(US, "value"), (DE, "value_with_tax"), (JP, "value_with_tax")])
def test_the_list_price_is_told_with_tax_where_prices_have_it(place: Marketplace, part: str) -> None:
    """LS-06."""
    (patch,) = price_patches(place, list_price=Decimal(30))
    value = {part: 30, "currency": place.currency, "marketplace_id": place.id}
    assert patch == {"op": "replace", "path": "/attributes/list_price", "value": [value]}


def test_yen_are_written_without_decimals_everywhere() -> None:
    amazon, stage = staged(Played(200, ACCEPTED))
    business, sale = write_business(1980, [(5, "1900")]), write_sale(1500, "2026-12-01", "2026-12-24")
    terms: dict[str, Any] = {"business": business, "sale": sale, "list_price": Decimal(2500)}
    patch_offer(amazon, JP, "S", "", price=Decimal(1980), **terms)
    content = stage.requests[0].body
    assert isinstance(content, bytes)
    for amount in (b"1980}", b"1900}", b'"value_with_tax":1500,', b'"value_with_tax":2500,'):
        assert amount in content


def test_an_open_sale_gets_the_days_that_amazon_asks_for() -> None:
    (patch,) = price_patches(DE, sale=write_sale(800))
    step = patch["value"][0]["discounted_price"][0]["schedule"][0]
    assert (step["start_at"], step["end_at"]) == ("1999-12-31T23:00:00Z", "2099-12-31T22:59:59Z")


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"price": Decimal("9.999")}, id="a-tenth-of-a-cent"),
        pytest.param({"price": Decimal(0)}, id="nothing"),
        pytest.param({"list_price": Decimal(-1)}, id="a-negative-list-price"),
        pytest.param({"sale": write_sale(0)}, id="a-sale-for-nothing"),
        pytest.param({"sale": write_sale(800, "2026-12-24", "2026-12-01")}, id="a-sale-that-ends-before-it-begins"),
        pytest.param({"sale": write_sale(800, "Christmas")}, id="no-day"),
        pytest.param({"sale": "tomorrow"}, id="no-sale"),
        pytest.param({"business": "cheap"}, id="no-business-price"),
        pytest.param({"business": write_business(0)}, id="a-business-price-of-nothing"),
        pytest.param({"business": write_business(950, [(5, "5%"), (10, "900")])}, id="two-kinds-of-tiers"),
        pytest.param({"business": write_business(950, [(5, "5%"), (5, "6%")])}, id="one-quantity-twice"),
        pytest.param({"business": write_business(950, [(5, "100%")])}, id="all-of-it-off"),
        pytest.param({"business": write_business(950, [(5, "half")])}, id="no-number"),
        pytest.param({"business": write_business(950, [(n, "5%") for n in range(2, 8)])}, id="six-tiers"),
    ],
)
def test_what_is_no_price_is_refused_before_anything_is_sent(terms: dict[str, Any]) -> None:
    amazon, stage = staged()
    with pytest.raises(RefusedError, match="nothing was sent"):
        patch_offer(amazon, US, "S", "", **terms)
    assert not stage.requests


DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 30))


@given(st.sampled_from(MARKETPLACES), st.integers(1, 10**9), st.lists(DAYS, min_size=2, max_size=2), st.booleans())
def test_a_sale_is_read_as_it_was_written_in_every_time_zone(
    place: Marketplace, price: int, days: list[Any], is_open: bool
) -> None:
    first, last = (day.isoformat() for day in sorted(days))
    sale = write_sale(price, first, "" if is_open else last)
    (patch,) = price_patches(place, sale=sale)
    assert read_prices({"purchasable_offer": patch["value"]}, place)["sale"] == sale


TIERS = st.dictionaries(st.integers(2, 999), st.decimals("0.01", "99.99", places=2), max_size=5)


@given(st.sampled_from(MARKETPLACES), st.integers(1, 10**9), TIERS)
def test_business_terms_are_read_as_they_were_written(
    place: Marketplace, price: int, tiers: dict[int, Decimal]
) -> None:
    for offs in ([(n, f"{share}%") for n, share in tiers.items()], [(n, str(price)) for n in tiers]):
        business = write_business(price, offs)
        (patch,) = price_patches(place, business=business)
        assert read_prices({"purchasable_offer": patch["value"]}, place)["business"] == business


class Bazaar:
    """A quiet sandbox, its American seller's client, and a listing with prices that others set in Seller Central."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.caller = AmazonCaller(running)
        self.amazon: Amazon = connect(running, clock=StoppedClock(epoch=running.world.clock.now()))
        listings = self.caller.shelf.listings.values()
        self.listing: Listing = next(
            each for each in listings if "BUYABLE" in each.status and not each.by_amazon and each.quantity > 3
        )

    def wait(self, seconds: float = 3_600) -> None:
        self.running.world.clock.skip(seconds)
        self.caller.token = ""

    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = self.caller.get(self.listing.sku)["attributes"]
        return found

    def shown(self) -> dict[str, Any]:
        found = find_listing(self.amazon, US, self.listing.sku)
        assert found is not None
        return dict(found)

    def patch(self, **terms: Any) -> None:
        patch_offer(self.amazon, US, self.listing.sku, "", **terms)
        self.wait()


@pytest.fixture
def bazaar(run_sandbox: RunSandbox) -> Bazaar:
    """A listing with bounds of its price, a business price with tiers, a sale and a list price, none of them ours."""
    bazaar = Bazaar(run_sandbox(speed=0, products=50, quiet=True, throttling=False))
    bounds = {"minimum_seller_allowed_price": money(1.5), "maximum_seller_allowed_price": money(900)}
    days = {"start_at": "2026-01-01T08:00:00.000Z", "end_at": "2099-01-01T07:59:59.000Z"}
    plan = [{"schedule": [{"discount_type": "percent", "levels": [{"lower_bound": 3, "value": 2.5}]}]}]
    entries = [
        offer_of(US, "ALL", our_price=money(50), discounted_price=money(45, **days), **bounds),
        offer_of(US, "B2B", our_price=money(48), quantity_discount_plan=plan),
    ]
    offer = {"op": "replace", "path": "/attributes/purchasable_offer", "value": entries}
    listed = {"value": 60, "currency": "USD", "marketplace_id": US.id}
    list_price = {"op": "replace", "path": "/attributes/list_price", "value": [listed]}
    assert bazaar.caller.patch(bazaar.listing.sku, offer, list_price)["status"] == "ACCEPTED"
    bazaar.wait()
    return bazaar


def test_what_others_set_is_read_and_a_sale_does_not_pass_for_the_price(bazaar: Bazaar) -> None:
    row = bazaar.shown()
    assert bazaar.caller.get(bazaar.listing.sku)["offers"][0]["price"]["amount"] == "45.00", "a buyer pays the sale's"
    assert (row["price"], row["currency"]) == (5000, "USD")
    assert row["business"] == write_business(4800, [(3, "2.5%")])
    assert row["sale"] == write_sale(4500, "2026-01-01", "2098-12-31")
    assert (row["list_price"], row["least_price"], row["largest_price"]) == (6000, 150, 90000)


@pytest.mark.parametrize(
    ("terms", "place", "part"),
    [
        pytest.param({"price": Decimal("51.00")}, 0, "our_price", id="price"),
        pytest.param({"sale": SALE}, 0, "discounted_price", id="sale"),
        pytest.param({"sale": ""}, 0, "discounted_price", id="no-sale"),
        pytest.param({"business": write_business(4700, [(3, "2.5%")])}, 1, "our_price", id="business"),
        pytest.param({"quantity": 9, "handling": 4}, None, "", id="quantity"),
    ],
)
def test_everything_that_is_not_ours_is_the_same_byte_for_byte_after_a_write(
    bazaar: Bazaar, terms: dict[str, Any], place: int | None, part: str
) -> None:
    before = bazaar.attributes()
    bazaar.patch(**terms)
    after = bazaar.attributes()
    assert after != before
    if place is None:
        assert str(after.pop("fulfillment_availability")) != str(before.pop("fulfillment_availability"))
    else:
        changed, old = (attributes["purchasable_offer"][place].pop(part, None) for attributes in (after, before))
        assert changed != old
    assert str(after) == str(before)


def test_each_price_that_was_sent_is_read_back(bazaar: Bazaar) -> None:
    """LS-06, LS-10."""
    business = write_business(4100, [(5, "4000"), (10, "3950")])
    bazaar.patch(price=Decimal("43.21"), business=business, sale=SALE, list_price=Decimal("59.90"))
    row = bazaar.shown()
    assert (row["price"], row["business"], row["sale"], row["list_price"]) == (4321, business, SALE, 5990)
    assert (row["least_price"], row["largest_price"]) == (150, 90000)


def test_a_price_outside_the_sellers_own_bounds_takes_the_offer_off_sale_until_it_is_mended(bazaar: Bazaar) -> None:
    assert bazaar.shown()["buyable"]
    for price in ("1.49", "900.01"):
        bazaar.patch(price=Decimal(price))
        row = bazaar.shown()
        assert not row["buyable"] and "minimum" in row["issues"]
    bazaar.patch(price=Decimal("1.50"))
    assert bazaar.shown()["buyable"] and bazaar.shown()["issues"] is None


def test_what_was_taken_away_is_read_as_none(bazaar: Bazaar) -> None:
    bazaar.patch(business="", sale="", list_price=Decimal(0))
    row = bazaar.shown()
    assert (row["business"], row["sale"], row["list_price"], row["price"]) == ("", "", None, 5000)
    assert [offer["offerType"] for offer in bazaar.caller.get(bazaar.listing.sku)["offers"]] == ["B2C"]


def test_amazon_takes_what_is_written_in_yen_and_refuses_yen_with_decimals() -> None:
    business, sale = write_business(1980, [(5, "1900")]), write_sale(1500, "2026-12-01", "2026-12-24")
    written = price_patches(JP, price=Decimal(2000), business=business, sale=sale, list_price=Decimal(2500))
    assert judge_patches([Patch(**each) for each in written], JP) == []
    document = patched("purchasable_offer", [], "merge", written[0]["value"])
    row = read_prices({"purchasable_offer": document, "list_price": written[1]["value"]}, JP)
    assert (row["business"], row["sale"], row["list_price"]) == (business, sale, 2500)
    wrong = offer_of(JP, our_price=money(Decimal("1980.5")), discounted_price=money(Decimal("1.5")))
    issues = judge_patches([Patch("merge", "/attributes/purchasable_offer", [wrong])], JP)
    assert len(issues) == 3 and "decimals" in issues[0].message and "'start_at'" in issues[-1].message
