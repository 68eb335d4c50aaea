"""What a store view says for itself."""

from __future__ import annotations

from channelkit.database import history, scopes
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.tables import SCOPES
from tests.database_fixtures import counting, table_of

READ = ("store_view", "sku", "name", "enabled", "price")


def test_only_values_that_differ_are_written_in_each_store_view(database: Database) -> None:
    rows = [{"store_view": view, "sku": sku, "price": "9.90"} for view in ("de", "fr") for sku in ("A", "B")]
    with database.write() as connection:
        assert scopes.store_scopes(connection, table_of(SCOPES, rows, READ), at=1, run="r") == Tally(new=4)
    rows[3] = rows[3] | {"price": "8.90"}
    with database.write() as connection, counting(connection, "product_scopes") as written:
        tally = scopes.store_scopes(connection, table_of(SCOPES, rows, READ), at=2, run="r")
        assert (tally, written()) == (Tally(changed=1, unchanged=3), 1)
        found = scopes.load_scopes(connection, "fr", ("sku", "price", "enabled", "observed_at")).to_pylist()
    assert [tuple(row.values()) for row in found] == [("A", "9.90", None, 1), ("B", "8.90", None, 2)]
    told = history.query(database, "select store, subject, sku, before, after from history where before is not null")
    assert [tuple(row.values()) for row in told.to_pylist()] == [("fr", "product", "B", "9.90", "8.90")]


def test_a_value_that_is_taken_back_is_unknown_again(database: Database) -> None:
    with database.write() as connection:
        for price in ("9.90", None):
            batch = table_of(SCOPES, [{"store_view": "de", "sku": "A", "price": price}], READ)
            scopes.store_scopes(connection, batch, at=1, run="r")
        assert scopes.load_scopes(connection, "de", ("price",)).to_pylist() == [{"price": None}]


def test_other_prices_of_a_store_view_come_as_texts_and_what_was_not_asked_stays_unknown(database: Database) -> None:
    """LS-04: an attribute that a view was asked for and that is empty there is not the same as one never asked for."""
    rows: list[dict[str, object]] = [
        {"store_view": "de", "sku": "A", "price": "9.9", "prices": '{"cost":"","msrp":"12"}'},
        {
            "store_view": "de",
            "sku": "B",
            "price": None,
            "prices": '{"msrp":"5","special_from_date":"2026-11-01 00:00:00"}',
        },
        {"store_view": "de", "sku": "C", "price": "3", "prices": None},
        {"store_view": "fr", "sku": "D", "price": "3", "prices": '{"msrp":"1"}'},
    ]
    with database.write() as connection:
        batch = table_of(SCOPES, rows, ("store_view", "sku", "price", "prices"))
        scopes.store_scopes(connection, batch, at=1, run="r")
        found = scopes.load_scoped_texts(connection, "de", ["price", "msrp", "cost", "special_from_date"])
        assert found.to_pydict() == {
            "sku": ["A", "B", "C"],
            "price": ["9.9", None, "3"],
            "msrp": ["12", "5", None],
            "cost": ["", None, None],
            "special_from_date": [None, "2026-11-01 00:00:00", None],
        }
        assert scopes.load_scoped_texts(connection, "de", ["msrp"], ["C", "gone"]).to_pydict() == {
            "sku": ["C"],
            "msrp": [None],
        }
        assert scopes.load_scoped_texts(connection, "nowhere", ["msrp"]).num_rows == 0
