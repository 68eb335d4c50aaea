"""People's decisions beside what they are about: overrides, ends, publications, aliases and other ASINs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from channelkit.listings.wishes import find_aliases
from channelkit.model.decisions import DECISIONS, WANTED
from tests.decision_tables import (
    IN_STOCK,
    LISTING,
    MINUTE,
    NOW,
    PRODUCT,
    TERMS,
    Row,
    decide,
    decide_one,
    decide_product,
    decision,
    table,
)

GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}
FBA = {"fulfillment_channel": "AMAZON_NA", "quantity": None}
USED = {"condition": "used_good"}


def wanted_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is wanted besides price and quantity, where anything is."""
    return {name: row[name] for name in WANTED.names if row[name] not in (None, "", False)}


def sent(field: str, **more: Any) -> Row:
    return {"id": 1, "seller_sku": "A", "field": field, "state": "sent", "sent_at": NOW - MINUTE, **more}


def test_nobody_decided_anything_and_nothing_is_wanted_of_what_stands() -> None:
    assert wanted_of(decide_one()) == {}


# Price


def test_a_price_override_is_final() -> None:
    """AC-04."""
    assert decide_one(decisions=[decision("price", "5500")])["wanted_price"] == 5500


def test_a_price_override_needs_no_price_and_no_currency_in_commerce() -> None:
    """AC-04."""
    terms = replace(TERMS, price_currency="EUR")
    found = decide_one(None, {"price": None}, terms=terms, decisions=[decision("price", "5500")])
    assert found["wanted_price"] == 5500
    assert "No price is sent" not in found["reason"]


@pytest.mark.parametrize("value", ["0", "-5"])
def test_a_price_override_of_nothing_or_less_is_never_sent_and_that_is_said(value: str) -> None:
    found = decide_one(decisions=[decision("price", value)])
    assert found["wanted_price"] is None
    assert "the price override is not above zero" in found["reason"]


@pytest.mark.parametrize("value", ["9.99", "cheap", ""])
def test_a_price_override_that_is_no_number_overrides_nothing(value: str) -> None:
    assert decide_one(decisions=[decision("price", value)])["wanted_price"] == 1000


def test_a_removed_price_override_leaves_the_price_to_commerce() -> None:
    """AC-04."""
    found = decide_one(decisions=[decision("price", None)])
    assert found["wanted_price"] == 1000
    assert "Edit Listing Overrides" not in found["actions"]


# Handling time


def test_handling_is_overridden_reverts_to_the_setting_and_is_otherwise_amazons() -> None:
    """LS-02."""
    terms = replace(TERMS, handling_days=3)
    assert decide_one({"handling_days": 5}, terms=terms)["wanted_handling"] is None
    assert decide_one(terms=terms, decisions=[decision("handling", "1")])["wanted_handling"] == 1
    assert decide_one(terms=terms, decisions=[decision("handling", None)])["wanted_handling"] == 3
    assert decide_product(terms=terms)[0]["wanted_handling"] == 3
    assert decide_product(terms=terms, decisions=[decision("handling", "7")])[0]["wanted_handling"] == 7


def test_two_overrides_one_is_removed_and_the_rest_is_kept() -> None:
    """AC-04, example P25."""
    kept = [decision("condition", "used_like_new"), decision("notes", "Box opened.")]
    first = decide_one(decisions=[decision("price", "5500"), decision("handling", "1"), *kept])
    assert (first["wanted_price"], first["wanted_handling"]) == (5500, 1)
    assert (first["wanted_condition"], first["wanted_notes"]) == ("used_like_new", "Box opened.")
    second = decide_one(decisions=[decision("price", "5000"), decision("handling", None), *kept])
    assert (second["wanted_price"], second["wanted_handling"]) == (5000, 2)
    assert (second["wanted_condition"], second["wanted_notes"]) == ("used_like_new", "Box opened.")


# Condition and notes


