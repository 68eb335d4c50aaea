"""What else the shop says of prices: what things cost elsewhere, what they cost itself, and the least to advertise."""

from __future__ import annotations

from dataclasses import dataclass

COST, LIST_PRICE, LEAST = "cost", "msrp", "map_price"
"""The attributes that hold them: Commerce's own cost, and two that shops of this kind have."""

_STEPS = 9973
"""A prime, so that neighbours and what lies blocks apart do not have the same."""


@dataclass(frozen=True)
class Suggested:
    """Amounts in cents; None where the shop says nothing.

    Arguments:
        cost: what one unit costs the shop itself.
        list_price: what it costs elsewhere (MSRP).
        least: the lowest price that may be advertised (MAP).
    """

    cost: int | None
    list_price: int | None
    least: int | None

    @property
    def by_code(self) -> dict[str, int]:
        """What the shop says, by the code of the attribute that holds it."""
        amounts = {COST: self.cost, LIST_PRICE: self.list_price, LEAST: self.least}
        return {code: cents for code, cents in amounts.items() if cents is not None}


def suggest(number: int, seed: int, cents: int) -> Suggested:
    """Return what the shop says of a product's prices, always the same for one number and seed.

    Seven in ten have a cost, half to three quarters of the price; four in ten cost a tenth to a third more elsewhere;
    one in eight may not be advertised for less than a tenth below its price.

    Arguments:
        cents: the product's price.

    >>> suggest(1, 1, 4999)
    Suggested(cost=2849, list_price=None, least=None)
    """
    drawn = (number * 7919 + seed * 104_729) % _STEPS
    cost = cents * (50 + drawn % 26) // 100 if drawn % 10 < 7 else None
    list_price = cents * (110 + drawn % 24) // 10_000 * 100 + 99 if drawn // 10 % 10 < 4 else None
    least = cents * 90 // 10_000 * 100 + 99 if drawn // 100 % 8 == 0 and cents > 1000 else None
    return Suggested(cost, list_price, least)
