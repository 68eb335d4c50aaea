"""Listing settings at work, from the settings to what Amazon shows: condition, fulfilment, handling, stock, days."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.kit import Kit
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.amazon.attributes import AVAILABILITY, CONDITION, NOTE, read
from tests.kit_fixtures import Practice, RunKit

CYCLE = 5
CHOICES: dict[str, Any] = {
    "condition": "attribute",
    "condition_attribute": "offer_condition",
    "conditions": {"As new": "used_like_new", "Read": "used_good"},
    "condition_notes": {"used_good": "A shelf copy."},
    "handling_days": 4,
    "fulfilled_by": "attribute",
    "fulfilled_by_attribute": "offer_fulfilment",
}


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A sandbox whose products say their condition, who fulfils them, and on which days they are on sale."""
    practice = run_kit()
    commerce = practice.running.world.commerce
    commerce.add_attribute("offer_condition", "Condition", "select", options=("As new", "Read", "Worn"))
    commerce.add_attribute(
        "offer_fulfilment", "Fulfilment", "select", options=("Fulfilled By Merchant", "Fulfilled By Amazon")
    )
    commerce.add_attribute("first_day", "First Day", "date")
    commerce.add_attribute("last_day", "Last Day", "date")
    return practice


def row(kit: Kit, sku: str, *, listed: bool = True) -> dict[str, Any]:
    frame = kit.stores["us"].listings()
    found: dict[str, Any] = frame[(frame["sku"] == sku) & (frame["listed"] == listed)].iloc[0].to_dict()
    return found


def run(practice: Practice, kit: Kit, cycles: int) -> None:
    for _ in range(cycles):
        kit.sync(["us"])
        practice.wait(CYCLE)


def attribute(practice: Practice, sku: str, name: str) -> dict[str, Any]:
    """Return what Amazon keeps of a listing's attribute."""
    found: dict[str, Any] = read(practice.listing("us", sku), marketplace("US"), name)[0]
    return found


def test_what_is_listed_anew_has_the_condition_the_notes_and_the_handling_time_that_the_settings_find(
    practice: Practice,
) -> None:
    """LS-01, LS-02, LS-14, TB-04: it waits for its condition, then for a person, and is then published."""
    practice.kit.pull()
    with practice.reopened(**CHOICES, auto_list=False) as kit:
        run(practice, kit, 2)
        frame = kit.stores["us"].listings("Incomplete")
        waiting = frame[frame["status"] == "Missing Condition"]["sku"].tolist()
        # Chosen while all wait, because which of them have an ASIN is found out meanwhile.
        for sku in waiting:
            practice.running.world.commerce.set_value(sku, "offer_condition", "Read")
        run(practice, kit, 2)
        ready = kit.stores["us"].listings("Ready to List")["sku"].tolist()
        assert ready and set(ready) <= set(waiting)
        assert not [change for change in practice.changes() if change["field"] == "publish"]
    with practice.reopened(**CHOICES) as kit:
        run(practice, kit, 4)
        published = next(sku for sku in ready if sku in practice.shelf("us").listings)
        assert attribute(practice, published, CONDITION)["value"] == "used_good"
        assert attribute(practice, published, NOTE)["value"] == "A shelf copy."
        assert attribute(practice, published, AVAILABILITY)["lead_time_to_ship_max_days"] == 4
        assert row(kit, published)["tab"] == "Active"


def test_an_attribute_hands_a_listing_to_amazon_and_nobody_pushes_a_quantity_any_more(practice: Practice) -> None:
    """LS-13."""
    practice.kit.pull()
    sku = practice.active_skus("us")[0]
    product = practice.product_of("us", sku)
    practice.running.world.commerce.set_value(product, "offer_fulfilment", "Fulfilled By Amazon")
    with practice.reopened(**CHOICES) as kit:
        run(practice, kit, 3)
        assert practice.listing("us", sku).by_amazon
        practice.running.world.commerce.change_stock(product, -1)
        before = [change["id"] for change in practice.changes() if change["seller_sku"] == sku]
        run(practice, kit, 2)
        after = [change["id"] for change in practice.changes() if change["seller_sku"] == sku]
        assert after == before
        assert row(kit, sku)["wanted_quantity"] is None


def test_a_listing_is_on_sale_on_its_days_and_above_its_threshold(practice: Practice) -> None:
    """LS-11, TB-08, TB-09: off sale its quantity is 0, and it comes back by itself."""
    practice.kit.pull()
    sku = practice.active_skus("us")[0]
    product = practice.product_of("us", sku)
    commerce = practice.running.world.commerce
    commerce.set_value(product, "last_day", "2020-01-31 00:00:00")
    with practice.reopened(sale_starts="first_day", sale_ends="last_day") as kit:
        run(practice, kit, 2)
        assert (row(kit, sku)["tab"], row(kit, sku)["status"]) == ("Ineligible", "Sale Ended")
        assert practice.listing("us", sku).quantity == 0
        commerce.set_value(product, "last_day", "2999-12-31 00:00:00")
        run(practice, kit, 3)
        assert practice.listing("us", sku).quantity > 0
        assert (row(kit, sku)["tab"], practice.listing("us", sku).quantity) == (
            "Active",
            row(kit, sku)["wanted_quantity"],
        )
    with practice.reopened(out_of_stock_threshold=100_000) as kit:
        run(practice, kit, 2)
        assert (row(kit, sku)["status"], row(kit, sku)["wanted_quantity"]) == ("Below Threshold", 0)