def test_a_listing_keeps_its_condition_whatever_the_setting_says() -> None:
    """LS-14."""
    assert decide_one(USED, terms=replace(TERMS, condition="new_new"))["wanted_condition"] is None


def test_a_removed_condition_override_returns_to_the_setting() -> None:
    """LS-14."""
    found = decide_one(USED, terms=replace(TERMS, condition="new_new"), decisions=[decision("condition", None)])
    assert found["wanted_condition"] == "new_new"


@pytest.mark.parametrize(
    ("says", "condition", "notes", "status"),
    [
        ("Used - Good", "used_good", "Has been read.", "Ready to List"),
        (" used - good", "used_good", "Has been read.", "Ready to List"),
        ("New", "new_new", None, "Ready to List"),
        ("Worn", None, None, "Missing Condition"),
        (None, None, None, "Missing Condition"),
    ],
)
def test_an_attribute_says_the_condition_and_the_settings_translate_it(
    says: str | None, condition: str | None, notes: str | None, status: str
) -> None:
    """LS-14."""
    terms = replace(
        TERMS,
        condition="attribute",
        conditions={"Used - Good": "used_good", "New": "new_new", "Club": ""},
        condition_notes={"used_good": "Has been read.", "new_new": "Amazon takes none."},
    )
    found = decide_product(terms=terms, traits={"condition_choice": [says]})[0]
    assert (found["status"], found["wanted_condition"], found["wanted_notes"]) == (status, condition, notes)
    if condition is None:
        assert str(says or "unknown") in found["reason"]
        assert "Update Required Info" in found["actions"]


def test_a_chosen_condition_is_all_that_a_product_without_one_lacks() -> None:
    """AC-03."""
    found = decide_product(terms=replace(TERMS, condition=""), decisions=[decision("condition", "used_good")])[0]
    assert (found["tab"], found["wanted_condition"]) == ("Ready to List", "used_good")


def test_a_refurbished_article_that_amazon_rejects_is_inactive_with_amazons_words() -> None:
    """LS-15."""
    said = '[{"severity": "ERROR", "message": "Renewed needs an approval.", "categories": ["QUALIFICATION_REQUIRED"]}]'
    found = decide_one({"condition": "refurbished_refurbished", "buyable": False, "issues": said})
    assert (found["tab"], found["status"]) == ("Inactive", "Renewed needs an approval.")


def test_what_amazon_fulfils_has_no_handling_time_and_no_condition_of_ours() -> None:
    """AC-05."""
    found = decide_one(FBA, decisions=[decision("handling", "1"), decision("condition", "used_good")])
    assert wanted_of(found) == {}
    assert "handling time rests while Amazon fulfils it" in found["reason"]
    assert "condition rests while Amazon fulfils it" in found["reason"]


def test_a_new_article_has_no_notes() -> None:
    """AC-05."""
    noted = [decision("notes", "Scratched.")]
    new = decide_one({"condition": "new_new"}, decisions=noted)
    assert new["wanted_notes"] is None
    assert "a new article has none" in new["reason"]
    assert decide_one(USED, decisions=noted)["wanted_notes"] == "Scratched."
    becomes_used = [*noted, decision("condition", "used_good")]
    assert decide_one({"condition": "new_new"}, decisions=becomes_used)["wanted_notes"] == "Scratched."


def test_removed_notes_become_those_of_the_settings_or_none() -> None:
    terms = replace(TERMS, condition_notes={"used_good": "Has been read."})
    gone = [decision("notes", None)]
    assert decide_one({**USED, "condition_note": "Mine."}, decisions=gone)["wanted_notes"] == ""
    assert decide_one(USED, terms=terms, decisions=gone)["wanted_notes"] == "Has been read."
    assert decide_one(USED, terms=terms)["wanted_notes"] is None


# Fulfilment


