"""The figures of a moment, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json

import pytest

from channelkit.database import progress, runs, tabs
from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.report.counts import CHANGE_STATES, RUN_STATES, TAB_NAMES
from channelkit.report.page import write_page
from channelkit.report.snapshot import read_snapshot
from channelkit.report.summary import summarise
from tests.report_world import MINUTE, NOW, SINCE, add_plan, add_store, add_trouble, changes, decided, fill, send


def test_every_tab_state_and_store_is_named_even_where_it_is_empty(database: Database) -> None:
    add_store(database, "us", 3)
    add_store(database, "de", 0, country="DE")
    summary = summarise(database, now_ms=NOW, since_ms=SINCE)
    assert list(summary["stores"]) == ["de", "us"]
    for figures in (summary["all"], *summary["stores"].values()):
        assert list(figures["tabs"]) == list(TAB_NAMES)
        assert list(figures["changes"]) == list(CHANGE_STATES)
    assert list(summary["runs"]) == list(RUN_STATES)


def test_an_empty_database_has_figures_too(database: Database) -> None:
    summary = summarise(database, now_ms=NOW, since_ms=SINCE)
    assert summary["stores"] == {}
    assert summary["all"]["listings"] == summary["all"]["products"] == summary["all"]["held"] == 0
    assert summary["all"]["delays"]["sent to accepted"] == {"count": 0, "median": None, "p95": None}
    assert summary["facts"] == [{"store": "", "what": "Commerce's products", "read_at": None, "stale": 0}]


def test_the_stores_add_up_to_all_and_the_tabs_to_the_listings(database: Database) -> None:
    fill(database)
    summary = summarise(database, now_ms=NOW, since_ms=SINCE)
    everything, stores = summary["all"], summary["stores"].values()
    for name in TAB_NAMES:
        assert everything["tabs"][name] == sum(store["tabs"][name] for store in stores)
    for state in CHANGE_STATES:
        assert everything["changes"][state] == sum(store["changes"][state] for store in stores)
    assert sum(everything["listings_in_tabs"].values()) == everything["listings"] == 90
    assert everything["tabs"] == {name: sum(everything["statuses"][name].values()) for name in TAB_NAMES}


def test_changes_are_counted_by_the_state_they_are_in_now(database: Database) -> None:
    fill(database)
    us, de = (summarise(database, now_ms=NOW, since_ms=SINCE)["stores"][name] for name in ("us", "de"))
    assert {state: number for state, number in us["changes"].items() if number} == {
        **{"held": 3, "accepted": 3, "refused": 2, "confirmed": 14, "expired": 1},
    }
    assert de["changes"]["planned"] == 25
    assert us["stopped"] == {}
    assert de["stopped"] == {"de": "It would change 83 % of prices."}
    assert (us["verdict"], de["verdict"]) == ("clear", "stopped")


def test_delays_are_measured_in_seconds_from_one_state_to_the_next(database: Database) -> None:
    """SY-05."""
    fill(database)
    delays = summarise(database, now_ms=NOW, since_ms=SINCE)["stores"]["us"]["delays"]
    assert delays["planned to sent"] == {"count": 20, "median": 2.0, "p95": 2.0}
    # A refusal is an answer, but it has no time of acceptance.
    assert delays["sent to accepted"] == {"count": 18, "median": 1.0, "p95": 1.0}
    assert delays["accepted to confirmed"] == {"count": 14, "median": 120.0, "p95": 120.0}


def test_a_target_counts_what_was_seen_in_time_and_what_never_was(database: Database) -> None:
    """SY-05: a quantity is to be seen within ten minutes; what expired was not."""
    fill(database)
    targets = summarise(database, now_ms=NOW, since_ms=SINCE)["stores"]["us"]["targets"]
    assert targets["quantity"] == {"target": 600, "count": 15, "within": 14}
    assert targets["price"] == {"target": 300, "count": 0, "within": 0}


def test_a_change_that_was_held_by_many_plans_counts_once(database: Database) -> None:
    skus = add_store(database, "us", 3)
    held = changes(skus[:1], "price", 1999, 1, "It would fall by 99 %.")
    for minute in range(5):
        add_plan(database, "us", changes([], "price", 1, 1), held, at=NOW - (20 - minute) * MINUTE)
    assert summarise(database, now_ms=NOW, since_ms=SINCE)["all"]["held"] == 1
    add_plan(database, "us", changes([], "price", 1, 1), at=NOW - MINUTE)
    assert summarise(database, now_ms=NOW, since_ms=SINCE)["all"]["held"] == 0


def test_what_happened_before_is_left_out_and_what_still_waits_is_not(database: Database) -> None:
    skus = add_store(database, "us", 4)
    long_ago = SINCE - 60 * MINUTE
    ids = add_plan(database, "us", changes(skus, "quantity", 5, 3), at=long_ago)
    send(database, ids[:1], "confirmed", at=long_ago)
    send(database, ids[1:2], "accepted", at=long_ago)
    states = summarise(database, now_ms=NOW, since_ms=SINCE)["all"]["changes"]
    assert {state: number for state, number in states.items() if number} == {"planned": 2, "accepted": 1}


def test_failures_are_grouped_by_what_they_were_and_tell_the_newest(database: Database) -> None:
    """RP-02: code, message, store and time of communication errors, groupable."""
    add_store(database, "us", 1)
    add_store(database, "de", 1, country="DE")
    add_trouble(database)
    failures = summarise(database, now_ms=NOW, since_ms=SINCE)["failures"]
    assert [failure["count"] for failure in failures] == [4, 1, 1]
    first = failures[0]
    assert (first["code"], first["operation"], first["request_id"]) == ("QuotaExceeded", "getListingsItem", "req-429")
    assert first["last_at"] == "2026-09-21T14:13:20.000Z"
    assert first["first_at"] == "2026-09-21T14:10:20.000Z"
    told = json.dumps(failures)
    assert "anna" not in told
    assert "very-secret" not in told


def test_runs_are_counted_by_how_they_ended(database: Database) -> None:
    add_store(database, "us", 1)
    add_trouble(database)
    with database.write() as connection:
        runs.open_run(connection, "sync", at=NOW)
    counted = summarise(database, now_ms=NOW, since_ms=SINCE)["runs"]
    assert counted == {"running": 1, "done": 1, "partial": 1, "failed": 1, "busy": 0, "died": 1}


def test_listings_that_are_in_no_tab_and_those_that_ended_are_told_apart(database: Database) -> None:
    skus = add_store(database, "us", 10)
    places = [("Ended", "Removed on Amazon", "It is gone.", ""), *[("Active", "Active", "It is for sale.", "")] * 7]
    with database.write() as connection:
        tabs.store_tabs(connection, "us", decided("us", skus[:8], places), at=NOW, run="r")
    figures = summarise(database, now_ms=NOW, since_ms=SINCE)["all"]
    assert (figures["listings"], figures["in_no_tab"], figures["tabs"]["Ended"]) == (9, 2, 1)


def test_the_freshness_of_facts_follows_the_reading_not_the_changing_of_rows(database: Database) -> None:
    add_store(database, "us", 2)
    with database.write() as connection:
        progress.move_watermark(connection, "listings/us", "x", at=NOW - 1_000)
        progress.move_watermark(connection, "stock/base", "x", at=NOW - 2_000)
    facts = {(fact["store"], fact["what"]): fact["read_at"] for fact in _facts(database)}
    assert facts == {
        ("us", "Amazon's listings"): "2026-09-21T14:13:19.000Z",
        ("us", "Commerce's stock"): "2026-09-21T14:13:18.000Z",
        ("", "Commerce's products"): None,
    }


def test_rows_that_kept_their_tab_on_old_facts_are_counted_as_stale(database: Database) -> None:
    skus = add_store(database, "us", 3)
    old = decided("us", skus).to_pydict()
    old["stale"] = [True, True, False, False]
    with database.write() as connection:
        rows = decided("us", skus)
        stale = rows.from_pydict(old, schema=rows.schema)
        tabs.store_tabs(connection, "us", stale, at=NOW, run="r")
    summary = summarise(database, now_ms=NOW, since_ms=SINCE)
    assert summary["all"]["stale"] == 2
    assert summary["facts"][0]["stale"] == 2


def test_a_summary_is_plain_json_and_the_same_twice(database: Database) -> None:
    fill(database)
    first = json.dumps(summarise(database, now_ms=NOW, since_ms=SINCE), allow_nan=False)
    assert first == json.dumps(summarise(database, now_ms=NOW, since_ms=SINCE), allow_nan=False)


def test_a_store_that_is_not_there_is_named_with_those_that_are(database: Database) -> None:
    add_store(database, "us", 1)
    with pytest.raises(UsageError, match=r"'uk'.*The stores are: us\."):
        summarise(database, now_ms=NOW, since_ms=SINCE, stores=["uk"])


def test_moves_between_tabs_and_what_both_sides_changed_are_told(database: Database) -> None:
    fill(database)
    snapshot = read_snapshot(database, NOW, SINCE)
    assert snapshot.moves.to_pylist() == [
        {"store": "us", "before": "Active", "after": "Inactive", "rows": 1, "sku": "us-0000000"}
    ]


def test_the_reason_that_is_told_is_the_one_of_the_listing_that_is_named(database: Database) -> None:
    skus = add_store(database, "us", 30, places=[("Active", "Active", "It is for sale.", "")])
    places = [("Inactive", "Blocked", f"Reason {number:02d}.", f"Do {number:02d}.") for number in reversed(range(30))]
    with database.write() as connection:
        tabs.store_tabs(connection, "us", decided("us", skus, places), at=NOW, run="r")
    first = read_snapshot(database, NOW, SINCE).reasons.to_pylist()[0]
    assert first == {
        **{"store": "us", "tab": "Inactive", "status": "Blocked", "rows": 30, "varies": True, "sku": "us-0000000"},
        **{"reason": "Reason 29.", "next_step": "Do 29."},
    }


def test_changes_over_time_hold_each_sent_change_once(database: Database) -> None:
    fill(database)
    snapshot = read_snapshot(database, NOW, SINCE)
    assert sum(snapshot.over_time["rows"].to_pylist()) == 20
    assert all(at % snapshot.step_ms == 0 for at in snapshot.over_time["at"].to_pylist())


def test_both_kinds_of_database_make_a_page(database: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    fill(database)
    path = write_page(database, tmp_path_factory.mktemp("page") / "index.html", now_ms=NOW, since_ms=0)
    assert "44 of 90 listings are live; 31 need a person." in path.read_text(encoding="utf-8")


def _facts(database: Database) -> list[dict[str, object]]:
    facts: list[dict[str, object]] = summarise(database, now_ms=NOW, since_ms=SINCE)["facts"]
    return facts
