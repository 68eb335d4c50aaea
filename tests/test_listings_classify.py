"""TB-01: exactly one tab for each listing, by the first row of the table that holds, with words for a person."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.listings.classify import DECIDED, classify
from channelkit.listings.freshness import Freshness
from channelkit.listings.terms import Terms
from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.tables import TABS
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
    subjects_of,
    table,
)

LISTED_TABS = {"New Third Party", "Ended", "Ineligible", "Incomplete", "Inactive", "Active", "Ready to List"}
UNLISTED_TABS = {"Ended", "Ineligible", "Incomplete", "Ready to List"}
GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}
ENDED = decision("listed", "no")
RESTORED = {
    "id": 1,
    "seller_sku": "A",
    "field": "quantity",
    "before": 0,
    "after": 5,
    "state": "accepted",
    "sent_at": NOW - MINUTE,
}


def issues(*found: dict[str, Any]) -> str:
    return json.dumps(
        [{"severity": "ERROR", "categories": [], "attributes": [], "actions": [], **one} for one in found]
    )


def place_of(decision: dict[str, Any]) -> tuple[str, str]:
    return decision["tab"], decision["status"]


def previous_of(decisions: list[dict[str, Any]]) -> pa.Table:
    return table(TABS, decisions)


# Row 1


def test_a_listing_without_a_product_awaits_one_and_says_what_was_looked_for() -> None:
    """TB-03."""
    found = decide([LISTING])[0]
    assert place_of(found) == ("New Third Party", "Awaiting Product Assignment")
    assert "seller SKU A" in found["reason"]
    assert "B000000001" in found["reason"]
    assert "Assign Catalog Product" in found["actions"]
    assert (found["wanted_price"], found["wanted_quantity"]) == (None, None)


def test_candidates_are_named_to_the_person_who_must_choose() -> None:
    """TB-03."""
    products: list[Row] = [{**PRODUCT, "sku": sku, "asin": "B000000001"} for sku in ("P1", "P2")]
    found = decide([LISTING], products)[0]
    assert place_of(found) == ("New Third Party", "Multiple Matches Found")
    assert "P1, P2" in found["reason"]


def test_without_third_party_import_an_unlinked_listing_is_in_no_tab() -> None:
    """LS-03."""
    assert decide([LISTING], terms=replace(TERMS, import_third_party=False)) == []
    assert len(decide([LISTING], [PRODUCT], terms=replace(TERMS, import_third_party=False))) == 1


# Rows 2 and 3


def test_what_a_person_ended_is_ending_until_amazon_no_longer_shows_it() -> None:
    """TB-08."""
    assert place_of(decide_one(decisions=[ENDED])) == ("Ended", "Ending In Progress")
    assert place_of(decide_one(GONE, decisions=[ENDED])) == ("Ended", "Manually Ended")


def test_a_listing_missed_twice_and_well_apart_was_removed_and_can_be_published_again() -> None:
    """TB-08."""
    found = decide_one(GONE)
    assert place_of(found) == ("Ended", "Removed on Amazon")
    assert "2023-11-14 21:33 UTC to 2023-11-14 22:03 UTC" in found["reason"]
    assert "Publish on Amazon" in found["actions"]
    assert (found["wanted_price"], found["wanted_quantity"]) == (None, None)


@pytest.mark.parametrize("apart", [0, 5, 14])
def test_one_truncated_report_moves_nothing(apart: int) -> None:
    missed = {"missing_since": NOW - 20 * MINUTE, "missing_last": NOW - (20 - apart) * MINUTE}
    assert place_of(decide_one(missed)) == ("Active", "Active")


def test_an_unlinked_listing_that_is_gone_has_ended_and_awaits_nothing() -> None:
    assert place_of(decide([{**LISTING, **GONE}])[0]) == ("Ended", "Removed on Amazon")


# Row 4


@pytest.mark.parametrize(
    ("product", "stock", "more", "status", "words"),
    [
        ({}, {}, {"excluded": [True]}, "Excluded by Rule", "rules exclude product A"),
        ({"type": "bundle"}, {}, {}, "Excluded by Rule", "type bundle"),
        ({"enabled": False}, {}, {}, "Product Disabled", "disabled"),
        ({"websites": ",2,"}, {}, {}, "Product Disabled", "website"),
        ({"missing_since": NOW - 60 * MINUTE}, {}, {}, "Product Disabled", "2023-11-14 21:13 UTC"),
        ({}, {"salable": 0}, {}, "Out of Stock", "can sell 0"),
        ({}, {"salable": -3}, {}, "Out of Stock", "can sell -3"),
        ({}, {"in_stock": False}, {}, "Out of Stock", "product A"),
        ({}, {"salable": 0, "managed": None}, {}, "Out of Stock", "can sell 0"),
        ({}, {}, {"sale_starts": ["2023-11-15"]}, "Not Yet on Sale", "2023-11-15 00:00 UTC"),
        ({}, {}, {"sale_ends": ["2023-11-13"]}, "Sale Ended", "2023-11-14 00:00 UTC"),
    ],
)
def test_what_may_not_be_sold_stays_on_amazon_with_quantity_0(
    product: Row, stock: Row, more: dict[str, list[Any]], status: str, words: str
) -> None:
    """LR-05."""
    found = decide_one(None, product, stock, more=more)
    assert place_of(found) == ("Ineligible", status)
    assert words in found["reason"]
    assert (found["wanted_price"], found["wanted_quantity"]) == (None, 0)
    assert "the listing stays" in found["next_step"]


@pytest.mark.parametrize(("salable", "tab"), [(4, "Ineligible"), (5, "Active"), (6, "Active")])
def test_stock_strictly_below_the_threshold_is_not_sold(salable: int, tab: str) -> None:
    """LS-11."""
    found = decide_one(stock={"salable": salable}, terms=replace(TERMS, threshold=5))
    assert found["tab"] == tab
    if tab == "Ineligible":
        assert found["status"] == "Below Threshold"
        assert "4" in found["reason"]
        assert "threshold is 5" in found["reason"]


@pytest.mark.parametrize("stock", [{"salable": 0, "managed": False}, {"salable": None, "managed": False}])
def test_stock_that_commerce_does_not_count_is_never_out(stock: Row) -> None:
    """LS-12."""
    found = decide_one(stock=stock)
    assert (found["tab"], found["wanted_quantity"]) == ("Active", 100)


def test_amazons_own_stock_is_not_judged_by_ours_and_never_set() -> None:
    """LS-13."""
    found = decide_one({"fulfillment_channel": "AMAZON_NA", "quantity": None}, stock={"salable": 0})
    assert (found["tab"], found["wanted_quantity"]) == ("Active", None)
    disabled = decide_one({"fulfillment_channel": "AMAZON_EU", "quantity": None}, {"enabled": False})
    assert (disabled["tab"], disabled["wanted_quantity"]) == ("Ineligible", None)
    assert "not ours to set" in disabled["next_step"]


def test_stock_that_was_never_read_is_not_taken_for_none() -> None:
    found = decide([LISTING], [PRODUCT])[0]
    assert (found["tab"], found["wanted_quantity"]) == ("Active", None)
    assert "No quantity is sent" in found["reason"]


def test_a_product_that_a_reading_has_just_missed_is_not_gone_yet() -> None:
    assert decide_one(None, {"missing_since": NOW - MINUTE})["tab"] == "Active"


# Row 5


def test_missing_information_names_the_attributes() -> None:
    """TB-02."""
    missing = issues(
        {"message": "Brand is required.", "categories": ["MISSING_ATTRIBUTE"], "attributes": ["brand", "color"]}
    )
    found = decide_one({"issues": missing, "buyable": False})
    assert place_of(found) == ("Incomplete", "Missing Information: brand, color")
    assert "Brand is required." in found["reason"]
    assert "Update Required Info" in found["actions"]


def test_a_report_that_says_incomplete_is_believed() -> None:
    """TB-02."""
    assert place_of(decide_one({"status": "Incomplete", "buyable": None})) == ("Incomplete", "Missing Information")


def test_a_warning_that_something_is_missing_is_no_requirement() -> None:
    warned = issues({"severity": "WARNING", "message": "Add an image.", "categories": ["MISSING_IMAGE"]})
    assert decide_one({"issues": warned})["tab"] == "Active"


# Row 6


def test_the_reason_is_amazons() -> None:
    """TB-05."""
    blocked = issues(
        {"severity": "WARNING", "message": "The title is long."},
        {
            "message": "Brand needs approval.",
            "categories": ["QUALIFICATION_REQUIRED"],
            "actions": ["LISTING_SUPPRESSED"],
        },
    )
    found = decide_one({"issues": blocked, "buyable": False})
    assert place_of(found) == ("Inactive", "Brand needs approval.")
    assert "Brand needs approval. The title is long." in found["reason"]
    assert "End Listing" in found["actions"]


def test_without_a_reason_it_is_not_provided() -> None:
    """TB-05."""
    assert place_of(decide_one({"buyable": False})) == ("Inactive", "Not Provided")


def test_it_returns_to_active_by_itself_once_amazon_clears_it() -> None:
    """TB-05."""
    blocked = decide_one({"buyable": False})
    cleared = decide_one({"buyable": True}, previous=previous_of([blocked]), now=NOW + MINUTE)
    assert (cleared["tab"], cleared["since"]) == ("Active", NOW + MINUTE)


def test_a_report_that_says_inactive_with_units_on_offer_is_amazons_will() -> None:
    assert decide_one({"status": "Inactive", "buyable": None})["tab"] == "Inactive"


@pytest.mark.parametrize("facts", [{"buyable": False}, {"buyable": None, "status": "Inactive"}])
def test_no_units_of_the_merchant_alone_are_not_amazons_will(facts: Row) -> None:
    found = decide_one({**facts, "quantity": 0})
    assert found["tab"] == "Active"
    assert "can sell 5" in found["reason"]
    assert found["wanted_quantity"] == 5


def test_no_units_of_amazons_own_stock_make_it_inactive() -> None:
    assert decide_one({"buyable": False, "quantity": None, "fulfillment_channel": "AMAZON_NA"})["tab"] == "Inactive"


def test_a_suppressed_listing_without_units_is_inactive_all_the_same() -> None:
    found = decide_one({"buyable": False, "quantity": 0, "issues": issues({"message": "Suppressed."})})
    assert place_of(found) == ("Inactive", "Suppressed.")


@pytest.mark.parametrize("status", ["Inactive", "Incomplete"])
def test_what_a_search_saw_later_outweighs_the_reports_status(status: str) -> None:
    assert decide_one({"status": status, "buyable": True})["tab"] == "Active"


def test_issues_that_cannot_be_read_are_shown_as_they_are_and_stop_nothing() -> None:
    assert decide_one({"issues": "not JSON {"})["tab"] == "Active"
    assert decide_one({"issues": "not JSON {", "buyable": False})["status"] == "not JSON {"


# Rows 7 and 8


def test_a_restored_quantity_on_its_way_is_a_relist_in_progress() -> None:
    found = decide_one({"quantity": 0, "buyable": False}, pending=[RESTORED])
    assert place_of(found) == ("Active", "Relist in Progress")


def test_units_that_came_back_and_cannot_be_bought_yet_are_a_relist_in_progress() -> None:
    assert place_of(decide_one({"quantity": 5, "buyable": False}, pending=[RESTORED])) == (
        "Active",
        "Relist in Progress",
    )
    blocked = issues({"message": "Brand needs approval."})
    assert decide_one({"buyable": False, "issues": blocked}, pending=[RESTORED])["tab"] == "Inactive"


@pytest.mark.parametrize(
    "change",
    [
        {**RESTORED, "sent_at": NOW - 31 * MINUTE},
        {**RESTORED, "before": 3},
        {**RESTORED, "field": "price"},
        {**RESTORED, "after": 0},
        {**RESTORED, "seller_sku": "B"},
        {**RESTORED, "state": "refused"},
    ],
)
def test_other_changes_are_no_relist(change: Row) -> None:
    assert place_of(decide_one({"quantity": 0}, pending=[change])) == ("Active", "Active")


def test_a_listing_that_nothing_speaks_against_is_active_and_says_how_it_stands() -> None:
    """TB-06."""
    found = decide_one()
    assert place_of(found) == ("Active", "Active")
    assert found["reason"] == "Amazon offers 5 at 10.00 USD; it is product A."
    assert (found["wanted_price"], found["wanted_quantity"]) == (1000, 5)
    assert found["since"] == NOW


def test_a_listing_is_offered_only_the_other_way_of_fulfilment() -> None:
    """AC-09."""
    assert "Switch to Fulfilled by Amazon" in decide_one()["actions"]
    by_amazon = decide_one({"fulfillment_channel": "AMAZON_NA"})["actions"]
    assert "Switch to Fulfilled by Merchant" in by_amazon
    assert "Switch to Fulfilled by Amazon" not in by_amazon


# Products that are not on Amazon


def test_a_complete_product_is_ready_to_list() -> None:
    """TB-04."""
    found = decide_product()[0]
    assert place_of(found) == ("Ready to List", "Ready to List")
    assert (found["listed"], found["sku"], found["asin"]) == (False, "A", "B000000001")
    assert "next cycle publishes" in found["next_step"]
    waiting = decide_product(terms=replace(TERMS, auto_list=False))[0]
    assert "next cycle" not in waiting["next_step"]


@pytest.mark.parametrize("kind", ["bundle", "grouped", "configurable", "giftcard"])
def test_composite_types_are_never_listed(kind: str) -> None:
    """ON-11."""
    assert decide_product({"type": kind}) == []


@pytest.mark.parametrize("kind", ["simple", "virtual", "downloadable"])
def test_types_that_stand_for_themselves_are(kind: str) -> None:
    """ON-11."""
    assert decide_product({"type": kind})[0]["tab"] == "Ready to List"


@pytest.mark.parametrize("product", [{"websites": ",2,"}, {"websites": None}, {"missing_since": 1}])
def test_products_that_are_elsewhere_or_gone_are_in_no_tab(product: Row) -> None:
    assert decide_product(product) == []


def test_products_that_the_rules_exclude_are_in_no_tab() -> None:
    assert decide_product(more={"excluded": [True]}) == []


@pytest.mark.parametrize(
    ("product", "stock", "more", "terms", "place"),
    [
        ({"enabled": False}, {}, {}, TERMS, ("Ineligible", "Product Disabled")),
        ({}, {"salable": 0}, {}, TERMS, ("Ineligible", "Out of Stock")),
        ({}, {"salable": 1}, {}, replace(TERMS, threshold=2), ("Ineligible", "Below Threshold")),
        ({}, {}, {"sale_ends": ["2023-11-13"]}, TERMS, ("Ineligible", "Sale Ended")),
        ({}, {}, {}, replace(TERMS, condition=""), ("Incomplete", "Missing Condition")),
        ({}, {}, {"several_asins": [True]}, TERMS, ("Incomplete", "Multiple Matches Found")),
        ({}, {}, {"parent_asin": [True]}, TERMS, ("Incomplete", "Has Variants")),
        ({"asin": None}, {}, {}, TERMS, ("Incomplete", "Unable to Assign to Amazon Listing")),
        ({"asin": "none"}, {}, {}, TERMS, ("Incomplete", "Unable to Assign to Amazon Listing")),
        ({}, {}, {"lacking": ["brand"]}, TERMS, ("Incomplete", "Missing Information: brand")),
    ],
)
def test_what_keeps_a_product_from_being_listed_has_its_tab_and_its_fix(
    product: Row, stock: Row, more: dict[str, list[Any]], terms: Terms, place: tuple[str, str]
) -> None:
    """TB-02."""
    found = decide_product(product, stock, more=more, terms=terms)[0]
    assert place_of(found) == place
    assert found["reason"]
    assert found["next_step"]
    assert found["wanted_quantity"] != 0


def test_a_product_that_was_sent_is_being_listed() -> None:
    """TB-04."""
    sent = {**RESTORED, "field": "publish", "before": None, "after": 1}
    assert place_of(decide_product(pending=[sent])[0]) == ("Ready to List", "List in Progress")


def test_a_product_that_has_a_listing_makes_no_row_of_its_own() -> None:
    found = decide([LISTING], [PRODUCT, {**PRODUCT, "sku": "B", "asin": "B000000002"}], [IN_STOCK])
    assert [(row["listed"], row["sku"]) for row in found] == [(True, "A"), (False, "B")]


# Since when, and how fresh


def test_since_stays_while_tab_and_status_do() -> None:
    first = decide_one()
    same = decide_one({"price": 900}, previous=previous_of([first]), now=NOW + MINUTE)
    assert same["since"] == NOW
    other = decide_one(stock={"salable": 0}, previous=previous_of([first]), now=NOW + MINUTE)
    assert other["since"] == NOW + MINUTE


def test_a_product_and_a_listing_with_the_same_sku_do_not_share_their_past() -> None:
    product = decide_product()[0]
    listing = decide_one(previous=previous_of([product]), now=NOW + MINUTE)
    assert listing["since"] == NOW + MINUTE


OLD = Freshness(stock_read=NOW - 2 * 60 * MINUTE)


def test_facts_older_than_promised_keep_the_tab_want_nothing_and_say_so() -> None:
    before = decide_one()
    kept = decide_one(None, {"enabled": False}, previous=previous_of([before]), now=NOW + MINUTE, freshness=OLD)
    assert (place_of(kept), kept["since"], kept["stale"]) == (("Active", "Active"), NOW, True)
    assert kept["reason"].startswith("The facts are older than promised")
    assert (kept["wanted_price"], kept["wanted_quantity"]) == (None, None)
    again = decide_one(None, {"enabled": False}, previous=previous_of([kept]), now=NOW + MINUTE, freshness=OLD)
    assert again == kept


def test_facts_that_are_fresh_again_decide_again() -> None:
    kept = decide_one(previous=previous_of([decide_one()]), freshness=OLD)
    assert kept["stale"]
    fresh = decide_one(None, {"enabled": False}, previous=previous_of([kept]))
    assert (fresh["tab"], fresh["stale"]) == ("Ineligible", False)


def test_stale_facts_about_something_new_decide_for_now_but_want_nothing() -> None:
    found = decide_one(freshness=OLD)
    assert (found["tab"], found["stale"], found["wanted_quantity"]) == ("Active", True, None)


def test_amazons_own_stock_does_not_wait_for_commerces() -> None:
    assert not decide_one({"fulfillment_channel": "AMAZON_NA"}, freshness=OLD)["stale"]


def test_a_listing_seen_by_a_search_is_fresh_though_the_report_is_old() -> None:
    old = Freshness(listings_read=NOW - 24 * 60 * MINUTE)
    assert not decide_one(freshness=old)["stale"]
    assert decide_one({"observed_at": NOW - 23 * 60 * MINUTE}, freshness=old)["stale"]


# Whatever comes

FLAGS = st.sampled_from([True, False, None])
TIMES = st.sampled_from([None, NOW - 60 * MINUTE, NOW - 16 * MINUTE, NOW - 5 * MINUTE, NOW])
COUNTS = st.sampled_from([None, -2, 0, 1, 5, 10**7])
ISSUES = st.sampled_from(
    [
        *(None, "", "[]", "null", "{}", "[", '[{"message": null}]', '[{"severity": "ERROR"}]'),
        issues({"message": "Blocked.", "actions": ["LISTING_SUPPRESSED"]}),
        issues({"message": "Missing.", "categories": ["MISSING_ATTRIBUTE"], "attributes": ["brand"]}),
    ]
)
SKUS = st.sampled_from(["a", "A", "b", "c", "{sku}", "d,e"])
LISTING_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "seller_sku": SKUS,
            "asin": st.sampled_from([None, "B000000001", "B000000002"]),
            "price": COUNTS,
            "currency": st.sampled_from([None, "USD"]),
            "quantity": COUNTS,
            "fulfillment_channel": st.sampled_from([None, "", "DEFAULT", "AMAZON_NA", "NEW_WORD"]),
            "status": st.sampled_from([None, "Active", "Inactive", "Incomplete", "NewWord"]),
            "buyable": FLAGS,
            "issues": ISSUES,
            "observed_at": TIMES,
            "missing_since": TIMES,
            "missing_last": TIMES,
        }
    ),
    unique_by=lambda row: row["seller_sku"],
)
PRODUCT_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sku": SKUS,
            "asin": st.sampled_from([None, "B000000001", "B000000002"]),
            "type": st.sampled_from([None, "simple", "bundle", "configurable", "new_word"]),
            "enabled": FLAGS,
            "price": st.sampled_from([None, "", "0", "-1", "9.995", "text"]),
            "websites": st.sampled_from([None, ",1,", ",11,", ",2,1,"]),
            "missing_since": TIMES,
        }
    ),
    unique_by=lambda row: row["sku"],
)
STOCK_ROWS = st.lists(
    st.fixed_dictionaries({"sku": SKUS, "salable": COUNTS, "in_stock": FLAGS, "managed": FLAGS}),
    unique_by=lambda row: row["sku"],
)
PENDING_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "seller_sku": SKUS,
            "field": st.sampled_from(["price", "quantity", "publish", "handling"]),
            "before": COUNTS,
            "after": st.sampled_from([0, 5]),
            "state": st.sampled_from(["sent", "accepted"]),
            "sent_at": TIMES,
        }
    )
)
KINDS = {
    "listed": ("yes", "no"),
    "fulfillment": ("merchant", "amazon", "new word"),
    "asin": ("B000000001", "B000000002", "none", ""),
    "price": ("500", "0", "x", None),
    "handling": ("3", "", None),
    "condition": ("used_good", "new_new", None),
    "notes": ("Scratched.", "", None),
}
DECISION_ROWS = st.lists(
    st.sampled_from([(kind, value) for kind, values in KINDS.items() for value in values]).flatmap(
        lambda pair: st.builds(decision, st.just(pair[0]), st.just(pair[1]), sku=SKUS, at=TIMES.filter(bool))
    ),
    unique_by=lambda row: (row["seller_sku"], row["kind"]),
)
ELDER_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "seller_sku": SKUS,
            "store": st.just("ca"),
            "tab": st.sampled_from(["Active", "Ineligible", "Inactive", "Ended", "New Third Party"]),
            "status": st.sampled_from(["Active", "{sku}"]),
            "reason": st.sampled_from([None, "Because."]),
            "wanted_quantity": st.sampled_from([None, 0, 3]),
            "wanted_fulfillment": st.sampled_from([None, "merchant", "amazon"]),
            "wanted_handling": st.sampled_from([None, 2]),
        }
    ),
    unique_by=lambda row: row["seller_sku"],
)
ALIAS_ROWS = st.lists(
    st.fixed_dictionaries({"seller_sku": SKUS, "product_sku": SKUS, "asin": st.sampled_from([None, "B000000003"])}),
    unique_by=lambda row: row["seller_sku"],
)
PEOPLE = st.fixed_dictionaries({"decisions": DECISION_ROWS, "elders": ELDER_ROWS, "aliases": ALIAS_ROWS})
TRAIT_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "admitted": FLAGS,
            "lacking": st.sampled_from([None, "brand"]),
            "condition_choice": st.sampled_from([None, "Used", "New", ""]),
            "fulfillment_choice": st.sampled_from([None, "Fulfilled By Amazon", "x"]),
            "sale_starts": st.sampled_from([None, "", "2023-11-14", "2023-11-15", "soon"]),
            "sale_ends": st.sampled_from([None, "2023-11-14 00:00:00", "2023-11-13", "9999-12-31"]),
        }
    ),
    min_size=6,
    max_size=6,
)
SETTINGS = st.builds(
    replace,
    st.just(TERMS),
    import_third_party=st.booleans(),
    auto_list=st.booleans(),
    price_currency=st.sampled_from(["USD", "EUR", ""]),
    threshold=st.sampled_from([0, 2]),
    condition=st.sampled_from(["new_new", "", "attribute"]),
    conditions=st.just({"Used": "used_good", "New": "new_new"}),
    fulfilled_by=st.sampled_from(["merchant", "amazon", "attribute"]),
    time_zone=st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Tokyo"]),
)
FRESHNESS = st.builds(Freshness, listings_read=TIMES, products_read=TIMES, stock_read=TIMES)


@settings(max_examples=60)
@given(LISTING_ROWS, PRODUCT_ROWS, STOCK_ROWS, PENDING_ROWS, FRESHNESS, SETTINGS, PEOPLE, TRAIT_ROWS)
def test_whatever_the_facts_every_listing_has_exactly_one_tab_with_reason_next_step_and_actions(
    listings: list[dict[str, Any]],
    products: list[dict[str, Any]],
    stock: list[dict[str, Any]],
    pending: list[dict[str, Any]],
    freshness: Freshness,
    terms: Terms,
    people: dict[str, Any],
    traits: list[dict[str, Any]],
) -> None:
    """TB-01."""
    columns = {name: [row[name] for row in traits[: len(products)]] for name in traits[0]}
    subjects = subjects_of(listings, products, stock, terms=terms, traits=columns, **people)
    waiting = table(OPEN_CHANGES, pending)
    decided = classify(subjects, terms, table(TABS, []), waiting, NOW, freshness=freshness)
    assert decided.schema == DECIDED

    rows = decided.to_pylist()
    keys = [(row["listed"], row["sku"]) for row in rows]
    assert len(set(keys)) == len(keys)
    linked = {row["sku"] for row in subjects.to_pylist() if row["listed"] and row["product_sku"]}
    every = {row["seller_sku"] for row in listings}
    assert {sku for is_listed, sku in keys if is_listed} == (every if terms.import_third_party else linked)
    for row in rows:
        assert row["tab"] in (LISTED_TABS if row["listed"] else UNLISTED_TABS)
        assert all(row[name] for name in ("status", "reason", "next_step", "actions", "seller_sku"))
        assert row["wanted_price"] is None or row["wanted_price"] > 0
        assert row["wanted_quantity"] is None or 0 <= row["wanted_quantity"] <= terms.largest_quantity
        # What is to be published has all that a new listing needs, and what is stale wants nothing.
        if row["wanted_listed"]:
            assert row["tab"] == "Ready to List"
            assert all(row[name] for name in ("wanted_price", "wanted_condition", "wanted_asin", "wanted_fulfillment"))
            assert (row["wanted_quantity"] is None) == (row["wanted_fulfillment"] == "amazon") or row["decided_by"]
        if row["stale"]:
            assert not any(row[name] for name in row if name.startswith("wanted_"))
    assert classify(subjects, terms, table(TABS, []), waiting, NOW, freshness=freshness).equals(decided)

    before = decided.append_column("digest", pa.nulls(decided.num_rows, pa.int64()))
    later = classify(subjects, terms, before, waiting, NOW, freshness=freshness)
    assert later.select(["listed", "sku", "tab", "status", "since"]).equals(
        decided.select(["listed", "sku", "tab", "status", "since"])
    )
