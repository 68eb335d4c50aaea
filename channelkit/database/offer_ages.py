"""Since when each seller asks about as little as now, and what he asked before: kept beside the newest offers.

Whoever makes prices doubts a price that fell far just now, which may be mistyped. How far is too far is the settings'
word; here is only kept what anybody needs to tell. A fall of more than a fifth begins anew. Smaller ones, and rises,
carry the moment on: neither a war by cents nor a price that goes to and fro ever looks new.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from channelkit.model.competition import Offer

REMEMBERED = 86_400_000
"""Milliseconds for which a price that was given up counts as what was asked before the next fall, too."""


class Aged(msgspec.Struct, frozen=True):
    """An offer as it was kept, as far as its age is concerned.

    Arguments:
        since: milliseconds since 1970; None for longer than anybody knows.
        was: what was asked before, with shipping, in minor units; None where the seller was not there.
    """

    seller_id: str
    subcondition: str = ""
    price: int = 0
    shipping: int = 0
    points: int = 0
    ours: bool = False
    since: int | None = None
    was: int | None = None

    @property
    def landed(self) -> int:
        """What a buyer paid: price and shipping, less points."""
        return self.price + self.shipping - self.points


class _Body(msgspec.Struct):
    offers: list[Aged]


def read_aged(body: str) -> list[Aged]:
    """Return the offers that a row of the newest answers holds."""
    return msgspec.json.decode(body, type=_Body).offers


def find_ages(known: Sequence[Aged], offers: Sequence[Offer], at: int) -> list[tuple[int | None, int | None]]:
    """Return ``since`` and ``was`` of each offer.

    Of several offers of a seller the lowest before is the one that counts. Nobody asks how old our own are.

    Arguments:
        known: the offers for the same item and condition as they were kept before.
        at: when Amazon was asked, in milliseconds since 1970.

    >>> known = [Aged("A1", price=1999, since=5), Aged("A2", price=1999, since=5)]
    >>> find_ages(known, [Offer("A1", "New", price=199), Offer("A2", "New", price=1998), Offer("A3", "New")], 9)
    [(9, 1999), (5, None), (9, None)]
    """
    before: dict[tuple[str, str], Aged] = {}
    for each in sorted(known, key=lambda aged: -aged.landed):
        before[each.seller_id, each.subcondition] = each
    return [
        (None, None) if offer.ours else _age(before.get((offer.seller_id, offer.subcondition)), offer.landed, at)
        for offer in offers
    ]


def _age(before: Aged | None, landed: int, at: int) -> tuple[int | None, int | None]:
    if before is None:
        return at, None
    if landed * 5 >= before.landed * 4:
        return before.since, before.was
    # Who falls again before anybody believed the first fall is still measured by what he asked before that.
    earlier = before.was if before.since is not None and at - before.since < REMEMBERED else None
    return at, max(before.landed, earlier or 0)
