"""Sending what was decided about orders: every kind, written down beside its call, and nothing made twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from channelkit.amazon.client import Amazon
from channelkit.amazon.orders import get_order
from channelkit.apply.cancellations import follow_cancellations
from channelkit.apply.orders import OrderSender
from channelkit.apply.orders_notes import OrderApplied
from channelkit.clock import milliseconds
from channelkit.commerce.client import Commerce, open_commerce
from channelkit.commerce.credit_memos import list_credit_memos
from channelkit.commerce.orders import create_order, find_copies
from channelkit.commerce.shipments import list_shipments
from channelkit.database import failures, order_journal, orders, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease, hold
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import (
    CANCEL,
    CANCEL_COPY,
    CONFIRM,
    CREATE,
    INVOICE,
    REFUND,
    SHIP,
    Copy,
    Order,
    OrderChange,
)
from channelkit.model.stores import Installation
from channelkit.orders.body import write_order
from channelkit.orders.book import Book, write_body
from channelkit.orders.goods import Goods
from channelkit.orders.terms import OrderTerms
from channelkit.people.cipher import make_keys
from channelkit.people.vault import Vault
from channelkit.sandbox.stores import US_SOURCE
from channelkit.transport import open_session
from tests.amazon_kit import connect
from tests.amazon_market import Market
from tests.commerce_kit import Unlimited
from tests.conftest import RunSandbox
from tests.database_fixtures import Kind
from tests.kit_fixtures import StandingClock

US = marketplace("US")
KEYS = make_keys()


@dataclass
class Desk:
    """A store's database between both sides of a quiet sandbox."""

    database: Database
    market: Market
    amazon: Amazon
    commerce: Commerce
    lease: Lease
    terms: OrderTerms
    seen: list[str] = field(default_factory=list)

    @property
    def clock(self) -> StandingClock:
        return StandingClock(sandbox=self.market.running.world.clock)

    def now(self) -> int:
        return milliseconds(self.clock.now())

    @property
    def sender(self) -> OrderSender:
        vault = Vault(self.database, lambda: KEYS, self.now)
        return OrderSender(
            self.database,
            self.amazon,
            self.commerce,
            self.terms,
            vault,
            "run",
            self.lease,
            self.clock,
            lambda _words: None,
        )

    def order(self) -> Order:
        """Let a buyer order, and read it as a pull does."""
        placed = self.market.place()
        found = get_order(self.amazon, placed.order_id)
        with self.database.write() as connection:
            orders.store_orders(connection, "us", self.amazon.seller_id, [found], at=self.now())
            self.sender.vault.keep(connection, "us", found, self.now())
        return found

    def book(self, *found: Order) -> Book:
        skus = {line.seller_sku for order in found for line in order.lines}
        goods = {sku: Goods(sku, "ordered", exists=True) for sku in skus}
        return Book({order.order_id: order for order in found}, goods=goods)

    def plan(self, found: Order, kind: str, key: str = "", **body: Any) -> list[OrderChange]:
        change = OrderChange(found.order_id, kind, key, write_body(**body), caused_at=self.now())
        with self.database.write() as connection:
            return order_journal.record(connection, "us", "run", [change], self.now())

    def do(self, found: Order, kind: str, key: str = "", **body: Any) -> OrderChange:
        self.send(self.plan(found, kind, key, **body), found)
        return self.change(kind)

    def send(self, changes: Sequence[OrderChange], *found: Order) -> OrderApplied:
        return self.sender.send(changes, self.book(*found))

    def change(self, kind: str) -> OrderChange:
        with self.database.read() as connection:
            (found,) = [each for each in order_journal.load(connection, "us") if each.kind == kind]
        return found

    def copy(self, found: Order) -> Copy:
        (copy,) = find_copies(self.commerce, [found.order_id])
        return copy

    def break_next(self, kind: str, operation: str, count: int | None = 1) -> None:
        self.market.running.faults.add(kind, operation, count=count)

    def posts(self, operation: str = "PostV1Orders") -> int:
        return self.seen.count(operation)

    def __post_init__(self) -> None:
        for transport in (self.commerce.transport, self.amazon.transport):
            self._count(transport)

    def _count(self, transport: Any) -> None:
        call = transport.call

        def counted(operation: Any, *words: Any, **named: Any) -> Any:
            self.seen.append(operation.name)
            return call(operation, *words, **named)

        transport.call = counted


@pytest.fixture
def kind() -> Kind:
    """Return one database: what the journal says is tested on both in its own tests."""
    return "sqlite"


