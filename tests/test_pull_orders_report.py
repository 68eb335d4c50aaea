"""Where searching for orders falls behind, Amazon's report tells of all of them (OR-05, pains 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from channelkit.amazon.orders_report import ORDERS_REPORT
from channelkit.database import progress, reports
from channelkit.database.connection import Database
from channelkit.database.unread_orders import find_unread
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.pull.orders_report import UNREAD, OrdersReportReader, told_mark
from channelkit.pull.reading import MINUTE, Puller, Reading
from tests.amazon_kit import connect
from tests.amazon_market import Market
from tests.conftest import RunSandbox
from tests.test_pull_returns import WorldClock

ONCE = pytest.mark.parametrize("kind", ["sqlite"])


@dataclass
class Desk:
    """A store whose orders were read up to a moment, by searching."""

    market: Market
    database: Database
    clock: WorldClock
    connected_at: int

    @property
    def now(self) -> int:
        return int(self.clock.now() * 1000)

    @property
    def reader(self) -> OrdersReportReader:
        puller = Puller(self.database, self.clock, "r1", lambda _words: None)
        amazon = connect(self.market.running, clock=self.clock)
        return OrdersReportReader(puller, amazon, marketplace("US"), "us", self.connected_at)

    def searched(self, minutes_ago: float, *, is_done: bool = True) -> None:
        seller_id, at = self.reader.amazon.seller_id, self.now
        until = self.market.ago(minutes_ago * 60)
        with self.database.write() as connection:
            progress.move_watermark(connection, f"orders/{seller_id}", until, at=at)
            progress.move_watermark(connection, f"orders-page/{seller_id}", "" if is_done else "{}", at=at)

    def cycle(self) -> Reading:
        """Ask, let Amazon make the report, and take it up."""
        reading = Reading()
        self.reader.ask(reading)
        self.market.skip(50)
        self.reader.read(reading)
        return reading

    def asked(self) -> int | None:
        with self.database.read() as connection:
            return reports.last_asked(connection, "us", ORDERS_REPORT)

    def unread(self) -> list[str]:
        with self.database.read() as connection:
            return find_unread(connection, ["us"], 99)

    def told_until(self) -> int:
        with self.database.read() as connection:
            return int(progress.read_watermark(connection, told_mark("us")) or 0)


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Desk]:
    market = Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    clock = WorldClock(market)
    yield Desk(market, database, clock, int(clock.now() * 1000) - 60 * MINUTE)


def test_orders_that_searching_has_not_come_to_are_told_of(desk: Desk) -> None:
    ids = [desk.market.place().order_id for _ in range(3)]
    pending = desk.market.place(pending_for=9e9).order_id
    fba = desk.market.place(desk.market.line(1), by_amazon=True).order_id
    desk.market.skip(200)
    desk.searched(15)
    asked_at = desk.now
    assert desk.cycle().tallies[UNREAD].new == 4
    assert sorted(desk.unread()) == sorted([*ids, pending])
    assert fba not in desk.unread()
    assert desk.told_until() == asked_at - 2 * MINUTE


@ONCE
def test_nothing_is_asked_while_searching_keeps_up_and_a_search_that_stopped_halfway_does_not(desk: Desk) -> None:
    desk.market.place()
    desk.market.skip(200)
    desk.searched(8)
    assert desk.cycle().tallies == {}
    assert desk.asked() is None
    desk.searched(8, is_done=False)
    assert desk.cycle().tallies[UNREAD].new == 1


@ONCE
def test_a_store_whose_orders_were_never_searched_asks_for_nothing(desk: Desk) -> None:
    desk.cycle()
    assert desk.asked() is None


@ONCE
def test_a_report_that_takes_longer_is_taken_up_by_the_next_cycle_and_asked_for_once(desk: Desk) -> None:
    desk.market.place()
    desk.market.skip(200)
    desk.searched(15)
    reading = Reading()
    desk.reader.ask(reading)
    first = desk.asked()
    desk.market.skip(20)
    desk.reader.ask(reading)
    assert desk.asked() == first
    desk.market.skip(300)
    desk.reader.read(reading)
    assert reading.tallies[UNREAD].new == 1


@ONCE
def test_a_report_without_orders_says_nothing_of_what_is_known(desk: Desk) -> None:
    desk.searched(15)
    reading = desk.cycle()
    assert (reading.is_complete, desk.unread(), desk.told_until()) == (True, [], 0)


@ONCE
def test_a_report_that_amazon_cannot_make_is_written_down_and_asked_for_again(desk: Desk) -> None:
    desk.market.place()
    desk.market.skip(200)
    desk.searched(15)
    desk.market.running.faults.add("report_fatal", "createReport", count=1)
    [error] = desk.cycle().errors
    assert isinstance(error, DocumentError)
    assert "could not make the report on orders of store 'us'" in str(error)
    desk.market.skip(300)
    assert desk.cycle().tallies[UNREAD].new == 1
