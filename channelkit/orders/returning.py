"""Returns: what each stands at, and the refund in Commerce that a person asks for. (OR-13)"""

from __future__ import annotations

from collections.abc import Iterable

from channelkit.errors import UsageError
from channelkit.model.orders import REFUND, CopyLine, OrderChange, Return
from channelkit.orders.book import OPEN, Case, match_items, read_body, write_body
from channelkit.orders.totals import add_up, price

REQUESTED, RECEIVED, REFUNDING, REFUNDED, ERROR = "Requested", "Received", "Refunding", "Refunded", "Error"


def state_of(returned: Return, changes: Iterable[OrderChange]) -> str:
    """Return where a return stands: Requested, Received, Refunding, Refunded or Error.

    Arguments:
        changes: what the journal has of its order.

    >>> state_of(Return("R1", "1", "A", 1, "Completed", 0, received_at=5), [])
    'Received'
    """
    change = next((c for c in changes if c.kind == REFUND and c.key == returned.return_id), None)
    if change is not None and change.state in OPEN:
        return REFUNDING
    if change is not None and change.state != "dropped":
        return REFUNDED if change.state == "confirmed" else ERROR
    return RECEIVED if returned.received_at is not None else REQUESTED


def write_refund(case: Case, returned: Return, *, restock: int, by: str, now: int) -> OrderChange:
    """Return the refund of a return, as a person asks for it, ready to be written down.

    Arguments:
        restock: how many of its units go back into the stock; Commerce puts back all of them or none.
        by: who asks.
        now: milliseconds since 1970.

    Raises:
        UsageError: Commerce has no copy to refund, or fewer units than that, or would put back other than was asked.
    """
    line = _line(case, returned)
    if restock not in (0, returned.units):
        what = f"Commerce puts back all {returned.units} units of return {returned.return_id}, or none of them."
        raise UsageError(what, "Correct the stock of the source by hand where only a part can be sold again.")
    if line is None or case.copy is None:
        raise UsageError(
            f"Commerce has no order for return {returned.return_id}.", "Refund it in Seller Central alone."
        )
    if line.ordered - line.cancelled - line.refunded < returned.units:
        raise UsageError(f"Commerce has fewer than {returned.units} units of return {returned.return_id} to refund.")
    expected = _worth(case, returned)
    body = write_body(
        entity_id=case.copy.entity_id,
        units=[[line.item_id, returned.units]],
        restock=[line.item_id] if restock else [],
        shown=[[line.item_id, line.refunded + returned.units]],
        total=returned.refunded or expected,
        adjustment=(returned.refunded - expected) if returned.refunded else 0,
    )
    because = f"{returned.units} units came back: {returned.reason or 'no reason told'}."
    return OrderChange(
        returned.order_id, REFUND, returned.return_id, body, because, caused_at=now, ordered_by=by
    )  # fmt: skip


def why_drop(case: Case, change: OrderChange) -> str:
    """Return why a refund that a person asked for cannot be any more; empty where it can."""
    if case.copy is None:
        return "Commerce has no order to refund."
    lines = {line.item_id: line for line in case.copy.lines}
    for item, count in read_body(change).get("units", ()):
        line = lines.get(item)
        if line is None or line.ordered - line.cancelled - line.refunded < count:
            return "Commerce has fewer units to refund than that: it was refunded there meanwhile."
    return ""


def must_wait(case: Case, change: OrderChange) -> bool:
    """Return whether a refund waits until Commerce has invoiced what it is of."""
    lines = {line.item_id: line for line in case.copy.lines} if case.copy else {}
    units = read_body(change).get("units", ())
    return any(item in lines and lines[item].invoiced - lines[item].refunded < count for item, count in units)


def _line(case: Case, returned: Return) -> CopyLine | None:
    """Return the copy's item that came back; of several of one SKU, the one with enough units left."""
    if case.copy is None:
        return None
    of_sku = {line.item_id for line in case.order.lines if line.seller_sku == returned.seller_sku}
    matched = match_items(case.copy, case.order, case.goods)
    found = [line for line in case.copy.lines if matched.get(line.item_id) in of_sku]
    enough = [line for line in found if line.ordered - line.cancelled - line.refunded >= returned.units]
    return next(iter(enough or found), None)


def _worth(case: Case, returned: Return) -> int:
    """Return what Commerce pays back for the units by itself, in minor units: their rows and tax, no shipping."""
    line = next(line for line in case.order.lines if line.seller_sku == returned.seller_sku)
    amounts, included = line.amounts, add_up(case.order).tax_included
    goods = price(amounts) - amounts.shipping - amounts.cod
    goods += 0 if included else amounts.tax - amounts.tax_shipping
    return (goods * returned.units * 2 + line.ordered) // (2 * line.ordered) if line.ordered else 0
