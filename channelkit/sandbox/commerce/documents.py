"""Invoices, shipments and credit memos as they are made: numbered, dated, with a line for each item and totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from channelkit.sandbox.commerce.catalog import Catalog
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Document, Fields, Kind, Order, OrderItem, Sales, amount, fine
from channelkit.sandbox.commerce.sales_stock import Units
from channelkit.sandbox.commerce.stock import Inventory
from channelkit.sandbox.commerce.stores import Stores

_CURRENCIES = ("base_currency_code", "global_currency_code", "order_currency_code", "store_currency_code")
_KEPT = ("sku", "name", "product_id", "price", "base_price", "price_incl_tax", "base_price_incl_tax")


@dataclass(frozen=True)
class Shop:
    """The parts of a shop that fulfilling an order touches, and the time."""

    stores: Stores
    catalog: Catalog
    inventory: Inventory
    sales: Sales
    at: float

    @property
    def now(self) -> str:
        """Return the time as the shop writes it."""
        return clock_time(int(self.at))


def new_document(shop: Shop, order: Order, kind: Kind) -> Document:
    """Return a new document of an order, without items and totals."""
    fields: Fields = {
        "entity_id": shop.sales.draw(kind),
        "increment_id": shop.sales.draw_increment(kind, order.store_id),
        "order_id": order.number,
        "store_id": order.store_id,
        "created_at": shop.now,
        "updated_at": shop.now,
    }
    if kind != "shipment":
        fields |= {name: order.fields[name] for name in _CURRENCIES if name in order.fields}
    for name, address in (("billing_address_id", order.billing), ("shipping_address_id", order.shipping)):
        if address is not None:
            fields[name] = address["entity_id"]
    return Document(fields, [])


def add_row(shop: Shop, document: Document, item: OrderItem, quantity: Decimal) -> Fields:
    """Add a line for units of an order's item to a document and return it."""
    row = {
        "entity_id": shop.sales.draw("row"),
        "parent_id": document.fields["entity_id"],
        "order_item_id": item.number,
        "qty": fine(quantity),
        **{name: item.fields[name] for name in _KEPT if name in item.fields},
    }
    document.items.append(row)
    return row


def add_money(shop: Shop, document: Document, units: Sequence[Units]) -> dict[str, Decimal]:
    """Add a line with its share of the money for each item, and return what the lines come to, by its name.

    The share of tax and discount follows the units; base and order currency are the same, as for every imported order.
    """
    totals = dict.fromkeys(("subtotal", "tax_amount", "discount_amount"), Decimal(0))
    for item, quantity in units:
        share = quantity / item.amount("qty_ordered")
        parts = {
            "row_total": item.amount("row_total") * share,
            "tax_amount": item.amount("tax_amount") * share,
            "discount_amount": item.amount("discount_amount") * share,
        }
        row = add_row(shop, document, item, quantity)
        row |= {"base_cost": 0, "base_price": item.fields.get("base_price", item.fields.get("price", 0))}
        for name, value in parts.items():
            row[name] = row[f"base_{name}"] = fine(value)
            totals["subtotal" if name == "row_total" else name] += value
    # An order and its documents have discounts below zero, its items above it.
    totals["discount_amount"] = -totals["discount_amount"]
    return totals


def write_totals(document: Document, totals: dict[str, Decimal]) -> Decimal:
    """Write the totals of a document in both currencies, and return the grand total."""
    grand = sum(totals.values(), Decimal(0))
    for name, value in (*totals.items(), ("grand_total", grand)):
        document.fields[name] = document.fields[f"base_{name}"] = fine(value)
    return amount(document.fields, "grand_total")


def refuse(kind: str, reason: str) -> Refusal:
    return Refusal(400, f"{kind} Document Validation Error(s):\n{reason}")
