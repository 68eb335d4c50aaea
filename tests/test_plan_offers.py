"""Desired minus expected: what leaves for Amazon, in which order, and what never does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.listings.classify import classify
from channelkit.model.changes import CHANGES, OPEN_CHANGES
from channelkit.model.tables import LISTINGS, TABS
from channelkit.plan.expected import expect
from channelkit.plan.offers import plan_offers
from tests.decision_tables import IN_STOCK, LISTING, MINUTE, NOW, PRODUCT, TERMS, Row, subjects_of, table


def plan(
    listings: Sequence[Row],
    products: Sequence[Row],
    stock: Sequence[Row],
    pending: Sequence[Row] = (),
    now: int = NOW,
) -> list[dict[str, Any]]:
    waiting = table(OPEN_CHANGES, pending)
    tabs = classify(subjects_of(listings, products, stock), TERMS, table(TABS, []), waiting, now)
    changes = plan_offers(tabs, expect(table(LISTINGS, listings), waiting, now))
    assert changes.schema == CHANGES.schema()
    rows: list[dict[str, Any]] = changes.to_pylist()
    return rows


def plan_one(
    listing: Row | None = None, product: Row | None = None, stock: Row | None = None, **options: Any
) -> list[tuple[str, int | None, int]]:
    found = plan(
        [{**LISTING, **(listing or {})}], [{**PRODUCT, **(product or {})}], [{**IN_STOCK, **(stock or {})}], **options
    )
    return [(row["field"], row["before"], row["after"]) for row in found]


def sent(field: str, before: int | None, after: int, minutes: int = 1, **more: Any) -> Row:
    moment = NOW - minutes * MINUTE
    return {
        "id": 1,
        "seller_sku": "A",
        "field": field,
        "before": before,
        "after": after,
        "state": "accepted",
        "sent_at": moment,
        **more,
    }


def test_what_is_as_it_should_be_needs_no_change() -> None:
    assert plan_one() == []


def test_a_quantity_that_differs_is_planned_with_what_stands_there() -> None:
    assert plan_one({"quantity": 15}, stock={"salable": 10}) == [("quantity", 15, 10)]


def test_a_price_that_differs_is_planned_in_minor_units() -> None:
    assert plan_one(product={"price": "12.345"}) == [("price", 1000, 1235)]


def test_what_may_not_be_sold_goes_to_0_and_keeps_its_price() -> None:
    """LR-05."""
    assert plan_one(product={"enabled": False, "price": "99"}) == [("quantity", 5, 0)]


@pytest.mark.parametrize("channel", ["AMAZON_NA", "AMAZON_EU", "AMAZON_JP", None, "SOMETHING_NEW"])
def test_the_quantity_of_what_the_merchant_does_not_fulfil_is_never_planned(channel: str | None) -> None:
    """LS-13."""
    assert plan_one({"fulfillment_channel": channel, "quantity": 3}, product={"price": "11"}) == [("price", 1000, 1100)]
    assert plan_one({"fulfillment_channel": channel, "quantity": 3}, product={"enabled": False}) == []


@pytest.mark.parametrize("channel", ["AMAZON_NA", None])
def test_a_quantity_that_was_decided_before_amazon_took_over_is_not_planned(channel: str | None) -> None:
    """LS-13."""
    nothing = table(OPEN_CHANGES, [])
    tabs = classify(
        subjects_of([{**LISTING, "quantity": 9}], [PRODUCT], [IN_STOCK]), TERMS, table(TABS, []), nothing, NOW
    )
    assert tabs["wanted_quantity"].to_pylist() == [5]
    taken_over = table(LISTINGS, [{**LISTING, "quantity": 9, "fulfillment_channel": channel}])
    assert plan_offers(tabs, expect(taken_over, nothing, NOW)).num_rows == 0


def test_stock_outs_leave_first_then_falling_quantities_then_rising_then_prices() -> None:
    skus = ["A", "B", "C", "D"]
    listings: list[Row] = [{**LISTING, "seller_sku": sku, "asin": None} for sku in skus]
    products: list[Row] = [{**PRODUCT, "sku": sku, "price": "9" if sku == "A" else "10"} for sku in skus]
    salable = {"A": 5, "B": 9, "C": 2, "D": 0}
    stock: list[Row] = [{**IN_STOCK, "sku": sku, "salable": count} for sku, count in salable.items()]
    found = plan(listings, products, stock)
    assert [(row["seller_sku"], row["field"]) for row in found] == [
        ("D", "quantity"),
        ("C", "quantity"),
        ("B", "quantity"),
        ("A", "price"),
    ]


def test_a_return_with_a_higher_price_sends_the_price_alone() -> None:
    assert plan_one({"quantity": 0}, product={"price": "11"}) == [("price", 1000, 1100)]


def test_a_return_waits_until_amazon_shows_the_higher_price() -> None:
    raised = sent("price", 1000, 1100)
    assert plan_one({"quantity": 0}, product={"price": "11"}, pending=[raised]) == []
    assert plan_one({"quantity": 0, "price": 1100}, product={"price": "11"}) == [("quantity", 0, 5)]


def test_a_return_with_a_lower_price_sends_both() -> None:
    assert plan_one({"quantity": 0}, product={"price": "9"}) == [("quantity", 0, 5), ("price", 1000, 900)]


def test_a_return_of_a_listing_without_a_price_sends_the_price_first() -> None:
    assert plan_one({"quantity": 0, "price": None}) == [("price", None, 1000)]


def test_a_listing_that_sells_is_not_kept_from_more_by_a_higher_price() -> None:
    assert plan_one({"quantity": 1}, product={"price": "11"}) == [("quantity", 1, 5), ("price", 1000, 1100)]


@pytest.mark.parametrize(
    "listing",
    [{"missing_since": NOW - 60 * MINUTE, "missing_last": NOW}, {"seller_sku": "UNKNOWN", "asin": None}],
    ids=["ended", "third party"],
)
def test_what_is_gone_or_not_ours_is_left_alone(listing: Row) -> None:
    assert plan_one({"quantity": 99, "price": 1, **listing}) == []


def test_an_incomplete_listing_with_a_product_is_kept_up_to_date() -> None:
    assert plan_one({"status": "Incomplete", "buyable": False, "quantity": 9}) == [("quantity", 9, 5)]


def test_stale_decisions_plan_nothing() -> None:
    tabs = classify(
        subjects_of([{**LISTING, "quantity": 9}], [PRODUCT], [IN_STOCK]),
        TERMS,
        table(TABS, []),
        table(OPEN_CHANGES, []),
        NOW,
    )
    expected = expect(table(LISTINGS, [{**LISTING, "quantity": 9}]), table(OPEN_CHANGES, []), NOW)
    assert plan_offers(tabs, expected).num_rows == 1
    stale = tabs.set_column(tabs.column_names.index("stale"), "stale", pa.array([True]))
    assert plan_offers(stale, expected).num_rows == 0


def test_each_change_says_why() -> None:
    stock_out = plan([LISTING], [PRODUCT], [{**IN_STOCK, "salable": 0}])[0]
    assert stock_out["because"] == "Ineligible: Out of Stock. Commerce can sell 0 of product A."
    price = plan([LISTING], [{**PRODUCT, "price": "11"}], [IN_STOCK])[0]
    assert price["because"] == "Active. Its price in Commerce differs."


def test_a_price_that_a_rule_made_names_the_rule() -> None:
    found = subjects_of([LISTING], [{**PRODUCT, "price": "11"}], [IN_STOCK])
    decided = classify(found, TERMS, table(TABS, []), table(OPEN_CHANGES, []), NOW)
    decided = decided.set_column(decided.column_names.index("priced_by"), "priced_by", pa.array(["sale"]))
    expected = expect(table(LISTINGS, [LISTING]), table(OPEN_CHANGES, []), NOW)
    (change,) = plan_offers(decided, expected).to_pylist()
    assert change["because"] == "Active. The price rule sale makes it another."


# Expected


def test_a_change_on_its_way_is_not_sent_again() -> None:
    assert plan_one({"quantity": 15}, pending=[sent("quantity", 15, 5)]) == []


def test_after_half_an_hour_nobody_waits_any_longer() -> None:
    assert plan_one({"quantity": 15}, pending=[sent("quantity", 15, 5, minutes=30)]) == [("quantity", 15, 5)]


def test_a_stock_out_is_sent_although_another_quantity_is_on_its_way() -> None:
    pending = [sent("quantity", 15, 10)]
    assert plan_one({"quantity": 15}, stock={"salable": 0}, pending=pending) == [("quantity", 10, 0)]


def test_of_two_changes_on_their_way_the_newer_is_expected() -> None:
    pending = [
        sent("quantity", 15, 5, id=2),
        sent("quantity", 5, 8, minutes=2, id=1),
        sent("price", 1, 2, seller_sku="B"),
    ]
    expected = expect(table(LISTINGS, [{**LISTING, "quantity": 15}]), table(OPEN_CHANGES, pending), NOW)
    assert expected["quantity"].to_pylist() == [5]
    same_moment = [sent("quantity", 15, 5, id=1), sent("quantity", 5, 8, id=2)]
    expected = expect(table(LISTINGS, [LISTING]), table(OPEN_CHANGES, same_moment), NOW)
    assert expected["quantity"].to_pylist() == [8]


def test_the_shown_price_is_what_was_observed_whatever_is_on_its_way() -> None:
    expected = expect(table(LISTINGS, [LISTING]), table(OPEN_CHANGES, [sent("price", 1000, 1100)]), NOW)
    assert (expected["price"].to_pylist(), expected["shown_price"].to_pylist()) == ([1100], [1000])


# Whatever comes

SKUS = st.sampled_from("abcde")
LISTING_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "seller_sku": SKUS,
            "price": st.sampled_from([None, 0, 500, 1000]),
            "quantity": st.sampled_from([None, 0, 3, 50]),
            "fulfillment_channel": st.sampled_from(["DEFAULT", "DEFAULT", "AMAZON_NA", None]),
            "buyable": st.sampled_from([True, False, None]),
            "status": st.sampled_from(["Active", "Inactive", "Incomplete"]),
        }
    ),
    unique_by=lambda row: row["seller_sku"],
)
PRODUCT_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sku": SKUS,
            "type": st.sampled_from(["simple", "simple", "bundle"]),
            "enabled": st.sampled_from([True, False]),
            "price": st.sampled_from(["0", "4.999", "10", "12.5", None]),
            "websites": st.just(",1,"),
        }
    ),
    unique_by=lambda row: row["sku"],
)
STOCK_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sku": SKUS,
            "salable": st.sampled_from([-1, 0, 3, 10]),
            "in_stock": st.just(True),
            "managed": st.sampled_from([True, False]),
        }
    ),
    unique_by=lambda row: row["sku"],
)


@settings(max_examples=60)
@given(LISTING_ROWS, PRODUCT_ROWS, STOCK_ROWS)
def test_applying_the_plan_again_and_again_comes_to_rest_and_never_does_what_it_must_not(
    listings: list[dict[str, Any]], products: list[dict[str, Any]], stock: list[dict[str, Any]]
) -> None:
    by_sku = {row["seller_sku"]: row for row in listings}
    for _ in range(2):
        for change in plan(listings, products, stock):
            listing = by_sku[change["seller_sku"]]
            assert change["before"] == listing[change["field"]] != change["after"]
            if change["field"] == "quantity":
                assert listing["fulfillment_channel"] == "DEFAULT"
                assert change["after"] >= 0
            else:
                assert change["after"] > 0
        for change in plan(listings, products, stock):
            by_sku[change["seller_sku"]][change["field"]] = change["after"]
    # The second round is for quantities that waited for their price.
    assert plan(listings, products, stock) == []


@settings(max_examples=60)
@given(LISTING_ROWS, PRODUCT_ROWS, STOCK_ROWS)
def test_what_was_sent_is_not_sent_again_while_amazons_readings_lag(
    listings: list[dict[str, Any]], products: list[dict[str, Any]], stock: list[dict[str, Any]]
) -> None:
    first = plan(listings, products, stock)
    pending: list[Row] = [
        {**change, "id": number, "state": "sent", "sent_at": NOW} for number, change in enumerate(first)
    ]
    assert plan(listings, products, stock, pending, now=NOW + MINUTE) == []


@settings(max_examples=60)
@given(LISTING_ROWS, PRODUCT_ROWS, STOCK_ROWS, st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_of_rows(
    listings: list[dict[str, Any]], products: list[dict[str, Any]], stock: list[dict[str, Any]], random: Any
) -> None:
    first = plan(listings, products, stock)
    for rows in (listings, products, stock):
        random.shuffle(rows)
    assert plan(listings, products, stock) == first
