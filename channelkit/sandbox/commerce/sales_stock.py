"""What orders do to stock: they hold units by reservations, and shipments and returns move them at a source.

An order that came through the interface has reserved nothing. Shipping or cancelling it is made up for all the same,
so that more seems to be salable than there is; ``create_compensations`` mends that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from channelkit.sandbox.commerce.catalog import Catalog
from channelkit.sandbox.commerce.order_states import FINAL
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Order, OrderItem, Sales
from channelkit.sandbox.commerce.stock import Inventory, Stock, in_units
from channelkit.sandbox.commerce.stores import Stores

DEFAULT_SOURCE = "default"

Units = tuple[OrderItem, Decimal]
"""An item of an order, and how many units of it."""


@dataclass(frozen=True)
class Compensation:
    """A reservation that was made because an order's did not add up to what it owes."""

    increment_id: str
    sku: str
    quantity: Decimal


def stock_of(stores: Stores, inventory: Inventory, order: Order) -> Stock:
    """Return the stock that an order is served from.

    Raises:
        Refusal: its website sells from none, as the admin's.
    """
    website = stores.websites[stores.views[order.store_id].website_id]
    return inventory.stock_of(website.code)


def reserve(inventory: Inventory, stock: Stock, order: Order, sku: str, quantity: Decimal) -> None:
    """Add a reservation on an order's account: below zero holds units, above it lets them go."""
    inventory.reserve(sku, stock.id, quantity)
    key = sku.lower()
    order.reserved[key] = order.reserved.get(key, Decimal(0)) + quantity


def choose_source(inventory: Inventory, stock: Stock, source: str) -> str:
    """Return the source that a shipment leaves from: the one named, else the stock's only one, else the default one.

    Raises:
        Refusal: there is no such source.
    """
    chosen = source or (stock.sources[0] if len(stock.sources) == 1 else DEFAULT_SOURCE)
    if chosen not in inventory.sources:
        raise Refusal(404, 'Source with code "%value" does not exist.', {"value": chosen})
    return chosen


def check_source(catalog: Catalog, inventory: Inventory, source: str, units: Iterable[Units]) -> None:
    """Let a shipment pass whose units the source holds; what is not managed or not a product is not looked for.

    Raises:
        Refusal: it holds too few of something.
    """
    wanted: dict[str, Decimal] = {}
    for item, quantity in units:
        wanted[item.sku.lower()] = wanted.get(item.sku.lower(), Decimal(0)) + quantity
    for sku, quantity in wanted.items():
        product = catalog.find(sku)
        if product is not None and product.manage_stock and _held(inventory, sku, source) < quantity:
            raise Refusal(400, "Not all of your products are available in the requested quantity.")


def move_at_source(catalog: Catalog, inventory: Inventory, source: str, sku: str, more: Decimal) -> None:
    """Add units to what a source holds, or take them off, where the product's stock is managed."""
    product = catalog.find(sku)
    if product is not None and product.manage_stock:
        inventory.set(sku, source, _held(inventory, sku, source) + more)


def create_compensations(stores: Stores, inventory: Inventory, sales: Sales) -> list[Compensation]:
    """Do what the two commands ``inventory:reservation:list-inconsistencies`` and ``create-compensations`` do.

    Every order that is not complete, closed or canceled owes what it has not shipped, refunded or cancelled; whatever
    the reservations of an order come to beyond that is made up for. Items without a product type owe nothing.
    """
    made = []
    for order in sales.orders.values():
        owed: dict[str, Decimal] = dict.fromkeys(order.reserved, Decimal(0))
        for item in order.items:
            if order.state not in FINAL and item.fields.get("product_type"):
                gone = sum((item.amount(f"qty_{way}") for way in ("shipped", "refunded", "canceled")), Decimal(0))
                open_units = max(Decimal(0), item.amount("qty_ordered") - gone)
                owed[item.sku.lower()] = owed.get(item.sku.lower(), Decimal(0)) + open_units
        for sku, units in owed.items():
            missing = -units - order.reserved.get(sku, Decimal(0))
            if missing:
                reserve(inventory, stock_of(stores, inventory, order), order, sku, missing)
                made.append(Compensation(str(order.fields["increment_id"]), sku, missing))
    return made


def _held(inventory: Inventory, sku: str, source: str) -> Decimal:
    return in_units(inventory.items[source].get(sku.lower(), (0, 0))[0])
