"""A plan's prices: what is known of their past, what damps them, and what they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.canaries import Canary
from channelkit.model.columns import one
from channelkit.plan.oscillation import RALLIES, TARGETS, Damped, Rivalry, damp, due
from channelkit.plan.price_guards import DAY_AGO, ITS_TERMS, OUR_TERMS, PriceBasis, PriceLimits
from channelkit.plan.raises import WAITING
from channelkit.pricing.price import price
from channelkit.pricing.terms import FEES, OFFERS, PRICE_ROWS, PRICED, Damping
from channelkit.pricing.wanted import Pricing

PRICED_LISTINGS = pa.schema([("seller_sku", pa.string()), *PRICED])
"""What the pricing room made of each listing."""


@dataclass(frozen=True)
class PricePast:
    """What tells whether a price may go.

    Arguments:
        day_ago: the columns `channelkit.plan.price_guards.DAY_AGO`.
        rallies: the columns `channelkit.plan.oscillation.RALLIES`.
        fees: the columns `channelkit.pricing.terms.FEES`.
        canary: the store's newest; None where it never had one.
        damping: what the settings say of prices that others and we undercut again and again.
    """

    day_ago: pa.Table = field(default_factory=DAY_AGO.empty_table)
    rallies: pa.Table = field(default_factory=RALLIES.empty_table)
    fees: pa.Table = field(default_factory=FEES.empty_table)
    canary: Canary | None = None
    damping: Damping = field(default_factory=Damping)


@dataclass(frozen=True)
class Wished:
    """What was decided about prices.

    Arguments:
        decided, expected: as for `channelkit.plan.offers.plan_offers`.
        priced: the columns `PRICED_LISTINGS`.
        rows: ``seller_sku, product_sku, asin, condition`` of what was priced.
        pricing: what it was priced from; None where no rule looks at others.
    """

    decided: pa.Table
    expected: pa.Table
    priced: pa.Table
    rows: pa.Table
    pricing: Pricing | None = None


def temper(changes: pa.Table, wished: Wished, past: PricePast, largest_jump: float, now: int) -> Damped:
    """Return a plan in which prices that others and we undercut again and again come to rest.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        largest_jump: share of its price by which one may rise at once.
        now: milliseconds since 1970.
    """
    if not past.rallies.num_rows:
        return Damped(changes, WAITING.empty_table())
    is_rivals = pc.fill_null(one(wished.priced["intelligent"]), False)
    by_rivals = one(wished.priced["seller_sku"]).filter(is_rivals)
    climbing = due(past.rallies, now, past.damping)
    targets = TARGETS.empty_table()
    if wished.pricing is not None and len(climbing):
        rows = wished.rows.filter(pc.is_in(one(wished.rows["seller_sku"]), value_set=climbing))
        targets = find_targets(rows, wished.pricing, now)
    rivalry = Rivalry(past.rallies, by_rivals, targets, largest_jump, past.damping)
    return damp(changes, wished.decided, wished.expected, rivalry, now)


def find_targets(rows: pa.Table, pricing: Pricing, now: int) -> pa.Table:
    """Return the columns `channelkit.plan.oscillation.TARGETS`: what listings would cost if nobody else offered them.

    It is the pricing room's own answer, so it is within every bound.

    Arguments:
        rows: ``seller_sku, product_sku, asin, condition`` of the listings that are asked about; no person overrode
            their price.
        now: milliseconds since 1970.
    """
    items = pc.unique(one(rows["asin"])).drop_null()
    # An item of which only our own offer is known has no competitor; one that was never asked about has no bounds.
    alone = {"condition": "new", "price": 1, "shipping": 0, "ours": True, "featured": False, "asked_at": now}
    columns = [
        items if each.name == "asin" else pa.repeat(pa.scalar(alone.get(each.name), each.type), len(items))
        for each in OFFERS
    ]
    facts = replace(pricing.facts, offers=pa.table(columns, schema=OFFERS))
    rows = pa.table([_known(rows, each) for each in PRICE_ROWS], schema=PRICE_ROWS)
    priced = price(rows, facts, pricing.rules, pricing.applies, pricing.terms, now=now)
    return pa.table([one(rows["seller_sku"]), one(priced["price"])], schema=TARGETS)


def hold_against(listings: pa.Table, priced: pa.Table, past: PricePast, limits: PriceLimits) -> PriceBasis:
    """Return what a plan's prices are held against.

    Arguments:
        listings: what Amazon shows: of `channelkit.plan.price_guards.ITS_TERMS` the columns that are known.
        priced: the columns `PRICED_LISTINGS`.
    """
    theirs = {each.name: _known(listings, each) for each in ITS_TERMS}
    return PriceBasis(
        limits,
        ours=priced.select(OUR_TERMS.names),
        theirs=pa.table(theirs, schema=ITS_TERMS),
        fees=past.fees.select(FEES.names),
        day_ago=past.day_ago,
    )


def skus_of(changes: pa.Table, fields: Sequence[str]) -> list[str]:
    """Return the seller SKUs of which something of these fields is to change."""
    chosen = pc.is_in(one(changes["field"]), value_set=pa.array(fields, pa.string()))
    skus: list[str] = pc.unique(one(changes["seller_sku"]).filter(chosen)).to_pylist()
    return skus


def _known(table: pa.Table, wanted: pa.Field) -> pa.Array:
    return one(table[wanted.name]) if wanted.name in table.column_names else pa.nulls(table.num_rows, wanted.type)
