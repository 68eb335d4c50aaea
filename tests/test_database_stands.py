"""Where orders stand is kept, and since when."""

from __future__ import annotations

from channelkit.database.connection import Database
from channelkit.database.stands import load_stands, store_stands
from channelkit.model.orders import Stand
from tests.database_fixtures import counting

ONE, TWO = Stand("1", "blocked", "totals", "0.60 less.", "Compare."), Stand("2", "created")


def test_since_is_kept_while_stage_and_blocker_stay(database: Database) -> None:
    with database.write() as connection:
        assert store_stands(connection, "us", [ONE, TWO], 10) == 2
        assert store_stands(connection, "us", [ONE], 20) == 0
        assert store_stands(connection, "us", [Stand("1", "blocked", "totals", "0.50 less.", "Compare.")], 30) == 1
        assert store_stands(connection, "us", [Stand("2", "shipped")], 40) == 1
        assert [(s.order_id, s.note, s.since) for s in load_stands(connection, "us")] == [
            ("1", "0.50 less.", 10),
            ("2", "", 40),
        ]


def test_what_says_nothing_new_is_not_written(database: Database) -> None:
    with database.write() as connection:
        store_stands(connection, "us", [ONE, TWO], 10)
        with counting(connection, "stands") as written:
            before = written()
            store_stands(connection, "us", [ONE, TWO], 20)
            assert written() == before


def test_stands_are_chosen_by_order_stage_blocker_and_store(database: Database) -> None:
    with database.write() as connection:
        store_stands(connection, "us", [ONE, TWO], 10)
        store_stands(connection, "uk", [Stand("3", "created")], 10)
        assert [s.order_id for s in load_stands(connection, "us", order_ids=["2", "3"])] == ["2"]
        assert load_stands(connection, "us", order_ids=[]) == []
        assert [s.order_id for s in load_stands(connection, "us", stages=["created"])] == ["2"]
        assert [s.order_id for s in load_stands(connection, "us", blocked=True)] == ["1"]
