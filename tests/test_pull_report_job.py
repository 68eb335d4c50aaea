"""A report's life, whatever its kind: one at a time, taken up by whoever comes next, and given up after an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from channelkit.amazon.documents import request_report
from channelkit.database.connection import Database
from channelkit.database.reports import Asked
from channelkit.database.schema import reports
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.pull.reading import HOUR, MINUTE, Puller
from channelkit.pull.report_job import ReportJob
from tests.amazon_kit import StoppedClock, connect
from tests.amazon_market import Market
from tests.conftest import RunSandbox

ONCE = pytest.mark.parametrize("kind", ["sqlite"])
REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"


@dataclass(frozen=True)
class MovingClock(StoppedClock):
    """The sandbox's clock, which moves when somebody sleeps."""

    market: Market | None = None

    def now(self) -> float:
        assert self.market is not None
        return self.market.running.world.clock.now()

    def sleep(self, seconds: float) -> None:
        assert self.market is not None
        self.market.skip(seconds)


@dataclass
class Desk:
    """A store that asks for the listings report."""

    market: Market
    database: Database

    @property
    def job(self) -> ReportJob:
        clock = MovingClock(market=self.market)
        puller = Puller(self.database, clock, "r1", lambda _words: None)
        amazon = connect(self.market.running, clock=clock)
        return ReportJob(puller, amazon, marketplace("US"), "us", REPORT, "the report")

    def ask(self) -> Asked:
        job = self.job
        return job.ask(lambda: request_report(job.amazon, REPORT, job.marketplace.id))

    def states(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(reports.c.state).order_by(reports.c.asked_at)).scalars())


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Desk]:
    yield Desk(Market(run_sandbox(speed=0, products=20, quiet=True, throttling=False)), database)


def test_what_was_asked_for_is_under_way_until_it_is_read(desk: Desk) -> None:
    assert (desk.job.find_open(), desk.job.is_due(HOUR)) == (None, True)
    asked = desk.ask()
    assert desk.job.find_open() == asked
    assert desk.job.watch(asked) is None
    desk.market.skip(60)
    document_id = desk.job.watch(asked)
    assert document_id
    with desk.database.write() as connection:
        desk.job.close_read(connection, asked, 3, ("Line 2 cannot be read.",))
    assert (desk.job.find_open(), desk.states()) == (None, ["read"])
    assert not desk.job.is_due(HOUR)
    desk.market.skip(3600)
    assert desk.job.is_due(HOUR)


@ONCE
def test_who_has_patience_waits_for_it(desk: Desk) -> None:
    assert desk.job.watch(desk.ask(), patience=5 * MINUTE)


@ONCE
def test_an_answer_that_was_lost_is_found_again_and_nothing_is_asked_twice(desk: Desk) -> None:
    lost = request_report(desk.job.amazon, REPORT, "ATVPDKIKX0DER")
    assert desk.ask().report_id == lost
    assert len(desk.market.running.world.amazon.reports.reports) == 1


@ONCE
def test_what_amazon_cannot_make_is_told_and_what_it_cancels_is_not(desk: Desk) -> None:
    desk.market.running.faults.add("report_fatal", "createReport", count=1)
    asked = desk.ask()
    desk.market.skip(60)
    with pytest.raises(DocumentError, match="could not make the report of store 'us'"):
        desk.job.watch(asked)
    desk.market.skip(2 * 3600)
    desk.market.running.faults.add("report_cancelled", "createReport", count=1)
    cancelled = desk.ask()
    desk.market.skip(60)
    assert desk.job.watch(cancelled) is None
    assert desk.states() == ["failed", "cancelled"]


@ONCE
def test_a_report_that_is_not_ready_after_an_hour_is_given_up(desk: Desk) -> None:
    asked = desk.ask()
    desk.market.running.world.amazon.reports.reports[asked.report_id].ended_at += 9 * 3600
    desk.market.skip(3599)
    assert desk.job.watch(asked) is None and desk.states() == ["asked"]
    desk.market.skip(1)
    assert desk.job.watch(asked) is None and desk.states() == ["lost"]
