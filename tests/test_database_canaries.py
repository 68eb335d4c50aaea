"""Canaries are kept with what went first; only what is open can end, and each store has its own."""

from __future__ import annotations

from channelkit.database.canaries import end_canary, list_canaries, load_canary, start_canary
from channelkit.database.connection import Database
from channelkit.model.canaries import CLOSED, PASSED, RUNNING, STOPPED, Bird, Canary, Probe

BIRDS = {"Ä-1": Bird(True, {"price": Probe(7, 1000, 1100), "sale": Probe(8, "", '{"price":900}')})}


def started(database: Database, store: str = "us") -> Canary:
    with database.write() as connection:
        return start_canary(connection, store=store, share="0.01", birds=BIRDS, rest="abc", at=5, by="Ann")


def test_the_newest_is_found_with_all_that_went_first(database: Database) -> None:
    with database.read() as connection:
        assert load_canary(connection, "us") is None
    first, other, second = started(database), started(database, "de"), started(database)
    with database.read() as connection:
        assert load_canary(connection, "us") == second
        assert list_canaries(connection, "us") == [second, first]
        assert load_canary(connection, "de") == other
    assert second.holds and second.ids == [7, 8] and "Ä-1" not in repr(second)


def test_what_is_over_stays_as_it_was(database: Database) -> None:
    canary = started(database)
    with database.write() as connection:
        assert end_canary(connection, canary.id, STOPPED, at=9, note="Amazon refused it.")
        assert end_canary(connection, canary.id, CLOSED, at=10)
        assert not end_canary(connection, canary.id, PASSED, at=11)
        found = load_canary(connection, "us")
    assert found is not None
    assert (found.state, found.ended_at, found.note, found.holds) == (CLOSED, 10, "Amazon refused it.", False)
    assert canary.state == RUNNING
