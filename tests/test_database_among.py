"""Rows about some of many keys, on both databases."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.among import is_among
from channelkit.database.connection import Database
from channelkit.database.schema import listings

AWKWARD = ("A", "a", "it's", 'a "b"', "back\\slash", "ünïcode 💡", " blank ", "[]", "{1,2}", "%", "007")
"""Texts that are told apart as they are, whatever a value that holds all of them is written like."""


def _read(database: Database, keys: list[str]) -> list[str]:
    with database.read() as connection:
        query = sa.select(listings.c.seller_sku).where(is_among(connection, listings.c.seller_sku, keys))
        found = rows.read(connection, query, pa.schema([("seller_sku", pa.string())]))
    return sorted(found["seller_sku"].to_pylist())


@pytest.fixture
def shop(database: Database) -> Database:
    skus = [*AWKWARD, *(f"SKU-{number}" for number in range(200))]
    with database.write() as connection:
        rows.upsert(connection, listings, pa.table({"store": ["us"] * len(skus), "seller_sku": skus}))
    return database


def test_only_rows_of_the_keys_are_found_and_each_once(shop: Database) -> None:
    assert _read(shop, ["SKU-7", "SKU-7", "SKU-100", "elsewhere"]) == ["SKU-100", "SKU-7"]
    assert _read(shop, []) == []


@pytest.mark.parametrize("key", AWKWARD)
def test_a_key_is_taken_as_it_is(shop: Database, key: str) -> None:
    assert _read(shop, [key]) == [key]


def test_tens_of_thousands_of_keys_are_one_question(shop: Database) -> None:
    assert len(_read(shop, [f"SKU-{number}" for number in range(60_000)])) == 200
