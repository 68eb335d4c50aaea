"""What happens to orders: they are placed, paid, shipped, cancelled and sent back.

Each verb is what a buyer, Amazon, or the merchant in Seller Central does. Times are Unix seconds of sandbox time, by
default now; an order's own are in milliseconds. What an order does by itself follows from the seed and its number.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from channelkit.sandbox.amazon.baskets import SERVICE_LEVELS, draw_windows, fill_basket, tax_included
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.order_log import OrderLog
from channelkit.sandbox.amazon.order_steps import ask_to_cancel, cancel_units, complete_line
from channelkit.sandbox.amazon.orders import (
    OPEN,
    PENDING,
    UNPAID,
    UNSHIPPED,
    Address,
    Buyer,
    Order,
    OrderLine,
    Package,
    Return,
    item_number,
    order_number,
)
from channelkit.sandbox.amazon.parcels import DAY, HOUR, Parcels
from channelkit.sandbox.amazon.people import make_person

if TYPE_CHECKING:
    from channelkit.sandbox.amazon.state import AmazonState

NEVER = math.inf
"""For ``pending_for``: the payment is never authorised."""


class Sales:
    """The orders and returns of all sellers, and what can happen to them."""

    def __init__(self, state: AmazonState) -> None:
        self._state = state
        self.log = OrderLog()
        self.returns: list[Return] = []
        self.parcels = Parcels(state, self.log)

    def get(self, order_id: str) -> Order:
        """Return an order as it stands now.

        Raises:
            KeyError: there is no such order.
        """
        return self.log.current[order_id]

    def buy(
        self, shelf: Shelf, basket: Mapping[str, int], at: float, *, pending_for: float | None = None
    ) -> Order | None:
        """Let a made-up buyer order what can be bought; return the order, or None where the first SKU cannot.

        Arguments:
            basket: units by SKU.
        """
        rng = self._draws(len(self.log.current) + 1, "basket")
        lines = fill_basket(rng, shelf, basket, at)
        if not lines:
            return None
        buyer, address = make_person(rng, shelf.marketplace.country)
        offered = (("AMAZON_BUSINESS", bool(buyer.company)), ("PRIME", rng.random() < 0.3))
        return self.place(
            shelf,
            lines,
            at,
            buyer=buyer,
            address=address,
            programs=[name for name, is_so in offered if is_so],
            service_level=rng.choice(SERVICE_LEVELS),
            pending_for=pending_for,
        )

    def place(
        self,
        shelf: Shelf,
        lines: Sequence[OrderLine],
        at: float | None = None,
        *,
        buyer: Buyer | None = None,
        address: Address | None = None,
        programs: Sequence[str] = (),
        service_level: str = "STANDARD",
        pending_for: float | None = 0.0,
        status: str = "",
        replaces: str = "",
        by_amazon: bool | None = None,
        with_tax: bool | None = None,
    ) -> Order:
        """Place exactly this order; what is on the shelf falls at once.

        Arguments:
            lines: what is ordered, with its charges; what is not said of an item comes from its listing.
            pending_for: seconds until the payment is authorised; None draws 1 to 30 minutes, 0 is at once.
            status: where it stays, such as PENDING_AVAILABILITY or UNFULFILLABLE; by itself it goes its way.
            by_amazon: who fulfils it; by default what the first line's listing says.
            with_tax: whether the charges hold the tax; by default as the marketplace has it.
        """
        at = self._at(at)
        number = len(self.log.current) + 1
        listings = [shelf.listings.get(line.sku) for line in lines]
        fulfilled = bool(listings and listings[0] and listings[0].by_amazon) if by_amazon is None else by_amazon
        order = self.log.add(
            Order(
                order_id=order_number(number),
                seller_id=shelf.seller_id,
                marketplace_id=shelf.marketplace.id,
                status=status or PENDING,
                created=int(at * 1000),
                updated=int(at * 1000),
                lines=tuple(
                    complete_line(line, listing, item_number(number, place))
                    for place, (line, listing) in enumerate(zip(lines, listings, strict=True))
                ),
                by_amazon=fulfilled,
                buyer=buyer or Buyer(),
                address=address,
                programs=tuple(programs),
                service_level=service_level,
                replaces=replaces,
                tax_included=tax_included(shelf.marketplace) if with_tax is None else with_tax,
            )
        )
        for line in order.lines:
            self._move_stock(order, line.sku, -line.ordered, at)
        if status:
            return order
        wait = self._draws(number, "payment").uniform(60.0, 1800.0) if pending_for is None else pending_for
        if wait == 0:
            return self.authorise(order.order_id, at)
        if wait != NEVER:
            self._state.later(at + wait, partial(self._authorised, order.order_id))
        return order

    def authorise(self, order_id: str, at: float | None = None) -> Order:
        """Let the payment of a pending order be authorised; Amazon ships its own within a day."""
        at, order = self._at(at), self.get(order_id)
        if order.status not in UNPAID:
            return order
        rng = self._draws(order_id, "windows")
        order = self._change(order_id, at, status=UNSHIPPED, paid=True, **draw_windows(rng, int(at * 1000)))
        if order.by_amazon:
            self._state.later(at + rng.uniform(1.0, 20.0) * HOUR, self._if_open(order_id, self.ship_order))
        return order

    def cancel_order(
        self, order_id: str, at: float | None = None, *, by: str = "MERCHANT", reason: str = "NO_INVENTORY"
    ) -> Order:
        """Cancel what has not been shipped of an order; its units can be bought again.

        Arguments:
            by: BUYER, MERCHANT or AMAZON.
        """
        return self._cancel(self.get(order_id), self.parcels.left(order_id), self._at(at), by=by, reason=reason)

    def cancel_line(
        self,
        order_id: str,
        item_id: str,
        units: int | None = None,
        *,
        at: float | None = None,
        by: str = "MERCHANT",
        reason: str = "NO_INVENTORY",
    ) -> Order:
        """Cancel units of one item, or all that were not shipped; they can be bought again."""
        left = self.parcels.left(order_id).get(item_id, 0)
        gone = left if units is None else min(units, left)
        return self._cancel(self.get(order_id), {item_id: gone}, self._at(at), by=by, reason=reason)

    def request_cancellation(
        self, order_id: str, at: float | None = None, *, reason: str = "Ordered by mistake"
    ) -> Order:
        """Let the buyer ask for a cancellation; that cancels nothing."""
        return self._change(order_id, self._at(at), **ask_to_cancel(self.get(order_id), reason))

    def ship_order(
        self,
        order_id: str,
        at: float | None = None,
        *,
        units: Mapping[str, int] | None = None,
        carrier: str = "UPS",
        tracking: str = "",
    ) -> Order:
        """Ship units by order item, or all that are left, as the merchant does in Seller Central; shown at once."""
        at, order = self._at(at), self.get(order_id)
        left = {line.item_id: line.open for line in order.lines if line.open} if units is None else units
        number = str(1 + max((int(package.package_id) for package in order.packages), default=0))
        moment = int(at * 1000)
        tracking = tracking or f"1Z{order_id.replace('-', '')}{number}"
        package = Package(number, carrier, tracking, "Ground", moment, moment, tuple(left.items()))
        return self.parcels.show(order_id, package, at)

    def return_line(
        self,
        order_id: str,
        item_id: str,
        units: int = 1,
        *,
        at: float | None = None,
        reason: str = "CR-UNWANTED_ITEM",
        refunded: int = 0,
        received_after: float = 3 * DAY,
    ) -> Return:
        """Let the buyer send units back; they come, and the money is given back, after so many seconds.

        Arguments:
            refunded: in minor units.
        """
        at = self._at(at)
        made = Return(
            rma=f"D{len(self.returns) + 1:05d}{order_id[-4:]}RRMA",
            order_id=order_id,
            seller_id=self.get(order_id).seller_id,
            item_id=item_id,
            units=units,
            reason=reason,
            requested_at=int(at * 1000),
        )
        place = len(self.returns)
        self.returns.append(made)
        self._state.later(at + received_after, partial(self._receive, place, refunded))
        return made

    def _receive(self, place: int, refunded: int, at: float) -> None:
        self.returns[place] = msgspec.structs.replace(
            self.returns[place], received_at=int(at * 1000), refunded=refunded, status="Completed"
        )

    def _authorised(self, order_id: str, at: float) -> None:
        self.authorise(order_id, at)

    def _if_open(self, order_id: str, verb: Callable[[str, float], object]) -> Callable[[float], None]:
        def happen(at: float) -> None:
            if self.get(order_id).status in OPEN:
                verb(order_id, at)

        return happen

    def _cancel(self, order: Order, units: Mapping[str, int], at: float, *, by: str, reason: str) -> Order:
        if not any(units.values()):
            return order
        for line in order.lines:
            self._move_stock(order, line.sku, units.get(line.item_id, 0), at)
        return self._change(order.order_id, at, **cancel_units(order, units, by=by, reason=reason))

    def _move_stock(self, order: Order, sku: str, units: int, at: float) -> None:
        listing = self._state.shelf(order.seller_id, order.marketplace_id).listings.get(sku)
        if listing is not None and units:
            self._state.set_quantity(order.seller_id, sku, max(0, listing.quantity + units), at)

    def _change(self, order_id: str, at: float, **changed: object) -> Order:
        return self.log.change(order_id, int(at * 1000), **changed)

    def _at(self, at: float | None) -> float:
        return self._state.clock.now() if at is None else at

    def _draws(self, key: object, what: str) -> random.Random:
        return random.Random(f"order:{self._state.seed}:{key}:{what}")
