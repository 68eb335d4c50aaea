"""Where does each order stand, and what is to be done about it? All of it decided from facts, again each cycle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import (
    CANCEL,
    CANCELLED,
    CONFIRM,
    CREATE,
    REFUND,
    SHIP,
    UNSHIPPED,
    Order,
    OrderChange,
    Stand,
)
from channelkit.orders.allotting import free_stock, take_stock, wants_copy
from channelkit.orders.blockers import Blocker, find_blocker
from channelkit.orders.book import Book, Case, read_body, write_body
from channelkit.orders.cancelling import cancel_copies, cancel_rest, why_not
from channelkit.orders.confirming import settle
from channelkit.orders.creation import rule_of
from channelkit.orders.returning import must_wait
from channelkit.orders.returning import why_drop as why_no_refund
from channelkit.orders.shipping import confirm_shipments, invoice, note_shipments
from channelkit.orders.standing import stand_of
from channelkit.orders.terms import OrderTerms

LONGEST_WAIT = 3_600_000
"""Milliseconds after which, at the latest, what was refused is tried again."""

_WORDLESS = "It was refused without a word."


@dataclass(frozen=True)
class OrderDecision:
    """What follows from the facts.

    Arguments:
        stands: where each order stands; ``since`` is kept by the one who writes it down.
        changes: what is to be sent, or looked for on the other side, in the order in which it is to be done.
        closed: changes of the journal that are confirmed, expired or dropped now.
    """

    stands: tuple[Stand, ...] = ()
    changes: tuple[OrderChange, ...] = ()
    closed: tuple[OrderChange, ...] = ()


def decide(book: Book, terms: OrderTerms, now: int) -> OrderDecision:
    """Return where orders stand and what is to be done about them.

    Orders are taken in the order in which they were placed, so that the last unit goes to whoever came first. Decided
    twice over the same facts, and what was decided written down in between, nothing new follows.

    Arguments:
        now: milliseconds since 1970.
    """
    cases = [book.case(order.order_id) for order in sorted(book.orders.values(), key=_by_age)]
    free = free_stock(book, cases, terms)
    stands, changes, closed = [], [], []
    for case in cases:
        over = settle(case, now)
        stand, wanted, dropped = _decide(case.closing(over), terms, now, free)
        stands.append(stand)
        changes += wanted
        closed += [*over, *dropped]
    return OrderDecision(tuple(stands), tuple(changes), tuple(closed))


def _decide(
    case: Case, terms: OrderTerms, now: int, free: dict[str, int]
) -> tuple[Stand, list[OrderChange], list[OrderChange]]:
    by_hand, dropped = _orders_of_people(case, terms)
    case = case.closing(dropped)
    wanted, blockers = list(by_hand), []
    if wants_copy(case, terms):
        blocker = find_blocker(case, terms, take_stock(case, terms, free))
        if blocker is None or case.of_kind(CREATE, ("sent",)):
            wanted.append(_creation(case, terms, now))
        else:
            blockers.append(blocker)
    if len(case.live_copies) <= 1:
        noted, missing_source = note_shipments(case, terms)
        wanted += [*noted, *invoice(case), *cancel_rest(case)]
        blockers += [missing_source] if missing_source else []
    told, untold = confirm_shipments(case, terms, now)
    wanted += [*told, *cancel_copies(case, terms)]
    if case.order.status != CANCELLED:
        # Nobody knows what became of these: they are looked for.
        wanted += [c for kind in (CONFIRM, SHIP) for c in case.of_kind(kind, ("sent",)) if not c.ordered_by]
    blockers += [untold] if untold else []

    going, refused = _against_journal(case, wanted, now)
    kept = {change.id for change in wanted if change.id} | {change.id for change in going}
    note = _why_unwanted(case, blockers)
    dropped += [_dropped(change, note) for change in case.unsent() if change.id not in kept]
    stand = stand_of(case, terms, going, [*blockers, *refused], now)
    return stand, going, dropped


def _by_age(order: Order) -> tuple[int, str]:
    return order.created_at, order.order_id


def _creation(case: Case, terms: OrderTerms, now: int) -> OrderChange:
    order = case.order
    body = write_body(
        total=order.total, currency=order.currency, units=order.units, complete=rule_of(order, terms).complete
    )
    if order.created_at < terms.connected_at:
        caused_at = now
    elif order.fulfilled_by != MERCHANT or (case.stand is not None and case.stand.stage == "waiting"):
        caused_at = order.updated_at
    else:
        caused_at = order.created_at
    return OrderChange(order.order_id, CREATE, "", body, f"Amazon shows it as {order.status}.", caused_at=caused_at)


def _orders_of_people(case: Case, terms: OrderTerms) -> tuple[list[OrderChange], list[OrderChange]]:
    """Return what people asked for that goes, and what cannot be any more, with the reason."""
    going, dropped = [], []
    for change in case.changes:
        if change.state not in ("planned", "sent") or (change.kind != CANCEL and not change.ordered_by):
            continue
        note = _why_no_more(case, change, terms) if change.state == "planned" else ""
        if note:
            dropped.append(_dropped(change, note))
        else:
            going.append(change)
    return going, dropped


def _why_no_more(case: Case, change: OrderChange, terms: OrderTerms) -> str:
    if change.kind == CANCEL:
        return why_not(case) or ("" if terms.takes(case.order.created_at) else "The order is none of this store's.")
    if change.kind == REFUND:
        return why_no_refund(case, change)
    if change.kind == SHIP:
        return _why_no_shipment(case, change)
    return ""


def _why_no_shipment(case: Case, change: OrderChange) -> str:
    lines = {line.item_id: line for line in case.copy.lines} if case.copy is not None else {}
    if not lines:
        return "Commerce has no order to ship."
    for item, count in read_body(change).get("units", ()):
        if item not in lines or lines[item].ordered - lines[item].cancelled - lines[item].shipped < count:
            return "Commerce has fewer units to ship than that: they were shipped there meanwhile."
    return ""


def _against_journal(
    case: Case, wanted: Iterable[OrderChange], now: int
) -> tuple[list[OrderChange], list[Blocker]]:  # fmt: skip
    """Return what of the wanted goes now, under the journal's numbers, and what was refused."""
    going, refused = [], []
    for change in wanted:
        known = case.find(change.kind, change.key)
        if known is None:
            going.append(change)
        elif known.state == "sent":
            going.append(known)
        elif known.state in ("planned", "held"):
            same = replace(change, id=known.id, state=known.state, note=known.note, planned_at=known.planned_at)
            by, at = known.ordered_by or change.ordered_by, known.caused_at or change.caused_at
            going.append(replace(same, ordered_by=by, caused_at=at))
        elif known.state in ("expired", "dropped"):
            going.append(replace(change, id=known.id, caused_at=known.caused_at or change.caused_at))
        elif known.state == "refused" and _is_due(case, known, now):
            again = replace(change, id=known.id, caused_at=known.caused_at or change.caused_at)
            going.append(replace(again, note=known.note or _WORDLESS))
        if known is not None and _was_refused(case, known):
            refused.append(Blocker("refused", known.note or _WORDLESS))
    for change in case.of_kind(CANCEL, ("refused",)) + case.of_kind(REFUND, ("refused",)):
        if case.order.status == UNSHIPPED or change.kind == REFUND:
            refused.append(Blocker("refused_once", change.note))
    if going and any(change.kind == REFUND for change in going):
        going = [c for c in going if not (c.kind == REFUND and c.state == "planned" and must_wait(case, c))]
    return going, refused


def _was_refused(case: Case, known: OrderChange) -> bool:
    """Return whether a change stands refused, or is being tried again after it was."""
    again = case.stand is not None and case.stand.blocker == "refused" and known.state == "planned"
    return known.state == "refused" or (again and bool(known.note) and not known.ordered_by)


def _is_due(case: Case, known: OrderChange, now: int) -> bool:
    """Return whether what was refused is tried again: at once, then less and less often, once an hour at least."""
    refused_at = known.closed_at or 0
    since = case.stand.since if case.stand is not None and case.stand.blocker == "refused" else refused_at
    return now - refused_at >= min(max(refused_at - since, 0) // 4, LONGEST_WAIT)


def _dropped(change: OrderChange, note: str) -> OrderChange:
    return replace(change, state="dropped", note=note)


def _why_unwanted(case: Case, blockers: Iterable[Blocker]) -> str:
    if case.order.status == CANCELLED:
        return "The order was cancelled on Amazon before this left."
    blocker = next(iter(blockers), None)
    return (
        f"It is blocked: {blocker.note}" if blocker is not None else "The order has moved; it is not needed any more."
    )
