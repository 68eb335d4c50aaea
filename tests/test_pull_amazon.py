"""Reading Amazon back: what was sent, what is new and not shown yet, and what Amazon does to an offer by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from channelkit.amazon.offers import patch_offer
from channelkit.database import journal, listings, progress
from channelkit.model.changes import CHANGES, PUBLISH
from tests.kit_fixtures import Practice, RunKit

CYCLE = 5


@pytest.fixture
def practice(run_kit: RunKit) -> Iterator[Practice]:
    practice = run_kit(products=50)
    practice.kit.pull()
    yield practice


def publications(practice: Practice, skus: list[str]) -> None:
    """Write into the journal that new listings were sent, as a run leaves it that died before the answers."""
    rows = [
        {
            "seller_sku": sku,
            "field": PUBLISH,
            "before": 0,
            "after": 1,
            "because": "A test wants it.",
            "after_text": "{}",
        }
        for sku in skus
    ]
    going = pa.Table.from_pylist(rows, schema=CHANGES.schema())
    held = going.slice(0, 0).append_column("note", pa.array([], pa.string()))
    with practice.kit.database.write() as connection:
        planned = journal.record_plan(
            connection,
            store="us",
            run="r",
            fingerprint="f",
            going=going,
            held=held,
            listings=50,
            verdict="clear",
            note="",
            at=practice.kit.parts.now(),
        )
        journal.mark_sent(connection, planned["id"].to_pylist(), practice.kit.parts.now())


def kept(practice: Practice, sku: str) -> dict[str, Any] | None:
    with practice.kit.database.read() as connection:
        rows = listings.load(connection, "us").to_pylist()
    return next((row for row in rows if row["seller_sku"] == sku), None)


def test_a_new_listing_is_looked_up_until_it_is_shown_and_is_not_missed_before(practice: Practice) -> None:
    """AC-01: nothing is known of it but that it was sent, and so nothing can have gone."""
    publications(practice, ["NEW/1, A"])
    practice.wait(CYCLE)
    practice.kit.pull(["us"])
    assert kept(practice, "NEW/1, A") is None
    shelf = practice.shelf("us")
    item = next(each.item for each in shelf.listings.values() if each.item is not None)
    # It was made long ago by Amazon's clock, so no search by time would find it.
    long_ago = practice.running.world.clock.now() - 30 * 86_400
    practice.running.world.amazon.add_listing(shelf, "NEW/1, A", item, price=1_990, quantity=3, created=long_ago)
    practice.wait(CYCLE)
    practice.kit.pull(["us"])
    row = kept(practice, "NEW/1, A")
    assert row is not None
    assert (row["asin"], row["price"], row["missing_since"]) == (item.asin, 1_990, None)


def test_many_new_listings_are_looked_up_in_turn(practice: Practice) -> None:
    practice.kit = practice.reopened(sweep_calls=1)
    publications(practice, [f"NEW-{number:02d}" for number in range(45)])
    turns = []
    for _ in range(3):
        practice.kit.pull(["us"])
        with practice.kit.database.read() as connection:
            turns.append(progress.read_watermark(connection, "publishing/us"))
    assert turns == ["NEW-19", "NEW-39", ""]


def test_handling_time_and_note_are_read_in_turn(practice: Practice) -> None:
    """LS-02: what Amazon keeps is read, and stays when a search by time tells nothing of it."""
    shelf = practice.shelf("us")
    listing = next(each for each in shelf.listings.values() if not each.by_amazon and each.quantity > 3)
    entry = {"fulfillment_channel_code": "DEFAULT", "quantity": listing.quantity, "lead_time_to_ship_max_days": 6}
    listing.attributes = {"fulfillment_availability": [entry]}
    listing.note = "Opened once."
    practice.kit.pull(["us"])
    row = kept(practice, listing.sku)
    assert row is not None
    assert (row["handling_days"], row["condition_note"]) == (6, "Opened once.")


def test_what_amazon_refuses_as_renewed_becomes_inactive_and_its_story_tells_why(practice: Practice) -> None:
    """LS-15: Active, then Inactive with Amazon's own words."""
    practice.kit.sync(["us"])
    store = practice.kit.stores["us"]
    sku = practice.active_skus("us")[0]
    listing = practice.listing("us", sku)
    place = practice.shelf("us").marketplace
    amazon = practice.kit.parts.amazon("us")
    patch_offer(amazon, place, sku, "", condition="refurbished_refurbished")
    for _ in range(3):
        practice.wait(CYCLE)
        practice.kit.sync(["us"])
    assert listing.condition == "10"
    frame = store.listings()
    row = frame[frame["sku"] == sku].iloc[0]
    assert row["tab"] == "Inactive"
    assert "Renewed" in row["reason"] or "Renewed" in row["status"]
    told = store.timeline(sku).table().to_pylist()
    assert any("Inactive" in str(event["after"]) for event in told)
