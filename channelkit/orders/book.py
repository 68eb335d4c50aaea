"""All that is known of the orders to decide about, by order, and one order's facts together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from channelkit.model.orders import Copy, CreditMemo, Order, OrderChange, Return, Shipment, Stand
from channelkit.orders.goods import Goods

OPEN = ("planned", "held", "sent", "accepted")
ON_THE_WAY = ("sent", "accepted")


@dataclass(frozen=True)
class Case:
    """One order with all that is known of it.

    Arguments:
        copies, shipments, memos, returns: in the order in which they came to be.
        goods: what its lines are of, by seller SKU.
        stand: where it stood when it was last decided on.
        is_viewed: some of it left while orders were only shown; it is the merchant's own to finish.
    """

    order: Order
    copies: tuple[Copy, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    memos: tuple[CreditMemo, ...] = ()
    returns: tuple[Return, ...] = ()
    changes: tuple[OrderChange, ...] = ()
    goods: Mapping[str, Goods] = field(default_factory=dict)
    stand: Stand | None = None
    is_viewed: bool = False

    @property
    def live_copies(self) -> tuple[Copy, ...]:
        """The copies that are not cancelled."""
        return tuple(copy for copy in self.copies if copy.state != "canceled")

    @property
    def copy(self) -> Copy | None:
        """The copy to work with: the one that is not cancelled, else the only one; None where there are two."""
        live = self.live_copies
        if len(live) == 1:
            return live[0]
        return self.copies[0] if not live and self.copies else None

    def of_kind(self, kind: str, states: Sequence[str] | None = None) -> list[OrderChange]:
        """Return what the journal has of a kind of change, in some of its states."""
        return [c for c in self.changes if c.kind == kind and (states is None or c.state in states)]

    def unsent(self) -> list[OrderChange]:
        """Return what the journal has planned and not sent."""
        return [change for change in self.changes if change.state in ("planned", "held")]

    def find(self, kind: str, key: str = "") -> OrderChange | None:
        """Return what the journal has of one change."""
        return next((c for c in self.changes if c.kind == kind and c.key == key), None)

    def closing(self, closed: Iterable[OrderChange]) -> Case:
        """Return the case as it is once these changes are closed."""
        over = {change.id: change for change in closed}
        return replace(self, changes=tuple(over.get(change.id, change) for change in self.changes))


@dataclass(frozen=True)
class Book:
    """What is known of orders, by Amazon's number.

    Arguments:
        goods: what lines are of, by seller SKU.
        held: units that the stock ledger holds, by product SKU; of all orders, not of these alone.
        viewed: orders of which units left while orders were only shown.
    """

    orders: Mapping[str, Order]
    copies: Mapping[str, Sequence[Copy]] = field(default_factory=dict)
    shipments: Mapping[str, Sequence[Shipment]] = field(default_factory=dict)
    credit_memos: Mapping[str, Sequence[CreditMemo]] = field(default_factory=dict)
    returns: Mapping[str, Sequence[Return]] = field(default_factory=dict)
    changes: Mapping[str, Sequence[OrderChange]] = field(default_factory=dict)
    goods: Mapping[str, Goods] = field(default_factory=dict)
    stands: Mapping[str, Stand] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    viewed: frozenset[str] = frozenset()

    def case(self, order_id: str) -> Case:
        """Return one order with all that is known of it."""
        return Case(
            self.orders[order_id],
            tuple(sorted(self.copies.get(order_id, ()), key=lambda copy: copy.entity_id)),
            tuple(sorted(self.shipments.get(order_id, ()), key=lambda it: (it.created_at, it.shipment_id))),
            tuple(sorted(self.credit_memos.get(order_id, ()), key=lambda memo: (memo.created_at, memo.memo_id))),
            tuple(sorted(self.returns.get(order_id, ()), key=lambda it: (it.requested_at, it.return_id))),
            tuple(sorted(self.changes.get(order_id, ()), key=lambda change: change.id)),
            self.goods,
            self.stands.get(order_id),
            order_id in self.viewed,
        )


class _OfAnOrder(Protocol):
    @property
    def order_id(self) -> str: ...


_Fact = TypeVar("_Fact", bound=_OfAnOrder)


def by_order(facts: Iterable[_Fact]) -> dict[str, list[_Fact]]:
    """Return facts grouped by their order, as a book takes them."""
    groups: dict[str, list[_Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.order_id, []).append(fact)
    return groups


def write_body(**values: Any) -> str:
    """Return a change's body: always the same text for the same values."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def read_body(change: OrderChange) -> dict[str, Any]:
    """Return what a change's body says."""
    body = json.loads(change.body or "{}")
    return body if isinstance(body, dict) else {}


def match_items(copy: Copy, order: Order, goods: Mapping[str, Goods]) -> dict[int, str]:
    """Return which of Amazon's order items each item of a copy is: by the number it carries, else by its SKU alone."""
    known = {line.item_id for line in order.lines}
    matched = {line.item_id: line.ext_id for line in copy.lines if line.ext_id in known}
    for item in copy.lines:
        if item.item_id in matched:
            continue
        found = [
            line.item_id
            for line in order.lines
            if line.item_id not in matched.values() and item.sku.casefold() in _skus(line.seller_sku, goods)
        ]
        if len(found) == 1:
            matched[item.item_id] = found[0]
    return matched


def _skus(seller_sku: str, goods: Mapping[str, Goods]) -> set[str]:
    linked = goods.get(seller_sku)
    return {seller_sku.casefold()} | ({linked.product_sku.casefold()} if linked and linked.product_sku else set())
