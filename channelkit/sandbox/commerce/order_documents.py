"""Orders as the wire shows them."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.sales import Fields, Order

_TOTALS = (
    "shipping_amount",
    "base_shipping_amount",
    "shipping_incl_tax",
    "base_shipping_incl_tax",
    "shipping_tax_amount",
    "base_shipping_tax_amount",
)


def order_document(order: Order) -> Fields:
    """Return an order with all that hangs on it."""
    items = [item.fields for item in order.items]
    document: dict[str, Any] = {**order.fields, "items": items}
    if order.billing is not None:
        document["billing_address"] = order.billing
    if order.payment is not None:
        document["payment"] = order.payment
    document["status_histories"] = order.comments[::-1]
    shipping: dict[str, Any] = {"total": {name: order.fields[name] for name in _TOTALS if name in order.fields}}
    if order.shipping is not None:
        shipping["address"] = order.shipping
    if order.shipping_method is not None:
        shipping["method"] = order.shipping_method
    document["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping, "items": items}]}
    return document