@pytest.fixture
def desk(run_sandbox: RunSandbox, database: Database) -> Iterator[Desk]:
    running = run_sandbox(speed=0, products=60, quiet=True, throttling=False)
    running.world.commerce.add_product(
        "ordered", name="Kettle", price="20", websites=["us"], quantities={US_SOURCE: 50}
    )
    clock = StandingClock(sandbox=running.world.clock)
    amazon = connect(running, clock=clock)
    keys = running.ready["commerce_credentials"]
    commerce = open_commerce(
        url=running.ready["commerce"],
        flavour="paas",
        auth="oauth1",
        consumer_key=keys["consumer_key"],
        consumer_secret=lambda: str(keys["consumer_secret"]),
        access_token=lambda: str(keys["access_token"]),
        access_token_secret=lambda: str(keys["access_token_secret"]),
        client_id="",
        client_secret=lambda: "",
        organization="",
        token_url="",
        clock=clock,
        random=lambda: 0.0,
        session=open_session(),
        throttle=Unlimited(),
    )
    view = next(view for view in running.world.commerce.stores.views if view.code == "us_en")
    terms = OrderTerms("us", amazon.seller_id, US, store_view_id=view.id, website_id=view.website_id)
    with database.write() as connection:
        stores.register_store(connection, "us", account="a", marketplace_id=US.id, website="us", at=1)
        installation = Installation("host", "database", "https://shop", amazon.seller_id)
        stores.confirm_golive(connection, "us", by="a test", at=1, installation=installation)
    with hold(database, "store/us", "a test") as lease:
        yield Desk(database, Market(running), amazon, commerce, lease, terms)


def test_a_copy_has_amazons_total_and_is_accepted_under_commerces_number(desk: Desk) -> None:
    """OR-02, OR-03: made once, in the store view of the settings, as processing."""
    found = desk.order()
    change = desk.do(found, CREATE)
    copy = desk.copy(found)
    assert (change.state, change.submission_id) == ("accepted", str(copy.entity_id))
    assert (copy.total, copy.state, copy.store_id) == (found.total, "processing", desk.terms.store_view_id)
    assert [line.ext_id for line in copy.lines] == [line.item_id for line in found.lines]
    assert desk.posts() == 1


@pytest.mark.parametrize("numbers", ["commerce", "amazon"])
def test_a_copy_whose_answer_was_lost_is_found_and_not_made_again(desk: Desk, numbers: str) -> None:
    desk.terms = replace(desk.terms, number_source=numbers)
    found = desk.order()
    desk.break_next("lost_answer", "PostV1Orders")
    change = desk.do(found, CREATE)
    assert (change.state, change.submission_id) == ("accepted", str(desk.copy(found).entity_id))
    assert desk.posts() == 1


def test_a_copy_that_never_arrived_is_made_again_only_after_two_looks_ten_minutes_apart(desk: Desk) -> None:
    found = desk.order()
    desk.break_next("reset", "PostV1Orders")
    planned = desk.plan(found, CREATE)
    assert desk.send(planned, found).unanswered == 1
    for minutes, posts in ((5, 1), (6, 2)):
        desk.market.skip(minutes * 60)
        desk.send([desk.change(CREATE)], found)
        assert desk.posts() == posts
    assert desk.change(CREATE).state == "accepted"
    desk.copy(found)


def test_a_copy_that_somebody_else_made_is_taken_as_it_is(desk: Desk) -> None:
    found = desk.order()
    body = write_order(found, found.person, desk.book(found).goods, desk.terms)  # type: ignore[arg-type]  # it was read
    made = create_order(desk.commerce, body)
    change = desk.do(found, CREATE)
    assert (change.state, change.submission_id, desk.posts()) == ("accepted", str(made.entity_id), 1)


def test_of_two_writers_the_slower_takes_the_copy_that_the_quicker_made(desk: Desk) -> None:
    desk.terms = replace(desk.terms, number_source="amazon")
    found = desk.order()
    planned = desk.plan(found, CREATE)
    call = desk.commerce.transport.call
    raced: list[Any] = []

    def late(operation: Any, *words: Any, **named: Any) -> Any:
        if operation.name == "PostV1Orders" and not raced:
            raced.append(call(operation, *words, **named))
        return call(operation, *words, **named)

    desk.commerce.transport.call = late  # type: ignore[method-assign]  # somebody is quicker
    assert desk.send(planned, found).accepted == 1
    assert desk.change(CREATE).submission_id == str(desk.copy(found).entity_id)


def test_a_store_that_may_not_send_any_more_stops_at_once(desk: Desk) -> None:
    found = [desk.order(), desk.order()]
    planned = [change for order in found for change in desk.plan(order, CREATE)]
    with desk.database.write() as connection:
        stores.withdraw_golive(connection, "us")
    applied = desk.send(planned, *found)
    assert (applied.left, applied.stopped, desk.posts()) == (2, "its go-live was withdrawn", 0)


