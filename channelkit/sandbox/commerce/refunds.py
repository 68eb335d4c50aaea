"""Credit memos: money given back outside of the shop, and goods taken back into it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from channelkit.sandbox.commerce.documents import Shop, add_money, new_document, refuse, write_totals
from channelkit.sandbox.commerce.fulfilment import choose, progress
from channelkit.sandbox.commerce.order_states import can_refund
from channelkit.sandbox.commerce.sales import Document, Order, OrderItem
from channelkit.sandbox.commerce.sales_stock import (
    Units,
    choose_source,
    move_at_source,
    reserve,
    stock_of,
)

REFUNDED = 2
"""The state of a credit memo whose money has been given back."""

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Extras:
    """What a credit memo gives back beside its items.

    Arguments:
        shipping: of the shipping; all that is left of it unless told.
        positive: more than that, negative: less than that.
        restocked: the numbers of the order's items that go back on the shelf.
    """

    shipping: Decimal | None = None
    positive: Decimal = Decimal(0)
    negative: Decimal = Decimal(0)
    restocked: Collection[int] = ()


def refund(shop: Shop, order: Order, units: Sequence[Units], extras: Extras = Extras()) -> Document:
    """Write a credit memo that was paid back outside of the shop.

    Units that never left are let go by a reservation; those that had left come back to the source that they left from,
    if their item is to be restocked.

    Raises:
        Refusal: the order was not paid, or more units or money are asked for than are left.
    """
    if not can_refund(order):
        raise refuse("Creditmemo", f"A creditmemo can not be created when an order has a status of {order.state}")
    chosen = choose(units, order, OrderItem.to_refund)
    for item, quantity in chosen:
        if quantity > item.to_refund():
            raise refuse(
                "Creditmemo",
                "The quantity to creditmemo must not be greater than the unrefunded quantity "
                f'for product SKU "{item.sku}".',
            )
    left = order.amount("shipping_amount") - order.amount("shipping_refunded")
    shipping = left if extras.shipping is None else extras.shipping
    if shipping > left:
        raise refuse("Creditmemo", f"Maximum shipping amount allowed to refund is: {left}")
    stock = stock_of(shop.stores, shop.inventory, order)
    document = new_document(shop, order, "creditmemo")
    totals = add_money(shop, document, chosen) | {"shipping_amount": shipping}
    if order.amount("shipping_amount"):
        totals["tax_amount"] += order.amount("shipping_tax_amount") * shipping / order.amount("shipping_amount")
    totals |= {"adjustment": extras.positive - extras.negative}
    given_back = write_totals(document, totals)
    rest = order.amount("total_paid") - order.amount("total_refunded")
    if given_back - rest >= _CENT:
        raise refuse("Creditmemo", f"The most money available to refund is {rest}.")
    for name, value in (("adjustment_positive", extras.positive), ("adjustment_negative", extras.negative)):
        document.fields[name] = document.fields[f"base_{name}"] = value
        order.add(name, value)
    document.fields["state"] = REFUNDED
    for item, quantity in chosen:
        unshipped = min(quantity, _unshipped(item))
        if unshipped:
            reserve(shop.inventory, stock, order, item.sku, unshipped)
        if item.number in extras.restocked and quantity > unshipped:
            source = _source(shop, order, item) or choose_source(shop.inventory, stock, "")
            move_at_source(shop.catalog, shop.inventory, source, item.sku, quantity - unshipped)
        item.add("qty_refunded", quantity)
        item.add("amount_refunded", item.amount("row_total") * quantity / item.amount("qty_ordered"))
    shop.sales.credit_memos[document.fields["entity_id"]] = document
    for name in ("subtotal", "shipping", "tax", "discount"):
        order.add(f"{name}_refunded", totals[name if name == "subtotal" else f"{name}_amount"])
    for name in ("total_refunded", "total_offline_refunded"):
        order.add(name, given_back)
    progress(shop, order)
    return document


def _unshipped(item: OrderItem) -> Decimal:
    """Return the units that were invoiced and neither left nor were refunded; those are refunded first."""
    return max(Decimal(0), item.amount("qty_invoiced") - item.amount("qty_shipped") - item.amount("qty_refunded"))


def _source(shop: Shop, order: Order, item: OrderItem) -> str:
    """Return the source that an item's units left from last."""
    for shipment in reversed(shop.sales.documents_of(shop.sales.shipments, order)):
        if any(row["order_item_id"] == item.number for row in shipment.items):
            return shipment.source
    return ""
