"""What was asked of Amazon's catalog, what it found, and what people chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import catalog_items, products, reports, stores, tabs
from channelkit.database.catalog_items import Turn
from channelkit.database.connection import Database
from channelkit.database.onboarding_schema import catalog_searches
from channelkit.database.products import READ
from channelkit.database.unlisted import Product, find_product, load_waiting
from channelkit.model.tables import PRODUCTS, TABS
from channelkit.pull.catalog import FOUND
from tests.database_fixtures import table_of

US = "ATVPDKIKX0DER"
ALL = Turn("", "")
DECIDED = [name for name in TABS.names if name != "digest"]


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with one store, five products, and a listing of the last of them."""
    with database.write() as connection:
        stores.register_store(connection, "us", account="a", marketplace_id=US, website="base", at=1)
        reports.ask_report(connection, "1", store="us", report_type="ALL", at=1)
        reports.close_report(connection, "1", state="read", at=2)
        write_products(connection, [{"sku": f"P{number}", "upc": str(number), "name": "Mug"} for number in range(5)])
        decided = [unlisted("P0"), unlisted("P1"), unlisted("P2", "Ineligible"), unlisted("P3", "Ready to List")]
        tabs.store_tabs(connection, "us", table_of(TABS, [*decided, listed("L4", "P4")], DECIDED), at=3, run="r")
    return database


def write_products(connection: Connection, written: Sequence[dict[str, Any]], at: int = 3) -> None:
    full = [{"entity_id": int(row["sku"][1:]) + 1, "type": "simple", "websites": ",1,", **row} for row in written]
    products.store_products(connection, table_of(PRODUCTS, full, READ), at=at, run="r")


def unlisted(sku: str, tab: str = "Incomplete") -> dict[str, Any]:
    place = {"store": "us", "listed": False, "sku": sku, "product_sku": sku, "tab": tab}
    return place | {"status": "Unable to Assign to Amazon Listing", "since": 3, "stale": False}


def listed(sku: str, product_sku: str) -> dict[str, Any]:
    place = {"store": "us", "listed": True, "sku": sku, "product_sku": product_sku, "tab": "Active"}
    return place | {"status": "Active", "since": 3, "stale": False}


def searched(*skus: str, digest: str = "d") -> pa.Table:
    return pa.table({"product_sku": pa.array(skus, pa.string()), "digest": pa.repeat(digest, len(skus))})


def items(*found: tuple[str, str]) -> pa.Table:
    rows = [
        {"product_sku": sku, "asin": asin, "kind": "identifier", "found_by": "UPC 1", "parent": False}
        for sku, asin in found
    ]
    return pa.Table.from_pylist(rows, FOUND)


def due(database: Database, turn: Turn = ALL, count: int = 10) -> list[str]:
    with database.read() as connection:
        found: list[str] = catalog_items.to_search(connection, "us", US, turn, count)["sku"].to_pylist()
    return found


def asked_anew(database: Database) -> list[str]:
    with database.read() as connection:
        found: list[str] = catalog_items.to_search_anew(connection, "us", US, 10)["sku"].to_pylist()
    return found


def test_products_without_a_listing_that_could_be_sold_are_searched_for(filled: Database) -> None:
    assert due(filled) == ["P0", "P1", "P3"]
    assert due(filled, count=2) == ["P0", "P1"]
    assert due(filled, Turn("P0", "P2")) == ["P1"]


def test_nothing_is_searched_for_before_a_report_told_what_is_listed(filled: Database) -> None:
    with filled.write() as connection:
        reports.close_report(connection, "1", state="failed", at=3)
    assert due(filled) == []


def test_what_was_searched_for_waits_until_commerce_says_something_new(filled: Database) -> None:
    with filled.write() as connection:
        catalog_items.store_found(connection, US, searched("P0", "P1"), items(("P0", "B1")), at=4)
    assert due(filled) == ["P3"]
    with filled.write() as connection:
        write_products(connection, [{"sku": "P1", "upc": "11"}], at=5)
    assert due(filled) == ["P1", "P3"]
    with filled.write() as connection:
        catalog_items.still_searched(connection, US, ["P1"], at=5)
    assert due(filled) == ["P3"]


