"""Reading orders (OR-01): whatever happens to pages, none of an account's orders is lost and none comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.amazon import orders as amazon_orders
from channelkit.amazon.client import Amazon
from channelkit.amazon.order_rows import read_order
from channelkit.clock import Clock
from channelkit.database import backfills, orders, progress
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.database.order_schema import orders as orders_table
from channelkit.errors import AuthError, DocumentError, RefusedError, TemporaryError
from channelkit.model.orders import Order
from channelkit.pull.backfill import BackfillReader
from channelkit.pull.order_keeping import EARLIER, ORDERS, OrderKeeper, StoreShare
from channelkit.pull.orders import OrderReader, read_until
from channelkit.pull.reading import Puller, Reading
from channelkit.sandbox.amazon.sales import NEVER
from tests.amazon_kit import connect
from tests.amazon_market import Market
from tests.conftest import RunSandbox

US = "ATVPDKIKX0DER"
DAY = 86_400
ONCE = pytest.mark.parametrize("kind", ["sqlite"])
"""For what does not depend on the database."""


@dataclass
class Desk:
    """An account with one store, its buyers, and what the reading of its orders left behind."""

    market: Market
    database: Database
    amazon: Amazon
    clock: Clock
    connected_at: int
    noted: list[tuple[str, str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    windows: tuple[tuple[int, int], ...] = ()

    def keep(self, _connection: Connection, _store: str, order: Order, _at: int) -> str:
        self.kept.append(order.order_id)
        return "buyer-00000001" if order.person else ""

    def note(self, _connection: Connection, store: str, website: str, before: Order | None, after: Order) -> None:
        assert (store, website) == ("us", "base")
        self.noted.append((after.order_id, before.status if before else "", after.status))

    @property
    def puller(self) -> Puller:
        return Puller(self.database, self.clock, "r1", lambda _words: None)

    @property
    def keeper(self) -> OrderKeeper:
        share = StoreShare("us", self.connected_at, "base", self.windows)
        return OrderKeeper(self.amazon.seller_id, {US: share}, self, self.note)

    def read(self, pages: int = 20) -> Reading:
        return OrderReader(self.puller, self.amazon, self.keeper, pages).read()

    def place(self, count: int) -> list[str]:
        made = [self.market.place(self.market.line(1)).order_id for _ in range(count)]
        self.market.skip(200)
        return made

    def strike(self, kind: str, count: int = 1, operation: str = "searchOrders") -> None:
        self.market.running.faults.add(kind, operation, count=count)

    def stored(self) -> list[str]:
        with self.database.read() as connection:
            return [order.order_id for order in orders.load_orders(connection, "us")]

    def until(self) -> int | None:
        with self.database.read() as connection:
            return read_until(connection, self.amazon.seller_id)


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(amazon_orders, "PAGE", 2)
    running = run_sandbox(speed=0, products=60, quiet=True, throttling=False)
    market = Market(running)
    clock = _World(market)
    yield Desk(market, database, connect(running, clock=clock), clock, int(clock.now() * 1000) - 60_000)


class _World(Clock):
    """The sandbox's clock, which stands until a test moves it; nobody waits."""

    def __init__(self, market: Market) -> None:
        object.__setattr__(self, "market", market)

    def now(self) -> float:
        return self.market.running.world.clock.now()  # type: ignore[attr-defined,no-any-return]

    def sleep(self, seconds: float) -> None:
        pass


def test_orders_come_page_by_page_with_their_buyers_and_what_they_do_to_stock(desk: Desk) -> None:
    """OR-01: an order that was placed is there with the next reading."""
    made = desk.place(5)
    reading = desk.read()
    assert reading.is_complete
    assert reading.tallies[ORDERS] == Tally(new=5)
    assert desk.stored() == made
    assert sorted(desk.kept) == made
    assert desk.noted == [(order_id, "", "UNSHIPPED") for order_id in made]
    with desk.database.read() as connection:
        assert {order.pseudonym for order in orders.load_orders(connection, "us")} == {"buyer-00000001"}


def test_the_next_reading_goes_on_from_there_and_finds_what_was_touched(desk: Desk) -> None:
    first, second = desk.place(2)
    desk.read()
    desk.market.sales.ship_order(second)
    desk.market.skip(200)
    reading = desk.read()
    assert reading.tallies[ORDERS] == Tally(changed=1, unchanged=reading.tallies[ORDERS].unchanged)
    assert desk.noted[2:] == [(second, "UNSHIPPED", "SHIPPED")]
    assert desk.stored() == [first, second]


