"""What was decided, kept only where it is another decision than before."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from channelkit.database import history, tabs
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.model.tables import TABS
from tests.database_fixtures import counting, table_of

NAMES = tuple(name for name in TABS.names if name != "digest")


def decision(sku: str, *, listed: bool = True, tab: str = "Active", **more: object) -> dict[str, object]:
    known = {"store": "us", "listed": listed, "sku": sku, "tab": tab, "status": tab, "since": 1, "stale": False}
    return known | {"reason": "Because.", "actions": "", "wanted_price": 100} | more


def store(connection: Connection, *rows: dict[str, object], at: int = 1) -> Tally:
    return tabs.store_tabs(connection, "us", table_of(TABS, rows, NAMES), at=at, run="r")


def test_a_decision_that_is_the_same_is_not_written_again(database: Database) -> None:
    rows = [decision(f"S{number}") for number in range(100)]
    rows += [decision(f"S{number}", listed=False, tab="Ready to List") for number in range(50)]
    with database.write() as connection:
        assert store(connection, *rows) == Tally(new=150)
    rows[3] |= {"tab": "Inactive", "status": "Not Provided", "since": 2}
    rows[4] |= {"wanted_price": 120}
    with database.write() as connection, counting(connection, "tabs") as written:
        assert store(connection, *rows, at=2) == Tally(changed=2, unchanged=148)
        assert written() == 2
    told = history.query(
        database, "select sku, field, before, after from history where before is not null order by field"
    )
    assert [tuple(row.values()) for row in told.to_pylist()] == [
        ("S3", "status", "Active", "Not Provided"),
        ("S3", "tab", "Active", "Inactive"),
    ]


def test_a_decision_that_is_no_longer_made_goes_and_the_history_tells(database: Database) -> None:
    with database.write() as connection:
        store(connection, decision("A"), decision("A", listed=False), decision("B"))
        assert store(connection, decision("B"), decision("A"), at=2) == Tally(unchanged=2, missing=1)
        left = tabs.load_tabs(connection, "us", ("sku", "listed")).to_pylist()
    assert left == [{"sku": "A", "listed": True}, {"sku": "B", "listed": True}]
    told = history.query(
        database, "select sku, field, before from history where subject = 'unlisted' and after is null"
    )
    # What it was goes with it: no row keeps it.
    assert sorted(tuple(row.values())[:3] for row in told.to_pylist()) == [
        ("A", "exists", "true"),
        ("A", "status", "Active"),
        ("A", "tab", "Active"),
    ]


def test_decisions_come_back_whole_listings_first(database: Database) -> None:
    rows = [decision("B", listed=False), decision("B", product_sku="b", stale=True), decision("A", wanted_quantity=3)]
    with database.write() as connection:
        store(connection, *rows)
        store_of_another = table_of(TABS, [decision("A")], NAMES)
        tabs.store_tabs(connection, "de", store_of_another, at=1, run="r")
        found = tabs.load_tabs(connection, "us", NAMES)
    assert found.to_pylist() == table_of(TABS, [rows[2], rows[1], rows[0]], NAMES).to_pylist()


def test_a_store_without_decisions_is_possible(database: Database) -> None:
    with database.write() as connection:
        assert store(connection) == Tally()
        assert tabs.load_tabs(connection, "us").num_rows == 0
