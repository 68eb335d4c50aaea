"""Reading returns (OR-12): a report is asked for once a day, read when it is there, and kept for our orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from channelkit.amazon.orders import get_order
from channelkit.amazon.returns_report import RETURNS_REPORT
from channelkit.clock import Clock
from channelkit.database import reports
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.database.orders import store_orders
from channelkit.database.returns import load_returns
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Return
from channelkit.pull.reading import Puller, Reading
from channelkit.pull.returns import RETURNS, UNKNOWN, ReturnsReader
from tests.amazon_kit import connect
from tests.amazon_market import Market
from tests.conftest import RunSandbox

US = marketplace("US")
DAY = 86_400
ONCE = pytest.mark.parametrize("kind", ["sqlite"])


class WorldClock(Clock):
    """The sandbox's clock, which stands until a test moves it; nobody waits."""

    def __init__(self, market: Market) -> None:
        object.__setattr__(self, "market", market)

    def now(self) -> float:
        return self.market.running.world.clock.now()  # type: ignore[attr-defined,no-any-return]

    def sleep(self, seconds: float) -> None:
        pass


@dataclass
class Desk:
    """A store whose buyers send things back."""

    market: Market
    database: Database
    clock: Clock

    def read(self) -> Reading:
        puller = Puller(self.database, self.clock, "r1", lambda _words: None)
        return ReturnsReader(puller, connect(self.market.running, clock=self.clock), US, "us").read()

    def sell(self, *, known: bool = True) -> tuple[str, str]:
        order = self.market.place()
        if known:
            told = get_order(connect(self.market.running, clock=self.clock), order.order_id)
            with self.database.write() as connection:
                store_orders(connection, "us", "A1", [told], at=1)
        return order.order_id, order.lines[0].item_id

    def kept(self) -> list[Return]:
        with self.database.read() as connection:
            return load_returns(connection, "us")

    def asked(self) -> int | None:
        with self.database.read() as connection:
            return reports.last_asked(connection, "us", RETURNS_REPORT)


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Desk]:
    market = Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))
    yield Desk(market, database, WorldClock(market))


def test_what_comes_back_is_kept_with_its_newest_word(desk: Desk) -> None:
    order_id, item_id = desk.sell()
    desk.market.sales.return_line(order_id, item_id, 1, refunded=1000)
    desk.market.skip(60)
    assert desk.read().is_complete
    assert desk.kept() == []
    desk.market.skip(120)
    assert desk.read().tallies[RETURNS] == Tally(new=1)
    [back] = desk.kept()
    assert (back.order_id, back.seller_sku, back.units, back.received_at) == (order_id, desk.market.sku(), 1, None)
    desk.market.skip(4 * DAY)
    desk.read()
    desk.market.skip(120)
    assert desk.read().tallies[RETURNS] == Tally(changed=1)
    [back] = desk.kept()
    assert (back.status, back.refunded, back.received_at is not None) == ("Completed", 1000, True)


@ONCE
def test_returns_of_orders_that_are_not_ours_are_counted(desk: Desk) -> None:
    desk.market.sales.return_line(*desk.sell(known=False))
    desk.market.skip(60)
    desk.read()
    desk.market.skip(120)
    assert desk.read().tallies[UNKNOWN] == Tally(unchanged=1)
    assert desk.kept() == []


@ONCE
def test_a_report_is_asked_for_once_a_day_and_one_without_returns_is_fine(desk: Desk) -> None:
    desk.read()
    first = desk.asked()
    desk.market.skip(120)
    assert desk.read().is_complete
    desk.market.skip(3600)
    desk.read()
    assert desk.asked() == first
    desk.market.skip(DAY)
    desk.read()
    assert (desk.asked() or 0) > (first or 0)


@ONCE
def test_a_report_that_was_asked_for_before_a_crash_is_taken_up(desk: Desk) -> None:
    desk.market.sales.return_line(*desk.sell())
    desk.market.skip(60)
    desk.market.running.faults.add("lost_answer", "createReport", count=1)
    assert not desk.read().is_complete
    desk.market.skip(120)
    assert desk.read().tallies[RETURNS] == Tally(new=1)


@ONCE
def test_a_report_that_amazon_cannot_make_is_told(desk: Desk) -> None:
    desk.market.running.faults.add("report_fatal", "createReport", count=1)
    desk.read()
    desk.market.skip(120)
    reading = desk.read()
    assert "could not make the report on returns" in str(reading.errors[0])
