"""What a price is made from: a store's settings, and the columns of facts that the pricing room reads and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pyarrow as pa

PRICE_ROWS = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("product_sku", pa.string()),
        ("asin", pa.string()),
        ("condition", pa.string()),
        ("override", pa.int64()),
        ("shipping", pa.int64()),
    ]
)
"""What is priced, a row each: ``condition`` in Amazon's word as it is or will be (null counts as new), ``override`` and
our own ``shipping`` in minor units of the marketplace's currency, null where there is none or it is not known.

A column ``listed`` (flags) may follow: what has a price on Amazon keeps it where an intelligent rule rests.
"""

OFFERS = pa.schema(
    [
        ("asin", pa.string()),
        ("condition", pa.string()),
        ("subcondition", pa.string()),
        ("price", pa.int64()),
        ("shipping", pa.int64()),
        ("points", pa.int64()),
        ("feedback", pa.int64()),
        ("ratings", pa.int64()),
        ("featured", pa.bool_()),
        ("ours", pa.bool_()),
        ("asked_at", pa.int64()),
        ("since", pa.int64()),
        ("was", pa.int64()),
    ]
)
"""Offers for the items of the rows, a row each, in minor units; words as in `channelkit.model.competition.Offer`.

``since``: milliseconds since 1970 from which on the seller asks about as little as now, null for longer than anybody
knows; ``was``: what he asked before, with shipping, null where he was not there.

An item that was asked about and that nobody offers has a row without a price: then it is known that there is none.
"""

FEES = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("price", pa.int64()),
        ("referral", pa.int64()),
        ("fulfillment", pa.int64()),
        ("other", pa.int64()),
    ]
)
"""What Amazon would keep, in minor units: ``referral`` of that ``price``, the others of any; null where not known."""

PRICED = pa.schema(
    [
        ("price", pa.int64()),
        ("rule", pa.string()),
        ("note", pa.string()),
        ("competitor", pa.int64()),
        ("minimum", pa.int64()),
        ("cost", pa.int64()),
        ("list_price", pa.int64()),
        ("business", pa.string()),
        ("sale", pa.string()),
        ("intelligent", pa.bool_()),
    ]
)
"""What comes out, a row for each of `PRICE_ROWS`, in the same order; money in the marketplace's minor units.

``price`` is null where none may be sent, ``note`` then says why; with a price it says what a rule could not do.
``rule``: id of the last rule that changed it, or that set it by a competitor's price; empty for none. ``competitor``:
the landed price that an intelligent rule started from. ``minimum``: the MAP. ``list_price``: the MSRP where it is above
the price. ``business``, ``sale``: canonical texts of `channelkit.model.offer_terms`; null where none is wanted of us.
"""


@dataclass(frozen=True)
class Amounts:
    """What products have in one price attribute.

    Arguments:
        values: decimal texts as Commerce wrote them, in the order of the products; null for nothing.
        currencies: the currency of each, since websites may differ (texts or a dictionary of them).
    """

    values: pa.Array
    currencies: pa.Array


@dataclass(frozen=True)
class PriceFacts:
    """Everything besides rows and rules that prices are made from.

    Arguments:
        skus: the products that ``amounts`` and rule masks are about.
        amounts: by the code of the attribute; ``price`` is always there.
        dates: texts of attributes with days (first and last day of a special price), by code.
        offers: columns of `OFFERS`.
        fees: columns of `FEES`, a row for each seller SKU at the most; read where cost is a floor.
    """

    skus: pa.Array
    amounts: Mapping[str, Amounts]
    dates: Mapping[str, pa.Array] = field(default_factory=dict)
    offers: pa.Table = field(default_factory=OFFERS.empty_table)
    fees: pa.Table = field(default_factory=FEES.empty_table)


@dataclass(frozen=True)
class Damping:
    """When a price is in a war, and what is done about it (`channelkit.plan.oscillation`).

    Arguments:
        falls: that many times within a day its price must have been lowered; 0 damps none.
        rest: milliseconds for which a price then stays before it is lowered again; so many moves a day at the most.
        climb: milliseconds after which a price that did not rise goes back up; 0 for never.
        small: hundredths by which a price may be lowered further at once: another seller's larger step is no cent war.
    """

    falls: int = 4
    rest: int = 3 * 3_600_000
    climb: int = 12 * 3_600_000
    small: int = 5


@dataclass(frozen=True)
class PriceTerms:
    """What a store's settings say of prices (LS-04 to LS-10).

    Arguments:
        currency, digits, time_zone: the marketplace's.
        source: code of the attribute that the price comes from; what is empty there falls back to ``price``.
        minimum, list_price, cost: codes of attributes with MAP, MSRP and own cost; empty for none.
        sale, sale_from, sale_to: codes of attributes with a special price and its days; empty for none.
        rates: the currencies that are converted, each with how much of the marketplace's one unit is, exactly.
        vat: percent that is added last; None for none.
        business: business prices are kept (LS-10).
        tiers: at least so many units, so many percent off; five at the most.
        offers_for: milliseconds for which what was read of others' offers is acted on.
        doubt_below: an offer that is more than so many percent below what is usual may be mistyped; 0 doubts none.
        doubt_for: milliseconds for which it must have been seen to be believed.
        paused: why intelligent rules rest, in a sentence; empty where they do not (PR-12).
        floor_margin: percent above cost and fees that no rule goes below; None where cost is no floor.
        scope: whose values are read: ``own`` (the store's own website), ``global`` or ``websites`` (PR-11).
        website_order: codes of websites in the order in which they are asked; the others come after these.
        damping: how prices that others and we undercut again and again come to rest.
    """

    currency: str
    digits: int
    time_zone: str = "UTC"
    source: str = "price"
    minimum: str = ""
    list_price: str = ""
    cost: str = ""
    sale: str = ""
    sale_from: str = ""
    sale_to: str = ""
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    vat: Decimal | None = None
    business: bool = False
    tiers: tuple[tuple[int, Decimal], ...] = ()
    offers_for: int = 4 * 3_600_000
    doubt_below: int = 50
    doubt_for: int = 6 * 3_600_000
    paused: str = ""
    floor_margin: Decimal | None = None
    scope: Literal["own", "global", "websites"] = "own"
    website_order: tuple[str, ...] = ()
    damping: Damping = field(default_factory=Damping)

    @property
    def codes(self) -> tuple[str, ...]:
        """The price attributes that are read, ``price`` among them."""
        named = ("price", self.source, self.minimum, self.list_price, self.cost, self.sale)
        return tuple(dict.fromkeys(code for code in named if code))
