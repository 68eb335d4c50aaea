"""What an order does to stock: units received, shipped, cancelled and put back, as entries that are only ever added.

Commerce reserves nothing for an order that comes over REST, and makes up for a reservation that it never had when such
an order's copy is shipped, cancelled, or refunded before it was shipped (Commerce REST: inventory reservations). So
what was received is held off the salable stock for good once a copy stands for it: while the copy is open in place of
the reservation, afterwards against what Commerce made up for too much. Only what no copy ever stood for comes back.

Where orders are only shown (``import_orders = false``, OR-01) no copy is ever shipped, and whoever ships takes the
units off Commerce's sources himself. So units are held while Amazon waits for them, and given back by a
``compensated`` entry of source ``viewed`` as soon as Amazon shows them shipped; else they would be missing twice, for
ever. An order with such an entry stays one that is only shown, also when import is switched on later: a copy of it
would be shipped in Commerce for units that have left already. Where a copy of it is found all the same, the entry is
taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import CANCELLED, Copy, CopyLine, CreditMemo, Line, Order
from channelkit.model.stock_entries import (
    AMAZON,
    CANCELLED_UNITS,
    COMPENSATED,
    COPY,
    MEMO,
    RECEIVED,
    RESTOCKED,
    SHIPPED_UNITS,
    VIEWED,
    Entry,
)
from channelkit.orders.creation import rule_of
from channelkit.orders.terms import OrderTerms


@dataclass(frozen=True)
class Facts:
    """What is known of one order beside itself.

    Arguments:
        copies, credit_memos: Commerce's, of this order.
        noted: the order's entries so far.
        products: seller SKU to the SKU of its product; those that are linked to none are left out.
    """

    copies: Sequence[Copy] = ()
    credit_memos: Sequence[CreditMemo] = ()
    noted: Sequence[Entry] = ()
    products: Mapping[str, str] | None = None


_BY_SOURCE = (CANCELLED_UNITS, COMPENSATED)
"""Kinds of which each source has a sum of its own."""


def entries(order: Order, facts: Facts, terms: OrderTerms, at: int) -> list[Entry]:
    """Return the entries that are missing to say of an order's stock what is known of it now; none twice.

    Orders that Amazon fulfils move none of the merchant's stock, nor do those that are made complete (OR-04, OR-11).

    Arguments:
        at: milliseconds since 1970.
    """
    if order.fulfilled_by != MERCHANT or not _counts(order, facts, terms):
        return []
    products, found, is_viewed = facts.products or {}, [], _is_viewed(facts, terms)
    for line in order.lines:
        noted = [each for each in facts.noted if each.item_id == line.item_id]
        product = next((each.product_sku for each in noted if each.product_sku), products.get(line.seller_sku, ""))
        skus = {line.seller_sku.lower(), product.lower()} if _is_first(line, order) else set()
        totals = _totals(order, line, facts, skus, _sum(noted, RECEIVED))
        totals.append((COMPENSATED, VIEWED, line.fulfilled if is_viewed else 0))
        for kind, source, total in totals:
            mine = [each for each in noted if each.kind == kind and (kind not in _BY_SOURCE or _is_of(each, source))]
            more = total - sum(each.units for each in mine)
            if more:
                numbered = f"{source}#{len(mine)}"
                found.append(
                    Entry(order.order_id, line.item_id, kind, numbered, more, product, line.seller_sku, at),
                )
    return found


def held(noted: Iterable[Entry]) -> int:
    """Return the units that entries keep off the salable stock: received, less those that no copy ever stood for.

    Units that Commerce made up for and took back, and those that left while orders were only shown (``compensated``),
    are not held either.

    >>> held([Entry("1", "a", "received", "amazon#0", 3, "MUG", "MUG", 0),
    ...       Entry("1", "a", "shipped", "copy#0", 2, "MUG", "MUG", 0),
    ...       Entry("1", "a", "cancelled", "amazon#0", 1, "MUG", "MUG", 0)])
    2
    """
    total = 0
    for each in noted:
        if each.kind == RECEIVED:
            total += each.units
        elif each.kind == COMPENSATED or (each.kind == CANCELLED_UNITS and _is_of(each, AMAZON)):
            total -= each.units
    return total


def _is_viewed(facts: Facts, terms: OrderTerms) -> bool:
    """Tell whether an order is only shown, so that whoever ships it takes its units off Commerce's stock himself."""
    was_viewed = any(each.kind == COMPENSATED and _is_of(each, VIEWED) for each in facts.noted)
    return not facts.copies and (was_viewed or not terms.import_orders)


def _counts(order: Order, facts: Facts, terms: OrderTerms) -> bool:
    """Tell whether an order has to do with stock: it holds some, it did, or a copy will be made up for."""
    rule = rule_of(order, terms)
    if rule.holds or facts.noted:
        return True
    return bool(facts.copies) and not rule.complete


def _is_first(line: Line, order: Order) -> bool:
    """Tell whether no line before it is of the same seller SKU."""
    return next(each for each in order.lines if each.seller_sku == line.seller_sku).item_id == line.item_id


def _totals(order: Order, line: Line, facts: Facts, skus: set[str], received_so_far: int) -> list[tuple[str, str, int]]:
    """Return what became of one line altogether: kind, source, units.

    Arguments:
        skus: in small letters; a copy that others made may not name Amazon's item, and is known by its SKU.
    """
    mine = [
        (copy, each)
        for copy in facts.copies
        for each in copy.lines
        if each.ext_id == line.item_id or (not each.ext_id and each.sku.lower() in skus)
    ]
    of_copies = [each for _, each in mine]
    standing = sum(each.ordered for each in of_copies)
    given_up = sum(_given_up(each) for each in of_copies)
    over = order.status == CANCELLED
    live = line.fulfilled if over else line.ordered - line.cancelled
    # What a copy gave up is made up for, and is owed all the same while Amazon still waits for it.
    needed = max(live + given_up, standing)
    # A second copy of the same order is made up for as well, so it is held as well.
    received = max(received_so_far, line.ordered, needed)
    returned = received - needed
    shipped = sum(each.shipped for each in of_copies)
    restocked = _restocked({(copy.order_id, each.item_id) for copy, each in mine}, facts.credit_memos)
    return [
        (RECEIVED, AMAZON, received),
        (SHIPPED_UNITS, COPY if shipped >= line.fulfilled and of_copies else AMAZON, max(shipped, line.fulfilled)),
        (CANCELLED_UNITS, AMAZON, returned),
        (CANCELLED_UNITS, COPY, given_up),
        (RESTOCKED, MEMO, restocked),
    ]


def _given_up(line: CopyLine) -> int:
    """Return the units of a copy that never leave: cancelled there, or refunded before they were shipped."""
    return line.cancelled + max(0, line.refunded - line.shipped)


def _restocked(items: set[tuple[str, int]], memos: Sequence[CreditMemo]) -> int:
    return sum(units for memo in memos for item_id, units in memo.units if (memo.order_id, item_id) in items)


def _is_of(noted: Entry, source: str) -> bool:
    return noted.source.partition("#")[0] == source


def _sum(noted: Iterable[Entry], kind: str) -> int:
    return sum(each.units for each in noted if each.kind == kind)
