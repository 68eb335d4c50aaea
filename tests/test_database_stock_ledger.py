"""The stock ledger in the database: entries that are only added, and their sums."""

from __future__ import annotations

from dataclasses import replace

from channelkit.database import stock_ledger
from channelkit.database.connection import Database
from channelkit.model.stock_entries import Entry

CAME = Entry("111", "i1", "received", "amazon#0", 3, "MUG", "MUG-A", 1_000)
LEFT = replace(CAME, kind="shipped", source="copy#0", units=2)
GONE = replace(CAME, kind="cancelled", source="copy#0", units=1)
BACK = replace(CAME, order_id="112", kind="cancelled", source="amazon#0", units=3)


def test_an_entry_that_is_there_is_not_added_again(database: Database) -> None:
    with database.write() as connection:
        assert stock_ledger.add_entries(connection, "us", "base", [CAME, LEFT]) == 2
        assert stock_ledger.add_entries(connection, "us", "base", [replace(CAME, units=9), LEFT, GONE]) == 1
        assert stock_ledger.load_entries(connection, "us", ["111", "112"]) == {"111": [CAME, LEFT, GONE]}


def test_or_05_what_is_held_stays_so_after_shipping_and_goes_where_no_copy_ever_was(database: Database) -> None:
    """OR-05."""
    other = replace(CAME, order_id="112")
    with database.write() as connection:
        stock_ledger.add_entries(connection, "us", "base", [CAME, LEFT, GONE, other])
        assert stock_ledger.held_by_product(connection, "base")["held"].to_pylist() == [6]
        stock_ledger.add_entries(connection, "us", "base", [BACK])
        assert stock_ledger.held_by_product(connection, "base")["held"].to_pylist() == [3]
        made_up = replace(CAME, kind="compensated", source="check#0")
        stock_ledger.add_entries(connection, "us", "base", [made_up])
        assert stock_ledger.held_by_product(connection, "base").num_rows == 0
        assert stock_ledger.held_by_product(connection).num_rows == 0
        assert stock_ledger.balances(connection, "base").to_pylist() == [
            {
                "product_sku": "MUG",
                **{"received": 6, "shipped": 2, "cancelled": 4, "refunded": 0, "compensated": 3},
                **{"reserved": 0, "held": 0},
            }
        ]


def test_websites_that_share_a_stock_hold_together(database: Database) -> None:
    with database.write() as connection:
        stock_ledger.add_entries(connection, "us", "base", [CAME])
        stock_ledger.add_entries(connection, "de", "eu", [replace(CAME, units=2)])
        assert stock_ledger.held_by_product(connection, "base", "eu")["held"].to_pylist() == [5]
        assert stock_ledger.held_by_product(connection, "eu")["held"].to_pylist() == [2]


def test_entries_of_what_was_linked_to_nothing_hold_once_it_is(database: Database) -> None:
    with database.write() as connection:
        stock_ledger.add_entries(connection, "us", "base", [replace(CAME, product_sku="")])
        assert stock_ledger.held_by_product(connection, "base").num_rows == 0
        assert stock_ledger.find_unlinked(connection, "us") == ["MUG-A"]
        assert stock_ledger.link_entries(connection, "us", {"MUG-A": "MUG"}) == 1
        assert stock_ledger.held_by_product(connection, "base")["held"].to_pylist() == [3]
        assert stock_ledger.find_unlinked(connection, "us") == []
