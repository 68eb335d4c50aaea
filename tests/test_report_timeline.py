"""The story of one SKU: everything that happened on either side, by us and by people, on one line of time."""

from __future__ import annotations

import pytest

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.report.deeds import tell_outcome
from channelkit.report.subject import find_subject
from channelkit.report.timeline import TIMELINE, Timeline, read_timeline, timeline
from tests.one_listing import DAY, MINUTE, NOON, PRODUCT, SKU, live


@pytest.fixture
def told(database: Database) -> Timeline:
    live(database)
    return read_timeline(database, find_subject(database, "us", SKU, "us_en"), "us_en")


def of(told: Timeline, side: str) -> list[tuple[str, str | None, str | None]]:
    return [(event.what, event.before, event.after) for event in told.events if event.side == side]


def test_both_systems_our_decisions_and_people_are_on_one_line_newest_first(told: Timeline) -> None:
    """TB-09, RP-06: all sides on one line; each move of a tab is told with its status."""
    moments = [event.at for event in told.events]
    assert moments == sorted(moments, reverse=True)
    assert of(told, "Amazon") == [
        ("Quantity on Amazon", "12", "0"),
        ("Price on Amazon", "19.99 USD", "17.99 USD"),
        ("First seen on Amazon", None, "B00MUG0001"),
    ]
    assert of(told, "Commerce") == [
        ("Can be sold", "40", "0"),
        ("Price in Commerce, store view us_en", None, "21.50"),
        ("Stock first read", None, "40"),
        ("First seen in Commerce", None, "Tasse blau"),
    ]
    assert of(told, "channelkit") == [
        ("Quantity for Amazon", "12", "0"),
        ("Tab", "Active", "Ineligible (Out of Stock)"),
        ("Price for Amazon", "19.99 USD", "17.99 USD"),
        ("Tab", "New Third Party (Multiple Matches Found)", "Active"),
        ("Linked by", "gtin", "manual"),
        ("Tab", None, "New Third Party"),
    ]
    assert of(told, "people") == [
        ("Price override", None, "17.99 USD"),
        ("It is this product", None, PRODUCT),
        ("Listing rules of the store", None, "No clearance"),
    ]


def test_a_change_of_ours_says_how_long_each_step_took(told: Timeline) -> None:
    change = next(event for event in told.events if event.what == "Quantity for Amazon")
    assert change.outcome == "planned, sent after 2.0 s, accepted after 3.0 s, confirmed after 4 min"
    assert (change.at, change.because, change.state) == (NOON - 20 * MINUTE, "Commerce's quantity.", "confirmed")


def test_what_amazon_shows_says_whether_a_change_of_ours_asked_for_it(told: Timeline) -> None:
    shown = {event.what: event.because for event in told.events if event.side == "Amazon"}
    assert shown["Quantity on Amazon"] == "Our change of 2026-09-21 13:53 UTC asked for it."
    assert shown["First seen on Amazon"] == ""


def test_a_change_that_waits_or_failed_says_why() -> None:
    row = {"planned_at": 0, "sent_at": None, "accepted_at": None, "closed_at": None, "note": "It would fall by 90 %."}
    assert tell_outcome(row | {"state": "held"}) == "held for a person: It would fall by 90 %."
    refused = row | {"state": "refused", "sent_at": 1_000, "closed_at": 2_000, "note": "The price is too low."}
    assert tell_outcome(refused) == "planned, sent after 1.0 s, refused after 2.0 s: The price is too low."


def test_the_timeline_is_a_table_a_frame_and_plain_values(database: Database) -> None:
    live(database)
    table = timeline(database, "us", SKU)
    assert table.schema == TIMELINE and table["at"][0].as_py() == NOON - 17 * MINUTE
    told = read_timeline(database, find_subject(database, "us", SKU))
    assert told.to_list()[0]["at"] == "2026-09-21T13:56:20.000Z"
    assert str(told.frame()["at"].iloc[0]) == "2026-09-21 13:56:20+00:00"
    assert "Quantity on Amazon: 12 → 0" in str(told)


def test_a_product_has_a_timeline_too(database: Database) -> None:
    live(database)
    told = read_timeline(database, find_subject(database, "us", PRODUCT))
    assert {event.side for event in told.events} == {"Commerce", "people"}


def test_nobody_has_a_sku_that_does_not_exist(database: Database) -> None:
    live(database)
    with pytest.raises(UsageError, match="Neither Amazon store 'us' nor Commerce has the SKU 'mug-3/BLUE'"):
        timeline(database, "us", "mug-3/BLUE")


def test_of_a_long_story_the_newest_events_are_read(database: Database) -> None:
    live(database)
    told = read_timeline(database, find_subject(database, "us", SKU), limit=3)
    assert told.is_cut and "What is older is left out." in str(told)
    assert all(event.at > NOON - DAY for event in told.events)


def test_the_timeline_escapes_what_came_from_outside(told: Timeline) -> None:
    shown = told._repr_html_()
    assert "<script" not in shown and "<admin" not in shown
    assert "anna &lt;admin&gt;" in shown
