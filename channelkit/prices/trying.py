"""Prices as some rules would make them, from facts that are read once; nothing is kept and nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.facts import Store
from channelkit.model.columns import Mask, one
from channelkit.price_facts import load_pricing
from channelkit.prices.standing import distinct, load_standing
from channelkit.pricing.price import price
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PriceFacts, PriceTerms


@dataclass(frozen=True)
class Ground:
    """What prices are tried on.

    Arguments:
        standing: columns of `channelkit.prices.standing.STANDING`, a row for each price.
        rules: those of the day, in the order in which they are applied.
        applies: for which of the facts' products each of them holds.
        now: milliseconds since 1970.
    """

    standing: pa.Table
    facts: PriceFacts
    terms: PriceTerms
    rules: tuple[PriceRule, ...]
    applies: tuple[Mask, ...]
    now: int

    def prices(self) -> pa.Table:
        """Return what the rules make of the prices: columns of `channelkit.pricing.terms.PRICED`."""
        return price(self.standing, self.facts, self.rules, self.applies, self.terms, now=self.now)


def load_ground(
    connection: Connection,
    store: Store,
    rules: Sequence[PriceRule],
    now: int,
    only: Sequence[str] | None = None,
    *,
    everywhere: bool = False,
) -> Ground:
    """Read what some rules are tried on.

    Arguments:
        rules: all of a set; those that do not hold today are left out.
        now: milliseconds since 1970.
        only: seller SKUs, or SKUs of products: only these.
        everywhere: whatever has a product, in whatever tab it is.
    """
    standing = load_standing(connection, store.name, now, only, everywhere=everywhere)
    made = load_pricing(connection, store, rules, distinct(one(standing["product_sku"])), now, only)
    return Ground(standing, made.facts, made.terms, tuple(made.rules), tuple(made.applies), now)
