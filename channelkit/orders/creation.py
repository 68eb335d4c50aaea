"""Which orders get a copy in Commerce, and which hold stock: the creation matrix (OR-04), row by row."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.orders import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNFULFILLABLE,
    UNPAID,
    UNSHIPPED,
    Order,
)
from channelkit.orders.terms import OrderTerms


class Rule(NamedTuple):
    """What an order's status asks for.

    Arguments:
        creates: it gets a copy in Commerce.
        holds: its units are held off the stock that is offered; all of them, also those that are shipped already.
        complete: the copy is made as over and done, without documents, so that it moves no stock.
    """

    creates: bool
    holds: bool
    complete: bool = False


NEITHER = Rule(creates=False, holds=False)
_OPEN = Rule(creates=True, holds=True)
_DONE = Rule(creates=True, holds=False, complete=True)

MATRIX = MappingProxyType(
    {
        (MERCHANT, PENDING_AVAILABILITY): NEITHER,
        (MERCHANT, PENDING): NEITHER,
        (MERCHANT, UNSHIPPED): _OPEN,
        (MERCHANT, PARTIALLY_SHIPPED): _OPEN,
        (MERCHANT, SHIPPED): _OPEN,
        (MERCHANT, CANCELLED): NEITHER,
        (MERCHANT, UNFULFILLABLE): NEITHER,
        (BY_AMAZON, PENDING_AVAILABILITY): NEITHER,
        (BY_AMAZON, PENDING): NEITHER,
        (BY_AMAZON, UNSHIPPED): NEITHER,
        (BY_AMAZON, PARTIALLY_SHIPPED): NEITHER,
        (BY_AMAZON, SHIPPED): _DONE,
        (BY_AMAZON, CANCELLED): NEITHER,
        (BY_AMAZON, UNFULFILLABLE): NEITHER,
    }
)
"""By who fulfils the order, and Amazon's status; a status that is not here asks for nothing."""


def rule_of(order: Order, terms: OrderTerms) -> Rule:
    """Return what an order's status asks for, on the store's terms.

    Orders that are not the store's business ask for nothing. One that a backfill brings and that had left before the
    store was connected is made complete and holds nothing: its units are no longer in the stock that Commerce counts.
    (OR-01, OR-04, OR-05, OR-11)

    >>> from channelkit.model.marketplaces import marketplace
    >>> terms = OrderTerms("us", "A1", marketplace("US"), reserve_pending=True)
    >>> rule_of(Order("1", "ATVPDKIKX0DER", "PENDING", 0, 0), terms)
    Rule(creates=False, holds=True, complete=False)
    """
    if not terms.takes(order.created_at):
        return NEITHER
    rule = MATRIX.get((order.fulfilled_by, order.status), NEITHER)
    if order.fulfilled_by != MERCHANT:
        return rule
    if order.status in UNPAID:
        return Rule(creates=False, holds=terms.reserve_pending)
    if order.status == SHIPPED and order.created_at < terms.connected_at:
        return _DONE
    return rule
