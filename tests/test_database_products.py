"""What Commerce said about products, batch by batch, and which of them are no longer there."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import history, products
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.tables import PRODUCTS
from tests.database_fixtures import counting, table_of


def product(number: int, **more: object) -> dict[str, object]:
    known = {"sku": f"P{number}", "entity_id": number, "type": "simple", "enabled": True, "websites": ",1,"}
    return known | {"price": "10.00", "name": f"Thing {number}"} | more


def store(connection: Connection, *rows: dict[str, object], at: int = 1_000) -> Tally:
    return products.store_products(connection, table_of(PRODUCTS, rows, products.READ), at=at, run="r")


def load(connection: Connection, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in products.load_products(connection, names).to_pylist()]


def test_only_products_that_differ_are_written(database: Database) -> None:
    with database.write() as connection:
        assert store(connection, *(product(number) for number in range(300))) == Tally(new=300)
    with database.write() as connection, counting(connection, "products") as written:
        assert store(connection, *(product(number) for number in range(300)), at=2_000) == Tally(unchanged=300)
        assert written() == 0
        assert store(connection, product(3, price="12.00"), product(4), at=3_000) == Tally(changed=1, unchanged=1)
        assert written() == 1
    with database.read() as connection:
        known = {sku: (price, at) for sku, price, at in load(connection, "sku", "price", "observed_at")}
    assert (known["P3"], known["P4"]) == (("12.00", 3_000), ("10.00", 1_000))


def test_what_changed_is_told_in_the_history(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1))
        store(connection, product(1, price="12.00", enabled=False), at=2_000)
    found = history.query(
        database, "select field, before, after, because from history where before is not null order by field"
    )
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("enabled", "true", "false", "Commerce"),
        ("price", "10.00", "12.00", "Commerce"),
    ]


def test_a_complete_reading_finds_what_was_deleted_and_a_later_one_what_is_back(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1), product(2), product(3))
        pieces = [pa.array([1]), pa.chunked_array([[3]])]
        assert products.mark_absent(connection, pieces, at=2_000, run="r") == Tally(missing=1)
        assert load(connection, "sku") == [("P1",), ("P3",)]
        assert products.mark_absent(connection, pieces, at=3_000, run="r") == Tally(missing=0)
        store(connection, product(2), at=4_000)
        assert load(connection, "sku", "missing_since") == [("P1", None), ("P2", None), ("P3", None)]


def test_a_complete_reading_without_any_product_is_possible(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1))
        assert products.mark_absent(connection, [], at=2_000, run="r") == Tally(missing=1)


def test_a_product_that_gets_another_sku_is_there_once(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1), product(2))
        store(connection, product(1, sku="NEW"), at=2_000)
        assert load(connection, "sku", "entity_id") == [("NEW", 1), ("P2", 2)]
        store(connection, product(1), at=3_000)
        assert load(connection, "sku", "entity_id") == [("P1", 1), ("P2", 2)]


def test_products_that_are_gone_can_still_be_looked_at(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1), product(2))
        products.mark_absent(connection, [pa.array([1])], at=2_000, run="r")
        found = products.load_products(connection, ("sku", "missing_since"), gone=True).to_pylist()
    assert found == [{"sku": "P1", "missing_since": None}, {"sku": "P2", "missing_since": 2_000}]


def test_stock_is_asked_for_where_it_can_matter(database: Database) -> None:
    with database.write() as connection:
        rows = [
            product(n, type=kind, websites=",1,2,")
            for n, kind in enumerate(("simple", "virtual", "configurable", "bundle"))
        ]
        store(connection, *rows, product(7, websites=",11,"), product(8))
        products.mark_absent(connection, [pa.array([0, 1, 2, 3, 7])], at=2_000, run="r")
        assert products.listable_skus(connection, 1) == ["P0", "P1"]
        assert products.listable_skus(connection, None) == []
