"""Cancelling: on Amazon by a person's word and only what is unshipped; in Commerce what Amazon shows cancelled."""

from __future__ import annotations

from types import MappingProxyType

from channelkit.errors import UsageError
from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import (
    CANCEL,
    CANCEL_COPY,
    CANCELLED,
    PARTIALLY_SHIPPED,
    SHIPPED,
    UNPAID,
    UNSHIPPED,
    Copy,
    OrderChange,
)
from channelkit.orders.book import Case, write_body
from channelkit.orders.terms import OrderTerms

REASONS = MappingProxyType(
    {
        "NoInventory": "There is no stock",
        "BuyerCanceled": "The buyer asked for it",
        "ShippingAddressUndeliverable": "It cannot be delivered to the address",
        "CustomerExchange": "It is exchanged for another item",
        "GeneralAdjustment": "Another adjustment",
        "CarrierCreditDecision": "The carrier's decision on credit",
        "RiskAssessmentInformationNotValid": "The buyer's particulars are not valid",
        "CarrierCoverageFailure": "The carrier does not go there",
        "CustomerReturn": "The buyer sent it back",
        "MerchandiseNotReceived": "The goods never arrived",
    }
)
"""Amazon's reasons for cancelling an order (OrderAcknowledgement), as a person reads them."""

CALL_REASONS = MappingProxyType(
    {
        "NoInventory": "NO_INVENTORY",
        "BuyerCanceled": "BUYER_CANCELLED",
        "ShippingAddressUndeliverable": "SHIPPING_ADDRESS_UNDELIVERABLE",
        "CustomerExchange": "CUSTOMER_EXCHANGE",
    }
)
"""Those of them that `cancelOrder` takes, in its words."""

_LATE = dict.fromkeys(UNPAID, "It is not paid yet; until it is, it can be cancelled in Seller Central alone.") | {
    PARTIALLY_SHIPPED: "A part of it has shipped meanwhile; the rest can be cancelled in Seller Central alone.",
    SHIPPED: "It has shipped meanwhile, so it can be returned and not cancelled.",
}

OVER = ("canceled", "closed", "complete")
"""States of a copy that Commerce cannot cancel any more."""


def check_reason(reason: str, terms: OrderTerms) -> str:
    """Return a reason for cancelling, as Amazon spells it, whatever its capitals.

    Raises:
        UsageError: it is none, or not one that the store's way of cancelling takes.
    """
    known = CALL_REASONS if terms.cancel_call else REASONS
    found = next((name for name in known if name.lower() == reason.strip().lower()), None)
    if found is None:
        raise UsageError(
            f"Amazon knows no reason {reason!r} for cancelling an order.", f"Use one of: {', '.join(known)}."
        )
    return found


def why_not(case: Case) -> str:
    """Return why an order cannot be cancelled on Amazon by us; empty where it can. (OR-12)"""
    order = case.order
    if order.status == CANCELLED:
        return "It is cancelled already."
    if order.fulfilled_by != MERCHANT:
        return "Amazon fulfils it; it can be cancelled in Seller Central alone."
    if order.status != UNSHIPPED or any(line.fulfilled for line in order.lines):
        status = PARTIALLY_SHIPPED if order.status == UNSHIPPED else order.status
        return _LATE.get(status, f"Amazon shows it as {status}; only unshipped orders can be cancelled.")
    if case.shipments or any(has_left(copy) for copy in case.copies):
        return "It has shipped meanwhile in Commerce, so it is confirmed to Amazon and not cancelled."
    return ""


def is_cancelling(case: Case) -> bool:
    """Return whether a cancellation waits to leave or has left, so that nothing else is begun."""
    return bool(
        case.of_kind(CANCEL, ("sent", "accepted")) or (case.of_kind(CANCEL, ("planned",)) and not why_not(case))
    )


def cancel_copies(case: Case, terms: OrderTerms) -> list[OrderChange]:
    """Return what is to be cancelled in Commerce, because Amazon shows it cancelled.

    A copy of which units have left is not cancelled: a person has to get them back.
    """
    if case.order.status != CANCELLED:
        return []
    return [
        OrderChange(
            case.order.order_id,
            CANCEL_COPY,
            str(copy.entity_id),
            write_body(entity_id=copy.entity_id, status=terms.cancelled_as),
            "Amazon shows the order cancelled.",
            caused_at=case.order.updated_at,
        )
        for copy in case.live_copies
        if copy.state not in OVER and copy.state != "holded" and not has_left(copy)
    ]


def cancel_rest(case: Case) -> list[OrderChange]:
    """Return what is to be cancelled in Commerce because Amazon sent a part and cancelled the rest.

    Commerce cancels what is not invoiced, so this follows the invoice of what was sent.
    """
    order, copy = case.order, case.copy
    if order.status != SHIPPED or order.open_units or copy is None or copy.state in (*OVER, "holded"):
        return []
    cancelled = sum(line.cancelled for line in order.lines)
    rest = sum(line.ordered - line.cancelled - line.invoiced for line in copy.lines)
    if not cancelled or rest != cancelled or any(line.invoiced < line.shipped for line in copy.lines):
        return []
    body = write_body(entity_id=copy.entity_id, units=rest)
    because = f"Amazon sent the rest and cancelled {cancelled}."
    key = f"{copy.entity_id}-rest"
    return [OrderChange(order.order_id, CANCEL_COPY, key, body, because, caused_at=order.updated_at)]


def has_left(copy: Copy) -> bool:
    """Return whether Commerce shows units of a copy as shipped."""
    return any(line.shipped for line in copy.lines)
