"""What Amazon said of others' offers: which listings to ask about next, what is kept, and what the history follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from channelkit.database import history
from channelkit.database.competition import (
    FRESH,
    load_newest,
    load_offers,
    load_won,
    store_compared,
    store_unanswered,
)
from channelkit.database.competition_due import find_due, read_revenue
from channelkit.database.connection import Database
from channelkit.database.history import Origin
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, tabs
from channelkit.model.competition import Compared, Offer
from tests.order_rows import add, add_store

DAY = 86_400_000
NOW = 100 * DAY
OURS = Offer("A1", "New", "New", price=2000, ours=True)
RIVAL = Offer("A2", "New", "New", False, price=1900, shipping=299, feedback=97, ratings=400)


@pytest.fixture
def store(database: Database) -> Database:
    """A database with a store of four matched listings on sale, and some that nobody need ask about."""
    add_store(database)
    for sku, asin in (("S1", "B1"), ("S2", "B2"), ("S3", "B3"), ("S4", "B1")):
        add_listing(database, sku, asin, condition="used_good" if sku == "S4" else "new_new")
    add_listing(database, "THIRD", "B7", product=None)
    add_listing(database, "ENDED", "B8", tab="Ended")
    add_listing(database, "BLOCKED", "B9", buyable=0)
    add_listing(database, "NO ASIN", None)
    return database


def add_listing(database: Database, sku: str, asin: str | None, **told: Any) -> None:
    listing = {"store": "us", "seller_sku": sku, "asin": asin, "price": 2000, "currency": "USD", "observed_at": 1}
    add(database, listings, listing | {"condition": told.get("condition"), "buyable": told.get("buyable", 1)})
    decided = {"store": "us", "listed": 1, "sku": sku, "seller_sku": sku, "tab": told.get("tab", "Active"), "digest": 1}
    add(database, tabs, decided | {"product_sku": told.get("product", f"P-{sku}"), "status": "Active", "since": 1})


def keep(database: Database, *found: Compared, at: int = NOW) -> None:
    with database.write() as connection:
        store_compared(connection, found, "USD", Origin("us", at, "Amazon", "r"))


def due(database: Database, count: int = 10) -> list[tuple[str, str, int | None]]:
    with database.read() as connection:
        found = find_due(connection, "us", NOW, count, NOW - 30 * DAY)
    return [(row["seller_sku"], row["condition"], row["asked_at"]) for row in found.to_pylist()]


def told(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    sql = "select sku, field, before, after from history where subject = 'competition' order by place"
    return [tuple(row.values()) for row in history.query(database, sql).to_pylist()]


def test_only_matched_listings_on_sale_are_asked_about(store: Database) -> None:
    assert due(store) == [("S1", "New", None), ("S2", "New", None), ("S3", "New", None), ("S4", "Used", None)]
    assert due(store, 2) == [("S1", "New", None), ("S2", "New", None)]


def test_what_was_never_asked_comes_first_then_what_is_old_and_sells(store: Database) -> None:
    won = (Offer("A1", "New", price=2000, featured=True, ours=True),)
    keep(store, Compared("B1", "New", won, True), at=NOW - 2 * DAY)
    keep(store, Compared("B2", "New", won, True), at=NOW - DAY)
    assert [sku for sku, _, _ in due(store)] == ["S3", "S4", "S1", "S2"]
    add_sale(store, "S2", 50_000)
    assert [sku for sku, _, _ in due(store)] == ["S3", "S4", "S2", "S1"]
    add_sale(store, "S4", 100)
    assert [sku for sku, _, _ in due(store)] == ["S4", "S3", "S2", "S1"]
    with store.read() as connection:
        assert read_revenue(connection, "us", NOW - 30 * DAY).to_pylist() == [
            {"seller_sku": "S2", "revenue": 50_000},
            {"seller_sku": "S4", "revenue": 100},
        ]
        assert read_revenue(connection, "us", 0, NOW - 30 * DAY).num_rows == 0


def add_sale(database: Database, sku: str, cents: int, status: str = "SHIPPED") -> None:
    place = {"store": "us", "order_id": f"O-{sku}-{cents}-{status}"}
    order = {"seller_id": "A1", "marketplace_id": "ATVPDKIKX0DER", "status": status, "fulfilled_by": "merchant"}
    times = dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), NOW - DAY)
    add(database, orders, {**place, **order, **times, "units": 1})
    line = {"item_id": "1", "seller_sku": sku, "ordered": 1, "fulfilled": 1, "cancelled": 0, "item": cents}
    add(database, order_lines, {**place, **line})


def test_a_cancelled_order_is_no_revenue(store: Database) -> None:
    add_sale(store, "S3", 90_000, "CANCELLED")
    assert due(store)[0][0] == "S1"


def test_the_offers_come_back_as_they_were_with_whose_is_featured_and_which_is_lowest(store: Database) -> None:
    featured = Offer("A2", "New", "New", False, price=1900, shipping=299, feedback=97, ratings=400, featured=True)
    keep(store, Compared("B1", "New", (OURS, featured, Offer("A3", "New", price=2100)), True, expected=1850))
    with store.read() as connection:
        (row,) = load_newest(connection, "us").to_pylist()
        assert load_offers(connection, "us", ["B1"])["B1", "New"] == [OURS, featured, Offer("A3", "New", price=2100)]
        assert load_offers(connection, "us", ["B2"]) == {}
    assert (row["featured_seller"], row["featured_landed"], row["lowest_landed"], row["won"]) == (
        "A2",
        2199,
        2100,
        False,
    )
    assert (row["expected"], row["currency"], row["asked_at"]) == (1850, "USD", NOW)


def test_the_history_follows_each_of_our_listings_and_only_what_changes(store: Database) -> None:
    lost = Compared("B2", "New", (OURS, Offer("A2", "New", price=1900, featured=True)), True)
    keep(store, lost)
    assert told(store) == [
        ("S2", "featured_seller", None, "no"),
        ("S2", "featured_landed", None, "1900"),
        ("S2", "lowest_landed", None, "1900"),
        ("S2", "lowest_rating", None, "not known"),
    ]
    keep(store, lost, at=NOW + 1)
    assert len(told(store)) == 4
    won = Compared("B2", "New", (Offer("A1", "New", price=1800, featured=True, ours=True), RIVAL), True)
    keep(store, won, at=NOW + 2)
    assert told(store)[4:] == [
        ("S2", "featured_seller", "no", "yes"),
        ("S2", "featured_landed", "1900", "1800"),
        ("S2", "lowest_landed", "1900", "2199"),
        ("S2", "lowest_rating", "not known", "97 % of 400"),
        ("S2", "lowest_wear", None, "New"),
    ]
    one_more = replace(RIVAL, ratings=401)
    keep(store, Compared("B2", "New", (won.offers[0], one_more), True), at=NOW + 3)
    assert len(told(store)) == 9, "a single rating more is no news"


def test_a_condition_in_which_we_offer_nothing_is_kept_and_not_followed(store: Database) -> None:
    keep(store, Compared("B2", "Used", (Offer("A9", "Used", "Good", price=900),), False))
    with store.read() as connection:
        assert load_newest(connection, "us")["won"].to_pylist() == [None]
        assert load_won(connection, "us", NOW).num_rows == 0
    assert told(store) == []


def test_an_answer_that_does_not_tell_whose_is_featured_takes_no_older_one_away(store: Database) -> None:
    keep(store, Compared("B1", "Used", (Offer("A1", "Used", price=900, featured=True, ours=True),), True))
    keep(store, Compared("B1", "Used", (Offer("A9", "Used", price=800),), False), at=NOW + 1)
    with store.read() as connection:
        (row,) = load_newest(connection, "us", ["B1"]).to_pylist()
    assert (row["won"], row["asked_at"]) == (True, NOW)


@pytest.mark.parametrize(("age", "known"), [(0, True), (FRESH - 1, True), (FRESH, False), (9 * FRESH, False)])
def test_whose_offer_is_featured_counts_as_known_for_a_day(store: Database, age: int, known: bool) -> None:
    keep(store, Compared("B1", "New", (OURS,), True))
    with store.read() as connection:
        found = load_won(connection, "us", NOW + age)
    assert found["won"].to_pylist() == [False] * known


def test_what_amazon_does_not_answer_is_asked_about_last_and_is_not_known(store: Database) -> None:
    with store.write() as connection:
        store_unanswered(connection, "us", [("B1", "New")], at=NOW)
        assert load_newest(connection, "us")["won"].to_pylist() == [None]
        assert load_offers(connection, "us", ["B1"]) == {("B1", "New"): []}
    assert due(store)[-1] == ("S1", "New", NOW)


def test_a_large_revenue_and_a_long_time_do_not_overflow(store: Database) -> None:
    keep(store, Compared("B1", "New", (OURS,), True), at=1)
    add_sale(store, "S1", 10**12)
    assert due(store)[-1][0] == "S1"


def test_the_tables_have_the_columns_that_they_promise(store: Database) -> None:
    with store.read() as connection:
        assert load_newest(connection, "us").column_names[-1] == "won"
        assert load_won(connection, "us", NOW).schema.field("won").type == pa.bool_()
