"""What Commerce has of Amazon's orders is kept as it was last shown, and found by either number."""

from __future__ import annotations

from dataclasses import replace

from channelkit.database import copies
from channelkit.database.connection import Database
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Shipment, Track

COPY = Copy(
    "111-1", 7, "000000007", "processing", "processing", 2660, 5_000, 1, (CopyLine(70, "a1", "KETTLE-1", 2),), 14
)
SHIPMENT = Shipment(3, "111-1", 6_000, (Track("ups", "UPS", "1Z"),), ((70, 2),))
MEMO = CreditMemo(4, "111-1", 7_000, 1330, ((70, 1),))


def test_copies_shipments_and_credit_memos_come_back_as_they_were(database: Database) -> None:
    with database.write() as connection:
        copies.store_copies(connection, "us", [COPY], at=1)
        copies.store_shipments(connection, "us", [SHIPMENT], at=1)
        copies.store_credit_memos(connection, "us", [MEMO], at=1)
        assert copies.load_copies(connection, "us", ["111-1", "111-2"]) == [COPY]
        assert copies.load_shipments(connection, "us", ["111-1"]) == [SHIPMENT]
        assert copies.load_credit_memos(connection, "us", ["111-1"]) == [MEMO]
        assert copies.load_copies(connection, "ca", ["111-1"]) == []
        assert copies.find_copied(connection, [7, 8]) == {7: ("us", "111-1")}


def test_a_second_copy_of_one_order_is_kept_beside_the_first(database: Database) -> None:
    second = replace(COPY, entity_id=8, increment_id="000000008")
    with database.write() as connection:
        tally = copies.store_copies(connection, "us", [second, COPY], at=1)
        assert (tally.new, copies.load_copies(connection, "us", ["111-1"])) == (2, [COPY, second])


def test_an_older_answer_does_not_take_back_what_a_newer_one_told(database: Database) -> None:
    newer = replace(COPY, state="complete", status="complete", updated_at=9_000)
    with database.write() as connection:
        copies.store_copies(connection, "us", [newer], at=2)
        tally = copies.store_copies(connection, "us", [COPY], at=3)
        assert (tally.changed, tally.unchanged) == (0, 1)
        assert copies.load_copies(connection, "us", ["111-1"]) == [newer]


def test_what_is_read_again_unchanged_is_not_written_again(database: Database) -> None:
    with database.write() as connection:
        copies.store_shipments(connection, "us", [SHIPMENT], at=1)
        tally = copies.store_shipments(connection, "us", [SHIPMENT, replace(SHIPMENT, shipment_id=9)], at=2)
    assert (tally.new, tally.changed, tally.unchanged) == (1, 0, 1)
