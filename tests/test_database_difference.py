"""Which incoming rows are new, changed, the same or absent."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.difference import Tally, difference, digest
from channelkit.database.schema import listings, stock
from channelkit.model.tables import LISTINGS, STOCK
from tests.database_fixtures import table_of

NAMES = ("store", "seller_sku", "price", "title", "digest")
VALUE = st.none() | st.sampled_from(["", "a", "b", "ab", "\x1f", "null", "None"])


def read(prices: dict[str, int | None], store: str = "us") -> pa.Table:
    table = table_of(
        LISTINGS, [{"store": store, "seller_sku": sku, "price": price} for sku, price in prices.items()], NAMES[:-1]
    )
    return table.append_column("digest", digest(table, ["price", "title"]))


@given(st.lists(st.tuples(VALUE, VALUE).filter(lambda pair: "\x1f" not in pair), min_size=2, max_size=2))
def test_two_digests_are_the_same_exactly_where_the_rows_are(pair: list[tuple[str | None, str | None]]) -> None:
    one, other = digest(
        pa.table({"a": [row[0] for row in pair], "b": [row[1] for row in pair]}), ["a", "b"]
    ).to_pylist()
    assert (one == other) == (pair[0] == pair[1])


def test_a_digest_is_the_same_on_every_machine() -> None:
    row = pa.table({"title": ["Größe 5"], "price": [1999], "buyable": [True], "note": pa.array([None], pa.string())})
    assert digest(row, row.column_names).to_pylist() == [1340130953464894483]


@pytest.mark.parametrize("whole", [True, False])
def test_rows_are_told_apart(database: Database, whole: bool) -> None:
    with database.write() as connection:
        rows.upsert(connection, listings, read({"same": 1, "changed": 1, "gone": 1}))
        rows.upsert(connection, listings, read({"other": 1}, store="de"))
        incoming = read({"changed": 2, "new": 1, "same": 1, "another": None})
        found = difference(connection, listings, LISTINGS, {"store": "us"}, incoming, whole=whole)
    assert found.new["seller_sku"].to_pylist() == ["another", "new"]
    assert found.changed["price"].to_pylist() == [2]
    assert found.old["price"].to_pylist() == [1]
    assert found.absent.to_pylist() == (["gone"] if whole else [])
    assert found.tally == Tally(new=2, changed=1, unchanged=1)


def test_old_rows_stand_beside_the_changed_ones_whatever_the_order(database: Database) -> None:
    skus = [f"S{number}" for number in range(50)]
    with database.write() as connection:
        rows.upsert(connection, listings, read({sku: number for number, sku in enumerate(skus)}))
        for changed in (skus[::-1], skus[:2][::-1]):  # all, which reads the whole table, and few, which looks them up
            incoming = read(dict.fromkeys(changed, 100))
            found = difference(connection, listings, LISTINGS, {"store": "us"}, incoming, whole=True)
            assert found.changed["seller_sku"].to_pylist() == changed
            assert found.old["seller_sku"].to_pylist() == changed


def test_a_row_whose_digest_is_not_known_counts_as_changed(database: Database) -> None:
    with database.write() as connection:
        rows.upsert(connection, listings, table_of(LISTINGS, [{"store": "us", "seller_sku": "A", "price": 1}]))
        found = difference(connection, listings, LISTINGS, {"store": "us"}, read({"A": 1}), whole=True)
    assert found.tally == Tally(changed=1)


def test_where_no_digest_is_kept_the_columns_that_came_are_compared(database: Database) -> None:
    known = {"website": "base", "sku": "A", "salable": 3, "in_stock": True, "managed": True, "observed_at": 1}
    names = ("website", "sku", "salable", "in_stock")
    with database.write() as connection:
        rows.upsert(connection, stock, table_of(STOCK, [known]))
        same = table_of(STOCK, [{"sku": "A", "salable": 3, "in_stock": True}], names)
        other = table_of(STOCK, [{"sku": "A", "salable": None, "in_stock": True}], names)
        for incoming, tally in ((same, Tally(unchanged=1)), (other, Tally(changed=1))):
            assert difference(connection, stock, STOCK, {"website": "base"}, incoming, whole=False).tally == tally


def test_nothing_compared_with_nothing_is_nothing(database: Database) -> None:
    with database.read() as connection:
        found = difference(connection, listings, LISTINGS, {"store": "us"}, read({}), whole=True)
    assert (found.tally, len(found.absent), found.old.num_rows) == (Tally(), 0, 0)
