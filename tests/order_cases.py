"""Orders, goods, copies and terms for the tests of the room that decides about orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Amounts, Copy, CopyLine, Line, Order, OrderChange, Shipment, Stand, Track
from channelkit.orders.book import Book, by_order
from channelkit.orders.goods import Goods
from channelkit.orders.terms import OrderTerms

ID = "111-0000001-0000001"
CONNECTED, CREATED, NOW = 1_000_000, 2_000_000, 10_000_000
TERMS = OrderTerms(
    "us",
    "A1",
    marketplace("US"),
    connected_at=CONNECTED,
    sources=("default",),
    countries=frozenset({"US"}),
)


def line(number: int = 1, ordered: int = 2, **changes: Any) -> Line:
    known = {"amounts": Amounts(item=1000 * ordered, tax=80 * ordered, tax_shipping=0)}
    return Line(f"item{number}", f"SKU-{number}", "B0", "A thing", ordered, **(known | changes))


def order(status: str = "UNSHIPPED", *lines: Line, order_id: str = ID, **changes: Any) -> Order:
    lines = lines or (line(),)
    total = sum(each.amounts.item + each.amounts.tax for each in lines)
    known: dict[str, Any] = {"currency": "USD", "country": "US", "total": total, "lines": lines}
    known |= {"created_at": CREATED, "updated_at": CREATED + 1_000}
    return Order(order_id, "ATVPDKIKX0DER", status, **(known | changes))


def goods(number: int = 1, **changes: Any) -> Goods:
    known = {"product_id": number, "exists": True, "enabled": True, "on_website": True, "salable": 10}
    return Goods(f"SKU-{number}", f"product-{number}", **(known | changes))


def copy(of: Order, *, entity_id: int = 7, state: str = "processing", status: str = "", **changes: Any) -> Copy:
    """Commerce's order of Amazon's; ``shipped``, ``invoiced``, ``cancelled``, ``refunded`` are units of every line."""
    counts = {name: changes.pop(name, 0) for name in ("shipped", "invoiced", "cancelled", "refunded")}
    lines = tuple(
        CopyLine(10 * entity_id + number, each.item_id, f"product-{number}", each.ordered, **counts)
        for number, each in enumerate(of.lines, 1)
    )
    known: dict[str, Any] = {"total": of.total, "updated_at": NOW, "store_id": 1, "lines": lines}
    return Copy(of.order_id, entity_id, f"00000{entity_id}", state, status or state, **(known | changes))


def shipment(of: Copy, units: int = 1, *, number: int = 31, tracking: str = "1Z9", at: int = NOW - 60_000) -> Shipment:
    tracks = (Track("ups", "United Parcel Service", tracking),) if tracking else ()
    return Shipment(number, of.order_id, at, tracks, tuple((each.item_id, units) for each in of.lines))


def book(*orders: Order, linked: Iterable[Goods] | None = None, **facts: Any) -> Book:
    """All that is known; facts are lists, and their orders are found in them."""
    linked = [goods(1), goods(2)] if linked is None else linked
    groups: dict[str, Any] = {name: by_order(facts[name]) for name in facts if name not in ("stands", "held")}
    stands = {stand.order_id: stand for stand in facts.get("stands", ())}
    known = {each.order_id: each for each in orders}
    return Book(
        known, goods={each.seller_sku: each for each in linked}, stands=stands, held=facts.get("held", {}), **groups
    )


def written(changes: Iterable[OrderChange], known: Iterable[OrderChange] = (), at: int = NOW) -> list[OrderChange]:
    """What the journal has once these changes are recorded, by its own rules."""
    journal = {(c.order_id, c.kind, c.key): c for c in known}
    for change in changes:
        what = (change.order_id, change.kind, change.key)
        before = journal.get(what)
        if before is None:
            journal[what] = replace(change, id=max((c.id for c in journal.values()), default=0) + 1, planned_at=at)
        elif before.state in ("planned", "held", "refused", "expired", "dropped"):
            again = replace(change, id=before.id, planned_at=at, state="planned", closed_at=None, sent_at=None)
            note = change.note or ("" if before.state in ("expired", "dropped") else before.note)
            journal[what] = replace(again, note=note, caused_at=before.caused_at or change.caused_at)
    return list(journal.values())


def closed(known: Iterable[OrderChange], over: Iterable[OrderChange], at: int = NOW) -> list[OrderChange]:
    """What the journal has once these changes are closed."""
    ends = {change.id: replace(change, closed_at=at) for change in over}
    return [ends.get(change.id, change) for change in known]


def standing(before: Iterable[Stand], decided: Iterable[Stand], at: int = NOW) -> list[Stand]:
    """Where orders stand once that is written down."""
    known = {stand.order_id: stand for stand in before}
    for stand in decided:
        old = known.get(stand.order_id)
        same = old is not None and (old.stage, old.blocker) == (stand.stage, stand.blocker)
        known[stand.order_id] = replace(stand, since=old.since if old is not None and same else at)
    return list(known.values())
