"""Which orders are to get a copy, and whose the last units are: those of whoever came first."""

from __future__ import annotations

from collections.abc import Iterable

from channelkit.model.orders import CREATE
from channelkit.orders.book import Book, Case
from channelkit.orders.cancelling import is_cancelling
from channelkit.orders.creation import rule_of
from channelkit.orders.terms import OrderTerms


def wants_copy(case: Case, terms: OrderTerms) -> bool:
    """Return whether an order is to get a copy: it has none, none is on its way, and nobody is cancelling it."""
    if case.copies or not terms.import_orders or not rule_of(case.order, terms).creates or is_cancelling(case):
        return False
    if case.is_viewed:
        # Its units were taken off Commerce's stock by hand; a copy would take them off again.
        return False
    return not case.of_kind(CREATE, ("accepted", "confirmed"))


def free_stock(book: Book, cases: Iterable[Case], terms: OrderTerms) -> dict[str, int]:
    """Return the units that orders without a copy may take, by product: what can be sold and is not held for others.

    Arguments:
        cases: all orders that are decided about.
    """
    free = {
        goods.product_sku: goods.salable - book.held.get(goods.product_sku, 0)
        for goods in book.goods.values()
        if goods.product_sku and goods.managed and goods.salable is not None
    }
    for case in cases:
        if wants_copy(case, terms) and rule_of(case.order, terms).holds:
            for sku, units in _units(case).items():
                # The ledger holds them for this very order.
                if sku in free and book.held:
                    free[sku] += units
    return free


def take_stock(case: Case, terms: OrderTerms, free: dict[str, int]) -> dict[str, int]:
    """Take an order's units off the free ones, and return by how many units each product falls short."""
    if not rule_of(case.order, terms).holds:
        return {}
    units = _units(case)
    short = {sku: count - max(free[sku], 0) for sku, count in units.items() if sku in free and free[sku] < count}
    if not short:
        for sku, count in units.items():
            if sku in free:
                free[sku] -= count
    return short


def _units(case: Case) -> dict[str, int]:
    units: dict[str, int] = {}
    for line in case.order.lines:
        goods = case.goods.get(line.seller_sku)
        if goods is not None and goods.product_sku and line.ordered > line.cancelled:
            units[goods.product_sku] = units.get(goods.product_sku, 0) + line.ordered - line.cancelled
    return units
