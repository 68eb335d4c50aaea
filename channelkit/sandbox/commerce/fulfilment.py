"""What is done to an order after it came: invoice, shipment, cancellation.

Each checks everything before it changes anything, writes the document, counts it on the order and its items, moves
stock, and lets the order's state follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from channelkit.sandbox.commerce.documents import Shop, add_money, add_row, new_document, refuse, write_totals
from channelkit.sandbox.commerce.order_states import (
    CANCELED,
    NEW,
    PENDING_PAYMENT,
    PROCESSING,
    STATUSES,
    can_cancel,
    can_invoice,
    can_ship,
    enter,
    settle,
)
from channelkit.sandbox.commerce.sales import Document, Fields, Order, OrderItem, fine
from channelkit.sandbox.commerce.sales_stock import (
    Units,
    check_source,
    choose_source,
    move_at_source,
    reserve,
    stock_of,
)

PAID = 2
"""The state of an invoice that is paid."""


def invoice(shop: Shop, order: Order, units: Sequence[Units]) -> Document:
    """Invoice units of an order, and count them as paid; the first invoice carries the shipping.

    Raises:
        Refusal: nothing is left to invoice, or less than is asked for.
    """
    if not can_invoice(order):
        raise refuse("Invoice", f"An invoice cannot be created when an order has a status of {order.state}")
    chosen = choose(units, order, OrderItem.to_invoice)
    if not chosen:
        raise refuse("Invoice", "The invoice can't be created without products. Add products and try again.")
    for item, quantity in chosen:
        if quantity > item.to_invoice():
            raise refuse(
                "Invoice",
                f"The quantity to invoice must not be greater than the uninvoiced quantity "
                f'for product SKU "{item.sku}".',
            )
    document = new_document(shop, order, "invoice")
    totals = add_money(shop, document, chosen) | {"shipping_amount": Decimal(0)}
    if not shop.sales.documents_of(shop.sales.invoices, order):
        totals["shipping_amount"] = order.amount("shipping_amount")
        totals["tax_amount"] += order.amount("shipping_tax_amount")
        # What the order takes off its shipping is in no line.
        of_lines = sum((item.amount("discount_amount") for item in order.items), Decimal(0))
        totals["discount_amount"] += order.amount("discount_amount") + of_lines
    paid = write_totals(document, totals)
    document.fields |= {"state": PAID, "total_qty": fine(sum((each for _, each in chosen), Decimal(0)))}
    for item, quantity in chosen:
        item.add("qty_invoiced", quantity)
    shop.sales.invoices[document.fields["entity_id"]] = document
    for name in ("subtotal", "shipping", "tax", "discount"):
        order.add(f"{name}_invoiced", totals[name if name == "subtotal" else f"{name}_amount"])
    for name in ("total_invoiced", "total_paid"):
        order.add(name, paid)
    order.fields["total_due"] = fine(max(Decimal(0), order.amount("grand_total") - order.amount("total_paid")))
    order.fields["base_total_due"] = order.fields["total_due"]
    progress(shop, order)
    return document


def ship(
    shop: Shop, order: Order, units: Sequence[Units], tracks: Sequence[Mapping[str, Any]] = (), source: str = ""
) -> Document:
    """Ship units of an order: they leave their source, and a reservation makes up for the order's own.

    Arguments:
        tracks: each with ``carrier_code``, ``title`` and ``track_number``.
        source: the code of the source; chosen by the shop unless named.

    Raises:
        Refusal: nothing is left to ship, less than is asked for, or the source holds too little.
    """
    if not can_ship(order):
        raise refuse("Shipment", f"A shipment cannot be created when an order has a status of {order.state}")
    chosen = choose(units, order, OrderItem.to_ship)
    if not chosen:
        raise refuse("Shipment", "You can't create a shipment without products.")
    for item, quantity in chosen:
        if quantity > item.to_ship():
            raise refuse(
                "Shipment",
                f'The quantity to ship must not be greater than the unshipped quantity for product SKU "{item.sku}".',
            )
    stock = stock_of(shop.stores, shop.inventory, order)
    place = choose_source(shop.inventory, stock, source)
    check_source(shop.catalog, shop.inventory, place, chosen)
    document = new_document(shop, order, "shipment")
    document.source = place
    document.fields["total_qty"] = fine(sum((each for _, each in chosen), Decimal(0)))
    for item, quantity in chosen:
        add_row(shop, document, item, quantity)
        item.add("qty_shipped", quantity)
        move_at_source(shop.catalog, shop.inventory, place, item.sku, -quantity)
        reserve(shop.inventory, stock, order, item.sku, quantity)
    for track in tracks:
        add_track(shop, document, track)
    shop.sales.shipments[document.fields["entity_id"]] = document
    progress(shop, order)
    return document


def add_track(shop: Shop, shipment: Document, track: Mapping[str, Any]) -> Fields:
    """Add a tracking number to a shipment and return it as it is kept."""
    kept = {
        "entity_id": shop.sales.draw("track"),
        "parent_id": shipment.fields["entity_id"],
        "order_id": shipment.fields["order_id"],
        "created_at": shop.now,
        "updated_at": shop.now,
        **{name: str(track.get(name) or "") for name in ("carrier_code", "title", "track_number")},
    }
    shipment.tracks.append(kept)
    shipment.fields["updated_at"] = shop.now
    return kept


def cancel(shop: Shop, order: Order) -> bool:
    """Cancel what is neither invoiced nor shipped, and let its units go; say whether anything could be cancelled."""
    if not can_cancel(order):
        return False
    stock = stock_of(shop.stores, shop.inventory, order)
    for item in order.items:
        quantity = item.to_cancel()
        if quantity:
            item.add("qty_canceled", quantity)
            reserve(shop.inventory, stock, order, item.sku, quantity)
    order.add("total_canceled", order.amount("grand_total") - order.amount("total_paid"))
    enter(order, CANCELED)
    order.fields["updated_at"] = shop.now
    return True


def choose(units: Sequence[Units], order: Order, rest: Callable[[OrderItem], Decimal]) -> list[Units]:
    """Return the units asked for; without any, all that is left."""
    chosen = list(units) or [(item, rest(item)) for item in order.items]
    return [(item, quantity) for item, quantity in chosen if quantity > 0]


def progress(shop: Shop, order: Order) -> None:
    """Let the state follow what was done; a status of the shop's own gives way to the state's, as in Magento."""
    if order.state in {NEW, PENDING_PAYMENT}:
        order.fields["state"] = PROCESSING
    order.fields["status"] = STATUSES.get(order.state, order.state)
    settle(order)
    order.fields["updated_at"] = shop.now