def test_a_reading_moves_on_only_when_all_pages_are_there(desk: Desk) -> None:
    made = desk.place(5)
    assert desk.read(pages=1).tallies[ORDERS] == Tally(new=2)
    assert desk.until() is None
    assert desk.read(pages=1).tallies[ORDERS] == Tally(new=2)
    desk.read(pages=2)
    assert desk.stored() == made
    assert desk.until() == pytest.approx(desk.clock.now() * 1000 - 120_000, abs=1_000)


@ONCE
def test_a_page_that_is_kept_survives_a_call_that_fails_later(desk: Desk) -> None:
    made = desk.place(5)
    desk.read(pages=1)
    desk.strike("forbidden")
    [error] = desk.read().errors
    assert isinstance(error, AuthError)
    assert desk.stored() == made[:2]
    assert desk.read().is_complete
    assert desk.stored() == made


@ONCE
@pytest.mark.parametrize(
    "fault", ["repeated_token", "lost_page", "short_page", "lost_answer", "late_error", "not_json"]
)
@pytest.mark.parametrize("before", [0, 1, 2], ids=["first-page", "second-page", "third-page"])
def test_pages_that_are_dropped_short_or_repeated_lose_no_order(desk: Desk, fault: str, before: int) -> None:
    """Pain 2: other connectors miss orders and say nothing."""
    made = desk.place(5)
    if before:
        desk.read(pages=before)
    desk.strike(fault)
    for _ in range(3):
        desk.read()
    assert desk.stored() == made
    assert desk.until() is not None


@ONCE
def test_a_search_that_amazon_leads_in_a_circle_is_told_and_begun_again(desk: Desk) -> None:
    made = desk.place(5)
    desk.read(pages=1)
    desk.strike("repeated_token", count=3)
    [error] = desk.read().errors
    assert isinstance(error, TemporaryError)
    assert desk.until() is None
    assert desk.read().is_complete
    assert desk.stored() == made


@ONCE
def test_a_token_that_amazon_no_longer_takes_begins_the_stretch_anew(desk: Desk) -> None:
    made = desk.place(5)
    desk.read(pages=1)
    mark = f"orders-page/{desk.amazon.seller_id}"
    with desk.database.write() as connection:
        place = str(progress.read_watermark(connection, mark))
        moved = place.replace("maxResultsPerPage", "fulfilledBy").replace('"2"', '"MERCHANT"')
        progress.move_watermark(connection, mark, moved, at=desk.puller.now())
    [error] = desk.read().errors
    assert isinstance(error, RefusedError)
    assert desk.read().is_complete
    assert desk.stored() == made


@ONCE
def test_a_token_of_yesterday_is_not_used(desk: Desk) -> None:
    made = desk.place(5)
    desk.read(pages=1)
    desk.market.skip(DAY)
    assert desk.read().is_complete
    assert desk.stored() == made


@ONCE
def test_an_order_that_changes_between_two_pages_is_not_lost(desk: Desk) -> None:
    made = desk.place(5)
    desk.read(pages=1)
    for order_id in made:
        desk.market.sales.request_cancellation(order_id)
    desk.market.skip(200)
    desk.read()
    assert desk.stored() == made
    with desk.database.read() as connection:
        assert all(order.wants_cancellation for order in orders.load_orders(connection, "us"))


@ONCE
def test_a_pending_order_has_no_money_until_its_payment_is_authorised(desk: Desk) -> None:
    order_id = desk.market.place(pending_for=NEVER).order_id
    desk.market.skip(200)
    desk.read()
    with desk.database.read() as connection:
        [order] = orders.load_orders(connection, "us")
    assert (order.status, order.total, order.pseudonym) == ("PENDING", None, "")
    desk.market.sales.authorise(order_id)
    desk.market.skip(200)
    desk.read()
    with desk.database.read() as connection:
        [order] = orders.load_orders(connection, "us")
    assert (order.status, order.total, order.pseudonym) == ("UNSHIPPED", 2000, "buyer-00000001")
    assert desk.noted == [(order_id, "", "PENDING"), (order_id, "PENDING", "UNSHIPPED")]


