"""Results of tests of the data are kept whenever they are not as before, and the rows for them are read as they lie."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.database import falls, journal, listings, products, progress, quality, quality_rows, stock, stores, tabs
from channelkit.database.connection import Database
from channelkit.database.order_schema import copies, order_lines, orders, stands, stock_ledger
from channelkit.database.quality import Kept
from channelkit.model.tables import LISTINGS, PRODUCTS, SIGHTINGS_APART, STOCK, TABS
from channelkit.quality.tables import CHANGES, ORDERS, READINGS
from channelkit.quality.tables import LISTINGS as TESTED_LISTINGS
from channelkit.quality.tables import PRODUCTS as TESTED_PRODUCTS
from channelkit.quality.tables import STOCK as TESTED_STOCK
from tests.database_fixtures import table_of
from tests.report_world import changes

NOW = 1_790_000_000_000
HOUR, DAY = 3_600_000, 86_400_000


def kept(at: int, failing: int, *examples: str, store: str = "us", test: str = "price", looked_at: int = 9) -> Kept:
    return Kept(at, store, test, looked_at, failing, examples)


def keep(database: Database, *found: Kept) -> int:
    with database.write() as connection:
        return quality.keep_results(connection, found)


def course(database: Database, store: str = "us", test: str = "price") -> list[Kept]:
    with database.read() as connection:
        return list(quality.load_courses(connection, [store]).get((store, test), []))


def test_a_result_is_kept_when_it_is_not_as_before_and_never_twice(database: Database) -> None:
    """The history of data-quality tests."""
    assert keep(database, kept(1, 0), kept(1, 0, store="de")) == 2
    assert keep(database, kept(2, 0, looked_at=12)) == 0  # more rows than before, and none of them fails either
    assert keep(database, kept(3, 2, "A", "B")) == 1
    assert keep(database, kept(4, 2, "A", "B")) == 0
    assert keep(database, kept(5, 2, "A", "C")) == 1  # as many, and not the same
    assert keep(database, kept(6, 0)) == 1
    assert [(each.at, each.failing, each.examples) for each in course(database)] == [
        *((1, 0, ()), (3, 2, ("A", "B")), (5, 2, ("A", "C")), (6, 0, ())),
    ]
    assert [each.at for each in course(database, "de")] == [1]


def test_a_test_that_looked_at_nothing_does_not_count_as_one_that_passed(database: Database) -> None:
    keep(database, kept(1, 0, looked_at=0))
    assert keep(database, kept(2, 0, looked_at=9)) == 1


def test_examples_come_back_as_they_were(database: Database) -> None:
    wild = ('24" ARM', "MÜSLI ", "<b>", "a,b", "\\", "日本")
    keep(database, kept(1, 6, *wild))
    assert course(database)[0].examples == wild


def test_the_newest_result_of_each_test_is_found_and_when_it_was_run(database: Database) -> None:
    keep(database, kept(1, 0), kept(1, 3, test="title"))
    keep(database, kept(2, 4), kept(2, 3, test="title"))
    with database.read() as connection:
        newest = quality.load_newest(connection, ["us"])
        assert {test: (each.at, each.failing) for (_, test), each in newest.items()} == {
            "price": (2, 4),
            "title": (1, 3),
        }
        assert quality.ran_at(connection, "us") == 2 and quality.ran_at(connection, "de") is None


def fill(database: Database) -> None:
    """Two products, five listings of one store, and what belongs to them."""
    offers = [
        {"seller_sku": sku, "title": f"Mug {sku}", "price": 990, "currency": "USD", "quantity": 5, "asin": "B000000001",
         "fulfillment_channel": channel, "condition": "new_new", "status": "Active"}
        for sku, channel in (("A", "DEFAULT"), ("B", "DEFAULT"), ("C", "AMAZON_NA"), ("D", "DEFAULT"), ("E", "DEFAULT"))
    ]  # fmt: skip
    decided = [
        {"store": "us", "listed": True, "sku": sku, "product_sku": product, "tab": "Active", "status": "Active",
         "stale": False, "wanted_price": 995, "wanted_quantity": 4}
        for sku, product in (("A", "P"), ("B", "Q"), ("C", None))
    ]  # fmt: skip
    with database.write() as connection:
        stores.register_store(
            connection, "us", account="acme", marketplace_id="ATVPDKIKX0DER", website="base", at=NOW - DAY
        )
        report = table_of(LISTINGS, offers, ("seller_sku", *listings.REPORTED))
        listings.store_report(connection, "us", report, asked_at=NOW - HOUR, run="r")
        names = [name for name in TABS.names if name != "digest"]
        tabs.store_tabs(connection, "us", table_of(TABS, decided, names), at=NOW, run="r")
        told = [
            {"sku": "P", "name": "Mug", "type": "simple", "enabled": True, "attributes": '{"maker": "Acme"}'},
            {"sku": "Q", "name": "Jug", "type": "simple", "enabled": True, "attributes": "{}"},
        ]
        products.store_products(connection, table_of(PRODUCTS, told, products.READ), at=NOW, run="r")
        counted = [{"website": "base", "sku": "P", "salable": 7, "in_stock": True, "managed": True}]
        stock.store_stock(connection, table_of(STOCK, counted, ("website", "sku", "salable", "in_stock", "managed")),
                          at=NOW, run="r")  # fmt: skip


def listed(database: Database, *names: str) -> dict[str, dict[str, Any]]:
    schema = TESTED_LISTINGS.schema(names or None)
    with database.read() as connection:
        found = quality_rows.load_listings_tested(connection, "us", schema, website="base", currency="USD", now=NOW)
    assert found.schema.equals(schema)
    return {row["seller_sku"]: row for row in found.to_pylist()}


def test_a_listing_has_what_belongs_to_it_from_both_sides(database: Database) -> None:
    fill(database)
    row = listed(database)["A"]
    assert row | {"listing_id": None} == {
        "seller_sku": "A", "asin": "B000000001", "title": "Mug A", "price": 990, "currency": "USD",
        "store_currency": "USD", "quantity": 5, "fulfillment_channel": "DEFAULT", "condition": "new_new",
        "listing_status": "Active", "product_id": None, "product_id_type": None, "product_type": None,
        "in_doubt": None, "product_sku": "P", "tab": "Active", "status": "Active", "stale": False,
        "wanted_price": 995, "wanted_quantity": 4, "salable": 7, "unpaid": 0, "managed": True, "price_known": False,
        "quantity_known": False, "listing_id": None,
    }  # fmt: skip
    assert listed(database)["C"]["salable"] is None and listed(database)["D"]["tab"] is None


def test_only_the_columns_that_are_asked_for_are_read(database: Database) -> None:
    fill(database)
    assert listed(database, "seller_sku", "salable")["A"] == {"seller_sku": "A", "salable": 7}


def test_what_is_gone_is_left_out_and_what_is_in_doubt_is_not(database: Database) -> None:
    fill(database)
    table = sa.Table("listings", sa.MetaData(), autoload_with=database.engine)
    with database.write() as connection:
        for sku, apart in (("D", SIGHTINGS_APART), ("E", SIGHTINGS_APART - 1)):
            at = NOW - 2 * DAY
            values = {"missing_since": at - apart, "missing_last": at}
            connection.execute(table.update().where(table.c.seller_sku == sku).values(values))
    found = listed(database, "seller_sku", "in_doubt")
    assert list(found) == ["A", "B", "C", "E"] and found["E"]["in_doubt"] == 2 * DAY


def test_a_difference_is_known_where_a_change_is_open_was_refused_lately_or_it_fell(database: Database) -> None:
    fill(database)
    with database.write() as connection:
        planned = journal.record_plan(
            connection, store="us", run="r", fingerprint="f", going=changes(["A", "B"], "price", 990, 995).drop("note"),
            held=changes(["C"], "quantity", 5, 4, "It waits."), listings=5, verdict="clear", note="", at=NOW - 2 * DAY,
        )  # fmt: skip
        ids = planned["id"].to_pylist()
        journal.mark_sent(connection, ids, NOW - 2 * DAY)
        journal.mark_answered(connection, ids[1:], "refused", NOW - 2 * DAY)
        fell = {"seller_sku": ["E"], "quantity": [3], "seen_at": [NOW], "units": [2]}
        falls.store_falls(connection, "us", pa.table(fell))
    found = listed(database)
    assert [sku for sku, row in found.items() if row["price_known"]] == ["A"]  # B's was refused two days ago
    assert [sku for sku, row in found.items() if row["quantity_known"]] == ["C", "E"]


def add_order(database: Database, order_id: str, status: str, **line: int) -> None:
    with database.write() as connection:
        connection.execute(
            orders.insert().values(
                store="us", order_id=order_id, seller_id="S1", marketplace_id="ATVPDKIKX0DER", status=status,
                fulfilled_by="merchant", created_at=NOW - DAY, updated_at=NOW, first_seen_at=NOW - 3 * HOUR,
                observed_at=NOW, currency="USD", total=2160, units=2,
            )
        )  # fmt: skip
        for item in ("1", "2"):
            values = {"store": "us", "order_id": order_id, "item_id": item, "seller_sku": "A", "ordered": 1}
            values |= {"fulfilled": 0, "cancelled": 0, "item": 1100, "discount": 100, "tax": 80}
            connection.execute(order_lines.insert().values(values | line))


def test_units_of_unpaid_orders_and_of_orders_that_commerce_does_not_know_are_told_apart(database: Database) -> None:
    fill(database)
    add_order(database, "111-1", "PENDING")
    add_order(database, "111-2", "UNSHIPPED")
    with database.write() as connection:
        entry: dict[str, object] = {
            "store": "us",
            "website": "base",
            "product_sku": "P",
            "seller_sku": "A",
            "order_id": "111-2",
        }
        entry |= {"item_id": "1", "kind": "received", "source": "", "units": 2, "at": NOW}
        connection.execute(stock_ledger.insert().values(entry))
    row = listed(database)["A"]
    assert (row["unpaid"], row["salable"]) == (2, 5)


def test_an_order_comes_with_the_sums_of_its_lines_its_copies_and_its_stage(database: Database) -> None:
    fill(database)
    add_order(database, "111-1", "UNSHIPPED", cancelled=1)
    add_order(database, "111-2", "UNSHIPPED")
    with database.write() as connection:
        copy: dict[str, object] = {
            "store": "us",
            "order_id": "111-2",
            "increment_id": "1",
            "state": "new",
            "status": "pending",
        }
        copy |= {"total": 2160, "store_id": 1, "updated_at": NOW, "observed_at": NOW}
        for entity in (1, 2):
            connection.execute(copies.insert().values(copy | {"entity_id": entity}))
        stand: dict[str, object] = {"store": "us", "order_id": "111-2", "stage": "created", "since": NOW - HOUR}
        connection.execute(stands.insert().values(stand))
    with database.read() as connection:
        first, second = quality_rows.load_orders_tested(connection, "us", ORDERS.schema(), now=NOW).to_pylist()
        assert quality_rows.find_seller(connection, "us") == "S1" and quality_rows.find_seller(connection, "de") == ""
    assert first | {"order_status": "UNSHIPPED"} == {
        "order_id": "111-1", "order_status": "UNSHIPPED", "fulfilled_by": "merchant", "currency": "USD", "total": 2160,
        "net": 2000, "tax": 160, "cancelled": 2, "lines": 2, "stage": None, "copies": 0, "age": 3 * HOUR,
    }  # fmt: skip
    assert (second["stage"], second["copies"], second["age"]) == ("created", 2, HOUR)


def test_changes_come_with_the_channel_of_their_listing(database: Database) -> None:
    fill(database)
    with database.write() as connection:
        journal.record_plan(
            connection, store="us", run="r", fingerprint="f", going=changes(["C"], "quantity", 5, 4).drop("note"),
            held=changes([], "price", None, 1), listings=5, verdict="clear", note="", at=NOW - HOUR,
        )  # fmt: skip
    with database.read() as connection:
        (row,) = quality_rows.load_changes_tested(connection, "us", CHANGES.schema(), now=NOW).to_pylist()
    assert row == {
        "seller_sku": "C", "field": "quantity", "before": 5, "after": 4, "state": "planned",
        "fulfillment_channel": "AMAZON_NA", "age": HOUR,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "brands"), [("maker", ["Acme", None]), ("", [None, None])], ids=["named", "not named"]
)
def test_products_come_with_their_brand_where_the_settings_name_its_attribute(
    database: Database, code: str, brands: list[str | None]
) -> None:
    fill(database)
    with database.read() as connection:
        found = quality_rows.load_products_tested(connection, TESTED_PRODUCTS.schema(["sku", "brand", "name"]), code)
        counted = quality_rows.load_stock_tested(connection, "base", TESTED_STOCK.schema(["sku", "salable"]))
    assert found.column_names == ["sku", "brand", "name"] and found["brand"].to_pylist() == brands
    assert counted.to_pylist() == [{"sku": "P", "salable": 7}]


def test_a_reading_that_never_was_is_as_old_as_the_store(database: Database) -> None:
    fill(database)
    marks = {"listings": ("listings/us", 8 * HOUR), "stock": ("stock/base", HOUR)}
    with database.write() as connection:
        progress.move_watermark(connection, "stock/base", "1", at=NOW - 2 * HOUR)
        found = quality_rows.load_readings_tested(connection, marks, READINGS.schema(), since=NOW - DAY, now=NOW)
    assert found.to_pylist() == [
        {"what": "listings", "age": DAY, "promise": 8 * HOUR},
        {"what": "stock", "age": 2 * HOUR, "promise": HOUR},
    ]
