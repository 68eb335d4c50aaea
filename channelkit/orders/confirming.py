"""What a reading says of changes that left: they are confirmed when it shows them, and expire when it never does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from channelkit.model.orders import (
    CANCEL,
    CANCEL_COPY,
    CANCELLED,
    CONFIRM,
    CREATE,
    INVOICE,
    PARTIALLY_SHIPPED,
    REFUND,
    SHIP,
    SHIPPED,
    OrderChange,
)
from channelkit.orders.book import ON_THE_WAY, Case, read_body
from channelkit.orders.shipping import same_number, units_of

DAY = 86_400_000
"""Milliseconds within which a reading shows what the other side took; what is not shown then is planned anew."""

GONE_AFTER = 3_600_000
"""Milliseconds after which the copy of an order that was cancelled meanwhile is not waited for."""


def settle(case: Case, now: int) -> list[OrderChange]:
    """Return the changes of an order that what was read closes: confirmed or expired, each with a note.

    Arguments:
        now: milliseconds since 1970.
    """
    closed = []
    shown = Counter({line.item_id: line.fulfilled for line in case.order.lines})
    for change in case.of_kind(CONFIRM, ("confirmed",)):
        shown.subtract(units_of(change))
    for change in case.changes:
        if change.state not in ON_THE_WAY:
            continue
        if _is_confirmed(case, change, shown):
            closed.append(replace(change, state="confirmed", note=_SHOWN[change.kind]))
            continue
        note = _why_expired(case, change, now)
        if note:
            closed.append(replace(change, state="expired", note=note))
    return closed


def copy_differs(case: Case, change: OrderChange | None) -> bool:
    """Return whether a copy costs something else than the order did when it was made."""
    total = read_body(change).get("total") if change is not None else None
    return case.copy is not None and total is not None and case.copy.total != total


def _is_confirmed(case: Case, change: OrderChange, shown: Counter[str]) -> bool:
    return _CHECKS[change.kind](case, change, shown)


def _created(case: Case, change: OrderChange, _: Counter[str]) -> bool:
    return bool(case.copies) and not copy_differs(case, change)


def _invoiced(case: Case, change: OrderChange, _: Counter[str]) -> bool:
    copy = case.copy
    if copy is None:
        return False
    if copy.state in ("complete", "closed"):
        return True
    wanted = {item for item, _ in read_body(change).get("units", ())}
    lines = [line for line in copy.lines if line.item_id in wanted]
    return bool(lines) and all(line.invoiced >= line.ordered - line.cancelled for line in lines)


def _confirmed(case: Case, change: OrderChange, shown: Counter[str]) -> bool:
    body, units, order = read_body(change), units_of(change), case.order
    known = any(
        same_number(parcel.tracking, str(body.get("tracking", "")))
        or parcel.package_id == str(body.get("package_id", "-"))
        for parcel in order.parcels
    )
    covered = all(shown[item] >= count for item, count in units.items())
    if known or covered or order.status == SHIPPED:
        shown.subtract(units)
        return True
    return False


def _cancelled(case: Case, _: OrderChange, __: Counter[str]) -> bool:
    return case.order.status == CANCELLED


def _copy_cancelled(case: Case, change: OrderChange, _: Counter[str]) -> bool:
    body = read_body(change)
    copy = next((copy for copy in case.copies if copy.entity_id == body.get("entity_id")), None)
    if copy is None:
        return False
    if copy.state in ("canceled", "closed") or (body.get("status") and copy.status == body["status"]):
        return True
    return "units" in body and sum(line.cancelled for line in copy.lines) >= body["units"]


def _noted(case: Case, change: OrderChange, _: Counter[str]) -> bool:
    body = read_body(change)
    if change.submission_id in {str(shipment.shipment_id) for shipment in case.shipments}:
        return True
    shipped = {line.item_id: line.shipped for copy in case.copies for line in copy.lines}
    shown = body.get("shown", ())
    return bool(shown) and all(shipped.get(item, 0) >= count for item, count in shown)


def _refunded(case: Case, change: OrderChange, _: Counter[str]) -> bool:
    if change.submission_id in {str(memo.memo_id) for memo in case.memos}:
        return True
    refunded = {line.item_id: line.refunded for copy in case.copies for line in copy.lines}
    shown = read_body(change).get("shown", ())
    return bool(shown) and all(refunded.get(item, 0) >= count for item, count in shown)


_CHECKS: MappingProxyType[str, Callable[[Case, OrderChange, Counter[str]], bool]] = MappingProxyType(
    {
        CREATE: _created,
        INVOICE: _invoiced,
        CONFIRM: _confirmed,
        CANCEL: _cancelled,
        CANCEL_COPY: _copy_cancelled,
        SHIP: _noted,
        REFUND: _refunded,
    }
)
_SHOWN = MappingProxyType(
    {
        CREATE: "Commerce shows the order with the right total.",
        INVOICE: "Commerce shows it as invoiced.",
        CONFIRM: "Amazon shows the units as sent.",
        CANCEL: "Amazon shows it as cancelled.",
        CANCEL_COPY: "Commerce shows it as cancelled.",
        SHIP: "Commerce shows the units as sent.",
        REFUND: "Commerce shows the credit memo.",
    }
)


def _why_expired(case: Case, change: OrderChange, now: int) -> str:
    """Return why a change is not waited for any more; empty while it is. A copy that was made is waited for always."""
    status = case.order.status
    if change.kind == CREATE:
        gone = change.state == "sent" and status == CANCELLED and now - (change.sent_at or now) >= GONE_AFTER
        return "The order was cancelled meanwhile, and Commerce shows no copy of it." if gone else ""
    if change.kind == CANCEL and status in (PARTIALLY_SHIPPED, SHIPPED):
        return "It has shipped meanwhile, so Amazon did not cancel it."
    if change.kind == CONFIRM and status == CANCELLED:
        return "Amazon shows the order as cancelled."
    if change.state == "accepted" and now - (change.accepted_at or now) >= DAY:
        return "No reading showed it within a day."
    return ""
