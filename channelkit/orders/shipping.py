"""Shipments: Commerce's that Amazon is to be told of, Amazon's that Commerce is to note; and the invoice after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import (
    CONFIRM,
    INVOICE,
    PARTIALLY_SHIPPED,
    SHIP,
    SHIPPED,
    UNSHIPPED,
    Copy,
    OrderChange,
    Parcel,
    Shipment,
    Track,
)
from channelkit.orders.blockers import Blocker
from channelkit.orders.book import ON_THE_WAY, Case, match_items, read_body, write_body
from channelkit.orders.cancelling import OVER, is_cancelling
from channelkit.orders.carriers import name_carrier
from channelkit.orders.terms import OrderTerms


def confirm_shipments(case: Case, terms: OrderTerms, now: int) -> tuple[list[OrderChange], Blocker | None]:
    """Return which shipments of Commerce's Amazon is to be told of, one by one, and what stands in the way of others.

    A shipment is told of with no more units than it has, nor more than Amazon still waits for; what Amazon knew of
    before Commerce did is not told back to it. (OR-10, OR-14)

    Arguments:
        now: milliseconds since 1970; nothing is said to have left later than that.
    """
    order = case.order
    if order.fulfilled_by != MERCHANT or order.status not in (UNSHIPPED, PARTIALLY_SHIPPED) or is_cancelling(case):
        return [], None
    left = Counter({line.item_id: line.open for line in order.lines})
    told = case.of_kind(CONFIRM, (*ON_THE_WAY, "confirmed"))
    for change in told:
        left.subtract(units_of(change) if change.state != "confirmed" else {})
    items = {item: ext for copy in case.copies for item, ext in match_items(copy, order, case.goods).items()}
    wanted, blocker = [], None
    for shipment in case.shipments:
        if str(shipment.shipment_id) in {change.key for change in told} or is_amazons(shipment, case):
            continue
        units = Counter[str]()
        for item, count in shipment.units:
            units[items.get(item, "")] += count
        unknown = units.pop("", 0)
        units = Counter({item: min(count, left[item]) for item, count in units.items() if min(count, left[item]) > 0})
        if not units:
            blocker = blocker or (_unknown(shipment) if unknown and left.total() > 0 else None)
            continue
        track = next((track for track in shipment.tracks if track.number.strip()), None)
        if track is None:
            blocker = blocker or Blocker("tracking_missing", f"Shipment {shipment.shipment_id} has no tracking number.")
            continue
        left.subtract(units)
        wanted.append(_confirmation(case, terms, shipment, track=track, units=units, now=now))
    return wanted, blocker


def note_shipments(case: Case, terms: OrderTerms) -> tuple[list[OrderChange], Blocker | None]:
    """Return which of Amazon's parcels Commerce is to note, because it does not know that their units have left."""
    order, copy = case.order, case.copy
    if order.fulfilled_by != MERCHANT or order.status not in (PARTIALLY_SHIPPED, SHIPPED):
        return [], None
    if copy is None or copy.state in (*OVER, "holded") or len(case.live_copies) > 1:
        return [], None
    items = {ext: item for item, ext in match_items(copy, order, case.goods).items()}
    shipped = _shipped(copy, case.shipments)
    asked = [change for change in case.of_kind(SHIP, ("planned",)) if change.ordered_by]
    for change in [*case.of_kind(SHIP, ON_THE_WAY), *asked]:
        body = read_body(change)
        for item, count in body.get("shown") or [[item, shipped[item] + count] for item, count in body["units"]]:
            shipped[item] = max(shipped[item], count)
    ordered = {line.item_id: line.ordered - line.cancelled for line in copy.lines}
    extra = Counter[str]()
    for line in order.lines:
        item = items.get(line.item_id)
        if item is not None:
            extra[line.item_id] = min(line.fulfilled, ordered[item]) - shipped[item]
    extra = +extra
    if not extra:
        return [], None
    source = terms.ship_source or (terms.sources[0] if len(terms.sources) == 1 else "")
    if not source:
        words = f"{extra.total()} units were sent past Commerce, from one of its {len(terms.sources)} sources."
        return [], Blocker("source_unknown", words)
    wanted = []
    known = {change.key for change in case.of_kind(SHIP, (*ON_THE_WAY, "confirmed"))}
    for parcel in _foreign(case):
        units = {item: min(count, extra[item]) for item, count in parcel.units if min(count, extra[item]) > 0}
        if units and parcel.package_id not in known:
            extra.subtract(units)
            sent = {items[item]: count for item, count in units.items()}
            wanted.append(_shipment(case, copy, parcel, sent, shipped=shipped, source=source))
    extra = +extra
    if extra and not order.parcels:
        parcel = Parcel(f"fulfilled-{sum(line.fulfilled for line in order.lines)}")
        units_left = {items[item]: count for item, count in extra.items()}
        wanted.append(_shipment(case, copy, parcel, units_left, shipped=shipped, source=source))
    return wanted, None


