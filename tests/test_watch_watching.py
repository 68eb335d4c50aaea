"""Watching over real runs: what goes wrong in the sandbox is told once, with what to do, and told when it is over."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import failures, runs
from channelkit.database.lease import hold
from channelkit.database.listing_schema import feeds
from channelkit.database.order_schema import orders, stands
from channelkit.database.reference import store_reference
from channelkit.errors import DatabaseError, LeaseError, RefusedError
from channelkit.kit import Kit
from channelkit.orders.ledger_check import Count
from channelkit.sandbox.server import Running
from channelkit.settings.alert_section import AlertSettings
from channelkit.settings.sections import Settings
from channelkit.watch import watching
from channelkit.watch.watching import Look, watch, watch_after
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, replace_settings
from tests.shared_practice import make_model, practice_on

HOUR = 3_600_000


@pytest.fixture(scope="module")
def running(openapi_folder: Path | None) -> Iterator[Running]:
    """A quiet sandbox for all of them: looking touches neither side, and a cycle finds a few products."""
    with sandboxes(openapi_folder) as run:
        yield run(speed=0, products=20, quiet=True)


@pytest.fixture(scope="module")
def model(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(running, tmp_path_factory.mktemp("model") / "kit")


@pytest.fixture
def practice(running: Running, model: Path, tmp_path: Path) -> Iterator[Practice]:
    """A kit that has read nothing yet, with a database of its own."""
    with practice_on(running, model, tmp_path / "kit") as opened:
        yield opened


WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write(sys.stdin.read() + chr(10))"


def with_settings(practice: Practice, settings: Settings) -> Kit:
    kit = Kit(settings)
    kit.parts.clock = practice.kit.clock
    return kit


def listening(practice: Practice, **alerts: Any) -> Kit:
    """Return a kit that tells by a program, which writes down what it is told."""
    command = (sys.executable, "-c", WRITE, str(practice.folder / "told"))
    section = AlertSettings(command=command, **alerts)
    return with_settings(practice, msgspec.structs.replace(practice.kit.settings, alerts=section))


def told(practice: Practice) -> list[tuple[str, str]]:
    """Return all that was told so far: the state and the key of each."""
    path = practice.folder / "told"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(alert["state"], alert["key"]) for line in lines for alert in json.loads(line)["alerts"]]


def keys(look: Look) -> list[str]:
    return [alert.key for alert in look.open]


# ---------------------------------------------------------------- through whole cycles


def test_a_revoked_token_is_told_once_over_many_cycles_and_told_again_when_it_is_mended(practice: Practice) -> None:
    """SY-04: the account stops and a person is told, not once in five minutes but once."""
    kit = listening(practice)
    kit.pull()
    practice.running.faults.add("token_revoked", "token", count=None)
    for _ in range(2):
        practice.wait(70)
        kit.sync()
    found = told(practice)
    refused = sorted(each for each in found if each[1].startswith("refused/"))
    assert refused == [("new", "refused/account de"), ("new", "refused/account us")]
    # That the facts grow old follows from it, and is not told beside it.
    assert not [key for _, key in found if key.startswith("stale/store")]
    practice.running.faults.clear()
    practice.wait(70)
    kit.sync()
    assert {("over", "refused/account us"), ("over", "refused/account de")} <= set(told(practice))


def test_cycles_that_fail_one_after_another_are_one_dead_job(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = listening(practice)

    def fail(*_words: object, **_named: object) -> None:
        raise DatabaseError("The disk is gone.")

    with monkeypatch.context() as broken:
        broken.setattr("channelkit.runner._run", fail)
        for _ in range(5):
            with pytest.raises(DatabaseError):
                kit.sync()
            practice.wait(5)
    assert told(practice) == [("new", "dead/sync")]
    kit.sync()
    assert told(practice)[-1] == ("over", "dead/sync")


def test_a_dead_scheduler_is_noticed_by_a_job_that_only_looks(practice: Practice) -> None:
    kit = listening(practice)
    kit.sync()
    practice.wait(14)
    assert keys(watch(kit.parts)) == []
    practice.wait(10)
    calls = practice.calls("searchListingsItems")
    look = watch(kit.parts)
    assert keys(look) == ["late/sync"] and look.answers == {"command": "told"}
    assert "channelkit schedule status" in look.open[0].fix and practice.calls("searchListingsItems") == calls
    practice.wait(5)
    assert watch(kit.parts).answers == {}
    kit.sync()
    assert told(practice) == [("new", "late/sync"), ("over", "late/sync")]


def test_a_store_that_went_live_and_sends_nothing_is_told_and_one_that_was_paused_is_not(practice: Practice) -> None:
    practice.kit.stores["de"].pause()
    settings = replace_settings(practice.kit.settings, read_only=True)
    look = watch(with_settings(practice, settings).parts)
    assert keys(look) == ["read-only/us"] and "read_only = false" in look.open[0].words
    assert keys(watch(practice.kit.parts)) == []


# ---------------------------------------------------------------- what stands in the database


def put(practice: Practice, *rows: tuple[Any, dict[str, Any]]) -> None:
    with practice.kit.database.write() as connection:
        for table, values in rows:
            connection.execute(table.insert().values(**values))


def blocked_order(number: int, now: int, ship_by: int, blocker: str) -> list[tuple[Any, dict[str, Any]]]:
    order: dict[str, Any] = {
        "store": "us",
        "order_id": f"111-{number}",
        "seller_id": "A",
        "marketplace_id": "M",
        "status": "UNSHIPPED",
    }
    order |= {"fulfilled_by": "merchant", "created_at": now, "updated_at": now, "first_seen_at": now}
    stand: dict[str, Any] = {
        "store": "us",
        "order_id": f"111-{number}",
        "stage": "blocked",
        "blocker": blocker,
        "since": now,
    }
    note = "Product MUG is not salable: 2 too few." if blocker == "out_of_stock" else "It lacks the street."
    return [
        (orders, order | {"observed_at": now, "units": 1, "ship_by": ship_by}),
        (stands, stand | {"note": note}),
    ]


def test_orders_that_cannot_leave_and_units_that_are_not_there_are_told(practice: Practice) -> None:
    now = practice.kit.parts.now()
    put(practice, *blocked_order(1, now, now + HOUR, "out_of_stock"), *blocked_order(2, now, now + 90 * HOUR, "totals"))
    look = watch(practice.kit.parts)
    assert keys(look) == ["orders/us", "oversold/us"]
    assert "1 order wants units that are not there. Product MUG" in look.open[1].words
    assert "2 orders are blocked" in look.open[0].words and "111-" not in str(look)


def test_a_feed_that_amazon_does_not_answer_is_told(practice: Practice) -> None:
    feed = {"feed_id": "F1", "store": "us", "state": "submitted", "document_id": "D1", "messages": 9}
    put(practice, (feeds, feed | {"submitted_at": practice.kit.parts.now()}))
    assert keys(watch(practice.kit.parts)) == []
    practice.wait(121)
    assert keys(watch(practice.kit.parts)) == ["feed/us"]


def test_stock_that_nothing_explains_is_told(practice: Practice) -> None:
    website, now = practice.kit.settings.stores["us"].website, practice.kit.parts.now()
    counts = [Count("MUG", salable=9, in_sources=8), Count("CUP", salable=5, in_sources=5)]
    with practice.kit.database.write() as connection:
        body = msgspec.json.encode(counts).decode()
        store_reference(connection, "commerce", f"stock-check/{website}", body, at=now)
    look = watch(practice.kit.parts)
    assert keys(look) == [f"stock/{website}"]
    assert "1 product is not explained. Commerce offers 1 more of MUG" in look.open[0].words


def fail_often(connection: Connection, count: int, at: int) -> None:
    for _ in range(count):
        error = RefusedError(
            "amazon, getOrders: Ada Quill of 1 Feather Lane, token Atza|S3CRET.",
            "Look at the operation's table.",
            system="amazon",
            operation="getOrders",
            status=400,
            code="InvalidInput",
        )
        failures.record_failure(connection, error, store="us", run="r", at=at)


def test_an_error_that_grows_is_told_without_what_came_in_with_it(practice: Practice) -> None:
    """RP-02: by code and operation; an answer's own words, which may hold anything, go nowhere."""
    kit, now = listening(practice), practice.kit.parts.now()
    with kit.database.write() as connection:
        fail_often(connection, 2, now - 90 * 60_000)
        fail_often(connection, 4, now - 60_000)
    assert keys(watch(kit.parts)) == []
    with kit.database.write() as connection:
        fail_often(connection, 1, now)
    look = watch(kit.parts)
    assert keys(look) == ["error/us/getOrders/InvalidInput"]
    everything = (practice.folder / "told").read_text() + kit.alerts().to_csv() + str(look)
    assert "InvalidInput" in everything
    assert not [word for word in ("Quill", "Feather", "S3CRET") if word in everything]