@pytest.mark.parametrize("setting", ["merchant", "amazon"])
def test_a_setting_moves_no_goods_of_what_is_listed(setting: str) -> None:
    """LS-13."""
    terms = replace(TERMS, fulfilled_by=setting)
    assert decide_one(terms=terms)["wanted_fulfillment"] is None
    assert decide_one(FBA, terms=terms)["wanted_fulfillment"] is None
    new = decide_product(terms=terms)[0]
    assert new["wanted_fulfillment"] == setting
    assert (new["wanted_quantity"] is None) is (setting == "amazon")
    assert (new["wanted_handling"] is None) is (setting == "amazon")


@pytest.mark.parametrize(
    ("says", "who"),
    [("Fulfilled By Amazon", "amazon"), ("fulfilled by merchant", "merchant"), ("FBA", "amazon"), ("?", "merchant")],
)
def test_an_attribute_says_who_fulfils(says: str, who: str) -> None:
    """LS-13."""
    terms = replace(TERMS, fulfilled_by="attribute")
    traits = {"fulfillment_choice": [says]}
    assert decide_product(terms=terms, traits=traits)[0]["wanted_fulfillment"] == who
    assert decide_one(terms=terms, traits=traits)["wanted_fulfillment"] == (None if says == "?" else who)


def test_a_switch_to_amazon_lets_go_of_the_quantity_and_back_again_sets_it() -> None:
    """LS-13, AC-08."""
    to_amazon = decide_one(stock={"salable": 0}, decisions=[decision("fulfillment", "amazon")])
    assert (to_amazon["tab"], to_amazon["wanted_fulfillment"]) == ("Active", "amazon")
    assert to_amazon["wanted_quantity"] is None
    assert "Switch to Fulfilled by Merchant" in to_amazon["actions"]
    to_merchant = decide_one(FBA, decisions=[decision("fulfillment", "merchant")])
    assert (to_merchant["wanted_fulfillment"], to_merchant["wanted_quantity"]) == ("merchant", 5)
    empty = decide_one(FBA, stock={"salable": 0}, decisions=[decision("fulfillment", "merchant")])
    assert (empty["status"], empty["wanted_quantity"], empty["wanted_fulfillment"]) == ("Out of Stock", 0, "merchant")


# Publish and end


def test_what_can_be_listed_is_published_when_the_store_lists_by_itself_or_a_person_asks() -> None:
    """LS-01, AC-01."""
    waits = replace(TERMS, auto_list=False)
    by_itself, waiting = decide_product()[0], decide_product(terms=waits)[0]
    assert (by_itself["wanted_listed"], by_itself["asked"]) == (True, False)
    assert (waiting["wanted_listed"], waiting["status"]) == (None, "Ready to List")
    asked = decide_product(terms=waits, decisions=[decision("listed", "yes")])[0]
    assert (asked["wanted_listed"], asked["asked"]) == (True, True)
    assert wanted_of(asked) == {
        **{"wanted_listed": True, "wanted_asin": "B000000001", "wanted_condition": "new_new", "wanted_handling": 2},
        **{"wanted_fulfillment": "merchant", "asked": True},
    }
    assert (asked["wanted_price"], asked["wanted_quantity"]) == (1000, 5)


def test_what_a_person_asked_for_is_not_published_while_it_may_not_be_sold() -> None:
    """AC-01."""
    found = decide_product(stock={"salable": 0}, decisions=[decision("listed", "yes")])[0]
    assert (found["tab"], found["wanted_listed"]) == ("Ineligible", None)


def test_ended_stays_ended_whatever_becomes_of_it() -> None:
    """AC-02."""
    ended = [decision("listed", "no")]
    shown = decide_one(decisions=ended)
    assert (shown["status"], shown["wanted_listed"], shown["wanted_quantity"]) == ("Ending In Progress", False, None)
    assert shown["reason"].startswith("Ann ended it")
    gone = decide_one(GONE, decisions=ended)
    assert (gone["status"], gone["wanted_listed"]) == ("Manually Ended", None)
    again = decide_one(decisions=ended, previous=None, now=NOW + 60 * MINUTE)
    assert again["wanted_listed"] is False
    product = decide_product(decisions=ended)[0]
    assert (product["tab"], product["wanted_listed"]) == ("Ended", None)


