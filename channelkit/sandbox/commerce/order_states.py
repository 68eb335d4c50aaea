"""The states of an order, what may be done in each, and what saving an order makes of its state."""

from __future__ import annotations

from decimal import Decimal

from channelkit.sandbox.commerce.sales import Order

NEW, PENDING_PAYMENT, PAYMENT_REVIEW = "new", "pending_payment", "payment_review"
PROCESSING, COMPLETE, CLOSED, CANCELED, HOLDED = "processing", "complete", "closed", "canceled", "holded"
STATUSES = {
    NEW: "pending",
    PENDING_PAYMENT: "pending_payment",
    PAYMENT_REVIEW: "payment_review",
    PROCESSING: "processing",
    COMPLETE: "complete",
    CLOSED: "closed",
    CANCELED: "canceled",
    HOLDED: "holded",
}
"""The status that a state has unless somebody gave it another."""

FINAL = frozenset({COMPLETE, CLOSED, CANCELED})
"""States in which nothing is owed any more."""

_STANDING = frozenset({HOLDED, PAYMENT_REVIEW})
_NIL = Decimal("0.0001")


def can_invoice(order: Order) -> bool:
    """Say whether anything is left to invoice."""
    if order.state in FINAL | _STANDING:
        return False
    return any(item.to_invoice() > 0 for item in order.items)


def can_ship(order: Order) -> bool:
    """Say whether anything is left to ship."""
    if order.is_virtual or order.state in _STANDING or order.state == CANCELED:
        return False
    return any(item.to_ship() > 0 for item in order.items)


def can_refund(order: Order) -> bool:
    """Say whether money that was paid has not been given back; an order over nothing can be refunded once."""
    if order.state in _STANDING or order.state in {CANCELED, CLOSED}:
        return False
    rest = order.amount("total_paid") - order.amount("total_refunded")
    if abs(order.amount("grand_total")) < _NIL:
        return not any(item.amount("qty_refunded") for item in order.items)
    return abs(rest) >= _NIL and abs(rest - order.amount("adjustment_negative")) >= _NIL


def can_cancel(order: Order) -> bool:
    """Say whether a cancellation would reach anything: not where all is invoiced."""
    return can_invoice(order)


def can_hold(order: Order) -> bool:
    """Say whether an order may be put on hold."""
    return order.state not in FINAL | _STANDING


def enter(order: Order, state: str, status: str | None = None) -> None:
    """Bring an order into a state, with that state's own status unless another is named."""
    order.fields["state"] = state
    order.fields["status"] = status or STATUSES.get(state, state)


def settle(order: Order) -> None:
    """Do what every saving of an order does to its state.

    Processing with nothing left to invoice or ship is complete; with nothing left to refund either, it is closed, and
    so is what was complete.
    """
    if order.state in {CANCELED, HOLDED, PAYMENT_REVIEW} or order.is_virtual:
        return
    if can_invoice(order) or can_ship(order):
        return
    if order.state in {PROCESSING, COMPLETE} and not can_refund(order):
        enter(order, CLOSED)
    elif order.state == PROCESSING:
        enter(order, COMPLETE)
