"""Whole columns go in and come out as they were, whatever they hold."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.schema import listings, products
from channelkit.model.tables import PRODUCTS
from tests.database_fixtures import counting, table_of

NAMES = ("sku", "name", "entity_id", "enabled", "attributes")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROW = st.fixed_dictionaries(
    {
        "sku": TEXT,
        "name": st.none() | TEXT | st.sampled_from(["", "\\N", '"', '""', "a,b", "a\nb", "\r", "\t", "NULL", "\\."]),
        "entity_id": st.none() | st.integers(-(2**63), 2**63 - 1),
        "enabled": st.none() | st.booleans(),
    }
)


def load(connection: Connection) -> pa.Table:
    query = sa.select(*(products.c[name] for name in NAMES)).order_by(products.c.sku)
    return rows.read(connection, query, PRODUCTS.schema(NAMES))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(ROW, max_size=8, unique_by=lambda row: row["sku"]))
def test_every_text_number_and_flag_comes_back_as_it_went_in(
    database: Database, found: list[dict[str, object]]
) -> None:
    table = table_of(PRODUCTS, found, NAMES)
    with database.write() as connection:
        connection.execute(products.delete())
        rows.upsert(connection, products, table)
    with database.read() as connection:
        # Both databases sort text by its bytes.
        assert load(connection).to_pylist() == sorted(table.to_pylist(), key=lambda row: row["sku"].encode())


def test_the_one_character_that_postgresql_cannot_hold_loses_no_row(database: Database) -> None:
    with database.write() as connection:
        rows.upsert(connection, products, table_of(PRODUCTS, [{"sku": "A", "name": "a\0b"}], NAMES))
        assert load(connection)["name"].to_pylist() in (["a\0b"], ["a\ufffdb"])


def test_columns_that_are_left_out_keep_what_they_hold(database: Database) -> None:
    with database.write() as connection:
        rows.upsert(connection, products, table_of(PRODUCTS, [{"sku": "A", "name": "old", "entity_id": 1}], NAMES))
        rows.upsert(connection, products, table_of(PRODUCTS, [{"sku": "A", "name": "new"}], ("sku", "name")))
        assert load(connection).to_pylist() == [
            {"sku": "A", "name": "new", "entity_id": 1, "enabled": None, "attributes": None}
        ]


def test_rows_without_any_but_the_key_are_kept_too(database: Database) -> None:
    with database.write() as connection:
        for _ in range(2):
            rows.upsert(connection, products, table_of(PRODUCTS, [{"sku": "A"}], ("sku",)))
        assert load(connection).num_rows == 1


@pytest.mark.parametrize("count", [0, 1, rows.KEYS_AT_ONCE, rows.KEYS_AT_ONCE + 1])
def test_any_number_of_keys_is_looked_up(database: Database, count: int) -> None:
    skus = [f"SKU-{number:05d}" for number in range(count)]
    with database.write() as connection:
        rows.upsert(connection, products, table_of(PRODUCTS, [{"sku": sku} for sku in skus], ("sku",)))
        query = sa.select(products.c.sku)
        found = rows.read_keys(connection, query, products.c.sku, [*skus, "other"], PRODUCTS.schema(["sku"]))
        assert sorted(found["sku"].to_pylist()) == skus


def test_nothing_is_written_for_no_rows(database: Database) -> None:
    with database.write() as connection, counting(connection, "products") as written:
        rows.upsert(connection, products, PRODUCTS.schema().empty_table())
        assert written() == 0


def test_a_first_large_reading_leaves_every_index_whether_it_is_kept_or_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MANY", 2)
    wanted = {index.name for index in listings.indexes}
    told = [{"store": "us", "seller_sku": sku, "asin": f"B{number}"} for number, sku in enumerate("CAB")]
    found = pa.Table.from_pylist(told)
    with pytest.raises(KeyboardInterrupt), database.write() as connection:
        rows.upsert(connection, listings, found, are_new=True)
        raise KeyboardInterrupt
    with database.read() as connection:
        assert not load_asins(connection)
        assert indexes_of(connection) == wanted
    with database.write() as connection:
        rows.upsert(connection, listings, found, are_new=True)
    with database.read() as connection:
        assert load_asins(connection) == {"A": "B1", "B": "B2", "C": "B0"}
        assert indexes_of(connection) == wanted


def load_asins(connection: Connection) -> dict[str, str]:
    return {row.seller_sku: row.asin for row in connection.execute(sa.select(listings.c.seller_sku, listings.c.asin))}


def indexes_of(connection: Connection) -> set[str | None]:
    return {index["name"] for index in sa.inspect(connection).get_indexes("listings")}


@pytest.mark.parametrize("count", [0, 1, rows.READ_ROWS + 1])
def test_whole_numbers_come_back_column_by_column(database: Database, count: int) -> None:
    largest = 2**63 - 1
    told = [{"sku": f"{number:05d}", "entity_id": largest - number} for number in range(count)]
    with database.write() as connection:
        rows.upsert(connection, products, table_of(PRODUCTS, told, ("sku", "entity_id")))
        query = sa.select(products.c.entity_id, sa.literal(7), sa.func.coalesce(products.c.enabled, 0))
        found = rows.read_numbers(connection, query.order_by(products.c.sku))
    assert [column.tolist() for column in found] == [[row["entity_id"] for row in told], [7] * count, [0] * count]
