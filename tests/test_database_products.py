"""What Commerce said about products, batch by batch, and which of them are no longer there."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import history, products, reference, scopes
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.tables import PRODUCTS, SCOPES
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


def attributes_of(connection: Connection, codes: list[str], **more: Any) -> list[dict[str, Any]]:
    batches = list(products.iter_attributes(connection, codes, **more))
    assert all(batch.column_names == batches[0].column_names for batch in batches)
    assert all(batch.schema.field(code).type == products.TEXTS for batch in batches for code in batch.column_names[1:])
    return [row for batch in batches for row in batch.to_pylist()]


def test_attributes_come_in_batches_in_the_order_of_products_gone_ones_too(database: Database) -> None:
    with database.write() as connection:
        rows = [product(number, attributes=f'{{"color":"c{number}"}}') for number in range(7)]
        store(connection, *rows)
        products.mark_absent(connection, [pa.array(range(6))], at=2_000, run="r")
    with database.read() as connection:
        expected = [sku for (sku,) in load_all(connection)]
        sizes = [batch.num_rows for batch in products.iter_attributes(connection, ["color"], 3)]
        found = attributes_of(connection, ["color"], size=3)
        one = attributes_of(connection, ["color"], skus=["P4", "P2", "none"])
    assert sizes == [3, 3, 1]
    assert [row["sku"] for row in found] == expected and found[6] == {"sku": "P6", "color": ["c6"]}
    assert [row["color"] for row in one] == [["c2"], ["c4"]]


def load_all(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in products.load_products(connection, ("sku",), gone=True).to_pylist()]


def test_attributes_come_from_columns_and_documents_as_lists_of_texts(database: Database) -> None:
    body = '{"several":["a, b","c"],"empty":[],"number":7.10,"flag":true,"text":"x","nothing":null,"mixed":["1",2]}'
    with database.write() as connection:
        store(
            connection, product(1, attributes=body, attribute_set=4, visibility=4), product(2, enabled=False, name=None)
        )
        for kind, text in (("attribute_sets", '[{"id": 4, "name": "Default"}]'), ("attributes", STATUS)):
            reference.store_reference(connection, "commerce", kind, text, at=1)
    codes = ["several", "empty", "number", "flag", "text", "nothing", "mixed", "name", "price", "sku"]
    codes += ["status", "visibility", "attribute_set_id", "type_id", "text"]
    with database.read() as connection:
        first, second = attributes_of(connection, codes)
        texts = products.load_texts(connection, ["several", "empty", "status", "sku"]).to_pylist()
    assert first == {
        **{"sku": "P1", "several": ["a, b", "c"], "empty": [], "number": ["7.10"], "flag": ["1"], "text": ["x"]},
        **{"nothing": None, "mixed": ["1", "2"], "name": ["Thing 1"], "price": ["10.00"], "status": ["Enabled"]},
        **{"visibility": ["Catalog, Search"], "attribute_set_id": ["Default"], "type_id": ["simple"]},
    }
    assert (second["status"], second["name"], second["several"]) == (["Off"], None, None)
    assert texts[0] == {"sku": "P1", "several": "a, b, c", "empty": "", "status": "Enabled"}
    assert texts[1] == {"sku": "P2", "several": None, "empty": None, "status": "Off"}


STATUS = '[{"code": "status", "label": "", "input": "select", "promo": false, "options": {"1": "Enabled", "2": "Off"}}]'


def test_no_products_have_no_attributes(database: Database) -> None:
    with database.read() as connection:
        (batch,) = products.iter_attributes(connection, ["color", "status"])
    assert batch.num_rows == 0 and batch.column_names == ["sku", "color", "status"]


def test_attributes_are_as_a_store_view_has_them_where_it_has_its_own(database: Database) -> None:
    with database.write() as connection:
        store(connection, product(1), product(2), product(3))
        views: list[dict[str, object]] = [
            {"store_view": "de", "sku": "P1", "name": "Ding 1", "price": "9.00", "enabled": False},
            {"store_view": "de", "sku": "P2"},
            {"store_view": "fr", "sku": "P3", "price": "7.00"},
        ]
        names = ("store_view", "sku", "name", "enabled", "price")
        scopes.store_scopes(connection, table_of(SCOPES, views, names), at=1, run="r")
        codes = ["name", "price", "status", "color"]
        german = attributes_of(connection, codes, store_view="de")
        assert [row["price"] for row in german] == [["9.00"], ["10.00"], ["10.00"]]
        assert german[0] | {"color": None} == {
            **{"sku": "P1", "name": ["Ding 1"], "price": ["9.00"], "status": ["Disabled"], "color": None}
        }
        assert attributes_of(connection, ["price"], store_view="de", skus=["P1"])[0]["price"] == ["9.00"]
        assert products.load_texts(connection, ["price"], store_view="fr")["price"].to_pylist() == [
            *("10.00", "10.00", "7.00")
        ]
        assert attributes_of(connection, ["price"])[0]["price"] == ["10.00"]
