"""Orders, invoices, shipments, credit memos and customers as a shop keeps them.

A record's ``fields`` are its own columns, named and written as on the wire; what hangs on it is beside them. Money and
quantities are exact to four places, as fine as Magento's columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from channelkit.sandbox.commerce.refusal import Refusal, no_entity

Fields = dict[str, Any]
Kind = Literal["order", "invoice", "shipment", "creditmemo"]

_FINEST = Decimal("0.0001")
FIRST_STORE = 1
"""The store view whose numbers carry no prefix."""


@dataclass
class OrderItem:
    """One line of an order."""

    fields: Fields

    @property
    def number(self) -> int:
        """Return the item's number."""
        return int(self.fields["item_id"])

    @property
    def sku(self) -> str:
        """Return the SKU as the order says it, whether or not a product has it."""
        return str(self.fields["sku"])

    def amount(self, name: str) -> Decimal:
        """Return a column that holds a number; what was never written is nothing."""
        return amount(self.fields, name)

    def add(self, name: str, more: Decimal) -> None:
        """Add to a column that holds a number."""
        self.fields[name] = fine(self.amount(name) + more)

    def to_invoice(self) -> Decimal:
        """Return the units that are still to be invoiced."""
        return max(Decimal(0), self.amount("qty_ordered") - self.amount("qty_invoiced") - self.amount("qty_canceled"))

    def to_ship(self) -> Decimal:
        """Return the units that are still to be shipped; what was refunded unshipped is not."""
        gone = max(self.amount("qty_shipped"), self.amount("qty_refunded")) + self.amount("qty_canceled")
        return max(Decimal(0), self.amount("qty_ordered") - gone)

    def to_cancel(self) -> Decimal:
        """Return the units that a cancellation would reach."""
        return min(self.to_invoice(), self.to_ship())

    def to_refund(self) -> Decimal:
        """Return the invoiced units that have not been refunded."""
        return max(Decimal(0), self.amount("qty_invoiced") - self.amount("qty_refunded"))


@dataclass
class Order:
    """One order.

    Arguments:
        reserved: what its reservations come to, in units by SKU in small letters; below zero while units are held.
        comments: its history, oldest first.
    """

    fields: Fields
    items: list[OrderItem]
    billing: Fields | None = None
    shipping: Fields | None = None
    shipping_method: str | None = None
    payment: Fields | None = None
    comments: list[Fields] = field(default_factory=list)
    reserved: dict[str, Decimal] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Return the number that the interface knows the order by."""
        return int(self.fields["entity_id"])

    @property
    def state(self) -> str:
        """Return the state that Magento decides by; people see the status."""
        return str(self.fields["state"])

    @property
    def store_id(self) -> int:
        """Return the store view that it was placed in."""
        return int(self.fields["store_id"])

    @property
    def is_virtual(self) -> bool:
        """Say whether there is nothing to ship in it."""
        return bool(self.fields.get("is_virtual"))

    def amount(self, name: str) -> Decimal:
        """Return a column that holds a number; what was never written is nothing."""
        return amount(self.fields, name)

    def add(self, name: str, more: Decimal) -> None:
        """Add to a column, and to its twin in the base currency."""
        for each in (name, f"base_{name}"):
            self.fields[each] = fine(self.amount(each) + more)

    def item(self, number: int) -> OrderItem:
        """Return one of its items.

        Raises:
            Refusal: it has no such item.
        """
        for item in self.items:
            if item.number == number:
                return item
        raise Refusal(400, "The order does not contain the item %1.", [str(number)])


@dataclass
class Document:
    """An invoice, a shipment or a credit memo.

    Arguments:
        source: where a shipment's goods left from.
    """

    fields: Fields
    items: list[Fields]
    comments: list[Fields] = field(default_factory=list)
    tracks: list[Fields] = field(default_factory=list)
    source: str = ""


@dataclass
class Sales:
    """Everything sold, numbered in the order in which it came."""

    orders: dict[int, Order] = field(default_factory=dict)
    invoices: dict[int, Document] = field(default_factory=dict)
    shipments: dict[int, Document] = field(default_factory=dict)
    credit_memos: dict[int, Document] = field(default_factory=dict)
    customers: dict[int, Fields] = field(default_factory=dict)
    taken: dict[tuple[int, str], int] = field(default_factory=dict)
    """Orders by store view and their number for people, which no two of a view share."""
    last: dict[str, int] = field(default_factory=dict)
    """The last number drawn, by what was numbered."""

    def draw(self, what: str) -> int:
        """Return the next number for one kind of record."""
        self.last[what] = self.last.get(what, 0) + 1
        return self.last[what]

    def draw_increment(self, kind: Kind, store_id: int) -> str:
        """Return the next number for people, of a sequence that every store view has for each kind.

        >>> sales = Sales()
        >>> sales.draw_increment("order", 1), sales.draw_increment("order", 2), sales.draw_increment("order", 1)
        ('000000001', '2000000001', '000000002')
        """
        prefix = str(store_id) if store_id > FIRST_STORE else ""
        return f"{prefix}{self.draw(f'{kind} of store {store_id}'):09d}"

    def order(self, number: int) -> Order:
        """Return an order by its number.

        Raises:
            Refusal: there is none.
        """
        order = self.orders.get(number)
        if order is None:
            raise Refusal(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
        return order

    def shipment(self, number: int) -> Document:
        """Return a shipment by its number.

        Raises:
            Refusal: there is none.
        """
        found = self.shipments.get(number)
        if found is None:
            raise no_entity("parent_id", number)
        return found

    @staticmethod
    def documents_of(documents: dict[int, Document], order: Order) -> list[Document]:
        """Return those documents that are an order's, oldest first."""
        return [each for each in documents.values() if each.fields["order_id"] == order.number]

    def find_by_ext_order_id(self, ext_order_id: str) -> list[Order]:
        """Return the orders that carry another system's number; nothing keeps it from being given twice."""
        return [order for order in self.orders.values() if order.fields.get("ext_order_id") == ext_order_id]


def amount(fields: Fields, name: str) -> Decimal:
    """Return a column that holds a number; what was never written is nothing."""
    value = fields.get(name)
    return Decimal(0) if value is None else Decimal(value)


def fine(value: Decimal) -> Decimal:
    """Return a number as the columns keep it: four places, half up, without a tail of noughts.

    >>> fine(Decimal("26.60005")), fine(Decimal("20.000"))
    (Decimal('26.6001'), Decimal('20'))
    """
    kept = value.quantize(_FINEST, ROUND_HALF_UP)
    return Decimal(int(kept)) if kept == kept.to_integral_value() else kept.normalize()
