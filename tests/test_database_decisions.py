"""People's decisions about listings, kept in SQLite and in PostgreSQL."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.database.decisions import (
    drop_fulfilled,
    keep_decisions,
    list_decisions,
    load_decisions,
    newest_decision,
    withdraw_decisions,
)
from channelkit.database.schema import changes
from channelkit.model.decisions import DECISIONS


def decided(*rows: tuple[str, str, str | None], store: str = "us", by: str = "Ada", at: int = 1) -> pa.Table:
    """Return decisions: seller SKU, kind, value."""
    told = [dict(zip(("seller_sku", "kind", "value"), row, strict=True)) for row in rows]
    names = ("store", "seller_sku", "kind", "value", "by_whom", "at")
    return (
        pa.Table.from_pylist([{**row, "store": store, "by_whom": by, "at": at} for row in told])
        .cast(DECISIONS.schema(("seller_sku", "kind", "value", "store", "by_whom", "at")))
        .select(list(names))
    )


def held(database: Database, store: str = "us", **chosen: Any) -> list[tuple[str, str, str | None]]:
    with database.read() as connection:
        found = load_decisions(connection, store, **chosen).to_pylist()
    return [(row["seller_sku"], row["kind"], row["value"]) for row in found]


def test_the_newest_decision_of_each_kind_holds(database: Database) -> None:
    with database.write() as connection:
        keep_decisions(connection, decided(("A", "listed", "yes"), ("A", "price", "500"), ("B", "listed", "no")))
        keep_decisions(connection, decided(("A", "listed", "no"), ("A", "price", None), by="Bob", at=2))
        keep_decisions(connection, decided(("A", "listed", "yes"), store="de"))
    assert held(database) == [("A", "listed", "no"), ("A", "price", None), ("B", "listed", "no")]
    assert held(database, "de") == [("A", "listed", "yes")]
    with database.read() as connection:
        row = load_decisions(connection, "us", ["A"], ["listed"]).to_pylist()
    assert [(each["by_whom"], each["at"]) for each in row] == [("Bob", 2)]


def test_only_what_is_asked_for_is_read(database: Database) -> None:
    with database.write() as connection:
        keep_decisions(connection, decided(*((f"S{n}", kind, "1") for n in range(9) for kind in ("price", "handling"))))
    assert held(database, skus=["S3", "S1", "S1", "unknown"], kinds=["price"]) == [
        ("S1", "price", "1"),
        ("S3", "price", "1"),
    ]
    assert held(database, skus=[]) == []


def test_what_is_taken_back_lets_the_decision_before_it_hold_again_and_stays_written(database: Database) -> None:
    with database.write() as connection:
        keep_decisions(connection, decided(("A", "listed", "yes")))
        keep_decisions(connection, decided(("A", "listed", "no")))
        number = newest_decision(connection, "us")
        assert withdraw_decisions(connection, "de", [number], 5) == 0
        assert withdraw_decisions(connection, "us", [number], 5) == 1
        assert withdraw_decisions(connection, "us", [number], 6) == 0
    assert held(database) == [("A", "listed", "yes")]
    with database.read() as connection:
        told = list_decisions(connection, "us", ["A"]).select(["value", "withdrawn_at"]).to_pylist()
        assert list_decisions(connection, "us").num_rows == 2
    assert told == [{"value": "yes", "withdrawn_at": None}, {"value": "no", "withdrawn_at": 5}]


def test_a_store_without_decisions_has_none(database: Database) -> None:
    with database.read() as connection:
        assert newest_decision(connection, "us") == 0
    assert held(database) == []


def test_an_asin_counts_until_the_listing_was_published_with_it(database: Database) -> None:
    """AC-07: where Amazon moves the listing to another item later, it is not ended and published again and again."""
    published = {"plan": "p", "run": "r", "store": "us", "field": "publish", "because": "", "before": 0, "after": 1}
    with database.write() as connection:
        keep_decisions(connection, decided(*((sku, "asin", "B0") for sku in ("done", "open", "old")), at=10))
        keep_decisions(connection, decided(("done", "price", "500"), at=10))
        for sku, at, state in (("done", 11, "confirmed"), ("open", 11, "accepted"), ("old", 9, "confirmed")):
            row = published | {"seller_sku": sku, "planned_at": at, "state": state}
            connection.execute(changes.insert().values(row))
    with database.read() as connection:
        left = drop_fulfilled(connection, "us", load_decisions(connection, "us")).to_pylist()
    assert [(row["seller_sku"], row["kind"]) for row in left] == [("done", "price"), ("old", "asin"), ("open", "asin")]
