"""What people do in a shop itself: buyers order in its storefront, the merchant's own staff ship, cancel and refund."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from channelkit.sandbox.commerce.documents import Shop
from channelkit.sandbox.commerce.fulfilment import cancel, invoice, ship
from channelkit.sandbox.commerce.order_saving import create_order
from channelkit.sandbox.commerce.refunds import Extras, refund
from channelkit.sandbox.commerce.sales import Document, Order, Sales
from channelkit.sandbox.commerce.sales_stock import Compensation, Units, create_compensations, reserve, stock_of

if TYPE_CHECKING:
    from channelkit.sandbox.commerce.catalog import Catalog
    from channelkit.sandbox.commerce.state import Clock
    from channelkit.sandbox.commerce.stock import Inventory
    from channelkit.sandbox.commerce.stores import Stores

Lines = Mapping[int, int | Decimal]
"""Units by the number of an order's item."""


class ShopWork:
    """The part of a shop that its buyers and its staff work with; every method does what a click there would."""

    if TYPE_CHECKING:
        clock: Clock
        stores: Stores
        catalog: Catalog
        inventory: Inventory
        sales: Sales
        lock: threading.RLock

    def shop(self, at: float | None = None) -> Shop:
        """Return the parts that fulfilling an order touches, as they are at a time; now unless given."""
        return Shop(self.stores, self.catalog, self.inventory, self.sales, self.clock.now() if at is None else at)

    def place_storefront_order(self, website: str, lines: Sequence[tuple[str, int]], at: float | None = None) -> Order:
        """Let a buyer order in the shop itself, at its prices and without tax; the units are reserved.

        Arguments:
            website: the code of the website; the order is placed in its default store view.
            lines: SKUs and units.
            at: Unix seconds; now unless given.
        """
        with self.lock:
            shop = self.shop(at)
            found = self.stores.website(website)
            view = self.stores.groups[found.default_group_id].default_store_id
            items: list[dict[str, Any]] = []
            for sku, units in lines:
                product = self.catalog.get(sku)
                price = product.value("price", view) or Decimal(0)
                item = {"sku": product.sku, "product_id": product.entity_id, "product_type": product.type_id}
                item |= {"name": product.value("name", view), "qty_ordered": units, "price": price}
                items.append(item | {"base_price": price, "row_total": price * units, "base_row_total": price * units})
            total = sum((item["row_total"] for item in items), Decimal(0))
            entity: dict[str, Any] = {
                "items": items,
                "customer_email": "guest@shop.example",
                "payment": {"method": "checkmo"},
            }
            for name in ("subtotal", "grand_total", "total_due"):
                entity |= {name: total, f"base_{name}": total}
            entity |= {"order_currency_code": found.base_currency, "base_currency_code": found.base_currency}
            order = create_order(self.sales, self.stores, entity, view, shop.at)
            stock = stock_of(self.stores, self.inventory, order)
            for each in order.items:
                reserve(self.inventory, stock, order, each.sku, -each.amount("qty_ordered"))
            return order

    def invoice_in_shop(self, order_id: int, lines: Lines | None = None) -> Document:
        """Let the merchant invoice an order, or some of it."""
        with self.lock:
            order = self.sales.order(order_id)
            return invoice(self.shop(), order, _units(order, lines))

    def ship_in_shop(
        self,
        order_id: int,
        lines: Lines | None = None,
        carrier: str = "ups",
        title: str = "United Parcel Service",
        number: str = "",
        *,
        source: str = "",
    ) -> Document:
        """Let the merchant ship an order, or some of it.

        Arguments:
            lines: units by item number; all that is left unless given.
            carrier, title: the carrier's code (``custom`` for one that the shop does not know) and its name.
            number: the tracking number; without one the parcel has no track.
            source: the code of the source; the shop chooses unless given.

        Raises:
            Refusal: there is nothing to ship, or the source holds too little.
        """
        with self.lock:
            order = self.sales.order(order_id)
            track = {"carrier_code": carrier, "title": title, "track_number": number}
            return ship(self.shop(), order, _units(order, lines), [track] if number else [], source)

    def cancel_in_shop(self, order_id: int) -> bool:
        """Let the merchant cancel an order; say whether anything could be cancelled."""
        with self.lock:
            return cancel(self.shop(), self.sales.order(order_id))

    def refund_in_shop(
        self,
        order_id: int,
        lines: Lines | None = None,
        *,
        restock: bool = True,
        shipping: Decimal | None = None,
        adjustment: Decimal = Decimal(0),
    ) -> Document:
        """Let the merchant write a credit memo.

        Arguments:
            lines: units by item number; all that was invoiced and not refunded unless given.
            restock: whether the goods go back on the shelf.
            shipping: of the shipping; all that is left of it unless given.
            adjustment: more than that, or less below zero.

        Raises:
            Refusal: the order was not paid, or more is given back than is left.
        """
        with self.lock:
            order = self.sales.order(order_id)
            restocked = frozenset(item.number for item in order.items) if restock else frozenset()
            extras = Extras(shipping, max(Decimal(0), adjustment), max(Decimal(0), -adjustment), restocked)
            return refund(self.shop(), order, _units(order, lines), extras)

    def create_compensations(self) -> list[Compensation]:
        """Run the merchant's commands that make reservations add up to what orders owe; return what they did."""
        with self.lock:
            return create_compensations(self.stores, self.inventory, self.sales)


def _units(order: Order, lines: Lines | None) -> list[Units]:
    return [(order.item(number), Decimal(quantity)) for number, quantity in (lines or {}).items()]
