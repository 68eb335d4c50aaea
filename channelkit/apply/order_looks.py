"""Looking whether something about an order is done already: before it is sent, and wherever an answer was lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from channelkit.amazon.client import Amazon
from channelkit.amazon.orders import get_order
from channelkit.commerce.client import Commerce
from channelkit.commerce.credit_memos import list_credit_memos
from channelkit.commerce.invoices import list_invoices
from channelkit.commerce.orders import find_copies, find_numbered, read_copy
from channelkit.commerce.shipments import list_shipments
from channelkit.model.orders import (
    CANCEL,
    CANCEL_COPY,
    CANCELLED,
    CONFIRM,
    CREATE,
    INVOICE,
    REFUND,
    SHIP,
    Copy,
    CreditMemo,
    OrderChange,
    Shipment,
)
from channelkit.orders.body import increment_id
from channelkit.orders.book import read_body
from channelkit.orders.shipping import same_number
from channelkit.orders.terms import OrderTerms

_Document = TypeVar("_Document", Shipment, CreditMemo)

THERE = "It was there already; nothing was sent."


class Done(NamedTuple):
    """That a change is done on the other side.

    Arguments:
        number: the other side's number of it; empty where it has none.
    """

    number: str = ""
    note: str = ""


@dataclass(frozen=True)
class Looker:
    """Looks on both sides."""

    amazon: Amazon
    commerce: Commerce
    terms: OrderTerms

    def look(self, change: OrderChange, *, lost: bool) -> Done | None:
        """Return that a change is done already, or None where it is not.

        Arguments:
            lost: it was sent and its answer did not come; Amazon is looked at only then.

        Raises:
            RemoteError: nobody can tell now.
        """
        if change.kind == CREATE:
            return self.find_copy(change.order_id)
        if change.kind in (CONFIRM, CANCEL):
            return self._look_at_amazon(change) if lost else None
        body = read_body(change)
        copy = read_copy(self.commerce, int(body["entity_id"]))
        if not _shows(change, body, copy):
            return None
        return Done(self._number(change, body, copy), THERE)

    def find_copy(self, order_id: str) -> Done | None:
        """Return that an order has a copy, by Amazon's number or by the number that the copy would have."""
        copies = find_copies(self.commerce, [order_id])
        number = increment_id(order_id, self.terms)
        if not copies and number:
            same = find_numbered(self.commerce, number, self.terms.store_view_id)
            copies = [same] if same is not None else []
        if not copies:
            return None
        first = min(copies, key=lambda copy: copy.entity_id)
        others = ", ".join(copy.increment_id for copy in copies if copy is not first)
        return Done(str(first.entity_id), f"{THERE} There is more than one: also {others}." if others else THERE)

    def _look_at_amazon(self, change: OrderChange) -> Done | None:
        order, body = get_order(self.amazon, change.order_id), read_body(change)
        if change.kind == CANCEL:
            return Done(note=THERE) if order.status == CANCELLED else None
        package, tracking = str(body.get("package_id", "")), str(body.get("tracking", ""))
        known = any(each.package_id == package or same_number(each.tracking, tracking) for each in order.parcels)
        return Done(package, THERE) if known else None

    def _number(self, change: OrderChange, body: Mapping[str, Any], copy: Copy) -> str:
        if change.kind == INVOICE:
            return _last(list_invoices(self.commerce, copy.entity_id))
        if change.kind == SHIP:
            shipments = list_shipments(self.commerce, copy.entity_id)
            number = str((body.get("track") or {}).get("number", ""))
            same = [each for each in shipments if any(same_number(track.number, number) for track in each.tracks)]
            return _last(each.shipment_id for each in same or _with_units(shipments, body))
        if change.kind == REFUND:
            memos = list_credit_memos(self.commerce, copy.entity_id)
            return _last(each.memo_id for each in _with_units(memos, body))
        return str(copy.entity_id)


def units_of(body: Mapping[str, Any], name: str = "units") -> list[tuple[int, int]]:
    """Return units by item of the copy, as a change's body has them."""
    return [(int(item), int(count)) for item, count in body.get(name, ())]


def _shows(change: OrderChange, body: Mapping[str, Any], copy: Copy) -> bool:
    lines = {line.item_id: line for line in copy.lines}
    if change.kind == CANCEL_COPY:
        rest = body.get("units")
        return copy.state == "canceled" or (rest is not None and sum(line.cancelled for line in copy.lines) >= rest)
    if change.kind == INVOICE:
        # What is left is less than what is to be invoiced, so it has been invoiced.
        left = {number: line.ordered - line.cancelled - line.invoiced for number, line in lines.items()}
        return any(left.get(item, 0) < count for item, count in units_of(body))
    if change.kind not in (SHIP, REFUND):
        return False
    column = "shipped" if change.kind == SHIP else "refunded"
    shown = units_of(body, "shown")
    return bool(shown) and all(item in lines and getattr(lines[item], column) >= count for item, count in shown)


def _with_units(documents: Iterable[_Document], body: Mapping[str, Any]) -> list[_Document]:
    wanted = sorted(units_of(body))
    return [each for each in documents if sorted(each.units) == wanted]


def _last(numbers: Iterable[int]) -> str:
    found = sorted(numbers)
    return str(found[-1]) if found else ""
