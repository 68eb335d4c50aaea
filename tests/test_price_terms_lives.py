"""Business prices, sales and list prices in whole cycles: from the shop to Amazon, read back, and at rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channelkit.database import listings
from channelkit.model.offer_terms import read_business
from channelkit.sandbox.amazon import attributes
from channelkit.settings.price_section import PriceSettings
from channelkit.settings.sections import GuardSettings
from tests.kit_fixtures import Practice, RunKit

CYCLE = 5
"""Minutes between two cycles."""

PRICES = PriceSettings(
    business=True,
    tiers=((5, "5"), (10, "7.50")),
    list_price="msrp",
    sale="special_price",
    sale_from="special_from_date",
    sale_to="special_to_date",
)
TERMS = ("business", "sale", "list_price")


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    return run_kit(products=30)


def settle(practice: Practice) -> None:
    """Run cycles of one store until everything that was wanted has been seen."""
    for _ in range(8):
        practice.kit.sync(["us"])
        if not practice.changes("planned", "sent", "accepted"):
            return
        practice.wait(CYCLE)
    raise AssertionError(f"It does not settle: {practice.changes('planned', 'sent', 'accepted')}")


def sent(practice: Practice, sku: str) -> list[tuple[str, str]]:
    """Return the prices besides the price that were sent of a listing, and what became of them."""
    changes = practice.changes()
    return [(each["field"], each["state"]) for each in changes if each["seller_sku"] == sku and each["field"] in TERMS]


def offer(practice: Practice, sku: str, audience: str) -> dict[str, Any]:
    shelf = practice.shelf("us")
    document = attributes.read(shelf.listings[sku], shelf.marketplace, "purchasable_offer")
    return next((each for each in document if each.get("audience") == audience), {})


def test_business_prices_sales_and_list_prices_reach_amazon_and_come_to_rest(practice: Practice) -> None:
    """LS-06, LS-10: sent once, merged, read back and confirmed; then nothing is left to do, even while a sale runs."""
    today = datetime.fromtimestamp(practice.running.world.clock.now(), UTC).date()
    first, last = today - timedelta(days=3), today + timedelta(days=3)
    # Every listing gets a business price at once: a sweeping plan, which is not what is tested here.
    with practice.reopened(prices=PRICES, guards=GuardSettings(largest_share=1.0)) as kit:
        practice = Practice(kit, practice.running, practice.folder)
        kit.pull(["us"])
        sku = practice.active_skus("us")[0]
        product, shop = practice.product_of("us", sku), practice.running.world.commerce
        bounds = [{"schedule": [{"value_with_tax": 1}]}]
        practice.listing("us", sku).attributes = {
            "purchasable_offer": [offer(practice, sku, "ALL") | {"minimum_seller_allowed_price": bounds}]
        }
        cents = (practice.listing("us", sku).price or 0) + 100
        price, special, msrp = (Decimal(amount).scaleb(-2) for amount in (cents, cents - 200, cents + 500))
        shop.set_price(product, price)
        for code, value in (("special_price", special), ("msrp", msrp)):
            shop.set_value(product, code, str(value))
        for code, day in (("special_from_date", first), ("special_to_date", last)):
            shop.set_value(product, code, f"{day} 00:00:00")
        settle(practice)

        assert sorted(sent(practice, sku)) == [(field, "confirmed") for field in sorted(TERMS)]
        assert practice.listing("us", sku).price == cents
        consumers, businesses = offer(practice, sku, "ALL"), offer(practice, sku, "B2B")
        assert consumers["minimum_seller_allowed_price"] == bounds, "what others set stays"
        assert consumers["discounted_price"][0]["schedule"][0]["value_with_tax"] == special
        assert businesses["our_price"][0]["schedule"][0]["value_with_tax"] == price
        levels = businesses["quantity_discount_plan"][0]["schedule"][0]["levels"]
        assert [(each["lower_bound"], float(each["value"])) for each in levels] == [(5, 5.0), (10, 7.5)]
        assert (practice.listing("us", sku).attributes or {})["list_price"][0]["value"] == msrp

        for code in ("special_price", "msrp"):
            shop.set_value(product, code, None)
        settle(practice)
        assert "discounted_price" not in offer(practice, sku, "ALL")
        assert "list_price" not in (practice.listing("us", sku).attributes or {})
        assert {state for _, state in sent(practice, sku)} == {"confirmed"} and len(sent(practice, sku)) == 5


def test_a_store_that_does_not_keep_them_leaves_amazons_alone(practice: Practice) -> None:
    practice.kit.pull(["us"])
    sku = practice.active_skus("us")[0]
    theirs = offer(practice, sku, "ALL") | {"audience": "B2B"}
    practice.listing("us", sku).attributes = {"purchasable_offer": [offer(practice, sku, "ALL"), theirs]}
    practice.wait(CYCLE)
    practice.kit.sync(["us"])
    assert practice.changes() and not [each for each in practice.changes() if each["field"] in TERMS]
    with practice.kit.database.read() as connection:
        (row,) = listings.load(connection, "us", ("seller_sku", "business", "sale"), [sku]).to_pylist()
    assert (read_business(row["business"]).price, row["sale"]) == (practice.listing("us", sku).price, ""), "it is known"
