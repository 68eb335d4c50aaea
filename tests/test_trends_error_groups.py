"""Errors grouped by code, call and store: counts, times, half-life, what they touch; a year ago and today."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.database import failures, runs
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_changes, order_lines, orders
from channelkit.database.schema import listings
from channelkit.errors import AuthError, TemporaryError
from channelkit.model.changes import PATIENCE
from channelkit.trends.change_log import Wanted, count_late, read_change_log
from channelkit.trends.episodes import Episode, Ran, half_life, of_calls, of_changes
from channelkit.trends.error_groups import ERROR_GROUPS, read_error_groups
from channelkit.trends.improvements import read_improvements
from tests.report_world import DAY, MINUTE, NOW, add_plan, add_store, changes, fill, send

YEAR = 365 * DAY


def groups(database: Database, since: int = NOW - DAY, **words: Any) -> list[dict[str, Any]]:
    found = read_error_groups(database, ["us", "de"], since, NOW + 1, now_ms=NOW, **words)
    assert found.schema.equals(ERROR_GROUPS)
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def one(found: list[dict[str, Any]], **where: object) -> dict[str, Any]:
    (row,) = [row for row in found if all(row[name] == value for name, value in where.items())]
    return row


def sell(database: Database, store: str, sku: str, minor: int) -> None:
    order: dict[str, object] = {
        "store": store,
        "order_id": f"o-{sku}",
        "seller_id": "s",
        "marketplace_id": "m",
        "status": "SHIPPED",
    }
    order |= {"fulfilled_by": "merchant", "units": 1} | dict.fromkeys(("first_seen_at", "observed_at"), NOW)
    order |= {"created_at": NOW - DAY, "updated_at": NOW}
    line = {"store": store, "order_id": f"o-{sku}", "item_id": "1", "seller_sku": sku, "ordered": 1, "fulfilled": 1}
    with database.write() as connection:
        connection.execute(orders.insert().values(**order))
        connection.execute(order_lines.insert().values(**line, cancelled=0, item=minor))


def fail(database: Database, at: int, run: str = "r", error: Exception | None = None, store: str = "us") -> None:
    known = error or TemporaryError("x", system="amazon", operation="searchOrders", status=429, code="QuotaExceeded")
    with database.write() as connection:
        failures.record_failure(connection, known, store=store, run=run, at=at)  # type: ignore[arg-type]


def run_at(database: Database, at: int, state: str, store: str = "us") -> str:
    with database.write() as connection:
        name = runs.open_run(connection, "sync", at=at)
        summary = json.dumps({"stores": [{"store": store}]})
        runs.close_run(connection, name, state=state, at=at + MINUTE, summary=summary)
    return name


def test_calls_are_grouped_by_code_operation_and_store(database: Database) -> None:
    """RP-02: count, first and last seen, an example's request id."""
    fill(database)
    found = groups(database)
    throttled = one(found, code="QuotaExceeded")
    assert (throttled["store"], throttled["operation"], throttled["count"]) == ("us", "getListingsItem", 4)
    assert (throttled["first_seen"], throttled["last_seen"]) == (NOW - 3 * MINUTE, NOW)
    assert throttled["request_id"] == "req-429"
    refused = one(found, kind="listing change", code="")
    assert (refused["count"], refused["affected"], refused["open"], refused["listings"]) == (2, 2, 2, 2)
    unseen = one(found, code="NotSeen")
    assert (unseen["count"], unseen["operation"]) == (1, "quantity")
    assert all(row["fix"] and row["next_attempt"] for row in found)