def invoice(case: Case) -> list[OrderChange]:
    """Return the invoice that completes a copy in Commerce once Amazon shows all that is to be sent as sent."""
    order, copy = case.order, case.copy
    if order.fulfilled_by != MERCHANT or order.status != SHIPPED or order.open_units or len(case.live_copies) != 1:
        return []
    if copy is None or copy.state in (*OVER, "holded"):
        return []
    sent = {line.item_id: line.ordered - line.cancelled for line in order.lines}
    items = match_items(copy, order, case.goods)
    units = []
    for line in copy.lines:
        billed = min(line.ordered - line.cancelled, sent.get(items.get(line.item_id, ""), line.ordered)) - line.invoiced
        if billed > 0:
            units.append([line.item_id, billed])
    if not units:
        return []
    body = write_body(entity_id=copy.entity_id, units=units)
    because = "Amazon shows the order as shipped, so its copy can be completed."
    return [OrderChange(order.order_id, INVOICE, "", body, because, caused_at=order.updated_at)]


def units_of(change: OrderChange) -> dict[str, int]:
    """Return the units that a confirmation tells Amazon of, by order item."""
    return {str(item): int(count) for item, count in read_body(change).get("units", ())}


def same_number(one: str, other: str) -> bool:
    """Return whether two tracking numbers are the same but for blanks, dashes and capitals.

    >>> same_number("1z 999-aa", "1Z999AA"), same_number("", "")
    (True, False)
    """
    first, second = (text.replace(" ", "").replace("-", "").upper() for text in (one, other))
    return bool(first) and first == second


def is_amazons(shipment: Shipment, case: Case) -> bool:
    """Return whether a shipment of Commerce's stands for a parcel that Amazon knew of first, or knows by its number."""
    if str(shipment.shipment_id) in {change.submission_id for change in case.of_kind(SHIP) if not change.ordered_by}:
        return True
    return any(same_number(track.number, p.tracking) for track in shipment.tracks for p in case.order.parcels)


def _confirmation(
    case: Case, terms: OrderTerms, shipment: Shipment, *, track: Track, units: Mapping[str, int], now: int
) -> OrderChange:  # fmt: skip
    carrier = name_carrier(track, terms.carriers)
    body = write_body(
        package_id=shipment.shipment_id,
        carrier=list(carrier),
        method=track.title.strip() or carrier.name,
        tracking=track.number.strip(),
        shipped_at=min(max(shipment.created_at, case.order.created_at), now),
        units=sorted([item, count] for item, count in units.items()),
    )
    more = len(shipment.tracks) - 1
    because = f"Shipment {shipment.shipment_id} in Commerce has {sum(units.values())} units of it."
    because += f" Amazon takes one parcel of a shipment; {more} more tracking numbers stay in Commerce." * bool(more)
    key = str(shipment.shipment_id)
    return OrderChange(case.order.order_id, CONFIRM, key, body, because, caused_at=shipment.created_at)


def _shipment(
    case: Case, copy: Copy, parcel: Parcel, units: Mapping[int, int], *, shipped: Counter[int], source: str
) -> OrderChange:  # fmt: skip
    shipped.update(units)
    track = {"number": parcel.tracking, "carrier": parcel.carrier, "title": parcel.service or parcel.carrier}
    body = write_body(
        entity_id=copy.entity_id,
        source=source,
        units=sorted([item, count] for item, count in units.items()),
        shown=sorted([item, shipped[item]] for item in units),
        track=track if parcel.tracking else {},
    )
    because = f"Amazon knows that {sum(units.values())} units have left; Commerce does not."
    caused_at = parcel.shipped_at if parcel.shipped_at is not None else case.order.updated_at
    return OrderChange(case.order.order_id, SHIP, parcel.package_id, body, because, caused_at=caused_at)


def _shipped(copy: Copy, shipments: Iterable[Shipment]) -> Counter[int]:
    """Return how many units of each item have left by what Commerce shows, in whichever of its documents is newer."""
    sent = Counter[int]()
    for shipment in shipments:
        sent.update(dict(shipment.units))
    return Counter({line.item_id: max(line.shipped, sent[line.item_id]) for line in copy.lines})


def _foreign(case: Case) -> list[Parcel]:
    """Return the parcels that Amazon does not know from us."""
    ours = {str(read_body(change).get("package_id", "")) for change in case.of_kind(CONFIRM)}
    numbers = [track.number for shipment in case.shipments for track in shipment.tracks]
    return [
        parcel
        for parcel in case.order.parcels
        if parcel.package_id not in ours and not any(same_number(number, parcel.tracking) for number in numbers)
    ]


def _unknown(shipment: Shipment) -> Blocker:
    return Blocker("items_unknown", f"Shipment {shipment.shipment_id} has items that are none of Amazon's.")
