"""Which stores know an order, by any of its numbers, and which have a SKU."""

from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import unread_lines
from channelkit.database.owners import stores_of_order, stores_of_sku
from channelkit.database.schema import listings, tabs
from tests.order_rows import FIRST, NOON, SECOND, add, add_order, add_store, live


@pytest.mark.parametrize(
    ("number", "stores"),
    [(FIRST, ["us"]), ("000000077", ["us"]), ("RMA-1/MUG-3/blue", ["us"]), ("902-7", ["jp"]), ("902-8", []), ("", [])],
)
def test_a_number_of_either_side_names_its_store(database: Database, number: str, stores: list[str]) -> None:
    """An order that only Amazon's report told of is known, too."""
    live(database)
    unread = {"store": "jp", "order_id": "902-7", "seller_sku": "A", "units": 1, "status": "Pending"}
    add(database, unread_lines, unread | dict.fromkeys(("created_at", "updated_at", "seen_at"), NOON))
    with database.read() as connection:
        assert stores_of_order(connection, number) == stores


def test_what_two_stores_know_by_one_number_is_told_of_both(database: Database) -> None:
    live(database)
    add_store(database, "jp")
    add_order(database, SECOND, "jp")
    with database.read() as connection:
        assert stores_of_order(connection, SECOND) == ["jp", "us"]


def test_a_sku_is_of_the_store_that_lists_it_and_else_of_all_that_could(database: Database) -> None:
    """A product that is not on Amazon stands in the tabs of every store of its website."""
    with database.write() as connection:
        rows.upsert(connection, listings, pa.table({"store": ["us"], "seller_sku": ["A"]}))
        told = pa.table({"store": ["jp", "us", "jp"], "listed": [0, 0, 0], "sku": ["A", "B", "B"]})
        rows.upsert(connection, tabs, told)
        assert [stores_of_sku(connection, sku) for sku in ("A", "B", "C")] == [["us"], ["jp", "us"], []]