def test_what_is_wanted_back_comes_back_as_what_it_was() -> None:
    """AC-01, TB-09."""
    listing = {**GONE, **USED, "handling_days": 4}
    found = decide_one(listing, decisions=[decision("listed", "yes")])
    assert (found["tab"], found["listed"], found["sku"]) == ("Ready to List", True, "A")
    assert wanted_of(found) == {
        **{"wanted_listed": True, "wanted_asin": "B000000001", "wanted_condition": "used_good", "wanted_handling": 4},
        **{"wanted_fulfillment": "merchant", "asked": True},
    }


def test_a_listing_without_a_product_is_not_put_back() -> None:
    found = decide([{**LISTING, **GONE}], decisions=[decision("listed", "yes")])
    assert [(row["tab"], row["wanted_listed"]) for row in found] == [("Ended", None)]


# Another ASIN, another seller SKU


def test_another_asin_is_told_while_the_listing_is_ended_and_published_once_it_is_gone() -> None:
    """AC-07."""
    moved = [decision("asin", "B000000002", at=NOW - 60 * MINUTE)]
    standing = decide_one(decisions=moved)
    assert (standing["tab"], standing["status"]) == ("Active", "Relist in Progress")
    assert (standing["asin"], standing["wanted_asin"], standing["wanted_listed"]) == ("B000000001", "B000000002", None)
    assert "B000000002 instead of B000000001" in standing["reason"]
    gone = decide_one(GONE, decisions=moved)
    assert (gone["tab"], gone["asin"], gone["wanted_asin"]) == ("Ready to List", "B000000002", "B000000002")
    assert gone["wanted_listed"] is True
    there = decide_one({"asin": "B000000002"}, decisions=moved)
    assert (there["status"], there["reason"]) == ("Active", "Amazon offers 5 at 10.00 USD; it is product A.")
    assert decide_one({**GONE, "asin": "B000000002"}, decisions=moved)["status"] == "Removed on Amazon"
    ended = [*moved, decision("listed", "no")]
    assert decide_one(GONE, decisions=ended)["status"] == "Manually Ended"


def test_the_tab_of_what_may_not_be_sold_stays_while_its_asin_changes() -> None:
    """AC-07."""
    found = decide_one(stock={"salable": 0}, decisions=[decision("asin", "B000000002")])
    assert (found["tab"], found["wanted_asin"]) == ("Ineligible", "B000000002")


def test_an_alias_is_a_listing_of_its_own_with_its_products_facts() -> None:
    """AC-06."""
    alias = {"seller_sku": "A-CA", "product_sku": "A"}
    found = decide([LISTING], [{**PRODUCT, "asin": "B000000001"}], [IN_STOCK], aliases=[alias])
    assert [(row["sku"], row["tab"], row["asked"]) for row in found] == [
        ("A", "Active", False),
        ("A-CA", "Ready to List", True),
    ]
    assert (found[1]["seller_sku"], found[1]["product_sku"], found[1]["wanted_asin"]) == ("A-CA", "A", "B000000001")
    other = decide([LISTING], [PRODUCT], [IN_STOCK], aliases=[{**alias, "asin": "B000000007"}])
    assert (other[1]["wanted_asin"], other[1]["wanted_listed"]) == ("B000000007", True)


