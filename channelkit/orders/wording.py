"""Stages, blockers and kinds of change as a person reads them."""

from __future__ import annotations

from types import MappingProxyType

from channelkit.model.orders import CANCEL, CANCEL_COPY, CONFIRM, CREATE, INVOICE, REFUND, SHIP, Order

STAGES = MappingProxyType(
    {
        "waiting": "It waits for Amazon: not paid yet, or not shipped yet by Amazon.",
        "viewed": "It is shown and not imported: the store's import of orders is off.",
        "earlier": "It was placed before the store was connected, so it is left alone.",
        "blocked": "Something stands in its way; it is tried again each cycle.",
        "planned": "What is to be done about it in Commerce is planned or on its way.",
        "created": "Commerce has it; it is to be sent.",
        "shipped": "It has been sent; Commerce has yet to complete it.",
        "complete": "It is complete on both sides.",
        "cancelled": "It is cancelled.",
    }
)
"""Where an order can stand, in a sentence each."""

KINDS = MappingProxyType(
    {
        CREATE: "Create the order in Commerce",
        INVOICE: "Invoice it in Commerce",
        SHIP: "Note the shipment in Commerce",
        CONFIRM: "Confirm the shipment to Amazon",
        CANCEL: "Cancel it on Amazon",
        CANCEL_COPY: "Cancel it in Commerce",
        REFUND: "Refund the return in Commerce",
    }
)
"""What may be done about an order."""

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


def count_down(order: Order, now: int) -> str:
    """Say how long there is to send an order; empty where nothing is left to send, or no end is known.

    Arguments:
        now: milliseconds since 1970.

    >>> count_down(Order("1", "A", "UNSHIPPED", 0, 0, ship_by=93_600_000), 0)
    'to be sent within 1 day 2 hours'
    >>> count_down(Order("1", "A", "UNSHIPPED", 0, 0, ship_by=0), 5_400_000)
    'late by 1 hour 30 minutes'
    """
    if order.ship_by is None or order.status not in ("UNSHIPPED", "PARTIALLY_SHIPPED"):
        return ""
    left = order.ship_by - now
    return f"to be sent within {_span(left)}" if left >= 0 else f"late by {_span(-left)}"


def _span(length: int) -> str:
    parts = ((length // _DAY, "day"), (length % _DAY // _HOUR, "hour"), (length % _HOUR // _MINUTE, "minute"))
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(told[:2]) or "a minute"