def test_the_trend_counts_the_stretch_before(database: Database) -> None:
    add_store(database, "us", 3)
    for at in (NOW - 5 * DAY, NOW - 4 * DAY, NOW - DAY // 2):
        fail(database, at)
    found = groups(database, compare=(NOW - 7 * DAY, NOW - DAY))
    assert (found[0]["count"], found[0]["before"]) == (1, 2)


def test_a_call_is_over_when_a_later_run_of_the_store_went_well(database: Database) -> None:
    """RP-02: the half-life of a call is how long it lasted until a run ended without it."""
    add_store(database, "us", 3)
    first = run_at(database, NOW - 60 * MINUTE, "partial")
    second = run_at(database, NOW - 55 * MINUTE, "partial")
    run_at(database, NOW - 50 * MINUTE, "done", store="de")
    for run, ago in ((first, 60), (second, 55)):
        fail(database, NOW - ago * MINUTE, run)
    assert groups(database)[0]["open"] == 1
    run_at(database, NOW - 45 * MINUTE, "done")
    found = groups(database)[0]
    assert (found["open"], found["affected"], found["half_life"]) == (0, 1, 16 * MINUTE)


def test_a_change_is_over_when_a_later_one_of_the_same_field_is_seen(database: Database) -> None:
    skus = add_store(database, "us", 4)
    first = add_plan(database, "us", changes(skus[:2], "quantity", 5, 3), at=NOW - 60 * MINUTE)
    send(database, first, "refused", at=NOW - 60 * MINUTE, note="No.")
    again = add_plan(database, "us", changes(skus[:1], "quantity", 5, 4), at=NOW - 40 * MINUTE)
    send(database, again, "confirmed", at=NOW - 40 * MINUTE)
    found = one(groups(database), kind="listing change")
    assert (found["affected"], found["open"]) == (2, 1)
    assert found["half_life"] == 22 * MINUTE


def test_a_revoked_token_touches_the_whole_store_and_comes_first(database: Database) -> None:
    """RP-02: listings and revenue a day that are touched."""
    skus = add_store(database, "us", 6)
    sell(database, "us", skus[0], 30_000)
    sell(database, "us", skus[1], 60_000)
    for minute in range(3):
        fail(database, NOW - minute * MINUTE)
    fail(database, NOW, error=AuthError("x", system="amazon", operation="token", status=400, code="invalid_grant"))
    found = groups(database)
    assert found[0]["code"] == "invalid_grant"
    assert (found[0]["listings"], found[0]["at_stake"], found[0]["currency"]) == (6, 3_000, "USD")
    assert found[1]["listings"] is None


def test_issues_are_errors_where_they_block_and_suggestions_where_not(database: Database) -> None:
    """RP-02, RP-04: an error, or off sale by an action; the rest is worth a look."""
    skus = add_store(database, "us", 5)
    told = [
        [{"code": "18299", "message": "No.", "severity": "ERROR", "categories": [], "attributes": [], "actions": []}],
        [{"code": "1", "message": "Off.", "severity": "WARNING", "actions": ["LISTING_SUPPRESSED"]}],
        [{"code": "2", "message": "Add words.", "severity": "WARNING", "categories": ["INVALID_IMAGE"]}],
        "no list at all",
    ]
    sell(database, "us", skus[2], 3_000)
    with database.write() as connection:
        for sku, issues in zip(skus, told, strict=False):
            text = issues if isinstance(issues, str) else json.dumps(issues)
            connection.execute(listings.update().where(listings.c.seller_sku == sku).values(issues=text))
    found = {row["code"]: row for row in groups(database) if row["kind"] == "listing issue"}
    assert set(found) == {"18299", "1"}
    assert json.loads(found["1"]["examples"]) == [skus[1]]
    suggested = read_improvements(database, ["us"], now_ms=NOW).to_pylist()
    assert [(row["seller_sku"], row["sold_a_day"]) for row in suggested] == [(skus[2], 100), (skus[3], 0)]
    assert "image" in suggested[0]["fix"]


def test_pain_25_last_years_errors_and_changes_still_answer(database: Database) -> None:
    """Pain 25: nothing is cleared; what happened a year ago is grouped like what happened today."""
    skus = add_store(database, "us", 3)
    fail(database, NOW - YEAR)
    ids = add_plan(database, "us", changes(skus[:1], "price", 1999, 2099), at=NOW - YEAR)
    send(database, ids, "refused", at=NOW - YEAR, note="The price is too high.")
    assert groups(database) == []
    found = read_error_groups(database, ["us"], NOW - YEAR - DAY, NOW - YEAR + DAY, now_ms=NOW).to_pylist()
    assert {row["kind"] for row in found} == {"call", "listing change"}
    told = read_change_log(database, ["us"], Wanted(NOW - YEAR, NOW - YEAR + 1), now_ms=NOW).to_pylist()
    assert [(row["sku"], row["note"], row["currency"]) for row in told] == [(skus[0], "The price is too high.", "USD")]


def test_pain_04_what_was_accepted_and_not_seen_in_time_is_late(database: Database) -> None:
    """Pain 4: accepted but unseen after half an hour raises an item."""
    skus = add_store(database, "us", 3)
    ids = add_plan(database, "us", changes(skus[:1], "price", 1999, 2099), at=NOW - PATIENCE - MINUTE)
    send(database, ids, "accepted", at=NOW - PATIENCE - MINUTE)
    ids = add_plan(database, "us", changes(skus[1:2], "price", 1999, 2099), at=NOW - MINUTE)
    send(database, ids, "accepted", at=NOW - MINUTE)
    (late,) = read_change_log(database, ["us"], Wanted(states=("late",)), now_ms=NOW).to_pylist()
    assert (late["sku"], late["state"], late["is_late"]) == (skus[0], "accepted", True)
    assert count_late(database, ["us"], now_ms=NOW) == 1
    assert one(groups(database), code="NotSeen")["open"] == 1


def test_the_log_has_orders_beside_listings_and_filters_by_all_that_is_asked(database: Database) -> None:
    """RP-01: filtered by SKU, field, state and store."""
    fill(database)
    row = {"store": "us", "order_id": "902-1", "kind": "create", "state": "refused", "planned_at": NOW - MINUTE}
    with database.write() as connection:
        connection.execute(order_changes.insert().values(**row, closed_at=NOW, note="No such country."))

    def read(stores: tuple[str, ...] = ("us", "de"), **words: Any) -> pa.Table:
        return read_change_log(database, stores, Wanted(**words), now_ms=NOW)

    (order,) = read(skus=["902-1"]).to_pylist()
    assert (order["towards"], order["subject"], order["field"]) == ("Commerce", "order", "create")
    assert set(read(("de",))["store"].to_pylist()) == {"de"}
    assert set(read(states=["held"])["state"].to_pylist()) == {"held"}
    assert set(read(fields=["price"])["field"].to_pylist()) == {"price"}
    newest = read(most=3)
    assert newest.num_rows == 3
    assert newest["wanted_at"].to_pylist() == sorted(newest["wanted_at"].to_pylist(), reverse=True)
    assert one(groups(database), kind="order change")["operation"] == "create"


@given(st.lists(st.tuples(st.integers(0, 1000), st.none() | st.integers(0, 1000)), max_size=12))
def test_half_of_what_was_affected_was_over_it_within_the_half_life_and_not_sooner(
    lasting: list[tuple[int, int | None]],
) -> None:
    episodes = [Episode(began, None if lasted is None else began + lasted) for began, lasted in lasting]
    found = half_life(episodes)
    over = sorted(lasted for _, lasted in lasting if lasted is not None)
    if found is None:
        assert 2 * len(over) < len(lasting) or not lasting
    else:
        assert 2 * sum(lasted <= found for lasted in over) >= len(lasting)
        assert 2 * sum(lasted < found for lasted in over) < len(lasting) + 1


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        ({"a": 0}, [Episode(0, 15)]),
        ({"a": 0, "b": 10}, [Episode(0, 25)]),
        ({"a": 0, "c": 20}, [Episode(0, 15), Episode(20, None)]),
        ({"elsewhere": 5}, [Episode(5, 15)]),
    ],
    ids=["once", "twice in a row", "again later", "outside of a run"],
)
def test_episodes_of_calls_end_with_the_first_run_that_went_well(
    failed: dict[str, int], expected: list[Episode]
) -> None:
    ran = [Ran(name, "sync", at, at + 5) for name, at in (("a", 0), ("b", 10), ("c", 20))]
    assert of_calls(failed, ran, "") == expected


def test_a_confirmation_before_the_error_ends_nothing() -> None:
    assert of_changes({("us", "A", "price"): 10}, {("us", "A", "price"): [5, 30]}) == [Episode(10, 30)]
