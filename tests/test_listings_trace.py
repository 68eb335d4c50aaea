"""Why a listing is where it is: the facts with their times, the rows that were asked, and what would move it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from channelkit.listings.freshness import Freshness
from channelkit.listings.terms import Terms
from channelkit.listings.trace import Trace, trace
from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.decisions import DECISIONS
from tests.decision_tables import IN_STOCK, LISTING, MINUTE, NOW, PRODUCT, TERMS, Row, decision, gathered, priced, table
from tests.test_listings_classify import LISTING_ROWS, PRODUCT_ROWS, STOCK_ROWS

GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}
READ = Freshness(listings_read=NOW - 3, products_read=NOW - 2, stock_read=NOW - 1)


def traced(
    listing: Row | None = None,
    product: Row | None = None,
    stock: Row | None = None,
    *,
    decisions: tuple[Row, ...] = (),
    pending: tuple[Row, ...] = (),
    terms: Terms = TERMS,
    **options: Any,
) -> Trace:
    """Trace an ordinary listing with some facts changed."""
    found = gathered(
        [{**LISTING, **(listing or {})}], [{**PRODUCT, **(product or {})}], [{**IN_STOCK, **(stock or {})}], **options
    )
    decided = table(DECISIONS, decisions)
    found = priced(found, terms, decided)
    return trace(found, terms, table(OPEN_CHANGES, pending), NOW, decisions=decided, freshness=READ)


def traced_product(product: Row | None = None, stock: Row | None = None, *, terms: Terms = TERMS) -> Trace:
    found = gathered([], [{**PRODUCT, "asin": "B000000001", **(product or {})}], [{**IN_STOCK, **(stock or {})}])
    return trace(priced(found, terms), terms, table(OPEN_CHANGES, ()), NOW, freshness=READ)


def test_it_names_the_row_that_held_with_the_rows_before_it_of_which_none_did() -> None:
    """AC-09."""
    found = traced(stock={"salable": 0})
    assert (found.table, found.row) == (
        *("listings",),
        (4, "the merchant fulfils it from counted stock, and there is none"),
    )
    assert (found.tab, found.status, found.reason) == (
        "Ineligible",
        "Out of Stock",
        "Commerce can sell 0 of product A.",
    )
    assert [holds for _, _, holds in found.rows] == [False] * (len(found.rows) - 1) + [True]
    assert (4, "its product is disabled", False) in found.rows


def test_the_facts_carry_the_time_of_their_reading() -> None:
    """AC-09."""
    decided = (decision("price", "5500", at=NOW - 7), decision("notes", None, by=""))
    pending: Row = {"id": 1, "seller_sku": "A", "field": "quantity", "before": 0, "after": 5, "state": "sent"}
    found = traced(decisions=decided, pending=({**pending, "sent_at": NOW - 9},))
    facts = {label: (text, at) for label, text, at in found.facts}
    assert facts["Price on Amazon"] == ("10.00 USD", LISTING["observed_at"])
    assert facts["Product is enabled"] == ("yes", NOW - 2)
    assert facts["Commerce can sell"] == ("5", NOW - 1)
    assert facts["A person decided: price"] == ("55.00 USD, by Ann", NOW - 7)
    assert facts["A person decided: notes"] == ("no override any more, by a person", NOW - MINUTE)
    assert facts["On its way: quantity"] == ("5 (sent)", NOW - 9)
    assert "Handling days" not in facts


def test_what_is_in_no_tab_is_told_why() -> None:
    found = trace(
        gathered([LISTING]), replace(TERMS, import_third_party=False), table(OPEN_CHANGES, ()), NOW, freshness=READ
    )
    assert (found.tab, found.moves) == ("", ["It would be Active if a product were assigned to it."])
    assert found.reason == "It is in no tab: it has no product, and third-party listings are not imported."


@pytest.mark.parametrize(
    ("facts", "moves"),
    [
        ({"stock": {"salable": 0}}, ["It would be Active if Commerce could sell at least 1 of it (now 0)."]),
        ({"product": {"enabled": False}}, ["It would be Active if product A were enabled."]),
        (
            {"product": {"enabled": False}, "stock": {"salable": 1}, "terms": replace(TERMS, threshold=3)},
            ["It would be Active if product A were enabled and Commerce could sell at least 3 of it (now 1)."],
        ),
        ({"traits": {"admitted": [False]}}, ["It would be Active if the listing rules admitted product A."]),
        (
            {"traits": {"sale_ends": ["2020-01-01"]}},
            ["It would be Active if its last day of sale (2020-01-01) were later."],
        ),
        ({"listing": {"buyable": False}}, ["It would be Active if Amazon cleared its complaints and sold it."]),
        ({"decisions": (decision("listed", "no"),)}, ["It would be Active if a person published it."]),
        (
            {"listing": GONE},
            [
                "It would be Active if Amazon showed it again.",
                "It would be Ready to List, and published by the next cycle, if a person published it.",
            ],
        ),
        (
            {},
            [
                "It would be Ineligible (Out of Stock) if Commerce could sell none of it (now 5).",
                "It would be Ineligible (Product Disabled) if product A were disabled.",
                "It would be Ended (Ending In Progress) if a person ended it.",
            ],
        ),
    ],
    ids=["stock", "disabled", "both", "rules", "sale", "amazon", "ended", "gone", "active"],
)
def test_the_smallest_changes_that_would_move_a_listing(facts: dict[str, Any], moves: list[str]) -> None:
    """AC-09."""
    assert traced(**facts).moves == moves


def test_the_smallest_changes_that_would_publish_a_product() -> None:
    ready = "It would be Ready to List, and published by the next cycle, if "
    assert traced_product({"asin": None}).moves == [f"{ready}its ASIN were chosen."]
    assert traced_product(terms=replace(TERMS, auto_list=False)).moves == [f"{ready}a person published it."]
    assert traced_product({"price": "0"}).moves == [
        f"{ready}it had a price of its own on Amazon (an override).",
        f"{ready}product A had a price above zero in Commerce.",
    ]
    assert traced_product({"asin": None, "enabled": False}, {"salable": 0}).moves == [
        f"{ready}product A were enabled, Commerce could sell at least 1 of it (now 0) and its ASIN were chosen."
    ]


def test_one_subject_is_traced_at_a_time() -> None:
    with pytest.raises(ValueError, match="not 2"):
        trace(gathered([LISTING, {**LISTING, "seller_sku": "B"}]), TERMS, table(OPEN_CHANGES, ()), NOW)


@settings(max_examples=15)
@given(LISTING_ROWS.filter(bool), PRODUCT_ROWS, STOCK_ROWS)
def test_whatever_the_facts_a_trace_ends_with_the_row_that_held_and_repeats_itself(
    listings: list[dict[str, Any]], products: list[dict[str, Any]], stock: list[dict[str, Any]]
) -> None:
    """TB-01."""
    subject = priced(gathered(listings, products, stock)).slice(0, 1)
    found = trace(subject, TERMS, table(OPEN_CHANGES, ()), NOW)
    assert found.rows[-1] == (*found.row, True)
    assert not any(holds for _, _, holds in found.rows[:-1])
    assert all(move.startswith("It would be ") for move in found.moves)
    assert trace(subject, TERMS, table(OPEN_CHANGES, ()), NOW) == found
