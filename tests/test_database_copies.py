"""What Commerce has of orders, kept and found again; and what tells a fall of Amazon's own."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from channelkit.database import copies, falls, orders
from channelkit.database.connection import Database
from channelkit.model.marketplaces import list_region
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Line, Order, Shipment, Track

COPY = Copy("111", 7, "100000007", "processing", "processing", 900, 3_000, 1, (CopyLine(70, "i1", "MUG", 3),), 12)


def test_copies_shipments_and_credit_memos_come_back_as_they_were_read(database: Database) -> None:
    shipment = Shipment(4, "111", 3_500, (Track("ups", "UPS", "1Z"),), ((70, 2),))
    memo = CreditMemo(5, "111", 4_000, 300, ((70, 1),))
    with database.write() as connection:
        assert copies.store_copies(connection, "us", [COPY, COPY], at=1) == 1
        assert copies.store_copies(connection, "us", [COPY], at=2) == 0
        assert copies.store_shipments(connection, "us", [shipment], at=1) == 1
        assert copies.store_shipments(connection, "us", [shipment], at=2) == 0
        assert copies.store_credit_memos(connection, "us", [memo], at=1) == 1
        assert copies.load_copies(connection, "us", ["111"]) == copies.load_copies(connection, "us") == [COPY]
        assert copies.load_shipments(connection, "us", ["111"]) == [shipment]
        assert copies.load_credit_memos(connection, "us", ["111"]) == [memo]
        assert copies.load_copies(connection, "elsewhere") == copies.load_copies(connection, "us", ["112"]) == []
        assert copies.find_stores(connection, [7, 8]) == {7: ("us", "111")}


def test_an_older_reading_of_a_copy_overwrites_nothing_and_a_second_copy_is_kept_beside(database: Database) -> None:
    newer, second = replace(COPY, state="complete", updated_at=4_000), replace(COPY, entity_id=8)
    with database.write() as connection:
        assert copies.store_copies(connection, "us", [newer, COPY, second], at=1) == 2
        assert copies.store_copies(connection, "us", [COPY], at=2) == 0
        assert copies.load_copies(connection, "us", ["111"]) == [newer, second]


def test_a_track_that_is_added_later_says_something_new(database: Database) -> None:
    shipment = Shipment(4, "111", 3_500, (), ((70, 2),))
    with database.write() as connection:
        copies.store_shipments(connection, "us", [shipment], at=1)
        tracked = replace(shipment, tracks=(Track("ups", "UPS", "1Z"),))
        assert copies.store_shipments(connection, "us", [tracked], at=2) == 1
        assert copies.load_shipments(connection, "us") == [tracked]


def test_falls_take_the_place_of_those_before(database: Database) -> None:
    def table(*rows: tuple[str, int, int, int]) -> pa.Table:
        names = falls.FALLS.names
        return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], falls.FALLS)

    with database.write() as connection:
        for found in (table(("CUP", 1, 5, 2), ("MUG", 2, 5, 0)), table(("MUG", 1, 9, 1)), table()):
            falls.store_falls(connection, "us", found)
            assert falls.load_falls(connection, "us").equals(found)


SITES = list_region("na")


def test_orders_of_a_sister_store_explain_where_the_quantity_is_one(database: Database) -> None:
    """RG-02: a seller SKU has one quantity in a region, or in a country where the account has it so."""
    line = Line("i1", "MUG", "B01", "Mug", ordered=2)
    canada = Order("111", "A2EUQ1WTGCTBG2", "UNSHIPPED", 2_000, 2_000, lines=(line,))
    with database.write() as connection:
        orders.store_orders(connection, "ca", "A1", [canada], at=3_000)
        orders.store_orders(connection, "other", "A2", [replace(canada, order_id="112")], at=3_000)
        assert falls.load_known(connection, "A1", SITES, ["MUG"])["units"].to_pylist() == [2]
        assert falls.load_known(connection, "A1", ("ATVPDKIKX0DER",), ["MUG"]).num_rows == 0
        assert falls.load_known(connection, "A1", list_region("eu"), ["MUG"]).num_rows == 0


def test_known_orders_explain_by_the_units_that_are_not_cancelled(database: Database) -> None:
    line = Line("i1", "MUG", "B01", "Mug", ordered=3, cancelled=1)
    paid = Order("111", "ATVPDKIKX0DER", "UNSHIPPED", 2_000, 2_000, lines=(line,))
    found = [paid, replace(paid, order_id="112", status="PENDING"), replace(paid, order_id="113", status="CANCELLED")]
    with database.write() as connection:
        orders.store_orders(connection, "us", "A1", found, at=3_000)
        known = falls.load_known(connection, "A1", SITES, ["MUG", "CUP"]).sort_by("held")
        assert known.to_pylist() == [
            {"seller_sku": "MUG", "units": 2, "created_at": 2_000, "held": held} for held in (False, True)
        ]
        assert falls.load_known(connection, "A1", SITES, ["MUG"], since=2_001)["held"].to_pylist() == [False]
        assert falls.load_last_sent(connection, "us", ["MUG"]).num_rows == 0
