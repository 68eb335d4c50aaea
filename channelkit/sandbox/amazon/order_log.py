"""Orders in all their versions, found by number, by the time they were placed and by the time of their last change."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

import msgspec

from channelkit.sandbox.amazon.orders import Order

READ_LAG = 120_000
"""So many milliseconds pass before a search shows what has changed."""


class OrderLog:
    """The orders of all sellers.

    An order that has just changed is still what it was to whoever searches, so its older versions are kept as long as
    somebody may see them. The log of changes, sorted by time, finds what changed in a window without looking at every
    order.
    """

    def __init__(self) -> None:
        self.current: dict[str, Order] = {}
        self._past: dict[str, list[Order]] = {}
        self._changes: dict[str, list[tuple[int, str]]] = {}
        self._births: dict[str, list[tuple[int, str]]] = {}

    def add(self, order: Order) -> Order:
        """Keep a new order."""
        self.current[order.order_id] = order
        self._past[order.order_id] = [order]
        insort(self._changes.setdefault(order.seller_id, []), (order.updated, order.order_id))
        insort(self._births.setdefault(order.seller_id, []), (order.created, order.order_id))
        return order

    def change(self, order_id: str, at: int, **changed: Any) -> Order:
        """Keep the next version of an order, changed at a time in milliseconds; return it.

        Raises:
            KeyError: there is no such order.
        """
        before = self.current[order_id]
        after = msgspec.structs.replace(before, updated=max(before.updated + 1, at), **changed)
        past = self._past[order_id]
        seen = sum(version.updated <= at - READ_LAG for version in past)
        self._past[order_id] = [*past[max(0, seen - 1) :], after]
        self.current[order_id] = after
        insort(self._changes[after.seller_id], (after.updated, order_id))
        return after

    def seen(self, order_id: str, at: int) -> Order | None:
        """Return the version of an order that a search shows at a time in milliseconds; None while it shows none."""
        found = [version for version in self._past[order_id] if version.updated <= at - READ_LAG]
        return found[-1] if found else None

    def updated(self, seller_id: str, after: tuple[int, str], until: int, at: int) -> Iterator[Order]:
        """Yield what a search at a time shows of a seller's orders by their last change, the oldest first.

        Arguments:
            after: time and order id that the first one is not below; the id sorts orders of one time.
            until: the last time that belongs to the window.
        """
        for when, order_id in _window(self._changes.get(seller_id, []), after, until):
            version = self.seen(order_id, at)
            if version is not None and version.updated == when:
                yield version

    def created(self, seller_id: str, after: tuple[int, str], until: int, at: int) -> Iterator[Order]:
        """Yield what a search at a time shows of a seller's orders by the time they were placed, the oldest first."""
        for _, order_id in _window(self._births.get(seller_id, []), after, until):
            version = self.seen(order_id, at)
            if version is not None:
                yield version


def _window(log: list[tuple[int, str]], after: tuple[int, str], until: int) -> list[tuple[int, str]]:
    return log[bisect_left(log, after) : bisect_left(log, (until + 1, ""))]
