"""What buyers and merchants do between two cycles: order, cancel, ship, send back; drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from benchmarks.chaos.buyers import buy
from benchmarks.chaos.scene import SHIP_SOURCES, Scene
from channelkit.errors import ChannelkitError
from channelkit.report.order_plan import OrderPlan
from channelkit.sandbox.amazon.orders import OPEN, SHIPPED, UNPAID
from channelkit.sandbox.amazon.orders import Order as AmazonOrder
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Order as Copy

REASONS = ("CR-DEFECTIVE", "CR-UNWANTED_ITEM")
ENOUGH = 30
"""Units that a source is filled up to, so that what is ordered can be shipped."""

LOST_IN_COMMERCE = (
    *("PostV1Orders", "PostV1Orders", "PostV1Orders", "PostV1OrderOrderIdInvoice", "PostV1OrderOrderIdShip"),
    *("PostV1OrderOrderIdRefund", "PostV1OrdersIdCancel"),
)
LOST_ON_AMAZON = ("confirmShipment", "confirmShipment", "createFeed", "patchListingsItem", "searchOrders")


@dataclass
class Life:
    """Lets things happen to orders.

    Arguments:
        skus: seller SKUs by store that may be ordered, and the product that each is.
        shipped, cancelled, returned: copies that were shipped in the shop, and orders that were cancelled by their
            buyers or sent back.
        declined: what a person wanted and could not have, because a dead cycle still held the store.
    """

    scene: Scene
    rng: random.Random
    skus: dict[str, dict[str, str]]
    placed: int = 0
    shipped: set[int] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)
    declined: int = 0

    def happen(self) -> None:
        """Let some things happen, about one of each kind for two orders."""
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            self.order()
        for chance, act in (
            (0.45, self.ship),
            (0.06, self.ship_on_amazon),
            (0.08, self.cancel_on_amazon),
            (0.05, self.cancel_in_shop),
            (0.10, self.send_back),
            (0.30, self.lose_an_answer),
        ):
            if self.rng.random() < chance:
                act()
        self.fill_up()

    def order(self, *, units: int = 0) -> AmazonOrder:
        """Let somebody order one or two things; now and then the payment takes a while."""
        rng, world = self.rng, self.scene.world
        store = rng.choice(sorted(self.skus))
        shelf = self.scene.shelves[store]
        chosen = rng.sample(sorted(self.skus[store]), rng.choice((1, 1, 1, 2)))
        wait = 0.0 if units else rng.choice((0.0, 0.0, 0.0, 400.0))
        with world.amazon.lock:
            for sku in chosen:
                # What is offered is the kit's to say; here nobody shall go without.
                if shelf.listings[sku].quantity < 4:
                    world.amazon.set_quantity(shelf.seller_id, sku, 9, self.scene.time.now())
            basket = {sku: units or rng.choice((1, 1, 2, 3)) for sku in chosen}
            order = buy(world.amazon, shelf, basket, self.scene.time.now(), pending_for=wait)
        assert order is not None, f"{chosen} cannot be bought"
        self.placed += 1
        return order

    def ship(self) -> Copy | None:
        """Let the warehouse ship a copy, or half of it."""

        def can(copy: Copy) -> bool:
            return copy.state in {"new", "processing"} and any(item.to_ship() for item in copy.items)

        return self._in_shop(can, self._ship)

    def ship_on_amazon(self) -> AmazonOrder | None:
        """Let the merchant confirm a shipment in Seller Central, which Commerce knows nothing of."""
        order = self._on_amazon(lambda order: order.status in OPEN and not self._is_decided(order.order_id))
        return order and self.scene.world.amazon.sales.ship_order(order.order_id, self.scene.time.now())

    def cancel_on_amazon(self) -> AmazonOrder | None:
        """Let a buyer cancel what was not shipped."""
        order = self._on_amazon(lambda order: order.status in OPEN | UNPAID and not self._is_decided(order.order_id))
        if order is not None:
            self.cancelled.add(order.order_id)
            self.scene.world.amazon.sales.cancel_order(
                order.order_id, self.scene.time.now(), by="BUYER", reason="BUYER_CANCELLED"
            )
        return order

    def cancel_in_shop(self) -> Copy | None:
        """Let the merchant cancel a copy, as far as Commerce lets him."""

        def can(copy: Copy) -> bool:
            order = self.scene.world.amazon.sales.get(str(copy.fields["ext_order_id"]))
            is_open = order.status in OPEN and not any(line.fulfilled for line in order.lines)
            return is_open and not self._is_decided(order.order_id)

        return self._in_shop(can, lambda copy: self.scene.world.commerce.cancel_in_shop(copy.number) or None)

    def send_back(self) -> None:
        """Let a buyer send a unit back; it is there, and paid back, ten minutes later."""
        order = self._on_amazon(
            lambda order: order.status == SHIPPED and order.order_id not in self.returned and not order.by_amazon
        )
        if order is not None and order.lines[0].fulfilled:
            line = order.lines[0]
            self.returned.add(order.order_id)
            self.scene.world.amazon.sales.return_line(
                order.order_id,
                line.item_id,
                at=self.scene.time.now(),
                reason=self.rng.choice(REASONS),
                refunded=line.charges.item // line.ordered,
                received_after=600.0,
            )

    def work_at_desk(self, *, cancelling: bool = True) -> None:
        """Let a person refund what has come back, and now and then cancel an order, as a notebook does."""
        with self.scene.kit() as kit:
            for store in kit.stores.values():
                back = store.orders.returns()
                for return_id in back.loc[back["state"] == "Received", "return_id"]:
                    self._decide(partial(store.orders.refund, return_id, by="chaos"))
                unshipped = store.orders.all(status="UNSHIPPED")["order_number"]
                chosen = sorted(number for number in unshipped if not self._is_decided(number))
                if cancelling and chosen and self.rng.random() < 0.3:
                    self._decide(partial(store.orders.cancel, self.rng.choice(chosen), "NoInventory", by="chaos"))
                for number in sorted(number for number in unshipped if self._is_canceled(number)):
                    # Cancelled in the shop alone, which the kit leaves to a person.
                    self._decide(partial(store.orders.cancel, number, "NoInventory", by="chaos"))

    def _decide(self, make: Callable[[], OrderPlan]) -> None:
        """Apply a person's plan, unless a dead cycle still holds the store, or the order is beyond it."""
        try:
            make().apply()
        except ChannelkitError:
            self.declined += 1

    def lose_an_answer(self) -> None:
        """Let the next answer to a write get lost on its way; what was asked for is done."""
        operation = self.rng.choice((*LOST_IN_COMMERCE, *LOST_ON_AMAZON))
        self.scene.running.faults.add(self.rng.choice(("lost_answer", "late_error")), operation)

    def fill_up(self) -> None:
        """Let goods come in where a source runs low."""
        commerce = self.scene.world.commerce
        for store, products in self.skus.items():
            source = SHIP_SOURCES[store]
            for product in set(products.values()):
                held = dict(commerce.inventory.of(product)).get(source, (0, 0))[0] // 10_000
                if held < ENOUGH // 2:
                    commerce.change_stock(product, ENOUGH - held, source)

    def calm(self) -> None:
        """Let whatever is open come to its end: payments are made, and no answer gets lost any more."""
        self.scene.running.faults.clear()
        for order in self.scene.world.amazon.orders:
            if order.status in UNPAID:
                self.scene.world.amazon.sales.authorise(order.order_id, self.scene.time.now())

    def _ship(self, copy: Copy) -> Copy:
        store = next(name for name, place in _places(self.scene).items() if place == copy.store_id)
        lines: dict[int, int | Decimal] | None = None
        if self.rng.random() < 0.2:
            item = next(item for item in copy.items if item.to_ship())
            lines = {item.number: 1}
        self.shipped.add(copy.number)
        number = f"1Z{copy.number:010d}{self.rng.randrange(100):02d}"
        self.scene.world.commerce.ship_in_shop(copy.number, lines, number=number, source=SHIP_SOURCES[store])
        return copy

    def _is_decided(self, order_id: str) -> bool:
        """Tell whether the warehouse has shipped any of an order already, or cancelled it."""
        copies = self.scene.world.commerce.sales.find_by_ext_order_id(order_id)
        has_left = any(item.amount("qty_shipped") for copy in copies for item in copy.items)
        return has_left or self._is_canceled(order_id)

    def _is_canceled(self, order_id: str) -> bool:
        return any(copy.state == "canceled" for copy in self.scene.world.commerce.sales.find_by_ext_order_id(order_id))

    def _on_amazon(self, suits: Callable[[AmazonOrder], bool]) -> AmazonOrder | None:
        found = [order for order in self.scene.world.amazon.orders if suits(order)]
        return self.rng.choice(found) if found else None

    def _in_shop(self, suits: Callable[[Copy], bool], act: Callable[[Copy], object]) -> Copy | None:
        orders = self.scene.world.commerce.sales.orders.values()
        found = [copy for copy in orders if copy.fields.get("ext_order_id") and suits(copy)]
        if not found:
            return None
        copy = self.rng.choice(found)
        try:
            act(copy)
        except Refusal:
            # The shop's own rules; its staff would see the same words and go on with something else.
            return None
        return copy


def _places(scene: Scene) -> dict[str, int]:
    stores = scene.world.commerce.stores
    views = {"us": "us_en", "ca": "us_en", "de": "de_de"}
    return {name: stores.view(views[name]).id for name in scene.shelves}