def test_an_alias_is_no_row_where_a_listing_or_a_product_has_its_seller_sku() -> None:
    """AC-06."""
    taken = [{"seller_sku": sku, "product_sku": "A"} for sku in ("A", "B")]
    found = decide([LISTING], [PRODUCT, {**PRODUCT, "sku": "B"}], [IN_STOCK], aliases=taken)
    assert [(row["listed"], row["sku"], row["product_sku"]) for row in found] == [(True, "A", "A"), (False, "B", "B")]
    unknown = decide([LISTING], [PRODUCT], [IN_STOCK], aliases=[{"seller_sku": "C", "product_sku": "nothing"}])
    assert [row["sku"] for row in unknown] == ["A"]


def test_aliases_are_found_among_decisions_and_only_while_amazon_does_not_know_them() -> None:
    """AC-06."""
    decided = [
        decision("alias", "A", sku="A-1"),
        decision("alias", "A", sku="A-2"),
        decision("alias", None, sku="A-3"),
        decision("asin", "B000000007", sku="A-1"),
        decision("asin", "B000000008", sku="A"),
    ]
    found = find_aliases(table(DECISIONS, decided), pa.array(["A", "A-2"]))
    assert found.to_pylist() == [{"seller_sku": "A-1", "product_sku": "A", "asin": "B000000007"}]


def test_a_product_is_listed_under_its_own_sku_unless_commerce_names_another() -> None:
    assert decide_product()[0]["seller_sku"] == "A"
    assert decide_product({"seller_sku": ""})[0]["seller_sku"] == "A"
    named = decide_product({"seller_sku": "X"}, decisions=[decision("listed", "no", sku="X")])[0]
    assert (named["seller_sku"], named["sku"], named["tab"]) == ("X", "A", "Ended")


# Overrides on their way, and what is offered


@pytest.mark.parametrize("field", ["condition", "notes", "handling", "fulfillment"])
def test_an_override_on_its_way_is_a_relist_in_progress(field: str) -> None:
    """TB-09."""
    pending = [sent(field, after=1, after_text="used_good")]
    assert decide_one(pending=pending)["status"] == "Relist in Progress"
    blocked = decide_one({"buyable": False}, pending=pending)
    assert (blocked["tab"], blocked["status"]) == ("Inactive", "Not Provided")


@pytest.mark.parametrize(("decided", "status"), [("5500", "Relist in Progress"), (None, "Relist in Progress")])
def test_a_price_on_its_way_is_one_only_where_a_person_overrode_it(decided: str | None, status: str) -> None:
    """TB-09."""
    pending = [sent("price", before=1000, after=5500)]
    assert decide_one(pending=pending, decisions=[decision("price", decided)])["status"] == status
    assert decide_one(pending=pending)["status"] == "Active"


def test_overrides_are_edited_only_where_there_are_some() -> None:
    """AC-09, TB-07."""
    assert "Edit Listing Overrides" not in decide_one()["actions"]
    assert "Edit Listing Overrides" in decide_one(decisions=[decision("handling", "1")])["actions"]
    assert "Create Override" in decide_one()["actions"]


@pytest.mark.parametrize(
    ("row", "offered"),
    [
        (
            decide_one(),
            "View Details, Create Override, Edit Assigned ASIN, Create Alias Seller SKU, "
            "Switch to Fulfilled by Amazon, End Listing",
        ),
        (decide_one(decisions=[decision("listed", "no")]), "Publish on Amazon, Create Alias Seller SKU, View Details"),
        (decide_product()[0], "Publish on Amazon, View Details"),
        (decide_product({"asin": None})[0], "Update Required Info, Re-attempt Automatic Match, View Details"),
        (decide_product(stock={"salable": 0})[0], "View Details"),
        (
            decide([LISTING])[0],
            "Assign Catalog Product, Create New Catalog Product, Attempt Automatic Match, View Details",
        ),
    ],
    ids=["active", "ended", "ready", "incomplete", "unlisted ineligible", "third party"],
)
def test_each_tab_offers_what_the_matrix_allows(row: dict[str, Any], offered: str) -> None:
    """AC-09."""
    assert row["actions"] == offered
