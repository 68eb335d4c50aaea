"""How jobs stand: when they ran, how that ended, when they are due; and how long what they wrote is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channelkit.database import runs
from channelkit.database.connection import Database, open_database
from channelkit.jobs import prune
from channelkit.schedule.job import Job
from channelkit.schedule.reading import SHIPPED, read_schedule
from channelkit.schedule.standing import Standing, note_look, stand
from tests.typed_commands import json_of, type_in

JOBS = read_schedule(SHIPPED).jobs
NOW = datetime(2026, 11, 30, 12, 2, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
MINUTE = 60_000


def add_run(database: Database, job: str, minutes_ago: int, state: str = "done") -> None:
    at = NOW_MS - minutes_ago * MINUTE
    with database.write() as connection:
        run = runs.open_run(connection, job, at=at)
        if state != "running":
            runs.close_run(connection, run, state=state, at=at + MINUTE)


def standings(database: Database) -> dict[str, Standing]:
    with database.read() as connection:
        return {each.job.name: each for each in stand(connection, JOBS, NOW, {"cron": {"sync"}})}


def test_a_job_stands_as_its_last_run_did(database: Database) -> None:
    add_run(database, "sync", 7, "partial")
    add_run(database, "sync", 2, "done")
    found = standings(database)
    sync = found["sync"]
    assert sync.is_well and sync.row() == {
        "job": "sync",
        "installed": "cron",
        "last_started": "2026-11-30 12:00:00",
        "last_state": "done",
        "due": "2026-11-30T12:05:00+00:00",
        "is_late": False,
        "is_dead": False,
    }
    assert str(found["report"]) == "report: installed nowhere here; never ran; due 2026-12-01 04:20 UTC."


def test_a_job_that_missed_its_starts_is_late_and_one_that_fails_each_time_is_dead(database: Database) -> None:
    add_run(database, "sync", 30)
    for days in (3, 2, 1):
        add_run(database, "report", days * 1440, "failed")
    found = standings(database)
    assert "LATE" in str(found["sync"]) and "DEAD" in str(found["report"])
    assert not found["sync"].is_well and not found["report"].is_well


def test_a_job_that_only_looks_leaves_its_time_and_no_run(database: Database) -> None:
    with database.write() as connection:
        note_look(connection, "watch", at=NOW_MS - 5 * MINUTE)
    watch = standings(database)["watch"]
    assert watch.last is not None and watch.last.state == "done" and watch.is_well
    with database.read() as connection:
        assert runs.load_runs(connection).num_rows == 0


def test_a_job_is_found_in_the_book_by_its_notebook(database: Database) -> None:
    add_run(database, "sync", 3)
    job = Job("cycle", "", notebook="sync", every=300)
    with database.read() as connection:
        (standing,) = stand(connection, [job], NOW)
    assert standing.last is not None and standing.last.state == "done"


@pytest.mark.parametrize(("name", "days", "is_kept"), [("sync", 8, False), ("report", 8, True), ("report", 91, False)])
def test_each_jobs_notebooks_are_kept_as_long_as_it_says(tmp_path: Path, name: str, days: int, is_kept: bool) -> None:
    day = NOW - timedelta(days=days)
    path = tmp_path / f"{day:%Y/%m/%d}" / f"{name}-{day:%Y%m%dT%H%M%SZ}-abc123.ipynb"
    path.parent.mkdir(parents=True)
    path.touch()
    others = {job.notebook: (job.keep_days, job.keep_failed_days) for job in JOBS}
    prune(tmp_path, NOW, 365, 365, set(), others=others)
    assert path.exists() is is_kept


# ---------------------------------------------------------------- as a person types it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings of which no store is connected, and a database."""
    assert type_in(tmp_path, "init").returncode == 0
    return tmp_path


def test_status_fails_where_a_job_is_late_so_that_other_monitors_can_ask(folder: Path) -> None:
    """SY-02."""
    assert type_in(folder, "schedule", "status").returncode == 0
    database = open_database(f"sqlite:///{folder / 'channelkit.db'}", folder / "history")
    with database.write() as connection:
        runs.open_run(connection, "sync", at=int(datetime.now(UTC).timestamp() * 1000) - 90 * MINUTE)
    database.close()
    said = type_in(folder, "schedule", "status")
    assert said.returncode == 1 and "LATE" in said.stdout
    rows = json.loads(type_in(folder, "schedule", "status", "--json").stdout)
    assert [row["job"] for row in rows if row["is_late"]] == ["sync"]


def test_alerts_are_looked_for_listed_tried_and_closed(folder: Path) -> None:
    path = folder / "channelkit.toml"
    path.write_text(path.read_text().replace("disk_free_gb = 1 ", "disk_free_gb = 1000000 "))
    look = json_of(folder, "alerts", "watch")
    assert (look["open"], look["new"], look["answers"]) == (1, 1, {})
    assert "The disk is nearly full" in type_in(folder, "alerts", "watch").stdout
    (row,) = json_of(folder, "alerts", "list")
    assert row["kind"] == "disk" and row["times"] == 2 and row["closed_at"] is None
    assert json_of(folder, "alerts", "close", str(row["id"])) == {"closed": 1}
    assert json_of(folder, "alerts", "list", "--days", "0") == []
    said = type_in(folder, "alerts", "test")
    assert said.returncode == 1 and "The settings name no way" in said.stdout
    path.write_text(path.read_text().replace("command = []", 'command = ["cat"]'))
    said = type_in(folder, "alerts", "test")
    assert said.returncode == 0 and said.stdout.strip() == "command: told"
