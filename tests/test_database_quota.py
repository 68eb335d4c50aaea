"""Quotas outlive the process: the next one does not start with a bucket that is not full."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from channelkit.clock import Clock
from channelkit.database.connection import Database
from channelkit.database.quota import Quota
from channelkit.database.schema import buckets
from channelkit.model.calls import Operation
from tests.database_fixtures import Open

REPORTS = Operation("createReport", "POST", "/reports/2021-06-30/reports", rate=0.01, burst=3)
STOPPED = Clock(speed=0.0, epoch=1_790_000_000.0)
TAKE = """
import pathlib, sys
from channelkit.clock import Clock
from channelkit.database.connection import open_database
from channelkit.database.quota import Quota
from channelkit.model.calls import Operation
database = open_database(sys.argv[1], pathlib.Path(sys.argv[2]))
quota = Quota(database, "amazon/na/A1", Clock(speed=0.0, epoch=1_790_000_000.0))
print(quota.take(Operation("createReport", "POST", "/", rate=0.01, burst=3), patience=1e9))
database.close()
"""


@pytest.fixture
def quota(database: Database) -> Callable[..., Quota]:
    return lambda owner="amazon/na/A1", clock=STOPPED: Quota(database, owner, clock)


def test_the_next_process_does_not_start_with_a_full_bucket(database_url: str, tmp_path: Path) -> None:
    waits = [
        subprocess.run(
            [sys.executable, "-c", TAKE, database_url, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(4)
    ]
    assert waits == ["0.0", "0.0", "0.0", "100.0"]


def test_a_bucket_fills_with_time(quota: Callable[..., Quota]) -> None:
    for _ in range(3):
        quota().take(REPORTS, patience=0.0)
    later = quota(clock=Clock(speed=0.0, epoch=STOPPED.epoch + 150))
    assert later.take(REPORTS, patience=0.0) == 0.0
    assert later.take(REPORTS, patience=1e9) == pytest.approx(50.0)


def test_who_will_not_wait_takes_nothing(quota: Callable[..., Quota]) -> None:
    for _ in range(3):
        assert quota().take(REPORTS, patience=0.0) == 0.0
    assert quota().take(REPORTS, patience=99.0) is None
    assert quota().take(REPORTS, patience=100.0) == pytest.approx(100.0)


def test_sellers_and_operations_have_quotas_of_their_own(quota: Callable[..., Quota]) -> None:
    other = Operation("getReport", "GET", "/", rate=2.0, burst=1)
    for _ in range(3):
        quota().take(REPORTS, patience=0.0)
    assert quota("amazon/na/A2").take(REPORTS, patience=0.0) == 0.0
    assert quota().take(other, patience=0.0) == 0.0


def test_a_refused_call_empties_the_bucket_for_every_process(database: Database, reopen: Open) -> None:
    Quota(database, "a", STOPPED).empty(REPORTS)
    assert Quota(reopen(), "a", STOPPED).take(REPORTS, patience=0.0) is None


def test_the_rate_that_an_answer_named_is_remembered(database: Database, reopen: Open) -> None:
    quota = Quota(database, "a", STOPPED)
    quota.empty(REPORTS)
    quota.learn(REPORTS, 0.5)
    assert Quota(reopen(), "a", STOPPED).take(REPORTS, patience=1e9) == pytest.approx(2.0)


def test_calls_are_counted(database: Database, quota: Callable[..., Quota]) -> None:
    for _ in range(5):
        quota().take(REPORTS, patience=1e9)
    quota().empty(REPORTS)
    with database.read() as connection:
        assert connection.execute(sa.select(buckets.c.operation, buckets.c.calls)).all() == [("createReport", 5)]


def test_calls_at_once_share_one_bucket_from_the_first(database: Database, reopen: Open) -> None:
    quotas = [Quota(reopen(), "a", STOPPED) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda one: one.take(REPORTS, 1e9), quotas * 3))
    assert sorted(round(wait or 0.0) for wait in waits) == [0, 0, 0, *range(100, 1_000, 100)]