@pytest.mark.parametrize(("left", "kinds"), [(31, []), (30, ["new"]), (8, []), (7, ["again"])], ids=str)
def test_a_secret_and_a_consent_are_told_before_they_end(practice: Practice, left: int, kinds: list[str]) -> None:
    """ON-04: 30, 7 and 1 days ahead; what was told at thirty is told again when it is seven."""
    kit = listening(practice, again_hours=24 * 60)
    ends = datetime.fromtimestamp(kit.clock.now(), UTC).date() + timedelta(days=left)
    account = msgspec.structs.replace(kit.settings.accounts["us"], secret_made=ends - timedelta(days=180))
    settings = msgspec.structs.replace(kit.settings, accounts={**kit.settings.accounts, "us": account})
    if left <= 8:
        earlier = msgspec.structs.replace(account, secret_made=ends - timedelta(days=180 - 15))
        both = msgspec.structs.replace(settings, accounts={**settings.accounts, "us": earlier})
        watch(with_settings(practice, both).parts)
        (practice.folder / "told").unlink()
    watch(with_settings(practice, settings).parts)
    assert [state for state, key in told(practice) if key == "secret/account us"] == kinds


def test_a_full_disk_is_told_unless_nobody_wants_to_look(practice: Practice) -> None:
    assert keys(watch(listening(practice, disk_free_gb=1_000_000).parts)) == ["disk"]
    assert keys(watch(listening(practice, disk_free_gb=0).parts)) == []


