"""The peak hour's script: who wants to buy what and when, drawn once, so that several worlds can live through it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HOUR = 3600.0
AMAZON, STOREFRONT, COUNTED, REGRET = "amazon", "storefront", "counted", "regret"
"""A buyer on Amazon, one in the shop itself, somebody in the warehouse who counts, and a buyer who changes his mind."""


@dataclass(frozen=True)
class Event:
    """One thing that somebody wants to do.

    Arguments:
        at: seconds since the hour began.
        kind: one of those above.
        sku: the product.
        units: wanted, or found by counting: more, or fewer below zero; for a regret, how many orders ago it was.
        instead: what a buyer takes where there is nothing of it.
        marketplace: where a buyer on Amazon buys.
    """

    at: float
    kind: str
    sku: str
    units: int
    instead: tuple[str, ...] = ()
    marketplace: str = ""


@dataclass(frozen=True)
class Sizes:
    """How much happens in the hour.

    Arguments:
        listings: of both marketplaces together.
        orders: on Amazon.
        scarce: products with a few units.
        storefront, counts: orders in the shop itself, and corrections of its stock.
    """

    listings: int = 20_000
    orders: int = 5_000
    scarce: int = 400
    storefront: int = 1_000
    counts: int = 300

    def scaled(self, share: float) -> Sizes:
        """Return a smaller hour of the same kind.

        >>> Sizes().scaled(0.01)
        Sizes(listings=200, orders=50, scarce=4, storefront=10, counts=3)
        """
        return Sizes(*(max(3, round(getattr(self, name) * share)) for name in self.__dataclass_fields__))


class Market(Protocol):
    """A world that the script is played to."""

    def buy(self, event: Event, at: float) -> int:
        """Let somebody buy on Amazon what it shows, and return the units."""
        ...

    def cancel(self, ago: int, at: float) -> None:
        """Let the buyer of an earlier order cancel it."""
        ...

    def buy_in_shop(self, sku: str, units: int, at: float) -> int:
        """Let somebody buy in the shop as much as it calls salable, all or nothing; return the units."""
        ...

    def count(self, sku: str, more: int, at: float) -> int:
        """Let the warehouse correct what it has; return by how much it did."""
        ...


def write_script(seed: int, sizes: Sizes, scarce: Sequence[str], plenty: Sequence[str]) -> list[Event]:
    """Return what happens in the hour, in order.

    A third of the buyers on Amazon, half of those in the shop and half of the corrections are after what is scarce.

    Arguments:
        scarce, plenty: products that are listed in both marketplaces.
    """
    rng = random.Random(f"peak:{seed}")
    events = []

    def some(share: float) -> str:
        return rng.choice(scarce) if rng.random() < share else rng.choice(plenty)

    for _ in range(sizes.orders):
        marketplace = "us" if rng.random() < 0.7 else "ca"
        instead = tuple(rng.sample(plenty, 3))
        units = rng.choice((1, 1, 1, 1, 2, 2, 3))
        events.append(Event(rng.uniform(0, HOUR), AMAZON, some(0.33), units, instead, marketplace))
        if rng.random() < 0.02:
            events.append(Event(rng.uniform(0, HOUR), REGRET, "", rng.randrange(1, 50)))
    for _ in range(sizes.storefront):
        events.append(Event(rng.uniform(0, HOUR), STOREFRONT, some(0.5), rng.choice((1, 1, 2))))
    for _ in range(sizes.counts):
        events.append(Event(rng.uniform(0, HOUR), COUNTED, some(0.5), rng.choice((-3, -2, -1, 2, 4, 8))))
    return sorted(events, key=lambda event: (event.at, event.kind, event.sku))
