"""Only a later reading confirms a change; an "accepted" confirms nothing."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.tables import LISTINGS
from channelkit.plan.settle import settle
from tests.decision_tables import LISTING, MINUTE, NOW, Row, table

CHANGE: Row = {
    "id": 7,
    "seller_sku": "A",
    "field": "quantity",
    "before": 15,
    "after": 10,
    "state": "accepted",
    "sent_at": NOW,
}


def settled(change: Row, listing: Row, minutes: float) -> list[dict[str, Any]]:
    changes = table(OPEN_CHANGES, [{**CHANGE, **change}])
    listings = table(LISTINGS, [{**LISTING, "quantity": 15, "observed_at": NOW + MINUTE, **listing}])
    rows: list[dict[str, Any]] = settle(changes, listings, NOW + int(minutes * MINUTE)).to_pylist()
    return rows


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_a_reading_made_after_the_sending_that_shows_it_confirms(state: str) -> None:
    assert settled({"state": state}, {"quantity": 10}, 2) == [{"id": 7, "state": "confirmed", "note": ""}]


def test_a_price_is_confirmed_by_the_price() -> None:
    found = settled({"field": "price", "after": 1000}, {"price": 1000, "quantity": 3}, 2)
    assert [row["state"] for row in found] == ["confirmed"]


def test_a_reading_made_before_the_sending_confirms_nothing() -> None:
    assert settled({}, {"quantity": 10, "observed_at": NOW}, 2) == []


def test_a_reading_that_shows_something_else_confirms_nothing_and_is_waited_for() -> None:
    assert settled({}, {"quantity": 15}, 29) == []


def test_after_half_an_hour_it_has_expired_and_says_what_amazon_shows() -> None:
    found = settled({}, {"quantity": 15}, 30)
    assert found == [{"id": 7, "state": "expired", "note": "Amazon did not show it within 30 minutes; it shows 15."}]


def test_a_late_reading_that_shows_it_confirms_all_the_same() -> None:
    assert settled({}, {"quantity": 10, "observed_at": NOW + 50 * MINUTE}, 60)[0]["state"] == "confirmed"


def test_a_listing_that_is_not_there_expires() -> None:
    found = settled({"seller_sku": "OTHER"}, {}, 31)
    assert (found[0]["state"], found[0]["note"].endswith("it shows nothing.")) == ("expired", True)


def test_closed_changes_are_not_settled_again() -> None:
    assert settled({"state": "refused"}, {"quantity": 10}, 60) == []