# ---------------------------------------------------------------- never in a run's way


def test_a_way_that_fails_is_written_down_and_stops_no_run(practice: Practice) -> None:
    section = AlertSettings(command=("/nowhere/page-me",), disk_free_gb=1_000_000)
    kit = with_settings(practice, msgspec.structs.replace(practice.kit.settings, alerts=section))
    assert kit.sync().state in ("done", "partial")
    (row,) = kit.alerts().to_dict("records")
    assert "is not there" in row["told_how"] and row["kind"] == "disk"
    assert watch(kit.parts).message.new  # nobody heard of it, so the next look tells again


def test_whatever_goes_wrong_with_looking_leaves_the_run_as_it_was(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (practice.folder / "jobs.toml").write_text("not TOML")
    with caplog.at_level(logging.WARNING, logger="channelkit.watch"):
        assert practice.kit.sync().state in ("done", "partial")
    assert "Nobody looked for troubles after the run: SettingsError." in caplog.text


def test_two_that_look_at_once_do_not_tell_twice(practice: Practice) -> None:
    with hold(practice.kit.database, "alerts", "another"):
        with pytest.raises(LeaseError):
            watch(practice.kit.parts)
        watch_after(practice.kit.parts)


def test_what_a_run_of_a_job_is_called_in_the_book_is_what_is_looked_for(practice: Practice) -> None:
    now = practice.kit.parts.now()
    with practice.kit.database.write() as connection:
        for job in ("report", "sync"):
            run = runs.open_run(connection, job, at=now - 4 * 24 * HOUR)
            runs.close_run(connection, run, state="done", at=now - 4 * 24 * HOUR)
    assert keys(watch(practice.kit.parts)) == ["late/sync", "late/report"]


def test_looking_is_quick(practice: Practice) -> None:
    practice.kit.pull()
    statements = 0
    database = practice.kit.database

    def count(*_words: object) -> None:
        nonlocal statements
        statements += 1

    sa.event.listen(database.engine, "before_cursor_execute", count)
    watching.watch(practice.kit.parts)
    assert statements < 80
