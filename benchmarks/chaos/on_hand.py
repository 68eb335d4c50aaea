"""The book of what is really there: every unit sold or counted is taken off at the moment it happens."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple


class Vanished(NamedTuple):
    """Units that went in the shop, at a time, and how many of them no order on Amazon has been laid to yet."""

    at: float
    units: int


@dataclass
class OnHand:
    """What is there of each product, and what was sold beyond it.

    An order on Amazon for more than is there is oversold. Where the missing units went in the shop so short a time
    before that no cycle could have told Amazon, as far as they reach, it was unavoidable.

    Arguments:
        free: units by product that nobody has bought; below zero what is owed.
        promise: seconds in which a change in the shop is to be visible on Amazon.
        cases: when, of which product and how many units were oversold, the unavoidable ones left out.

    >>> book = OnHand({"A": 2}, promise=360)
    >>> book.sell_in_shop("A", 1, at=0)
    >>> book.sell("A", 2, at=60), book.sell("A", 1, at=600)
    (1, 1)
    >>> book.oversold, book.unavoidable
    (1, 1)
    """

    free: dict[str, int]
    promise: float
    oversold: int = 0
    unavoidable: int = 0
    oversold_in_shop: int = 0
    units: int = 0
    cases: list[tuple[float, str, int]] = field(default_factory=list)
    happened: dict[str, list[tuple[float, str, int]]] = field(default_factory=dict)
    _vanished: dict[str, deque[Vanished]] = field(default_factory=dict)

    def sell(self, sku: str, units: int, at: float) -> int:
        """Note an order on Amazon, and return how many of its units are not there."""
        missing = units - max(0, min(units, self.free[sku]))
        self.free[sku] -= units
        self.units += units
        self.tell(sku, "sold on Amazon", units, at)
        if missing:
            explained = self._explain(sku, missing, at)
            self.unavoidable += explained
            self.oversold += missing - explained
            if missing > explained:
                self.cases.append((at, sku, missing - explained))
        return missing

    def give_back(self, sku: str, units: int, at: float) -> None:
        """Note that an order on Amazon was cancelled."""
        self.free[sku] += units
        self.tell(sku, "cancelled on Amazon", units, at)

    def tell(self, sku: str, what: str, units: int, at: float) -> None:
        """Remember what happened to a product, for whoever asks how one of its units could be oversold."""
        self.happened.setdefault(sku, []).append((at, what, units))

    def sell_in_shop(self, sku: str, units: int, at: float) -> None:
        """Note an order in the shop itself."""
        self._vanish(sku, units, at)
        self.oversold_in_shop += units - max(0, min(units, self.free[sku]))
        self.free[sku] -= units
        self.tell(sku, "sold in the shop", units, at)

    def correct(self, sku: str, more: int, at: float) -> None:
        """Note that the warehouse counted."""
        if more < 0:
            self._vanish(sku, -more, at)
        self.free[sku] += more
        self.tell(sku, "counted", more, at)

    def _vanish(self, sku: str, units: int, at: float) -> None:
        there = max(0, min(units, self.free[sku]))
        if there:
            self._vanished.setdefault(sku, deque()).append(Vanished(at, there))

    def _explain(self, sku: str, missing: int, at: float) -> int:
        recent = self._vanished.get(sku, deque())
        while recent and recent[0].at < at - self.promise:
            recent.popleft()
        explained = 0
        while recent and explained < missing:
            first = recent.popleft()
            taken = min(first.units, missing - explained)
            explained += taken
            if taken < first.units:
                recent.appendleft(Vanished(first.at, first.units - taken))
        return explained
