"""Only a later reading confirms a change; an "accepted" confirms nothing."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.offer_terms import write_business
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


BUSINESS = write_business(900, [(5, "5%")])

Bought = list[tuple[int, float]]
"""Units of A, and how many minutes after the sending they were ordered."""


def settled(change: Row, listing: Row, minutes: float, bought: Bought | None = None) -> list[dict[str, Any]]:
    changes = table(OPEN_CHANGES, [{**CHANGE, **change}])
    listings = table(LISTINGS, [{**LISTING, "quantity": 15, "observed_at": NOW + MINUTE, **listing}])
    rows: list[dict[str, Any]] = settle(
        changes, listings, NOW + int(minutes * MINUTE), _known(bought or [])
    ).to_pylist()
    return rows


def _known(bought: Bought) -> pa.Table:
    rows = [("A", units, NOW + int(at * MINUTE)) for units, at in bought]
    rows += [("B", 3, NOW), ("", 2, NOW)]
    names = ("seller_sku", "units", "created_at")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


@pytest.mark.parametrize(
    ("shows", "bought", "became"),
    [
        pytest.param(8, [(2, 0.5)], ["confirmed"], id="all-of-it"),
        pytest.param(7, [(2, 0.5), (1, 0.7)], ["confirmed"], id="several"),
        pytest.param(9, [(2, 0.1), (1, 0.7)], ["confirmed"], id="the-first-came-before-it-took-effect"),
        pytest.param(8, [(2, 0.1), (1, 0.7)], [], id="not-the-first-without-the-latest"),
        pytest.param(8, [(2, -0.5)], [], id="before-it-was-sent"),
        pytest.param(8, [(2, 1.5)], [], id="after-the-reading"),
        pytest.param(7, [(2, 0.5)], [], id="fewer-than-that"),
        pytest.param(12, [(2, 0.5)], [], id="more-than-was-sent"),
        pytest.param(7, [], [], id="of-another"),
        pytest.param(0, [(9, 0.5), (1, 0.6)], ["confirmed"], id="sold-out"),
    ],
)
def test_a_quantity_less_what_was_bought_since_confirms(shows: int, bought: Bought, became: list[str]) -> None:
    assert [row["state"] for row in settled({}, {"quantity": shows}, 2, bought)] == became


def test_what_is_bought_confirms_no_price() -> None:
    assert settled({"field": "price", "after": 1000}, {"price": 998, "quantity": 8}, 2, [(2, 0.5)]) == []


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


MISSED: Row = {"missing_since": NOW + MINUTE, "missing_last": NOW + MINUTE, "observed_at": NOW - MINUTE}


@pytest.mark.parametrize(
    ("change", "listing", "became"),
    [
        pytest.param({"field": "publish"}, {}, "confirmed", id="new-and-there"),
        pytest.param({"field": "publish"}, {"observed_at": NOW - 1}, None, id="there-before"),
        pytest.param({"field": "publish"}, MISSED, None, id="not-there-yet"),
        pytest.param({"field": "end"}, MISSED, "confirmed", id="ended-and-not-found"),
        pytest.param({"field": "end"}, {**MISSED, "missing_last": NOW}, None, id="not-found-before"),
        pytest.param({"field": "end"}, {}, None, id="still-there"),
        pytest.param({"field": "handling", "after": 2}, {"handling_days": 2}, "confirmed", id="handling"),
        pytest.param({"field": "handling", "after": 2}, {}, None, id="handling-unread"),
        pytest.param(
            {"field": "condition", "text": "used_good"}, {"condition": "used_good"}, "confirmed", id="condition"
        ),
        pytest.param(
            {"field": "condition", "text": "used_good"}, {"condition": "new_new"}, None, id="another-condition"
        ),
        pytest.param({"field": "notes", "text": "Worn."}, {"condition_note": "Worn."}, "confirmed", id="notes"),
        pytest.param({"field": "notes", "text": ""}, {"condition_note": None}, "confirmed", id="notes-gone"),
        pytest.param({"field": "notes", "text": ""}, {"condition_note": "Worn."}, None, id="notes-still-there"),
        pytest.param(
            {"field": "fulfillment", "text": "amazon"},
            {"fulfillment_channel": "AMAZON_EU"},
            "confirmed",
            id="by-amazon",
        ),
        pytest.param({"field": "fulfillment", "text": "merchant"}, {}, "confirmed", id="by-merchant"),
        pytest.param({"field": "fulfillment", "text": "amazon"}, {}, None, id="not-by-amazon"),
        pytest.param({"field": "business", "text": BUSINESS}, {"business": BUSINESS}, "confirmed", id="business"),
        pytest.param({"field": "business", "text": BUSINESS}, {"business": ""}, None, id="no-business-price-yet"),
        pytest.param({"field": "business", "text": ""}, {"business": ""}, "confirmed", id="business-gone"),
        pytest.param({"field": "sale", "text": ""}, {"sale": ""}, "confirmed", id="sale-gone"),
        pytest.param({"field": "sale", "text": ""}, {"sale": None}, None, id="sale-unread"),
        pytest.param({"field": "list_price", "after": 1500}, {"list_price": 1500}, "confirmed", id="list-price"),
        pytest.param({"field": "list_price", "after": 1500}, {"list_price": 1400}, None, id="another-list-price"),
        pytest.param({"field": "list_price", "after": 0}, {"sale": ""}, "confirmed", id="list-price-gone"),
        pytest.param({"field": "list_price", "after": 0}, {}, None, id="list-price-unread"),
        pytest.param({"field": "list_price", "after": 0}, {"sale": "", "list_price": 9}, None, id="list-price-there"),
    ],
)
def test_each_kind_of_change_is_confirmed_by_what_shows_it(
    change: dict[str, Any], listing: Row, became: str | None
) -> None:
    """AC-01, AC-02, AC-04, AC-08: an accepted change of any kind is confirmed by a reading alone."""
    text = change.get("text")
    after = change.get("after", None if text is not None else 1)
    found = settled({**change, "after": after, "after_text": text}, listing, 2)
    assert [row["state"] for row in found] == ([became] if became else [])


def test_a_new_listing_is_waited_for_eight_hours_and_an_end_for_half_an_hour() -> None:
    assert settled({"field": "publish", "after": 1}, MISSED, 479) == []
    (late,) = settled({"field": "publish", "after": 1}, MISSED, 480)
    assert late["note"] == "Amazon did not show it within 8 hours; it shows nothing."
    (late,) = settled({"field": "end", "after": 0}, {}, 30)
    assert late["note"] == "Amazon did not show it within 30 minutes; it shows the listing."


def test_what_was_sent_before_a_change_that_is_confirmed_is_expected_no_more() -> None:
    older, newer = {**CHANGE, "after": 9}, {**CHANGE, "id": 8, "after": 10, "sent_at": NOW + 1}
    others = [{**CHANGE, "id": 9, "seller_sku": "B"}, {**CHANGE, "id": 10, "field": "price", "after": 5}]
    listings = table(LISTINGS, [{**LISTING, "quantity": 10, "price": 7, "observed_at": NOW + MINUTE}])
    found = settle(table(OPEN_CHANGES, [older, newer, *others]), listings, NOW + 2 * MINUTE).to_pylist()
    assert [(row["id"], row["state"]) for row in found] == [(7, "expired"), (8, "confirmed")]
    assert "newer" in found[0]["note"]
