"""Leases: two cycles of one store can never run at once, and a dead holder's lease lapses (SY-02)."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from channelkit.database.connection import Database
from channelkit.database.lease import Lease, database_time, hold
from channelkit.database.schema import leases
from channelkit.errors import LeaseError
from tests.database_fixtures import Open

# Each process tries again and again to hold the lease and writes down when it had it.
CONTEND = """
import pathlib, sys, time
from channelkit.database.connection import open_database
from channelkit.database.lease import hold
from channelkit.errors import LeaseError
url, folder, name = sys.argv[1:]
database = open_database(url, pathlib.Path(folder))
held = 0
inside = pathlib.Path(folder) / "inside"
while held < 15:
    try:
        with hold(database, "store/us", f"{name}-{held}"):
            inside.open("x").close()  # fails if somebody else is inside
            time.sleep(0.01)
            inside.unlink()
        held += 1
    except LeaseError:
        pass
    time.sleep(0.005)
database.close()
print(held)
"""

HOLD_AND_WAIT = """
import pathlib, sys, time
from channelkit.database.connection import open_database
from channelkit.database.lease import hold
with hold(open_database(sys.argv[1], pathlib.Path(sys.argv[2])), "store/us", "doomed", lifetime=float(sys.argv[3])):
    print("held", flush=True)
    time.sleep(600)
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def take_when_free(database: Database, lifetime: float) -> float:
    """Return the seconds until the lease could be held."""
    began = time.monotonic()
    while True:
        try:
            with hold(database, "store/us", "next", lifetime):
                return time.monotonic() - began
        except LeaseError:
            assert time.monotonic() - began < 60
            time.sleep(0.05)


def test_two_processes_are_never_inside_at_once(database_url: str, tmp_path: Path) -> None:
    """SY-02: two concurrent cycles are impossible."""
    processes = [start(CONTEND, database_url, str(tmp_path), name) for name in ("one", "other")]
    results = [process.communicate(timeout=120) for process in processes]
    assert results == [("15\n", ""), ("15\n", "")]


def test_a_second_run_is_turned_away_with_the_name_of_the_first(database: Database, reopen: Open) -> None:
    """SY-02: what came second has done nothing."""
    with (
        hold(database, "store/us", "run-1"),
        pytest.raises(LeaseError, match=r"Another run \(run-1\) is working on store/us; nothing was done"),
        hold(reopen(), "store/us", "run-2"),
    ):
        pytest.fail("two runs held one lease")
    with hold(database, "store/us", "run-2"):
        pass


def test_other_stores_are_free(database: Database) -> None:
    with hold(database, "store/us", "run-1"), hold(database, "store/de", "run-1"):
        pass


def test_the_lease_of_a_process_that_was_killed_lapses(database: Database, database_url: str, tmp_path: Path) -> None:
    process = start(HOLD_AND_WAIT, database_url, str(tmp_path), "2.0")
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(LeaseError, match="doomed"), hold(database, "store/us", "next"):
        pytest.fail("the holder was alive")
    process.kill()
    process.communicate()
    take_when_free(database, 2.0)


def test_a_lease_is_kept_for_as_long_as_its_holder_works(database: Database) -> None:
    with hold(database, "store/us", "run-1", lifetime=0.6) as lease:
        time.sleep(1.5)
        with database.write() as connection:
            lease.check(connection)
        with pytest.raises(LeaseError), hold(database, "store/us", "run-2"):
            pytest.fail("the holder was at work")


def test_a_run_that_lost_its_lease_is_told_before_it_does_anything(database: Database) -> None:
    """SY-02: a run that was stopped for too long sends nothing more."""
    with hold(database, "store/us", "run-1") as lease:
        with database.write() as connection:
            lease.check(connection)
            connection.execute(leases.update().values(holder="run-2"))
        with (
            pytest.raises(LeaseError, match=r"lost its hold on store/us.*Nothing more was sent"),
            database.write() as late,
        ):
            lease.check(late)
    # Going away, the first did not take what the second holds.
    with pytest.raises(LeaseError, match="run-2"), hold(database, "store/us", "run-3"):
        pytest.fail("run-2 holds it")


def test_a_lease_that_lapsed_is_lost_even_if_nobody_took_it(database: Database) -> None:
    with database.write() as connection:
        past = database_time(connection) - 1
        connection.execute(leases.insert().values(name="store/us", holder="run-1", expires_at=past))
    with pytest.raises(LeaseError), database.write() as connection:
        Lease(database, "store/us", "run-1").check(connection)


def test_a_lease_is_given_back_when_the_work_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), hold(database, "store/us", "run-1"):
        raise ZeroDivisionError
    with hold(database, "store/us", "run-2"):
        pass


def test_time_is_the_databases_own(database: Database) -> None:
    with database.read() as connection:
        assert abs(database_time(connection) - time.time()) < 60
