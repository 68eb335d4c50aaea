"""RG-02: of a seller SKU that several stores of an account offer, the oldest decides; the others follow and say so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.decision_tables import LISTING, MINUTE, NOW, PRODUCT, TERMS, Row, decide_one, decide_product, decision

ELDER: Row = {
    **{"seller_sku": "A", "store": "ca", "tab": "Active", "status": "Active", "reason": "Amazon offers 3."},
    **{"wanted_quantity": 3, "wanted_fulfillment": None, "wanted_handling": None},
}
GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}


def shared(elder: Row | None = None, **options: Any) -> dict[str, Any]:
    return decide_one(elders=[{**ELDER, **(elder or {})}], **options)


def test_the_older_stores_quantity_holds_and_its_name_is_told() -> None:
    """RG-02."""
    found = shared(stock={"salable": 9})
    assert (found["wanted_quantity"], found["decided_by"]) == (3, "ca")
    assert "Store ca decides its quantity, eligibility, fulfilment and handling time" in found["reason"]


def test_price_and_condition_stay_each_stores_own() -> None:
    """RG-02."""
    decided = [decision("price", "700"), decision("condition", "used_good")]
    found = shared(decisions=decided)
    assert (found["wanted_price"], found["wanted_condition"]) == (700, "used_good")


def test_a_store_without_elders_decides_itself() -> None:
    """RG-02."""
    other = shared({"seller_sku": "B"})
    assert (other["wanted_quantity"], other["decided_by"]) == (5, "")
    assert "decides its quantity" not in other["reason"]


def test_what_the_older_store_may_not_sell_this_one_does_not_sell() -> None:
    """RG-02."""
    found = shared({"tab": "Ineligible", "status": "Excluded by Rule", "reason": "Its rules exclude product A."})
    assert (found["tab"], found["status"], found["wanted_quantity"]) == ("Ineligible", "Excluded by Rule", 0)
    assert "Store ca is the oldest with this seller SKU" in found["reason"]
    assert "Its rules exclude product A." in found["reason"]


@pytest.mark.parametrize(
    "facts",
    [
        {"stock": {"salable": 0}},
        {"product": {"enabled": False}},
        {"traits": {"admitted": [False]}},
        {"traits": {"sale_ends": ["2020-01-01"]}},
    ],
    ids=["out of stock", "disabled", "excluded", "sale over"],
)
def test_what_the_older_store_sells_this_one_sells_whatever_its_own_rules_say(facts: dict[str, Any]) -> None:
    """RG-02."""
    found = shared(**facts)
    assert (found["tab"], found["wanted_quantity"]) == ("Active", 3)


@pytest.mark.parametrize("tab", ["Ended", "New Third Party", "Ready to List"])
def test_an_older_store_that_does_not_offer_it_decides_nothing(tab: str) -> None:
    """RG-02."""
    found = shared({"tab": tab, "wanted_quantity": None})
    assert (found["wanted_quantity"], found["decided_by"]) == (5, "")


def test_the_older_store_decides_who_fulfils_and_how_fast() -> None:
    """RG-02."""
    decided = [decision("fulfillment", "merchant"), decision("handling", "9")]
    found = shared({"wanted_handling": 4}, decisions=decided)
    assert (found["wanted_handling"], found["wanted_fulfillment"]) == (4, None)
    assert "of its handling time rests" in found["reason"]
    assert "of its fulfilment rests" in found["reason"]
    by_amazon = shared({"wanted_fulfillment": "amazon"}, stock={"salable": 0}, decisions=decided)
    assert (by_amazon["wanted_fulfillment"], by_amazon["wanted_quantity"]) == ("amazon", None)


def test_what_the_older_store_leaves_alone_is_left_alone_here() -> None:
    """RG-02."""
    found = shared({"wanted_quantity": None})
    assert (found["tab"], found["wanted_quantity"], found["wanted_handling"]) == ("Active", None, None)


def test_ending_a_listing_is_each_stores_own_matter() -> None:
    """RG-02."""
    found = shared({"tab": "Ineligible"}, decisions=[decision("listed", "no")])
    assert (found["status"], found["wanted_listed"]) == ("Ending In Progress", False)


def test_an_alias_is_what_makes_a_listing_its_stores_own() -> None:
    """RG-02, AC-06."""
    found = decide_product({"seller_sku": "A-US"}, {"salable": 9}, elders=[ELDER])[0]
    assert (found["decided_by"], found["wanted_quantity"]) == ("", 9)


def test_each_marketplace_keeps_its_own_currency() -> None:
    """RG-03."""
    terms = replace(TERMS, store="jp", currency="JPY", digits=0, price_currency="USD")
    found = shared(listing={"price": 1980, "currency": "JPY"}, terms=terms)
    assert found["wanted_price"] is None
    assert "Commerce's prices are in USD, the marketplace's in JPY" in found["reason"]
    overridden = shared(listing={"price": 1980, "currency": "JPY"}, terms=terms, decisions=[decision("price", "2000")])
    assert (overridden["wanted_price"], overridden["wanted_quantity"]) == (2000, 3)


def test_a_listing_that_comes_back_under_a_shared_seller_sku_follows_as_well() -> None:
    """RG-02."""
    found = shared(listing={**GONE, "asin": LISTING["asin"]}, product=PRODUCT, decisions=[decision("listed", "yes")])
    assert (found["tab"], found["wanted_quantity"], found["wanted_listed"]) == ("Ready to List", 3, True)
    assert found["decided_by"] == "ca"