def test_one_bad_order_never_holds_up_another(desk: Desk) -> None:
    """OR-06: what is refused is refused by itself, without anybody's data in the words."""
    bad, good = desk.order(), desk.order()
    planned = [*desk.plan(bad, CREATE), *desk.plan(good, CREATE)]
    book = desk.book(bad, good)
    broken = replace(bad, total=(bad.total or 0) + 1)
    applied = desk.sender.send(planned, replace(book, orders={**book.orders, bad.order_id: broken}))
    assert (applied.refused, applied.accepted) == (1, 1)
    with desk.database.read() as connection:
        told = failures.load_failures(connection).to_pylist()
        notes = [each.note for each in order_journal.load(connection, "us")]
    assert "Quill" not in str(told) + str(notes)
    assert "0.01 more" in str(notes)


def test_an_account_is_made_for_a_buyer_only_once(desk: Desk) -> None:
    desk.terms = replace(desk.terms, customers="account")
    for _ in range(2):
        found = desk.order()
        desk.send(desk.plan(found, CREATE), found)
        desk.copy(found)
    assert desk.posts("PostV1Customers") == 1


def test_a_copy_is_invoiced_shipped_and_refunded_once_each_though_every_answer_is_lost(desk: Desk) -> None:
    """OR-13: a credit memo puts the goods back."""
    found = desk.order()
    desk.do(found, CREATE)
    copy = desk.copy(found)
    item, units = copy.lines[0].item_id, copy.lines[0].ordered
    body: dict[str, Any] = {"entity_id": copy.entity_id, "units": [[item, units]]}
    shown = {"shown": [[item, units]]}
    ways: list[tuple[str, str, dict[str, Any]]] = [
        (INVOICE, "Invoice", body),
        (SHIP, "Ship", body | shown | {"source": "", "track": {"number": "1Z9", "carrier": "UPS", "title": "Ground"}}),
        (REFUND, "Refund", body | shown | {"restock": [item], "total": 0, "adjustment": 0}),
    ]
    for kind, word, wanted in ways:
        operation = f"PostV1OrderOrderId{word}"
        desk.break_next("lost_answer", operation)
        change = desk.do(found, kind, "1", **wanted)
        assert (kind, change.state, change.submission_id) == (kind, "accepted", "1")
        assert desk.posts(operation) == 1
    (line,) = desk.copy(found).lines
    assert (line.invoiced, line.shipped, line.refunded) == (units, units, units)
    (shipment,), (memo,) = (
        list_shipments(desk.commerce, copy.entity_id),
        list_credit_memos(desk.commerce, copy.entity_id),
    )
    assert (shipment.tracks[0].number, shipment.units) == ("1Z9", ((item, units),))
    assert memo.units == ((item, units),)


@pytest.mark.parametrize("status", ["canceled", "complete"])
def test_a_copy_is_cancelled_as_the_settings_say(desk: Desk, status: str) -> None:
    found = desk.order()
    desk.do(found, CREATE)
    copy = desk.copy(found)
    assert desk.do(found, CANCEL_COPY, "1", entity_id=copy.entity_id, status=status).state == "accepted"
    assert (desk.copy(found).state, desk.copy(found).status) == ("canceled", status)


def test_a_shipment_is_told_to_amazon(desk: Desk) -> None:
    """OR-10: with its carrier and tracking number."""
    found = desk.order()
    units = [[line.item_id, line.ordered] for line in found.lines]
    package = {"package_id": 31, "carrier": ["UPS", "UPS"], "method": "Ground", "tracking": "1Z9"}
    change = desk.do(found, CONFIRM, "31", **package, shipped_at=desk.now() - 1_000, units=units)
    assert (change.state, change.submission_id) == ("accepted", "31")
    desk.market.skip(200)
    shown = get_order(desk.amazon, found.order_id)
    assert (shown.status, shown.parcels[0].tracking) == ("SHIPPED", "1Z9")


def test_cancellations_are_handed_in_together_and_answered_later(desk: Desk) -> None:
    """OR-12: one feed for all."""
    found = [desk.order(), desk.order()]
    planned = [change for order in found for change in desk.plan(order, CANCEL, reason="NoInventory")]
    assert desk.send(planned, *found).unanswered == 2
    assert desk.posts("createFeed") == 1
    desk.market.skip(3_600)
    notes = desk.sender.notes
    follow_cancellations(desk.amazon, notes, desk.book(*found))
    assert (notes.applied.accepted, notes.applied.refused) == (2, 0)
    assert [get_order(desk.amazon, order.order_id).status for order in found] == ["CANCELLED"] * 2


def test_a_cancellation_can_be_a_call(desk: Desk) -> None:
    desk.terms = replace(desk.terms, cancel_call=True)
    found = desk.order()
    assert desk.do(found, CANCEL, reason="NoInventory").state == "accepted"
