"""Were all orders read? Each day is counted by Amazon, by us and in Commerce, and what is missing is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Connection

from channelkit.amazon.order_metrics import count_orders, find_day
from channelkit.clock import Clock
from channelkit.database import order_counts
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.database.order_counts import DayCount
from channelkit.database.orders import load_orders
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Order
from channelkit.pull.completeness import CompletenessCheck
from channelkit.pull.order_keeping import ORDERS, OrderKeeper, StoreShare
from channelkit.pull.reading import Puller, Reading
from tests.amazon_kit import Played, connect, staged
from tests.amazon_market import Market
from tests.conftest import RunSandbox

US = marketplace("US")
ONCE = pytest.mark.parametrize("kind", ["sqlite"])
DAY = 86_400


class WorldClock(Clock):
    """The sandbox's clock, which stands until a test moves it; nobody waits."""

    def __init__(self, market: Market) -> None:
        object.__setattr__(self, "market", market)

    def now(self) -> float:
        return self.market.running.world.clock.now()  # type: ignore[attr-defined,no-any-return]

    def sleep(self, seconds: float) -> None:
        pass


class Counter:
    """An account with one store that was connected at noon, and what its checks left behind."""

    def __init__(self, market: Market, database: Database) -> None:
        self.market, self.database = market, database
        self.clock = WorldClock(market)
        self.amazon = connect(market.running, clock=self.clock)
        self._to_noon()
        self.first = self.today
        self.connected_at = int(self.clock.now() * 1000)
        market.skip(60)

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.clock.now(), ZoneInfo(US.time_zone)).date()

    def _to_noon(self) -> None:
        local = datetime.fromtimestamp(self.clock.now(), ZoneInfo(US.time_zone))
        self.market.skip((DAY + 12 * 3600 - local.hour * 3600 - local.minute * 60 - local.second) % DAY)

    @property
    def keeper(self) -> OrderKeeper:
        share = StoreShare("us", self.connected_at, "base")
        return OrderKeeper(self.amazon.seller_id, {US.id: share}, self, self.note)

    def keep(self, _connection: Connection, _store: str, _order: Order, _at: int) -> str:
        return ""

    def note(self, _connection: Connection, _store: str, _website: str, _before: Order | None, _after: Order) -> None:
        pass

    def check(self, *, at_once: bool = False) -> Reading:
        puller = Puller(self.database, self.clock, "r1", lambda _words: None)
        return CompletenessCheck(puller, self.amazon, self.keeper).read(at_once=at_once)

    def counts(self) -> list[DayCount]:
        with self.database.read() as connection:
            return order_counts.load_counts(connection, "us")


@pytest.fixture
def counter(run_sandbox: RunSandbox, database: Database) -> Iterator[Counter]:
    yield Counter(Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False)), database)


def test_orders_that_were_missed_are_found_by_the_days_count_and_read(counter: Counter) -> None:
    """OR-03 and pain 2: nobody has to notice that an order is missing."""
    counter.market.place(counter.market.line(1), at=counter.connected_at / 1000 - 3600)
    missed = [counter.market.place(counter.market.line(1)).order_id for _ in range(2)]
    counter.market.skip(14 * 3600)
    reading = counter.check()
    assert reading.is_complete
    assert reading.tallies[ORDERS] == Tally(new=2)
    with counter.database.read() as connection:
        assert [order.order_id for order in load_orders(connection, "us")] == missed
    [count] = counter.counts()
    assert (count.day, count.amazon, count.ours, count.copied) == (counter.first.isoformat(), 2, 2, 0)
    assert set(count.missing) == set(missed)
    assert all(words.startswith("not in Commerce") for words in count.missing.values())


@ONCE
def test_a_complete_day_is_counted_once_and_a_day_that_is_not_over_never(counter: Counter) -> None:
    assert counter.check().is_complete
    assert counter.counts() == []
    counter.market.skip(14 * 3600 + DAY)
    counter.check()
    first = counter.counts()
    assert [(count.amazon, count.ours) for count in first] == [(0, 0), (0, 0)]
    counter.market.skip(3600)
    counter.check()
    assert counter.counts() == first
    counter.check(at_once=True)
    assert counter.counts()[0].at > first[0].at


@ONCE
def test_what_amazon_counts_and_does_not_show_is_told(counter: Counter) -> None:
    counter.market.place(counter.market.line(1))
    counter.market.skip(14 * 3600)
    counter.market.running.faults.add("lost_page", "searchOrders", count=1)
    [error] = counter.check().errors
    assert isinstance(error, DocumentError)
    assert counter.counts()[0].missing[""] == "Amazon counts 1 more than it shows."
    counter.market.skip(DAY)
    assert counter.check().is_complete
    assert [count.is_complete for count in counter.counts()] == [True, True]


@pytest.mark.parametrize(
    ("day", "interval"),
    [
        pytest.param(date(2026, 3, 8), "2026-03-08T00:00:00-08:00--2026-03-09T00:00:00-07:00", id="spring"),
        pytest.param(date(2026, 11, 1), "2026-11-01T00:00:00-07:00--2026-11-02T00:00:00-08:00", id="autumn"),
    ],
)
def test_a_day_whose_clocks_change_is_asked_for_with_both_its_offsets(day: date, interval: str) -> None:
    amazon, stage = staged(Played(200, {"payload": [{"orderCount": 3, "unitCount": 5}]}))
    assert count_orders(amazon, US, day) == (3, 5)
    assert stage.asked(0).query == {
        "marketplaceIds": US.id,
        "interval": interval,
        "granularity": "Day",
        "granularityTimeZone": "America/Los_Angeles",
    }


def test_a_part_of_a_day_begins_where_it_is_said_to() -> None:
    amazon, stage = staged(Played(200, {"payload": []}))
    noon = datetime(2026, 11, 24, 20, tzinfo=UTC)
    assert count_orders(amazon, US, date(2026, 11, 24), since=int(noon.timestamp() * 1000)) == (0, 0)
    assert stage.asked(0).query["interval"].startswith("2026-11-24T12:00:00-08:00--2026-11-25")
    assert find_day(US, date(2026, 11, 24)).end - find_day(US, date(2026, 11, 24)).start == DAY * 1000