def test_a_search_that_a_person_asks_for_anew_comes_first(filled: Database) -> None:
    """MA-06: those that were searched for, and those whose turn has not come; what was found stays on offer."""
    with filled.write() as connection:
        catalog_items.store_found(connection, US, searched("P0", "P1", "P3"), items(("P1", "B1")), at=4)
    assert asked_anew(filled) == due(filled) == []
    with filled.write() as connection:
        catalog_items.forget_searches(connection, "us", ["P1", "P2"])
    assert asked_anew(filled) == ["P1"]
    assert due(filled) == ["P1"]
    with filled.read() as connection:
        assert catalog_items.load_items(connection, US, ["asin"])["asin"].to_pylist() == ["B1"]
    with filled.write() as connection:
        catalog_items.store_found(connection, US, searched("P1"), items(), at=5)
    assert asked_anew(filled) == []


def test_all_searches_are_forgotten_at_once_in_one_marketplace(filled: Database) -> None:
    """MA-06."""
    with filled.write() as connection:
        for place in (US, "ELSEWHERE"):
            catalog_items.store_found(connection, place, searched("P0", "P1", "P3"), items(), at=4)
        catalog_items.forget_searches(connection, "us")
    assert due(filled) == ["P0", "P1", "P3"]
    with filled.read() as connection:
        assert catalog_items.to_search(connection, "us", "ELSEWHERE", ALL, 10).num_rows == 0


def test_a_turn_ends_where_so_many_were_looked_at(filled: Database) -> None:
    with filled.read() as connection:
        assert catalog_items.find_turn(connection, "us", "", 2) == Turn("", "P1")
        assert catalog_items.find_turn(connection, "us", "P1", 2) == Turn("P1", "P3")
        assert catalog_items.find_turn(connection, "us", "P1", 3) == Turn("P1", "")


def test_what_a_search_finds_replaces_what_was_found_before(filled: Database) -> None:
    """MA-04: candidates are stored."""
    with filled.write() as connection:
        catalog_items.store_found(connection, US, searched("P0", "P1"), items(("P0", "B1"), ("P1", "B1")), at=4)
        catalog_items.store_found(connection, US, searched("P0"), items(("P0", "B2"), ("P0", "B3")), at=5)
        catalog_items.store_found(connection, US, searched(), items(), at=6)
    with filled.read() as connection:
        kept = catalog_items.load_items(connection, US, ["product_sku", "asin", "children", "observed_at"]).to_pylist()
        query = sa.select(catalog_searches.c.product_sku, catalog_searches.c.found)
        counts = connection.execute(query.order_by(catalog_searches.c.product_sku)).all()
    assert [tuple(row.values()) for row in kept] == [
        ("P0", "B2", "[]", 5),
        ("P0", "B3", "[]", 5),
        ("P1", "B1", "[]", 4),
    ]
    assert counts == [("P0", 2), ("P1", 1)]


def test_a_choice_is_kept_changed_and_taken_back(filled: Database) -> None:
    """MA-04."""
    with filled.write() as connection:
        catalog_items.choose_asin(connection, "us", "P0", "B1", "Ada", at=4)
        catalog_items.choose_asin(connection, "us", "P0", "B2", "Bea", at=5)
        catalog_items.choose_asin(connection, "de", "P0", "B3", "Ada", at=5)
        chosen = catalog_items.load_asins(connection, "us").to_pylist()
        assert chosen == [{"product_sku": "P0", "asin": "B2", "by_whom": "Bea", "at": 5}]
        assert catalog_items.withdraw_asin(connection, "us", "P0")
        assert not catalog_items.withdraw_asin(connection, "us", "P0")
        assert catalog_items.load_asins(connection, "de").num_rows == 1


def test_what_waits_is_told_with_what_is_on_offer(filled: Database) -> None:
    statuses = ("Unable to Assign to Amazon Listing",)
    with filled.write() as connection:
        catalog_items.store_found(connection, US, searched("P0", "P1"), items(("P0", "B1"), ("P0", "B2")), at=4)
        catalog_items.forget_searches(connection, "us", ["P1"])
        waiting = load_waiting(connection, "us", US, statuses, "missing").to_pylist()
    told = [(row["product_sku"], row["candidates"], row["searched_at"]) for row in waiting]
    assert told == [("P0", 2, 4), ("P1", 0, None), ("P2", 0, None), ("P3", 0, None)]


def test_a_product_is_told_with_its_listing(filled: Database) -> None:
    with filled.read() as connection:
        assert find_product(connection, "us", "P4") == Product("P4", "simple", ",1,", False, "L4")
        assert find_product(connection, "us", "P0") == Product("P0", "simple", ",1,", False, None)
        assert find_product(connection, "us", "NONE") is None
