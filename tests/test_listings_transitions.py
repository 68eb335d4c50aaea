"""TB-09: from tab to tab: each event of the guide to listings moves a listing as it says, and since when is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from channelkit.listings.terms import Terms
from channelkit.model.tables import TABS
from tests.decision_tables import IN_STOCK, LISTING, MINUTE, NOW, PRODUCT, TERMS, Row, decide, decision, table

GONE = {"missing_since": NOW - 40 * MINUTE, "missing_last": NOW - 10 * MINUTE}
ASIN = "B000000001"
WAITS = replace(TERMS, auto_list=False)
BLOCKED = {"buyable": False, "issues": '[{"message": "Brand needs approval.", "severity": "ERROR"}]'}
PUBLISHED: Row = {"seller_sku": "A", "field": "publish", "before": 0, "after": 1, "state": "accepted"}
OVERRIDDEN: Row = {"seller_sku": "A", "field": "handling", "before": 2, "after": 1, "state": "accepted"}


@dataclass(frozen=True)
class World:
    """What both sides and people say; None where one has nothing of it."""

    listing: Row | None = field(default_factory=dict)
    product: Row | None = field(default_factory=dict)
    stock: Row = field(default_factory=dict)
    decisions: tuple[Row, ...] = ()
    pending: tuple[Row, ...] = ()
    terms: Terms = TERMS
    options: Mapping[str, Any] = field(default_factory=dict)

    def decide(self, now: int, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return decide(
            [] if self.listing is None else [{**LISTING, **self.listing}],
            [] if self.product is None else [{**PRODUCT, "asin": ASIN, **self.product}],
            [{**IN_STOCK, **self.stock}],
            terms=self.terms,
            decisions=self.decisions,
            pending=[{"id": 1, "sent_at": now - MINUTE, **change} for change in self.pending],
            previous=table(TABS, before),
            now=now,
            **self.options,
        )


def published(**more: Any) -> World:
    return World(listing=None, pending=(PUBLISHED,), **more)


ENDED = (decision("listed", "no"),)
BACK = (decision("listed", "yes"),)
NOTHING = World(listing=None, product=None)
ACTIVE, READY = World(), World(listing=None, terms=WAITS)

EVENTS: dict[str, tuple[World, World, str, str]] = {
    "an unmatched listing is imported": (
        NOTHING,
        World(product=None),
        "",
        "New Third Party/Awaiting Product Assignment",
    ),
    "it is matched": (World(product=None), ACTIVE, "New Third Party/Awaiting Product Assignment", "Active/Active"),
    "it is matched while Amazon blocks it": (
        *(World(product=None), World(listing=BLOCKED)),
        *("New Third Party/Awaiting Product Assignment", "Inactive/Brand needs approval."),
    ),
    "it is matched with a product that rules exclude": (
        *(World(product=None), World(options={"traits": {"admitted": [False]}})),
        *("New Third Party/Awaiting Product Assignment", "Ineligible/Excluded by Rule"),
    ),
    "a product passes the rules, with auto-list": (
        *(World(listing=None, options={"traits": {"admitted": [False]}}), World(listing=None)),
        *("", "Ready to List/Ready to List"),
    ),
    "it is published by itself": (
        *(World(listing=None), published()),
        *("Ready to List/Ready to List", "Ready to List/List in Progress"),
    ),
    "a product passes the rules and lacks an ASIN": (
        *(NOTHING, World(listing=None, product={"asin": None})),
        *("", "Incomplete/Unable to Assign to Amazon Listing"),
    ),
    "what it lacked is supplied, without auto-list": (
        *(World(listing=None, product={"asin": None}, terms=WAITS), READY),
        *("Incomplete/Unable to Assign to Amazon Listing", "Ready to List/Ready to List"),
    ),
    "a person publishes what is ready": (
        *(READY, published(terms=WAITS, decisions=BACK)),
        *("Ready to List/Ready to List", "Ready to List/List in Progress"),
    ),
    "Amazon confirms it": (published(), ACTIVE, "Ready to List/List in Progress", "Active/Active"),
    "Amazon does not approve it": (
        *(published(), World(listing=BLOCKED)),
        *("Ready to List/List in Progress", "Inactive/Brand needs approval."),
    ),
    "Amazon blocks it": (ACTIVE, World(listing=BLOCKED), "Active/Active", "Inactive/Brand needs approval."),
    "Amazon clears it": (World(listing=BLOCKED), ACTIVE, "Inactive/Brand needs approval.", "Active/Active"),
    "a rule excludes it": (
        *(ACTIVE, World(options={"traits": {"admitted": [False]}})),
        *("Active/Active", "Ineligible/Excluded by Rule"),
    ),
    "its stock runs out while it is inactive": (
        *(World(listing=BLOCKED), World(listing=BLOCKED, stock={"salable": 0})),
        *("Inactive/Brand needs approval.", "Ineligible/Out of Stock"),
    ),
    "its stock comes back": (
        *(World(stock={"salable": 0}), World(listing={"quantity": 0})),
        *("Ineligible/Out of Stock", "Active/Active"),
    ),
    "its quantity is on its way": (
        World(listing={"quantity": 0}),
        World(
            listing={"quantity": 0},
            pending=({"seller_sku": "A", "field": "quantity", "before": 0, "after": 5, "state": "sent"},),
        ),
        *("Active/Active", "Active/Relist in Progress"),
    ),
    "a person ends what is active": (ACTIVE, World(decisions=ENDED), "Active/Active", "Ended/Ending In Progress"),
    "a person ends what is inactive": (
        *(World(listing=BLOCKED), World(listing=BLOCKED, decisions=ENDED)),
        *("Inactive/Brand needs approval.", "Ended/Ending In Progress"),
    ),
    "a person ends what is ineligible": (
        *(World(stock={"salable": 0}), World(stock={"salable": 0}, decisions=ENDED)),
        *("Ineligible/Out of Stock", "Ended/Ending In Progress"),
    ),
    "Amazon no longer shows what was ended": (
        *(World(decisions=ENDED), World(listing=GONE, decisions=ENDED)),
        *("Ended/Ending In Progress", "Ended/Manually Ended"),
    ),
    "Amazon shows again what was ended": (
        *(World(listing=GONE, decisions=ENDED), World(decisions=ENDED)),
        *("Ended/Manually Ended", "Ended/Ending In Progress"),
    ),
    "Amazon removes it": (ACTIVE, World(listing=GONE), "Active/Active", "Ended/Removed on Amazon"),
    "a person publishes what was removed": (
        *(World(listing=GONE), World(listing=GONE, decisions=BACK)),
        *("Ended/Removed on Amazon", "Ready to List/Ready to List"),
    ),
    "a person publishes what was ended": (
        *(World(listing=GONE, decisions=ENDED), World(listing=GONE, decisions=BACK, pending=(PUBLISHED,))),
        *("Ended/Manually Ended", "Ready to List/List in Progress"),
    ),
    "an override is saved": (
        *(ACTIVE, World(decisions=(decision("handling", "1"),), pending=(OVERRIDDEN,))),
        *("Active/Active", "Active/Relist in Progress"),
    ),
    "an override is seen": (
        World(decisions=(decision("handling", "1"),), pending=(OVERRIDDEN,)),
        World(listing={"handling_days": 1}, decisions=(decision("handling", "1"),)),
        *("Active/Relist in Progress", "Active/Active"),
    ),
    "another ASIN is assigned": (
        *(ACTIVE, World(decisions=(decision("asin", "B000000002"),))),
        *("Active/Active", "Active/Relist in Progress"),
    ),
    "the listing with the old ASIN is gone": (
        World(decisions=(decision("asin", "B000000002"),)),
        World(listing=GONE, decisions=(decision("asin", "B000000002"),)),
        *("Active/Relist in Progress", "Ready to List/Ready to List"),
    ),
    "an alias replaces it": (
        *(ACTIVE, World(decisions=ENDED, options={"aliases": [{"seller_sku": "A-1", "product_sku": "A"}]})),
        *("Active/Active", "Ended/Ending In Progress"),
    ),
}


def place_of(rows: list[dict[str, Any]]) -> str:
    return f"{rows[0]['tab']}/{rows[0]['status']}" if rows else ""


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_moves_a_listing_as_the_guide_says(event: str) -> None:
    """TB-09, LS-01, LS-03."""
    before, after, start, end = EVENTS[event]
    first = before.decide(NOW, [])
    assert place_of(first) == start
    second = after.decide(NOW + MINUTE, first)
    assert place_of(second) == end
    assert second[0]["since"] == NOW + MINUTE
    assert place_of(after.decide(NOW + MINUTE, second)) == end


def test_an_alias_that_keeps_the_original_leaves_both() -> None:
    """AC-06."""
    world = World(options={"aliases": [{"seller_sku": "A-1", "product_sku": "A"}]})
    assert [(row["sku"], row["tab"]) for row in world.decide(NOW, [])] == [("A", "Active"), ("A-1", "Ready to List")]


def test_since_when_is_kept_while_nothing_moves() -> None:
    first = World(decisions=ENDED).decide(NOW, [])
    second = World(listing={"price": 1}, decisions=ENDED).decide(NOW + MINUTE, first)
    assert second[0]["since"] == NOW
