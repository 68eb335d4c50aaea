"""The merchant's warehouse: it ships the orders that came from a marketplace, some hours after they came.

When an order is shipped, by whom and in how many parcels follows from the seed and the order's number alone.
"""

from __future__ import annotations

import random
from decimal import Decimal

from channelkit.sandbox.commerce.order_states import can_ship
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Order
from channelkit.sandbox.commerce.sales_stock import stock_of
from channelkit.sandbox.commerce.state import CommerceState

SOONEST, LATEST = 30, 240
"""Minutes between an order's coming and its parcel's leaving."""
AGAIN = 30
"""Minutes until an order is looked at again that could not be shipped, or of which a second parcel is to leave."""
IN_TWO_PARCELS = 0.05

CARRIERS = (
    ("ups", "United Parcel Service", "1Z"),
    ("usps", "United States Postal Service", "94"),
    ("fedex", "Federal Express", "61"),
    ("dhl", "DHL", "JD"),
    ("custom", "GLS", "GL"),
    ("custom", "Own van", "V-"),
)


class Warehouse:
    """Ships what came from a marketplace, which is every order that carries another system's number."""

    def __init__(self, shop: CommerceState, seed: int) -> None:
        self._shop = shop
        self._seed = seed
        self._seen = 0
        self._due: dict[int, list[int]] = {}

    def work(self, minute: int) -> None:
        """Put the orders that are new on the list, and ship those whose minute has come."""
        orders = self._shop.sales.orders
        for number in range(self._seen + 1, self._shop.sales.last.get("order", 0) + 1):
            self._seen = number
            order = orders.get(number)
            if order is not None and order.fields.get("ext_order_id"):
                self._due.setdefault(minute + self._dice(order).randint(SOONEST, LATEST), []).append(number)
        for number in self._due.pop(minute, ()):
            order = orders[number]
            if can_ship(order):
                self._pack(order, minute)

    def _pack(self, order: Order, minute: int) -> None:
        """Send one parcel, and look at the order again later where there is more to send."""
        dice = self._dice(order)
        dice.random()  # The first throw was for the minute.
        open_units = {item.number: item.to_ship() for item in order.items if item.to_ship()}
        lines = dict(open_units)
        is_first = not any(item.amount("qty_shipped") for item in order.items)
        if is_first and sum(open_units.values()) > 1 and dice.random() < IN_TWO_PARCELS:
            lines = {next(iter(open_units)): Decimal(1)}
        carrier, title, prefix = dice.choice(CARRIERS)
        parcels = len(self._shop.sales.documents_of(self._shop.sales.shipments, order)) + 1
        track = f"{prefix}{dice.randrange(10**9):09d}{parcels}"
        if not self._send(order, lines, (carrier, title, track)) or lines != open_units:
            self._due.setdefault(minute + AGAIN, []).append(order.number)

    def _send(self, order: Order, lines: dict[int, Decimal], track: tuple[str, str, str]) -> bool:
        """Ship from the first source that holds all of it; say whether one does."""
        stock = stock_of(self._shop.stores, self._shop.inventory, order)
        for source in stock.sources:
            try:
                self._shop.ship_in_shop(order.number, lines, *track, source=source)
            except Refusal:
                continue  # Too little lies there.
            return True
        return False

    def _dice(self, order: Order) -> random.Random:
        return random.Random(f"warehouse:{self._seed}:{order.fields['ext_order_id']}")
