"""What was called is told against what the quotas allow, day by day, and nobody's seller id with it."""

from __future__ import annotations

from channelkit.database.connection import Database
from channelkit.database.schema import buckets
from channelkit.trends.budget import keep_calls, read_budget
from tests.order_rows import DAY, NOON, add, add_store

SECOND = 1_000


def count(database: Database, calls: int, *, owner: str = "amazon/na/A1SELLER", operation: str = "getOrder") -> None:
    with database.write() as connection:
        key = (buckets.c.owner == owner, buckets.c.operation == operation)
        connection.execute(buckets.delete().where(*key))
    bucket = {"rate": 0.5, "burst": 30.0, "tokens": 10.0, "filled_at": NOON / 1000, "calls": calls}
    add(database, buckets, {"owner": owner, "operation": operation} | bucket)


def test_calls_are_told_against_what_the_quota_allowed_since_the_beginning(database: Database) -> None:
    add_store(database)
    count(database, 1234)
    (row,) = read_budget(database, NOON - 300 * DAY, NOON).to_pylist()
    assert (row["system"], row["operation"], row["calls"], row["since"]) == (
        "amazon",
        "getOrder",
        1234,
        NOON - 30 * DAY,
    )
    assert row["allowed"] == 30 + 30 * 86_400 // 2
    assert "A1SELLER" not in str(row)


def test_what_was_counted_on_an_earlier_day_is_taken_off(database: Database) -> None:
    add_store(database)
    count(database, 100)
    keep_calls(database, NOON - 3 * DAY)
    count(database, 175)
    keep_calls(database, NOON - 2 * DAY)
    count(database, 900)
    keep_calls(database, NOON - 2 * DAY + SECOND)  # The first of a day stays.
    (row,) = read_budget(database, NOON - 2 * DAY, NOON).to_pylist()
    assert (row["calls"], row["since"], row["allowed"]) == (900 - 175, NOON - 2 * DAY, 30 + 2 * 86_400 // 2)
    (row,) = read_budget(database, NOON - 20 * DAY, NOON).to_pylist()
    assert (row["calls"], row["since"]) == (800, NOON - 3 * DAY)


def test_two_sellers_quotas_are_added_up_and_the_most_used_comes_first(database: Database) -> None:
    add_store(database)
    count(database, 10, owner="amazon/na/A1", operation="getReport")
    count(database, 20, owner="amazon/eu/A2", operation="getReport")
    count(database, 5000, owner="commerce", operation="GetV1Products")
    found = read_budget(database, 0, NOON + 10 * SECOND).to_pylist()
    assert [(row["system"], row["calls"]) for row in found] == [("commerce", 5000), ("amazon", 30)]
    assert found[1]["left"] == 2 * (10 + 5) and found[1]["burst"] == 60


def test_without_a_call_there_is_nothing_to_tell(database: Database) -> None:
    keep_calls(database, NOON)
    assert read_budget(database, 0, NOON).num_rows == 0
