"""TB-01: the decision table, row by row and at every boundary: what holds, which tab follows, and what is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from channelkit.listings.decision import listing_rows, product_rows
from channelkit.listings.freshness import Freshness
from channelkit.listings.situation import look
from channelkit.listings.terms import Terms
from channelkit.listings.trace import trace
from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.decisions import DECISIONS, ELDERS
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
    decision,
    gathered,
    priced,
    subjects_of,
    table,
)

HOUR = 60 * MINUTE
GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}
ASIN = {"asin": "B000000001"}
ELDER = {
    **{"seller_sku": "A", "store": "ca", "tab": "Ineligible", "status": "Out of Stock"},
    **{"reason": "Commerce can sell 0 of product A.", "wanted_quantity": 0},
}
FBA = {"fulfillment_channel": "AMAZON_NA", "quantity": None}
NO_AUTO = replace(TERMS, auto_list=False)


def issues(**found: Any) -> str:
    return json.dumps([{"severity": "ERROR", "categories": [], "attributes": [], "actions": [], **found}])


def change(field: str, after: int | None = 5, **more: Any) -> Row:
    sent = {"id": 1, "seller_sku": "A", "field": field, "before": 0, "after": after, "state": "sent"}
    return {**sent, "sent_at": NOW - MINUTE, **more}


@dataclass(frozen=True)
class Case:
    """Facts that differ from an ordinary listing, or product, and where they put it.

    Arguments:
        row: number and condition of the row that holds.
        is_listed: a listing on Amazon; else a product alone.
    """

    row: tuple[int, str]
    place: tuple[str, str] | None
    listing: Row = field(default_factory=dict)
    product: Row | None = field(default_factory=dict)
    stock: Row = field(default_factory=dict)
    is_listed: bool = True
    terms: Terms = TERMS
    options: Mapping[str, Any] = field(default_factory=dict)
    listed: bool | None = None

    def facts(self) -> tuple[list[Row], list[Row], list[Row]]:
        listings: list[Row] = [{**LISTING, **self.listing}] if self.is_listed else []
        asin: Row = {} if self.is_listed else ASIN
        products: list[Row] = [] if self.product is None else [{**PRODUCT, **asin, **self.product}]
        return listings, products, [{**IN_STOCK, **self.stock}]


def listing(number: int, condition: str, *place: str, **facts: Any) -> Case:
    return Case((number, condition), (place[0], place[1]) if place else None, **facts)


def product(number: int, condition: str, *place: str, **facts: Any) -> Case:
    return Case((number, condition), (place[0], place[1]) if place else None, is_listed=False, **facts)


INELIGIBLE: dict[str, tuple[str, dict[str, Any]]] = {
    "an older store that offers the seller SKU as well may not sell it": (
        "Out of Stock",
        {"options": {"elders": [ELDER]}},
    ),
    "the listing rules exclude its product": ("Excluded by Rule", {"options": {"traits": {"admitted": [False]}}}),
    "its product is of a type that Amazon cannot list": ("Excluded by Rule", {"product": {"type": "bundle"}}),
    "its product is no longer in Commerce": ("Product Disabled", {"product": {"missing_since": NOW - HOUR}}),
    "its product is not on the store's website": ("Product Disabled", {"product": {"websites": ",2,"}}),
    "its product is disabled": ("Product Disabled", {"product": {"enabled": False}}),
    "the merchant fulfils it from counted stock, and there is none": ("Out of Stock", {"stock": {"salable": 0}}),
    "the merchant fulfils it from counted stock, and that is below the threshold": (
        "Below Threshold",
        {"stock": {"salable": 4}, "terms": replace(TERMS, threshold=5)},
    ),
    "its first day of sale has not begun": (
        "Not Yet on Sale",
        {"options": {"traits": {"sale_starts": ["2023-11-15"]}}},
    ),
    "its last day of sale is over": ("Sale Ended", {"options": {"traits": {"sale_ends": ["2023-11-13"]}}}),
}
NEVER_UNLISTED = (
    "the listing rules exclude its product",
    "its product is of a type that Amazon cannot list",
    "its product is no longer in Commerce",
    "its product is not on the store's website",
)
"""What keeps a product without a listing out of every tab."""

CASES: dict[str, Case] = {
    "third party, not imported": listing(
        *(0, "it has no product, and third-party listings are not imported"),
        product=None,
        terms=replace(TERMS, import_third_party=False),
    ),
    "third party, several products": listing(
        *(1, "it has no product, and could be several", "New Third Party", "Multiple Matches Found"),
        product=None,
        options={"more_products": True},
    ),
    "third party": listing(
        *(1, "it has no product, and is still on Amazon", "New Third Party", "Awaiting Product Assignment"),
        product=None,
    ),
    "third party, ended by a person": listing(
        *(1, "it has no product, and is still on Amazon", "New Third Party", "Awaiting Product Assignment"),
        product=None,
        options={"decisions": [decision("listed", "no")]},
    ),
    "ending": listing(
        *(2, "a person ended it, and Amazon still shows it", "Ended", "Ending In Progress"),
        options={"decisions": [decision("listed", "no")]},
        listed=False,
    ),
    "ending, out of stock": listing(
        *(2, "a person ended it, and Amazon still shows it", "Ended", "Ending In Progress"),
        stock={"salable": 0},
        options={"decisions": [decision("listed", "no")]},
        listed=False,
    ),
    "ended": listing(
        *(3, "a person ended it, and it is gone from Amazon", "Ended", "Manually Ended"),
        listing=GONE,
        options={"decisions": [decision("listed", "no")]},
    ),
    "removed": listing(3, "it is gone from Amazon", "Ended", "Removed on Amazon", listing=GONE),
    "removed after it had been published": listing(
        *(3, "it is gone from Amazon", "Ended", "Removed on Amazon"),
        listing=GONE,
        options={"decisions": [decision("listed", "yes", at=NOW - 40 * MINUTE)]},
    ),
    **{
        f"listing, {condition}": listing(4, condition, "Ineligible", status, **facts)
        for condition, (status, facts) in INELIGIBLE.items()
    },
    "Amazon's own stock, disabled": listing(
        *(4, "its product is disabled", "Ineligible", "Product Disabled"), listing=FBA, product={"enabled": False}
    ),
    "information missing, named": listing(
        *(5, "Amazon names required information that is missing", "Incomplete", "Missing Information: brand"),
        listing={"issues": issues(message="Brand.", categories=["MISSING_ATTRIBUTE"], attributes=["brand"])},
    ),
    "information missing, told": listing(
        *(5, "Amazon says that required information is missing", "Incomplete", "Missing Information"),
        listing={"issues": issues(message="Something.", categories=["MISSING_ATTRIBUTE"])},
    ),
    "information missing": listing(
        *(5, "Amazon's report calls it incomplete", "Incomplete", "Missing Information"),
        listing={"status": "Incomplete", "buyable": None},
    ),
    "suppressed": listing(
        *(6, "Amazon does not sell it and says why", "Inactive", "Brand needs approval."),
        listing={"buyable": False, "issues": issues(message="Brand needs approval.")},
    ),
    "not sold": listing(6, "Amazon does not sell it", "Inactive", "Not Provided", listing={"buyable": False}),
    "other ASIN": listing(
        *(7, "a person assigned another ASIN", "Active", "Relist in Progress"),
        options={"decisions": [decision("asin", "B000000002")]},
    ),
    "quantity restored": listing(
        *(7, "an own change that brings it back is on its way", "Active", "Relist in Progress"),
        listing={"quantity": 0, "buyable": False},
        options={"pending": [change("quantity")]},
    ),
    "no units": listing(
        *(8, "nothing speaks against it, and Amazon shows no units", "Active", "Active"), listing={"quantity": 0}
    ),
    "by Amazon": listing(8, "nothing speaks against it, and Amazon fulfils it", "Active", "Active", listing=FBA),
    "active": listing(8, "nothing speaks against it", "Active", "Active"),
    "product, excluded": product(0, "the listing rules exclude it", options={"traits": {"admitted": [False]}}),
    "product, ended": product(
        *(1, "a person ended it", "Ended", "Manually Ended"), options={"decisions": [decision("listed", "no")]}
    ),
    "product, ended and disabled": product(
        *(1, "a person ended it", "Ended", "Manually Ended"),
        product={"enabled": False},
        options={"decisions": [decision("listed", "no")]},
    ),
    **{
        f"product, {condition}": product(2, condition, "Ineligible", status, **facts)
        for condition, (status, facts) in INELIGIBLE.items()
        if condition not in NEVER_UNLISTED
    },
    "wanted back, excluded": listing(
        *(2, "the listing rules exclude its product", "Ineligible", "Excluded by Rule"),
        listing=GONE,
        options={"decisions": [decision("listed", "yes")], "traits": {"admitted": [False]}},
    ),
    "no condition": product(
        *(3, "no condition can be resolved", "Incomplete", "Missing Condition"), terms=replace(TERMS, condition="")
    ),
    "several items": product(
        *(4, "several of Amazon's items could be it", "Incomplete", "Multiple Matches Found"),
        options={"more": {"several_asins": [True]}},
    ),
    "a parent": product(
        *(4, "it is only known as a parent of variants", "Incomplete", "Has Variants"),
        options={"more": {"parent_asin": [True]}},
    ),
    "no ASIN": product(
        4, "no ASIN is known", "Incomplete", "Unable to Assign to Amazon Listing", product={"asin": None}
    ),
    "attributes lacking": product(
        *(5, "Amazon's definition asks for what it lacks", "Incomplete", "Missing Information: brand, color"),
        options={"traits": {"lacking": ["brand, color"]}},
    ),
    "no price": product(
        *(5, "it has no price that could be sent", "Incomplete", "Missing Information: price"),
        product={"price": "0.000000"},
    ),
    "sent": product(
        *(6, "it was sent to Amazon, which does not show it yet", "Ready to List", "List in Progress"),
        options={"pending": [change("publish", 1)]},
        listed=True,
    ),
    "stock not read": product(
        7, "its stock has not been read", "Ready to List", "Ready to List", stock={"salable": None, "in_stock": None}
    ),
    "ASIN not looked up": product(
        *(7, "Amazon's catalog has not been asked for its ASIN yet", "Ready to List", "Ready to List"),
        options={"more": {"several_asins": [False]}},
    ),
    "ASIN not looked up, chosen": product(
        *(7, "nothing is missing", "Ready to List", "Ready to List"),
        options={"more": {"several_asins": [False]}, "decisions": [decision("asin", "B000000002")]},
        listed=True,
    ),
    "ASIN not looked up, asked for": product(
        *(7, "nothing is missing", "Ready to List", "Ready to List"),
        options={"more": {"several_asins": [False]}, "decisions": [decision("listed", "yes")]},
        listed=True,
    ),
    "refused": product(
        *(7, "Amazon refused it lately", "Ready to List", "Ready to List"),
        options={"refused": pa.table({"seller_sku": ["A"], "field": ["publish"], "note": ["The brand is gated."]})},
        listed=True,
    ),
    "waiting": product(7, "it waits for a person to publish it", "Ready to List", "Ready to List", terms=NO_AUTO),
    "waiting, by Amazon": product(
        *(7, "it waits for a person to publish it", "Ready to List", "Ready to List"),
        terms=replace(NO_AUTO, fulfilled_by="amazon"),
    ),
    "ready, by Amazon": product(
        *(7, "nothing is missing, and Amazon fulfils it", "Ready to List", "Ready to List"),
        terms=replace(TERMS, fulfilled_by="amazon"),
        stock={"salable": 0},
        listed=True,
    ),
    "ready": product(7, "nothing is missing", "Ready to List", "Ready to List", listed=True),
    "published by a person": product(
        *(7, "nothing is missing", "Ready to List", "Ready to List"),
        terms=NO_AUTO,
        options={"decisions": [decision("listed", "yes")]},
        listed=True,
    ),
    "wanted back": listing(
        *(7, "nothing is missing", "Ready to List", "Ready to List"),
        listing=GONE,
        terms=NO_AUTO,
        options={"decisions": [decision("listed", "yes")]},
        listed=True,
    ),
    "wanted back, sent": listing(
        *(6, "it was sent to Amazon, which does not show it yet", "Ready to List", "List in Progress"),
        listing=GONE,
        options={"decisions": [decision("listed", "yes")], "pending": [change("publish", 1)]},
        listed=True,
    ),
    "other ASIN, gone": listing(
        *(7, "nothing is missing", "Ready to List", "Ready to List"),
        listing=GONE,
        options={"decisions": [decision("asin", "B000000002", at=NOW - HOUR)]},
        listed=True,
    ),
}

TAKEN = (4, "its seller SKU is another's")
UNREACHED = {
    (0, "Amazon cannot list products of its type"),
    (0, "it is no longer in Commerce"),
    (0, "it is not on the store's website"),
}
"""Rows for products that `gather` leaves out already; they hold where subjects come from elsewhere."""


@pytest.mark.parametrize("name", CASES)
def test_each_row_of_the_table_leads_to_its_tab_and_says_what_is_wanted(name: str) -> None:
    """TB-01."""
    case = CASES[name]
    options = dict(case.options)
    listings, products, stock = case.facts()
    if options.pop("more_products", False):
        products = [{**PRODUCT, **ASIN, "sku": sku} for sku in ("P1", "P2")]
    found = decide(listings, products, stock, terms=case.terms, **options)
    row = next((row for row in found if row["listed"] == case.is_listed), None)
    assert (row and (row["tab"], row["status"])) == case.place
    if row is not None:
        assert row["wanted_listed"] is case.listed
        assert row["reason"]
        assert row["next_step"]
        assert row["actions"]
    # The same row holds where one listing alone is traced.
    pending, decided = options.pop("pending", ()), options.pop("decisions", ())
    elders, refused = options.pop("elders", []), options.pop("refused", None)
    traced = trace(
        priced(gathered(listings, products, stock, **options), case.terms, table(DECISIONS, decided)).slice(0, 1),
        case.terms,
        table(OPEN_CHANGES, pending),
        NOW,
        decisions=table(DECISIONS, decided),
        elders=_elders(elders),
        refused=refused,
    )
    assert traced.row == case.row
    assert traced.rows[-1] == (*case.row, True)
    assert (traced.tab, traced.status) == (case.place or ("", ""))


def test_the_cases_reach_every_row_of_both_tables() -> None:
    """TB-01."""
    see, _ = look(subjects_of([LISTING], [PRODUCT]), TERMS, table(OPEN_CHANGES, []), NOW)
    conditions = {(row.number, row.condition) for row in (*listing_rows(see, TERMS), *product_rows(see, TERMS))}
    never = {(2, condition) for condition in NEVER_UNLISTED[1:]}
    assert conditions - {case.row for case in CASES.values()} - never == UNREACHED | {TAKEN}


def test_a_seller_sku_that_another_listing_or_product_has_is_never_published_over_it() -> None:
    """AC-01."""
    other = {**PRODUCT, **ASIN, "sku": "P", "seller_sku": "A", "asin": "B000000009"}
    found = decide([LISTING], [PRODUCT, other], [IN_STOCK, {**IN_STOCK, "sku": "P"}])
    unlisted = {row["sku"]: row for row in found if not row["listed"]}
    assert unlisted["P"]["status"] == "Seller SKU Taken"
    assert [row["wanted_listed"] for row in unlisted.values()] == [None, None]
    twins = [
        {**PRODUCT, "sku": sku, "seller_sku": "X", "asin": asin}
        for sku, asin in (("P", "B000000008"), ("Q", "B000000009"))
    ]
    stock = [{**IN_STOCK, "sku": sku} for sku in "PQ"]
    assert {row["status"] for row in decide([], twins, stock)} == {"Seller SKU Taken"}


def test_what_amazon_refused_to_list_is_told_in_its_words() -> None:
    """LS-15, AC-01: a Renewed article that Amazon does not approve is not silently tried again and again."""
    refused = pa.table({"seller_sku": ["A", "A"], "field": ["price", "publish"], "note": ["No.", "Renewed is gated."]})
    (found,) = decide([], [{**PRODUCT, **ASIN}], [IN_STOCK], refused=refused)
    assert found["reason"] == "Product A can be listed as B000000001. Amazon refused it: Renewed is gated."
    assert "Do what Amazon asks" in found["next_step"]


# Boundaries


@pytest.mark.parametrize(("minutes", "tab"), [(0, "Active"), (14, "Active"), (15, "Ended"), (16, "Ended")], ids=str)
def test_two_sightings_count_from_fifteen_minutes_apart(minutes: int, tab: str) -> None:
    """TB-08."""
    missed = {"missing_since": NOW - HOUR, "missing_last": NOW - HOUR + minutes * MINUTE}
    assert decide([{**LISTING, **missed}], [PRODUCT], [IN_STOCK])[0]["tab"] == tab


@pytest.mark.parametrize(
    ("salable", "threshold", "place"),
    [
        (-1, 0, ("Ineligible", "Out of Stock")),
        (0, 0, ("Ineligible", "Out of Stock")),
        (1, 0, ("Active", "Active")),
        (0, 5, ("Ineligible", "Out of Stock")),
        (4, 5, ("Ineligible", "Below Threshold")),
        (5, 5, ("Active", "Active")),
        (6, 5, ("Active", "Active")),
    ],
)
def test_stock_at_the_threshold_is_sold_and_below_it_is_not(
    salable: int, threshold: int, place: tuple[str, str]
) -> None:
    """LS-11."""
    found = decide([LISTING], [PRODUCT], [{**IN_STOCK, "salable": salable}], terms=replace(TERMS, threshold=threshold))
    assert (found[0]["tab"], found[0]["status"]) == place


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "now", "status"),
    [
        ("America/Los_Angeles", "2026-11-24T07:59:59.999", "Not Yet on Sale"),
        ("America/Los_Angeles", "2026-11-24T08:00:00", "Active"),
        ("America/Los_Angeles", "2026-11-25T07:59:59.999", "Active"),
        ("America/Los_Angeles", "2026-11-25T08:00:00", "Sale Ended"),
        ("Asia/Tokyo", "2026-11-23T14:59:59.999", "Not Yet on Sale"),
        ("Asia/Tokyo", "2026-11-23T15:00:00", "Active"),
        ("Asia/Tokyo", "2026-11-24T15:00:00", "Sale Ended"),
    ],
)
@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-24 00:00:00"])
def test_a_sale_of_one_day_lasts_that_day_in_the_marketplaces_time_zone(
    zone: str, now: str, status: str, day: str
) -> None:
    traits = {"sale_starts": [day], "sale_ends": [day]}
    terms = replace(TERMS, time_zone=zone)
    found = decide([LISTING], [PRODUCT], [IN_STOCK], terms=terms, traits=traits, now=at(now))
    assert found[0]["status"] == status


def test_a_day_of_sale_that_is_no_date_sets_no_limit_and_is_told() -> None:
    found = decide([LISTING], [PRODUCT], [IN_STOCK], traits={"sale_ends": ["whenever"]})[0]
    assert found["tab"] == "Active"
    assert "last day of sale is no date" in found["reason"]


@pytest.mark.parametrize(
    ("field", "ago", "status"),
    [
        ("quantity", 30 * MINUTE - 1, "Relist in Progress"),
        ("quantity", 30 * MINUTE, "Active"),
        ("handling", 30 * MINUTE - 1, "Relist in Progress"),
        ("handling", 30 * MINUTE, "Active"),
    ],
)
def test_a_change_counts_as_on_its_way_for_half_an_hour(field: str, ago: int, status: str) -> None:
    sent = change(field, sent_at=NOW - ago)
    assert decide([LISTING], [PRODUCT], [IN_STOCK], pending=[sent])[0]["status"] == status


@pytest.mark.parametrize(("ago", "status"), [(8 * HOUR - 1, "List in Progress"), (8 * HOUR, "Ready to List")])
def test_a_new_listing_counts_as_on_its_way_for_eight_hours(ago: int, status: str) -> None:
    """TB-04."""
    sent = change("publish", 1, sent_at=NOW - ago)
    assert decide([], [{**PRODUCT, **ASIN}], [IN_STOCK], pending=[sent])[0]["status"] == status


@pytest.mark.parametrize(("later", "tab"), [(-1, "Ended"), (0, "Ended"), (1, "Ready to List")])
def test_only_a_wish_from_after_it_disappeared_brings_a_listing_back(later: int, tab: str) -> None:
    """AC-01."""
    wish = decision("listed", "yes", at=GONE["missing_since"] + later)
    assert decide([{**LISTING, **GONE}], [PRODUCT], [IN_STOCK], decisions=[wish])[0]["tab"] == tab


@pytest.mark.parametrize(("late", "stale"), [(0, False), (1, True)])
@pytest.mark.parametrize("side", ["listings", "products", "stock"])
def test_facts_are_stale_from_the_moment_that_is_later_than_promised(side: str, late: int, stale: bool) -> None:
    promise = getattr(Freshness(), f"{side}_promise")
    freshness = Freshness(**{f"{side}_read": NOW - promise - late})
    seen = {**LISTING, "observed_at": NOW - promise - late}
    found = decide([seen], [{**PRODUCT}], [{**IN_STOCK}], freshness=freshness)[0]
    assert found["stale"] is stale
    assert (found["wanted_quantity"] is None) is stale


def test_stale_facts_keep_the_tab_and_publish_nothing() -> None:
    fresh = decide([], [{**PRODUCT, **ASIN}], [IN_STOCK])[0]
    assert fresh["wanted_listed"] is True
    old = Freshness(products_read=NOW - 3 * HOUR)
    kept = decide([], [{**PRODUCT, **ASIN}], [IN_STOCK], freshness=old, previous=table(TABS, [fresh]))[0]
    assert (kept["tab"], kept["stale"], kept["wanted_listed"], kept["wanted_condition"]) == (
        *("Ready to List", True),
        *(None, None),
    )


def _elders(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in ELDERS.names} for row in rows], schema=ELDERS)
