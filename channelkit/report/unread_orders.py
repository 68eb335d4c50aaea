"""Orders that the report told of and that could not be read, as they stand beside blocked ones: why, and what to do."""

from __future__ import annotations

from channelkit.model.unread_orders import UnreadOrder
from channelkit.report.grids import short_moment
from channelkit.report.wording import counted, listed

NOT_READ = "not_read"
"""The blocker of orders that could not be read."""

NAMED = 3


def tell_unread(order: UnreadOrder) -> str:
    """Return why an order cannot go on, and what that costs.

    >>> tell_unread(UnreadOrder("us", "902-1", "Unshipped", ("MUG",), 2, 0, 1_790_000_000_000))
    'It could not be read since the report told of it at 2026-09-21 14:13 UTC; it keeps 2 units of MUG off offer.'
    """
    skus = listed([*order.seller_skus[:NAMED], *(["others"] if len(order.seller_skus) > NAMED else [])])
    since = f"It could not be read since the report told of it at {short_moment(order.since)} UTC"
    return f"{since}; it keeps {counted(order.units, 'unit')} of {skus} off offer."


def release_command(order: UnreadOrder) -> str:
    """Return what a person does about it."""
    command = f"channelkit orders release {order.order_id} --store {order.store} --reason WHY"
    return f"See to it in Seller Central. If it is over there, let its units go: {command}"