@ONCE
def test_orders_from_before_the_connection_are_counted_and_not_kept(desk: Desk) -> None:
    desk.place(2)
    desk.connected_at = desk.puller.now()
    later = desk.place(1)
    assert desk.stored() == []
    reading = desk.read()
    desk.connected_at -= 300_000
    assert reading.tallies[ORDERS] == Tally(new=1)
    assert desk.stored() == later


@ONCE
def test_an_earlier_order_that_is_touched_later_is_still_earlier(desk: Desk) -> None:
    [earlier] = desk.place(1)
    desk.connected_at = desk.puller.now()
    desk.market.sales.ship_order(earlier)
    desk.market.skip(200)
    assert desk.read().tallies == {EARLIER: Tally(unchanged=1)}
    assert desk.stored() == []


@ONCE
def test_one_order_that_cannot_be_read_is_told_and_read_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.place(3)

    def read(document: dict[str, object]) -> Order:
        if document["orderId"] == made[1]:
            raise KeyError("salesChannel")
        return read_order(document)

    monkeypatch.setattr(amazon_orders, "read_order", read)
    [error] = desk.read().errors
    assert isinstance(error, DocumentError)
    assert made[1] in str(error)
    assert desk.stored() == [made[0], made[2]]
    assert not desk.read().is_complete
    monkeypatch.setattr(amazon_orders, "read_order", read_order)
    assert desk.read().is_complete
    assert desk.stored() == made


@ONCE
def test_an_order_stays_with_the_store_that_first_kept_it(desk: Desk) -> None:
    made = desk.place(1)
    desk.read()
    desk.market.sales.ship_order(made[0])
    desk.market.skip(200)
    other = StoreShare("eu", desk.connected_at, "base")
    keeper = replace(desk.keeper, stores={US: other, "A2EUQ1WTGCTBG2": StoreShare("us", desk.connected_at, "base")})
    OrderReader(desk.puller, desk.amazon, keeper).read()
    with desk.database.read() as connection:
        assert connection.execute(sa.select(orders_table.c.store, orders_table.c.status)).one() == ("us", "SHIPPED")


def test_a_backfill_reads_an_earlier_window_and_nothing_else(desk: Desk) -> None:
    """OR-02: earlier orders come when a person asks for them, a window at a time."""
    start = desk.puller.now()
    wanted = desk.place(5)
    until = desk.puller.now()
    desk.place(1)
    desk.connected_at = desk.puller.now()
    desk.windows = ((start, until),)
    with desk.database.write() as connection:
        backfills.ask_backfill(connection, "us", since=start, until=until, by="Ann", at=desk.puller.now())
    reader = BackfillReader(desk.puller, desk.amazon, desk.keeper, budget_pages=2)
    assert reader.read().tallies[ORDERS] == Tally(new=4)
    assert reader.read().is_complete
    assert desk.stored() == wanted
    with desk.database.read() as connection:
        assert backfills.load_backfills(connection, "us", open_only=True) == []


@ONCE
def test_orders_that_are_named_are_read_as_far_as_the_quota_goes_and_what_was_read_is_kept(desk: Desk) -> None:
    """OR-01: an order that only a report told of; a quota that is used up is no error, and nobody waits for it."""
    first, second = desk.place(2)
    reading, reader = Reading(), OrderReader(desk.puller, desk.amazon, desk.keeper)
    desk.strike("throttle", operation="getOrder")
    reader.read_named(reading, [first, second])
    assert (desk.stored(), reading.errors) == ([], [])
    reader.read_named(reading, [second])
    assert (desk.stored(), reading.tallies[ORDERS]) == ([second], Tally(new=1))
    desk.strike("server_error", count=9, operation="getOrder")
    reader.read_named(reading, [first])
    assert (desk.stored(), len(reading.errors)) == ([second], 1)


@ONCE
def test_a_named_order_that_amazon_does_not_know_holds_up_no_other(desk: Desk) -> None:
    first, second = desk.place(2)
    reading = Reading()
    OrderReader(desk.puller, desk.amazon, desk.keeper).read_named(reading, [first, "111-0000000-9999999", second])
    assert sorted(desk.stored()) == sorted([first, second])
    [error] = reading.errors
    assert isinstance(error, RefusedError)
