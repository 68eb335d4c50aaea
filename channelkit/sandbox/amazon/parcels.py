"""Packages on their way: confirmed, shown a little later, moving, delivered."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from channelkit.sandbox.amazon.order_log import OrderLog
from channelkit.sandbox.amazon.order_steps import move_package, put_package, units_in
from channelkit.sandbox.amazon.orders import CANCELLED, Order, Package

if TYPE_CHECKING:
    from channelkit.sandbox.amazon.state import AmazonState

HOUR, DAY = 3_600.0, 86_400.0


class Parcels:
    """The packages of all orders; those that were confirmed and are not shown yet wait here."""

    def __init__(self, state: AmazonState, log: OrderLog) -> None:
        self._state = state
        self._log = log
        self._coming: dict[str, dict[str, Package]] = {}

    def confirm(self, order_id: str, package: Package, at: float) -> None:
        """Accept a package, or other details of one, that is shown at a time in Unix seconds."""
        self._coming.setdefault(order_id, {})[package.package_id] = package

        def happen(at: float) -> None:
            waiting = self._coming.get(order_id, {})
            # A later confirmation of the package may have taken its place.
            if waiting.get(package.package_id) is package:
                del waiting[package.package_id]
            self.show(order_id, package, at)

        self._state.later(at, happen)

    def has_coming(self, order_id: str) -> bool:
        """Tell whether packages of an order were confirmed that are not shown yet."""
        return bool(self._coming.get(order_id))

    def left(self, order_id: str, without: str = "") -> dict[str, int]:
        """Return the units by order item that no package holds, shown or still to come.

        Arguments:
            without: a package that is to be packed anew.
        """
        order = self._log.current[order_id]
        packages = {each.package_id: each for each in order.packages} | self._coming.get(order_id, {})
        packed = units_in([each for name, each in packages.items() if name != without])
        return {line.item_id: line.ordered - line.cancelled - packed.get(line.item_id, 0) for line in order.lines}

    def show(self, order_id: str, package: Package, at: float) -> Order:
        """Show a package, or the new details of one; a new one starts on its way and arrives in 2 to 5 days."""
        order = self._log.current[order_id]
        if order.status == CANCELLED:
            return order
        is_new = package.package_id not in {each.package_id for each in order.packages}
        order = self._log.change(order_id, int(at * 1000), **put_package(order, package))
        if is_new:
            rng = random.Random(f"journey:{self._state.seed}:{order_id}:{package.package_id}")
            journey = (("IN_TRANSIT", rng.uniform(2.0, 20.0) * HOUR), ("DELIVERED", rng.uniform(2.0, 5.0) * DAY))
            for status, wait in journey:
                self._state.later(at + wait, partial(self._move, order_id, package.package_id, status))
        return order

    def _move(self, order_id: str, package_id: str, status: str, at: float) -> None:
        changes = move_package(self._log.current[order_id], package_id, status)
        self._log.change(order_id, int(at * 1000), **changes)
