"""Random lives of orders over the wire: whatever both sides do, in the end they agree, and nothing is oversold.

``ORDER_LIVES`` is how many lives each test lives. A life takes many seconds, so without it each lives one, always the
same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from channelkit.sandbox.amazon.orders import Order
from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Order as Copy
from channelkit.sandbox.commerce.stock import in_units
from tests.order_practice import OrderPractice, minor, order_practice

LIVES = int(os.environ.get("ORDER_LIVES", "1"))
CLOCKS_GO_FORWARD = datetime(2027, 3, 14, 9, 20, tzinfo=UTC)
MONTH_ENDS = datetime(2027, 4, 1, 6, 20, tzinfo=UTC)
"""Shortly before America's clocks go forward, and before the last day of March ends there."""

ORDERS = {"us": {"reserve_pending": True, "ship_source": "reno"}}


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    def start(practice: OrderPractice) -> None:
        until(practice, CLOCKS_GO_FORWARD)

    with order_practice(openapi_folder, tmp_path_factory.mktemp("lives"), orders=ORDERS, begin=start) as practice:
        yield practice


def until(practice: OrderPractice, moment: datetime) -> None:
    practice.running.world.clock.skip(max(0.0, moment.timestamp() - practice.now))


@dataclass
class Life:
    """What happens to the orders of one product of the American store."""

    practice: OrderPractice
    sku: str
    product: str
    ids: list[str] = field(default_factory=list)
    storefront: list[int] = field(default_factory=list)

    def live(self, deeds: list[tuple[str, int, int]]) -> None:
        for name, which, units in deeds:
            try:
                getattr(self, name)(which, units)
            except Refusal:
                continue  # Commerce does not let anybody do that

    def buy(self, which: int, units: int) -> None:
        units = min(units, self.practice.shown("us", self.sku))
        if units > 0:
            pending = NEVER if which % 2 else 0.0
            self.ids.append(self.practice.order("us", self.sku, units=units, pending_for=pending).order_id)

    def pay(self, which: int, _units: int) -> None:
        if self.ids:
            self.practice.sales.authorise(self._order(which).order_id)

    def cancel_units(self, which: int, units: int) -> None:
        if self.ids and self._is_whole(order := self._order(which)):
            self.practice.sales.cancel_line(order.order_id, order.lines[0].item_id, units, by="BUYER")

    def cancel(self, which: int, _units: int) -> None:
        if self.ids and self._is_whole(order := self._order(which)):
            self.practice.sales.cancel_order(order.order_id, by="BUYER", reason="BUYER_CANCELLED")

    def cancel_in_shop(self, which: int, _units: int) -> None:
        for copy in self._copies(which):
            self.practice.shop.cancel_in_shop(copy.number)

    def ship_in_shop(self, which: int, units: int) -> None:
        for copy in self._copies(which):
            (item,) = copy.items
            part = min(units, int(item.to_ship()))
            if part > 0:
                number = f"1Z{copy.number}N{len(self.practice.shop.sales.shipments)}"
                self.practice.shop.ship_in_shop(copy.number, {item.number: part}, number=number)

    def ship_on_amazon(self, which: int, units: int) -> None:
        if self.ids and (order := self._order(which)).status in ("UNSHIPPED", "PARTIALLY_SHIPPED"):
            (line,) = order.lines
            left = min(units, self.practice.sales.parcels.left(order.order_id)[line.item_id])
            if left > 0:
                self.practice.sales.ship_order(order.order_id, units={line.item_id: left})

    def take_back(self, which: int, units: int) -> None:
        if self.ids and (order := self._order(which)).lines[0].fulfilled:
            back = min(units, order.lines[0].fulfilled)
            self.practice.sales.return_line(order.order_id, order.lines[0].item_id, back, received_after=600.0)

    def refund_in_shop(self, which: int, _units: int) -> None:
        for copy in self._copies(which):
            (item,) = copy.items
            if item.amount("qty_shipped") > item.amount("qty_refunded"):
                self.practice.shop.refund_in_shop(copy.number, {item.number: 1})

    def order_in_storefront(self, _which: int, units: int) -> None:
        if self.practice.shop.salable(self.product, "us") >= units:
            self.storefront.append(self.practice.shop.place_storefront_order("us", [(self.product, units)]).number)

    def ship_storefront(self, which: int, _units: int) -> None:
        if self.storefront:
            self.practice.shop.ship_in_shop(self.storefront[which % len(self.storefront)], source="reno")

    def move_stock(self, which: int, units: int) -> None:
        self.practice.shop.change_stock(self.product, units if which % 2 else -units, "reno")

    def cycle(self, _which: int, units: int) -> None:
        self.practice.cycles(minutes=5.0 * units)

    @property
    def free(self) -> int:
        """Units on the shelf that are nobody's: not of a buyer on Amazon, nor of one in the storefront."""
        shelf = sum(item[0] for source, item in self.practice.on_shelves("us", self.sku) if source == "reno")
        owed = sum(self._owed(self.practice.sales.get(order_id)) for order_id in self.ids)
        for number in self.storefront:
            (item,) = self.practice.shop.sales.order(number).items
            owed += int(item.to_ship())
        return max(0, int(in_units(shelf)) - owed)

    def check(self) -> None:
        for order_id in self.ids:
            self._check_order(self.practice.sales.get(order_id))
        ledger = self.practice.kit.stores["us"].orders.ledger(check=True)
        left = ledger[ledger["product_sku"] == self.product]["residual"]
        assert list(left) in ([], [0]), "the ledger does not explain Commerce's stock"
        assert self.practice.shown("us", self.sku) == self.free

    def _check_order(self, order: Order) -> None:
        stage, blocker = self.practice.stage("us", order.order_id)
        copies, (line,) = self.practice.copies(order.order_id), order.lines
        assert len(copies) <= 1, "made twice"
        assert stage and (blocker or stage != "blocked")
        if not copies:
            # Never paid, cancelled before it was made, or something is in the way and told.
            assert order.status in ("PENDING", "CANCELLED") or blocker, (order.status, stage)
            return
        (item,) = copies[0].items
        if blocker:
            return
        assert int(item.amount("qty_shipped")) == line.fulfilled, (order.status, stage, copies[0].state)
        if order.status == "CANCELLED":
            assert copies[0].state in ("canceled", "closed"), stage
        elif int(item.amount("qty_ordered")) == line.ordered - line.cancelled:
            assert order.status != "SHIPPED" or copies[0].state in ("complete", "closed"), stage
            if not line.cancelled:
                assert minor(copies[0].fields["grand_total"]) == order.total

    def _owed(self, order: Order) -> int:
        (line,) = order.lines
        wanted = line.fulfilled if order.status == "CANCELLED" else line.ordered - line.cancelled
        items = [item for copy in self.practice.copies(order.order_id) for item in copy.items]
        return max(0, wanted - sum(int(item.amount("qty_shipped")) for item in items))

    def _order(self, which: int) -> Order:
        return self.practice.sales.get(self.ids[which % len(self.ids)])

    def _copies(self, which: int) -> list[Copy]:
        return self.practice.copies(self._order(which).order_id) if self.ids else []

    def _is_whole(self, order: Order) -> bool:
        """Tell whether nothing of an order has left: only then it can be cancelled on Amazon."""
        return order.status in ("PENDING", "UNSHIPPED") and not self.practice.sales.parcels.has_coming(order.order_id)


DEEDS = (
    *("buy", "buy", "buy", "pay", "cancel_units", "cancel", "cancel_in_shop", "ship_in_shop", "ship_in_shop"),
    *("ship_on_amazon", "take_back", "refund_in_shop", "order_in_storefront", "ship_storefront", "move_stock"),
    *("cycle", "cycle", "cycle", "cycle"),
)


@pytest.mark.parametrize("begin", [CLOCKS_GO_FORWARD, MONTH_ENDS], ids=["clocks-go-forward", "month-ends"])
@settings(
    max_examples=LIVES,
    derandomize=LIVES == 1,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 5), st.integers(1, 3)), min_size=8, max_size=16))
def test_whatever_happens_to_orders_both_sides_agree_in_the_end_and_nothing_is_oversold(
    practice: OrderPractice, begin: datetime, deeds: list[tuple[str, int, int]]
) -> None:
    """OR-04, OR-05, OR-10, OR-12: each order once in Commerce or blocked with a reason, and all stock explained."""
    until(practice, begin)
    sku = practice.pick("us")
    life = Life(practice, sku, practice.product_of("us", sku))
    life.live([("buy", 0, 1), *deeds])
    practice.cycles(6, minutes=10)
    life.check()
