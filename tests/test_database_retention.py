"""What is kept for how long: for ever unless the settings say otherwise, never less than what is under way (RP-07)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channelkit.database import daily, failures, history, lease, runs, schema
from channelkit.database.connection import Database
from channelkit.database.retention import prune
from channelkit.database.schema import changes, plans
from channelkit.database.trend_schema import alerts, quality_results
from channelkit.errors import ChannelkitError, LeaseError
from channelkit.model.days import DAY
from channelkit.report.past import as_of
from channelkit.settings.sections import DatabaseSettings
from channelkit.trends.stock import read_stock_outs
from tests.order_rows import add
from tests.test_database_daily import told
from tests.trend_rows import AUTUMN, HOUR, add_store, decide, decision, offer, report

NOW = AUTUMN + 100 * DAY
KEPT = 30


def live(database: Database) -> None:
    """Change a price every ten days for a hundred days; half of it is in files, the rest waits."""
    add_store(database)
    for number in range(11):
        at = AUTUMN + number * 10 * DAY
        with database.write() as connection:
            report(connection, at, offer("A", 1000 + number, 5))
            decide(connection, at, decision("A", ("Active", "Inactive")[number % 2]))
        if number == 8:
            history.flush(database, at, everything=True)


def prices(database: Database) -> list[str]:
    return list(
        history.query(database, "select after from history where field = 'price' order by after")["after"].to_pylist()
    )


def states(database: Database, table: sa.Table, name: str) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.select(table.c[name]).order_by(table.c.id)).scalars())


def test_nothing_goes_unless_somebody_says_so(database: Database) -> None:
    live(database)
    assert DatabaseSettings().keep_history_days == 0
    assert prune(database, NOW, 0) == {}
    assert len(prices(database)) == 10


def test_what_is_older_goes_from_files_and_from_what_waits_and_figures_by_day_stay(database: Database) -> None:
    """RP-07: whole months go as files; how it stood within the time that is kept can still be told."""
    live(database)
    daily.roll_up(database, NOW)
    before, since = told(database), as_of(database, "us", NOW - 25 * DAY)
    months = {path.parent.name for path in database.history.rglob("*.parquet")}
    assert prune(database, NOW, KEPT)["history"] == 20
    assert prices(database) == ["1007", "1008", "1009", "1010"]
    assert {path.parent.name for path in database.history.rglob("*.parquet")} < months
    assert (told(database), as_of(database, "us", NOW - 25 * DAY)) == (before, since)
    assert prune(database, NOW, KEPT) == {}
    assert prune(database, NOW + 200 * DAY, KEPT)["history"] == 12
    assert prices(database) == []


def test_stock_outs_of_single_listings_go_as_their_history_does(database: Database) -> None:
    add_store(database)
    for number, left in enumerate([5, 0, 4, 0, 6]):
        with database.write() as connection:
            report(connection, AUTUMN + number * 10 * DAY, offer("A", 1000, left))
            decide(connection, AUTUMN, decision("A"))
    until = AUTUMN + 45 * DAY
    daily.roll_up(database, until)
    spells = [(AUTUMN + number * DAY, AUTUMN + (number + 10) * DAY) for number in (30, 10)]

    def began_and_ended() -> list[tuple[int, int]]:
        found = read_stock_outs(database, ["us"], AUTUMN, until).to_pylist()
        return sorted(((row["began"], row["ended"]) for row in found), reverse=True)

    assert began_and_ended() == spells
    assert prune(database, until, 20)["daily_crossings"] == 2
    assert began_and_ended() == spells[:1]


def test_a_file_whose_rows_the_database_still_has_is_not_deleted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash may have left both; were the file gone, its rows would be there again."""
    live(database)
    with monkeypatch.context() as patch:
        patch.setattr(history, "forget", lambda *_: None)
        history.flush(database, NOW, everything=True)
    prune(database, NOW, KEPT)
    history.flush(database, NOW + HOUR, everything=True)
    assert prices(database) == ["1007", "1008", "1009", "1010"]


def test_changes_that_came_to_an_end_go_but_never_an_open_one_nor_the_newest(database: Database) -> None:
    live(database)
    states_of = ["confirmed", "confirmed", "refused", "sent", "held", "planned"]
    for number, state in enumerate(states_of):
        row = {"plan": f"p{number}", "run": "r", "store": "us", "seller_sku": "A", "field": "price", "because": "x"}
        closed = AUTUMN + number if state in ("confirmed", "refused") else None
        add(database, changes, row | {"state": state, "planned_at": AUTUMN, "closed_at": closed})
    for number in range(3):
        made = {"run": "r", "store": "us", "listings": 1, "changes": 1, "held": 0, "verdict": "clear"}
        add(database, plans, made | {"fingerprint": f"p{number}", "made_at": AUTUMN})
    assert prune(database, NOW, KEPT)["changes"] == 2
    assert states(database, changes, "state") == ["refused", "sent", "held", "planned"]
    assert states(database, plans, "fingerprint") == ["p2"]


def test_errors_runs_and_what_is_over_go_and_what_lasts_stays(database: Database) -> None:
    with database.write() as connection:
        failures.record_failure(connection, ChannelkitError("old", "."), store="us", run="r", at=AUTUMN)
        failures.record_failure(connection, ChannelkitError("new", "."), store="us", run="r", at=NOW)
        for moment in (AUTUMN, NOW):
            run = runs.open_run(connection, "sync", at=moment)
            runs.close_run(connection, run, state="done", at=moment)
        runs.open_run(connection, "endless", at=AUTUMN)
    for at, name in ((AUTUMN, "prices"), (AUTUMN + 1, "prices"), (AUTUMN, "titles")):
        add(database, quality_results, {"at": at, "store": "us", "test": name, "looked_at": 1, "failing": 0})
    for closed in (AUTUMN, None):
        row = {"key": "late/sync", "kind": "late", "words": "w", "fix": "f", "first_at": AUTUMN, "last_at": AUTUMN}
        add(database, alerts, row | {"closed_at": closed})
    gone = prune(database, NOW, KEPT)
    assert gone == {"failures": 1, "runs": 1, "quality_results": 1, "alerts": 1}
    assert states(database, schema.runs, "job") == ["endless", "sync"]
    assert states(database, quality_results, "test") == ["prices", "titles"]


def test_it_waits_for_whoever_works_on_the_history(database: Database) -> None:
    with lease.hold(database, "history", "somebody"), pytest.raises(LeaseError):
        prune(database, NOW, KEPT)


def test_a_half_written_file_is_never_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    live(database)

    def crash(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash)
        with pytest.raises(OSError, match="the disk is full"):
            prune(database, NOW, 25)
    assert set(prices(database)) >= {"1008", "1009", "1010"}
    prune(database, NOW, 25)
    assert prices(database) == ["1008", "1009", "1010"]
