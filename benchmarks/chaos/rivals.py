"""The same hour at the pace of others: stock is pushed every ten minutes, orders come in every ten.

What makers of such connectors name as their pace: quantities 5 to 20 minutes apart, orders 5 to 20. The model gives
them the better of it: nothing of theirs fails or waits for a quota, an order that was imported holds its stock at once,
and each push is of the stock as it is at that moment, for all listings. Like them it says an absolute number to Amazon
and does not ask which orders Amazon has taken meanwhile.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from benchmarks.chaos.demand import AMAZON, REGRET, STOREFRONT, Event, Market
from benchmarks.chaos.on_hand import OnHand

PUSH_EVERY, IMPORT_EVERY, IMPORT_AFTER = 600.0, 600.0, 300.0
"""Seconds; orders come in half-way between two pushes."""
READ_LAG = 120.0
"""Amazon shows orders so many seconds late."""
LAGS = (20.0, 60.0)
"""So many seconds pass until Amazon shows a quantity."""


@dataclass
class _Sold:
    sku: str
    units: int
    at: float
    imported: bool = False
    cancelled_at: float | None = None


@dataclass
class RivalsWorld:
    """A shop and an Amazon, as far as stock goes, kept together at the pace of others."""

    book: OnHand
    rng: random.Random
    salable: dict[str, int] = field(init=False)
    shown: dict[str, int] = field(init=False)
    _orders: list[_Sold] = field(default_factory=list)
    _coming: list[tuple[float, int, str, int]] = field(default_factory=list)
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.salable, self.shown = dict(self.book.free), dict(self.book.free)

    def buy(self, event: Event, at: float) -> int:
        for sku in (event.sku, *event.instead):
            units = min(event.units, self.shown[sku])
            if units:
                self.shown[sku] -= units
                self._orders.append(_Sold(sku, units, at))
                self.book.sell(sku, units, at)
                return units
        return 0

    def cancel(self, ago: int, at: float) -> None:
        if ago <= len(self._orders) and self._orders[-ago].cancelled_at is None:
            order = self._orders[-ago]
            order.cancelled_at = at
            self.shown[order.sku] += order.units
            self.book.give_back(order.sku, order.units, at)

    def buy_in_shop(self, sku: str, units: int, at: float) -> int:
        if self.salable[sku] < units:
            return 0
        self.salable[sku] -= units
        self.book.sell_in_shop(sku, units, at)
        return units

    def count(self, sku: str, more: int, at: float) -> int:
        more = max(more, -max(0, self.salable[sku]))
        self.salable[sku] += more
        self.book.correct(sku, more, at)
        return more

    def take_orders_in(self, at: float) -> None:
        """Import what Amazon shows of its orders; each holds its stock from now on."""
        for order in self._orders:
            if not order.imported and order.at <= at - READ_LAG and order.cancelled_at is None:
                order.imported = True
                self.salable[order.sku] -= order.units
            elif order.imported and order.cancelled_at is not None and order.cancelled_at <= at - READ_LAG:
                order.imported, order.cancelled_at = False, at + 1e12
                self.salable[order.sku] += order.units

    def push(self, at: float) -> None:
        """Send Amazon the stock of every listing as it is now."""
        for sku, units in self.salable.items():
            if self.shown[sku] != units:
                self._numbers += 1
                heappush(self._coming, (at + self.rng.uniform(*LAGS), self._numbers, sku, max(0, units)))

    def settle(self, at: float) -> None:
        """Let Amazon show what has been sent."""
        while self._coming and self._coming[0][0] <= at:
            _, _, sku, units = heappop(self._coming)
            self.shown[sku] = units


def play_at_rivals_pace(script: Sequence[Event], free: Mapping[str, int], promise: float, seed: int) -> OnHand:
    """Play the script to a world that is kept at the pace of others, and return what was there and what was not.

    Arguments:
        free: units of each product when the hour begins.
        promise: as for ours, so that what counts as unavoidable is the same.
    """
    world = RivalsWorld(OnHand(dict(free), promise), random.Random(f"rivals:{seed}"))
    due = [(PUSH_EVERY * step, world.push) for step in range(1, 7)]
    due += [(IMPORT_AFTER + IMPORT_EVERY * step, world.take_orders_in) for step in range(7)]
    due.sort(key=lambda pair: pair[0])
    for event in script:
        while due and due[0][0] <= event.at:
            at, act = due.pop(0)
            world.settle(at)
            act(at)
        world.settle(event.at)
        play(event, world, event.at)
    return world.book


def play(event: Event, world: Market, at: float) -> int:
    """Let one thing happen in a world; return how many units it was about."""
    if event.kind == AMAZON:
        return world.buy(event, at)
    if event.kind == REGRET:
        world.cancel(event.units, at)
        return 0
    if event.kind == STOREFRONT:
        return world.buy_in_shop(event.sku, event.units, at)
    return world.count(event.sku, event.units, at)
