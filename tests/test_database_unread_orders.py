"""Orders that only a report tells of: their units are held, the scarcest are read first, and reading ends it."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import orders
from channelkit.database.connection import Database
from channelkit.database.schema import listings, stores, tabs
from channelkit.database.stock_ledger import HELD
from channelkit.database.stores import list_sharing
from channelkit.database.unread_orders import (
    add_unread,
    find_unread,
    list_unread,
    load_unread,
    release_unread,
    store_unread,
)
from channelkit.model.orders import Line, Order
from channelkit.model.unread_orders import UnreadLine

US, CANADA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"
NOTHING = HELD.empty_table()


def line(order_id: str, sku: str = "MUG", units: int = 1, *, at: int = 1_000, updated_at: int = 1_000) -> UnreadLine:
    return UnreadLine(order_id, sku, units, "Unshipped", at, updated_at)


@pytest.fixture
def shop(database: Database) -> Database:
    """Two stores of one account on one website; each lists a mug, of which there is little, and a cup."""
    with database.write() as connection:
        for name, site in (("us", US), ("ca", CANADA)):
            values = {"name": name, "account": "a", "marketplace_id": site, "website": "base", "created_at": 0}
            connection.execute(stores.insert().values(values))
            for sku, quantity in (("MUG", 1), ("CUP", 90)):
                place = {"store": name, "seller_sku": sku, "quantity": quantity, "observed_at": 0}
                connection.execute(listings.insert().values(place))
                placed = {"store": name, "listed": 1, "sku": sku, "product_sku": f"P-{sku}"}
                connection.execute(tabs.insert().values(placed))
    return database


def read(connection: Connection, store: str, order_id: str, updated_at: int = 1_000) -> None:
    site = US if store == "us" else CANADA
    order = Order(order_id, site, "UNSHIPPED", 1_000, updated_at, lines=(Line("i1", "MUG", "B1", "Mug", ordered=1),))
    orders.store_orders(connection, store, "A1", [order], at=2_000)


def held(connection: Connection, before: pa.Table = NOTHING) -> dict[str, int]:
    found = add_unread(connection, before, ["base"])
    return dict(zip(found["product_sku"].to_pylist(), found["held"].to_pylist(), strict=True))


def test_units_of_every_store_of_the_website_are_held_on_top_of_the_ledgers(shop: Database) -> None:
    ledger = pa.table({"product_sku": ["P-JUG", "P-MUG"], "held": [1, 2], "held_at": [5, 5]}, schema=HELD)
    with shop.write() as connection:
        store_unread(connection, "us", [line("1", units=2), line("2", "CUP")], since=0, at=3_000)
        store_unread(connection, "ca", [line("3")], since=0, at=3_000)
        assert held(connection, ledger) == {"P-CUP": 1, "P-JUG": 1, "P-MUG": 5}


def test_an_order_that_was_read_is_the_ledgers_alone(shop: Database) -> None:
    with shop.write() as connection:
        store_unread(connection, "us", [line("1", units=2), line("2")], since=0, at=3_000)
        read(connection, "us", "1")
        assert held(connection) == {"P-MUG": 1}
        assert find_unread(connection, ["us"], 9) == ["2"]
        assert load_unread(connection, ["us", "ca"], ["MUG"]).to_pylist() == [
            {"seller_sku": "MUG", "units": 1, "created_at": 1_000, "held": True}
        ]


def test_what_there_is_least_of_is_read_first_then_what_has_waited_longest(shop: Database) -> None:
    lines = [line("1", "CUP", at=10), line("2", at=30), line("3", at=20), line("4", "GONE", at=90)]
    with shop.write() as connection:
        store_unread(connection, "us", lines, since=0, at=3_000)
        assert find_unread(connection, ["us", "ca"], 9) == ["4", "3", "2", "1"]
        assert find_unread(connection, ["us"], 2) == ["4", "3"]
        assert find_unread(connection, ["ca"], 9) == []


def test_orders_from_before_the_stores_time_are_none_of_its_own(shop: Database) -> None:
    with shop.write() as connection:
        assert store_unread(connection, "us", [line("1", at=999), line("2", at=1_000)], since=1_000, at=3_000) == 1
        assert find_unread(connection, ["us"], 9) == ["2"]


def test_a_cancellation_gives_the_units_back_and_an_older_report_changes_nothing(shop: Database) -> None:
    with shop.write() as connection:
        store_unread(connection, "us", [line("1", units=2)], since=0, at=3_000)
        assert store_unread(connection, "us", [line("1", units=0, updated_at=2_000)], since=0, at=4_000) == 1
        assert store_unread(connection, "us", [line("1", units=2)], since=0, at=3_500) == 0
        assert held(connection) == {}


def test_an_order_that_changed_after_it_was_read_is_read_again(shop: Database) -> None:
    with shop.write() as connection:
        read(connection, "us", "1", updated_at=1_000)
        store_unread(connection, "us", [line("1", updated_at=1_500)], since=0, at=3_000)
        assert held(connection) == {}
        assert find_unread(connection, ["us"], 9) == ["1"]
        read(connection, "us", "1", updated_at=1_500)
        assert find_unread(connection, ["us"], 9) == []


def test_what_was_read_is_forgotten_with_the_next_report(shop: Database) -> None:
    with shop.write() as connection:
        store_unread(connection, "us", [line("1"), line("2")], since=0, at=3_000)
        read(connection, "us", "1")
        store_unread(connection, "us", [], since=0, at=4_000)
        kept = connection.execute(sa.text("select order_id from unread_lines")).scalars().all()
        assert kept == ["2"]


def test_stores_of_one_account_share_where_their_marketplaces_do(shop: Database) -> None:
    with shop.read() as connection:
        assert list_sharing(connection, "us", [US, CANADA]) == ["ca", "us"]
        assert list_sharing(connection, "us", [US]) == ["us"]


def test_orders_that_were_never_read_are_listed_with_what_they_hold_the_longest_first(shop: Database) -> None:
    with shop.write() as connection:
        store_unread(connection, "us", [line("2", units=2), line("2", "CUP"), line("9", units=0)], since=0, at=3_000)
        store_unread(connection, "ca", [line("1")], since=0, at=4_000)
        store_unread(connection, "us", [line("3")], since=0, at=5_000)
        read(connection, "us", "3")
        assert [(each.order_id, each.units, each.since) for each in list_unread(connection, before=9_000)] == [
            ("2", 3, 3_000),
            ("1", 1, 4_000),
        ]
        assert list_unread(connection, before=9_000)[0].seller_skus == ("CUP", "MUG")
        assert [each.order_id for each in list_unread(connection, ["ca"], before=9_000)] == ["1"]
        assert list_unread(connection, before=2_999) == []


def test_an_order_that_was_let_go_holds_nothing_until_it_changes(shop: Database) -> None:
    with shop.write() as connection:
        store_unread(connection, "us", [line("1", units=2), line("1", "CUP"), line("2")], since=0, at=3_000)
        read(connection, "us", "2")
        assert release_unread(connection, "us", "1") == 3
        assert (release_unread(connection, "us", "1"), release_unread(connection, "us", "2")) == (0, 0)
        assert release_unread(connection, "ca", "1") == 0
        assert held(connection) == {} and find_unread(connection, ["us"], 9) == ["1"]
        store_unread(connection, "us", [line("1", units=2)], since=0, at=4_000)
        assert held(connection) == {}
        store_unread(connection, "us", [line("1", units=2, updated_at=2_000)], since=0, at=5_000)
        assert held(connection) == {"P-MUG": 2}
