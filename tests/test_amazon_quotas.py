"""Amazon's quotas, kept in a real database: waited for, learnt from the answers, and shared with the next process."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

from channelkit.amazon.client import Amazon
from channelkit.amazon.documents import read_report_state, request_report
from channelkit.amazon.listings import look_up
from channelkit.clock import Clock
from channelkit.database.connection import Database
from channelkit.database.quota import Quota
from channelkit.database.schema import buckets
from channelkit.errors import TemporaryError
from channelkit.model.marketplaces import marketplace
from channelkit.sandbox.server import Running
from tests.amazon_kit import Played, Stage, connect, staged
from tests.conftest import RunSandbox
from tests.database_fixtures import Open
from tests.kit_fixtures import StandingClock

US = marketplace("US")
REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"
NOTHING: dict[str, Any] = {"numberOfResults": 0, "pagination": {}, "items": []}


def client(running: Running, database: Database) -> tuple[Amazon, Clock]:
    """Return a client that keeps the sandbox's quotas; only waiting moves the time."""
    clock = StandingClock(sandbox=running.world.clock)
    amazon = connect(running, clock=clock)
    amazon.transport.throttle = Quota(database, "amazon/na/seller", clock)
    return amazon, clock


def played(database: Database, *answers: Played) -> tuple[Amazon, Stage]:
    amazon, stage = staged(*answers)
    amazon.transport.throttle = Quota(database, "amazon/na/seller", amazon.transport.clock)
    return amazon, stage


def known_rate(database: Database, operation: str) -> float:
    with database.read() as connection:
        found = connection.execute(sa.select(buckets.c.rate).where(buckets.c.operation == operation)).scalar_one()
    return float(found)


def test_whoever_keeps_the_quota_is_never_turned_away(
    run_sandbox: RunSandbox, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """SY-02: looking back at many listings keeps to the published rate, over two processes on one database."""
    caplog.set_level(logging.DEBUG)
    running = run_sandbox(speed=0, quiet=True)
    started = running.world.clock.now()
    for _ in range(2):
        amazon, _ = client(running, database)
        for _ in range(10):
            assert look_up(amazon, US, ["00012345"]).rows.num_rows == 1
    assert "429" not in caplog.text
    # Five at once, then five a second.
    assert running.world.clock.now() - started == pytest.approx(3.0, abs=0.01)


def test_a_quota_that_fills_in_a_minute_is_left_to_the_next_cycle(run_sandbox: RunSandbox, database: Database) -> None:
    running = run_sandbox(speed=0, quiet=True)
    amazon, _ = client(running, database)
    amazon.transport.patience = 30
    asked = [request_report(amazon, REPORT, US.id) for _ in range(15)]
    with pytest.raises(TemporaryError, match=r"quota for this call is used up.*A later cycle") as caught:
        request_report(amazon, REPORT, US.id)
    assert caught.value.code == "QuotaUsedUp"
    assert len(running.world.amazon.reports.reports) == len(asked)
    assert read_report_state(amazon, asked[0]).status == "IN_QUEUE", "other calls have a quota of their own"


def test_the_rate_that_amazon_names_is_kept_for_the_next_process(database: Database, reopen: Open) -> None:
    answer = Played(200, NOTHING, {"x-amzn-RateLimit-Limit": "0.25"})
    amazon, _ = played(database, *[answer] * 5)
    for _ in range(5):
        look_up(amazon, US, ["A"])
    assert known_rate(database, "searchListingsItems") == 0.25
    after, _ = played(reopen(), answer)
    waited = after.transport.clock.now()
    look_up(after, US, ["A"])
    assert after.transport.clock.now() - waited == pytest.approx(4.0)


@pytest.mark.parametrize("headers", [{}, {"x-amzn-RateLimit-Limit": "0.5"}])
def test_a_call_that_was_turned_away_empties_the_bucket_for_everybody(
    database: Database, reopen: Open, headers: dict[str, str]
) -> None:
    turned_away = Played(429, {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota."}]}, headers)
    amazon, stage = played(database, turned_away, Played(200, NOTHING))
    look_up(amazon, US, ["A"])
    assert len(stage.requests) == 2
    rate = 0.5 if headers else 5.0
    assert known_rate(database, "searchListingsItems") == rate
    with reopen().read() as connection:
        tokens, filled_at = connection.execute(sa.select(buckets.c.tokens, buckets.c.filled_at)).one()
    # Of the burst nothing is left: the second try took from what came in while it waited.
    now = amazon.transport.clock.now()
    assert tokens + (now - filled_at) * rate == pytest.approx((now - 1_790_000_000) * rate - 1)
