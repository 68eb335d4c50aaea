"""What Commerce would still sell."""

from __future__ import annotations

from channelkit.database import history, stock
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.tables import STOCK
from tests.database_fixtures import counting, table_of

READ = ("website", "sku", "salable", "in_stock")


def test_only_quantities_that_differ_are_written(database: Database) -> None:
    rows = [{"website": "base", "sku": f"P{number:03d}", "salable": number, "in_stock": True} for number in range(200)]
    with database.write() as connection:
        assert stock.store_stock(connection, table_of(STOCK, rows, READ), at=1, run="r") == Tally(new=200)
    rows[7] |= {"salable": 0, "in_stock": False}
    with database.write() as connection, counting(connection, "stock") as written:
        tally = stock.store_stock(connection, table_of(STOCK, rows, READ), at=2, run="r")
        assert (tally, written()) == (Tally(changed=1, unchanged=199), 1)
    told = history.query(
        database, "select store, sku, field, before, after from history where before is not null order by field"
    )
    assert [tuple(row.values()) for row in told.to_pylist()] == [
        ("base", "P007", "in_stock", "true", "false"),
        ("base", "P007", "salable", "7", "0"),
    ]


def test_websites_are_kept_apart(database: Database) -> None:
    rows = [{"website": "us", "sku": "A", "salable": 1}, {"website": "eu", "sku": "A", "salable": 2}]
    with database.write() as connection:
        stock.store_stock(connection, table_of(STOCK, rows, READ), at=1, run="r")
        assert stock.load_stock(connection, "eu", ("sku", "salable")).to_pylist() == [{"sku": "A", "salable": 2}]


def test_whether_stock_is_counted_stays_known_until_it_is_read_again(database: Database) -> None:
    with database.write() as connection:
        whole = table_of(STOCK, [{"website": "us", "sku": "A", "salable": 1, "managed": False}], (*READ, "managed"))
        stock.store_stock(connection, whole, at=1, run="r")
        stock.store_stock(
            connection, table_of(STOCK, [{"website": "us", "sku": "A", "salable": 2}], READ), at=2, run="r"
        )
        assert stock.load_stock(connection, "us", ("salable", "managed")).to_pylist() == [
            {"salable": 2, "managed": False}
        ]
