"""What can be wrong with prices: a canary that was stopped, and sellers who undercut each other without end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from channelkit.model.troubles import Trouble, weigh


@dataclass(frozen=True)
class CanaryFact:
    """A store whose prices wait, since those that went first were not read back as they were sent; ``note`` says why.

    Arguments:
        since: milliseconds since 1970.
    """

    store: str
    listings: int
    note: str
    since: int


@dataclass(frozen=True)
class RallyFact:
    """Listings of a store whose price others and we undercut again and again; ``sku`` is one of them.

    Arguments:
        since: milliseconds since 1970.
    """

    store: str
    count: int
    sku: str
    since: int


def find_canary_troubles(canaries: Sequence[CanaryFact]) -> Iterator[Trouble]:
    """Yield what is told of canaries that were stopped."""
    for canary in canaries:
        first = "1 price that went" if canary.listings == 1 else f"{canary.listings:,} prices that went"
        yield Trouble(
            f"canary/{canary.store}",
            "canary",
            canary.store,
            f"The canary of {first} first was stopped, and all prices of the store wait. {canary.note}",
            f"See it, and the way back, with: channelkit canary show --store {canary.store}. Then take it back, or let "
            "prices go again with: channelkit canary close",
            canary.since,
        )


def find_rally_troubles(rallies: Sequence[RallyFact]) -> Iterator[Trouble]:
    """Yield what is told of prices that are in a war."""
    for rally in rallies:
        listings = "1 listing is" if rally.count == 1 else f"{rally.count:,} listings are"
        yield Trouble(
            f"rally/{rally.store}",
            "rally",
            rally.store,
            f"The price of {listings} undercut again and again, {rally.sku} among them. It is lowered a few times a "
            "day at most, and goes back up now and then.",
            "See what its rule does, with: channelkit explain-price. A higher floor, or matching instead of "
            "undercutting, ends it.",
            rally.since,
            weigh(rally.count),
        )
