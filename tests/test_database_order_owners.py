"""Which stores know an order, by any of its numbers."""

from __future__ import annotations

import pytest

from channelkit.database.connection import Database
from channelkit.database.order_owners import find_stores
from channelkit.database.order_schema import unread_lines
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
        assert find_stores(connection, number) == stores


def test_what_two_stores_know_by_one_number_is_told_of_both(database: Database) -> None:
    live(database)
    add_store(database, "jp")
    add_order(database, SECOND, "jp")
    with database.read() as connection:
        assert find_stores(connection, SECOND) == ["jp", "us"]
