"""Prices as some rules would make them, from facts that are read once; nothing is kept and nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.facts import Store
from channelkit.model.columns import Mask, one
from channelkit.model.days import day_of
from channelkit.price_facts import load_masks, load_price_facts
from channelkit.prices.standing import distinct, load_standing
from channelkit.pricing.price import price
from channelkit.pricing.rules import PriceRule, hold_on
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
    terms = store.prices
    today = hold_on(rules, today_of(terms, now))
    standing = load_standing(connection, store.name, now, only, everywhere=everywhere)
    skus = distinct(one(standing["product_sku"]))
    facts = load_price_facts(connection, store, terms, today, skus, now, only)
    applies = load_masks(connection, today, store, facts.skus)
    return Ground(standing, facts, terms, today, tuple(applies), now)


def today_of(terms: PriceTerms, now: int) -> date:
    """Return which day it is in the marketplace."""
    return date.fromisoformat(day_of(now, terms.time_zone))
