"""What becomes of each price when some rules are tried: whether it moves, how far, and what would hold it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CHANGES, PRICE, PUBLISH
from channelkit.model.columns import Mask, mask, one
from channelkit.plan.guards import Limits, guard
from channelkit.plan.listings import ASKED
from channelkit.plan.margins import earns
from channelkit.plan.oscillation import CLIMBS, Damped
from channelkit.plan.price_guards import PriceBasis
from channelkit.plan.prices import PRICED_LISTINGS, PricePast, Wished, temper
from channelkit.prices.trying import Ground
from channelkit.pricing.terms import PRICED
from channelkit.pricing.wanted import Pricing
from channelkit.report.price_moves import FALLS, HELD, NEW, NONE, RESTS, RISES, SAME, classify_moves

_WHOLES = (
    "before",
    "after",
    "sent",
    "competitor",
    "minimum",
    "cost",
    "units",
    "money",
    "margin_before",
    "margin_after",
)
MOVES = pa.schema(
    [
        *((name, pa.string()) for name in ("seller_sku", "product_sku", "asin", "tab", "part", "class")),
        ("listed", pa.bool_()),
        *((name, pa.int64()) for name in _WHOLES),
        *((name, pa.string()) for name in ("rule", "note", "guard", "damped")),
        *((name, pa.string()) for name in ("business", "sale")),
        ("list_price", pa.int64()),
    ]
)
"""Columns of a preview: ``part`` is what becomes of a price, ``class`` how far it moves, ``guard`` why it would wait,
``damped`` what is done about a war in which it is.

Money is in minor units: ``before`` is expected on Amazon, ``after`` wanted by the rules, ``sent`` what leaves with the
next cycle, which is another one where a war is damped, and null where nothing leaves; ``units`` were sold in 30 days,
``money`` is what these would bring more; ``margin_before`` and ``margin_after`` are what is left of one unit when
fees, tax and cost are paid, null where cost or fees are not known.
"""


@dataclass(frozen=True)
class Sold:
    """What was sold in the last 30 days: ``seller_sku, units``, and whether that is an estimate."""

    table: pa.Table
    is_estimate: bool = False


@dataclass(frozen=True)
class Measures:
    """What a preview is measured with, besides the facts that prices are made from.

    Arguments:
        limits, basis: what the guards hold prices against.
        listings: how many listings the store has.
        fees: columns of `channelkit.pricing.terms.FEES`.
        sold: what was sold in the last 30 days.
        past: in which wars prices are, and how these are damped; without it none is.
    """

    limits: Limits
    basis: PriceBasis | None
    listings: int
    fees: pa.Table
    sold: Sold
    past: PricePast = field(default_factory=PricePast)


def tabulate_moves(ground: Ground, priced: pa.Table, measures: Measures) -> tuple[pa.Table, str]:
    """Return what becomes of each price, and why none of it would leave without a person.

    Arguments:
        priced: columns of `channelkit.pricing.terms.PRICED`, in the order of the standing rows.

    Returns:
        Columns of `MOVES`, and an empty text where nothing stops it.
    """
    standing = ground.standing
    skus, before, after = one(standing["seller_sku"]), one(standing["before"]), one(priced["price"])
    listed = mask(standing["listed"])
    wants = mask(pc.greater(after, 0))
    moves = listed & wants & ~mask(pc.equal(before, after))
    damped = _damp(ground, priced, _price_changes(standing, after, moves), measures)
    held, stopped = _judge(standing, after, damped.changes, ~listed & wants, measures)
    guards = one(held["note"]).take(pc.index_in(skus, value_set=one(held["seller_sku"])))
    is_held = mask(pc.is_valid(guards))
    rests = pc.if_else(pa.array(listed), _told(damped.waiting, skus, "because"), pa.scalar(None, pa.string()))
    leaves = pc.if_else(pa.array(listed), _told(damped.changes, skus, "after"), after)
    climbs = listed & mask(pc.not_equal(leaves, after))
    # What it costs once the next cycle is through, were nothing held.
    goes = pc.if_else(pc.is_valid(rests), before, pc.if_else(pa.array(climbs), leaves, after))
    moves = listed & wants & mask(pc.is_valid(leaves))
    rises = moves & (mask(pc.greater(goes, before)) | mask(pc.is_null(before)))
    part = np.select(
        [~wants, is_held, ~listed, mask(pc.is_valid(rests)), rises, moves],
        [NONE, HELD, NEW, RESTS, RISES, FALLS],
        SAME,
    )
    is_sent = pc.is_in(pa.array(part.astype(object), pa.string()), pa.array([RISES, FALLS, NEW]))
    units = at_skus(measures.sold.table, skus, "units", 0)
    columns = {name: one(standing[name]) for name in ("seller_sku", "product_sku", "asin", "tab", "listed", "before")}
    columns |= {name: one(priced[name]) for name in ("competitor", "minimum", "cost", "list_price", "business", "sale")}
    columns |= {name: pc.fill_null(one(priced[name]), "") for name in ("rule", "note")}
    fees = _fees(measures.fees, skus)
    margins = [earns(each, fees, columns["cost"], ground.terms.vat) for each in (before, goes)]
    columns |= {
        "part": pa.array(part.astype(object), pa.string()),
        "class": classify_moves(before, goes),
        "after": after,
        "sent": pc.if_else(is_sent, goes, pa.scalar(None, pa.int64())),
        "units": units,
        "money": pc.multiply(pc.subtract(goes, before), units),
        "margin_before": margins[0],
        "margin_after": margins[1],
        "guard": pc.fill_null(guards, ""),
        "damped": pc.if_else(pa.array(climbs), CLIMBS, pc.fill_null(rests, "")),
    }
    return pa.table({name: columns[name] for name in MOVES.names}, schema=MOVES), stopped


def _price_changes(standing: pa.Table, after: pa.Array, moves: Mask) -> pa.Table:
    """Return the prices that the rules would change, as a plan has them."""
    rows = pa.array(np.flatnonzero(moves))
    nothing = {name: pa.nulls(len(rows), CHANGES.schema().field(name).type) for name in CHANGES.names}
    prices = nothing | {
        "seller_sku": one(standing["seller_sku"]).take(rows),
        "field": pa.repeat(PRICE, len(rows)),
        "before": one(standing["before"]).take(rows),
        "after": after.take(rows),
        "because": pa.repeat("", len(rows)),
    }
    return pa.table(prices, schema=CHANGES.schema())


def _damp(ground: Ground, priced: pa.Table, changes: pa.Table, measures: Measures) -> Damped:
    """Return the prices that would change as a cycle damps them: without falls that wait, with prices that climb."""
    standing = ground.standing
    skus = one(standing["seller_sku"])
    decided = standing.select(["seller_sku", "product_sku", "tab", "listed"])
    decided = decided.append_column("status", standing["tab"]).append_column("wanted_price", priced["price"])
    decided = decided.append_column("stale", pa.repeat(False, len(skus)))
    there = standing.filter(standing["listed"])
    expected = pa.table({"seller_sku": there["seller_sku"], "price": there["before"]})
    told = pa.table([skus, *(one(priced[name]) for name in PRICED.names)], schema=PRICED_LISTINGS)
    rows = standing.select(["seller_sku", "product_sku", "asin", "condition"])
    pricing = Pricing(ground.facts, ground.rules, ground.applies, ground.terms)
    wished = Wished(decided, expected, told, rows, pricing)
    return temper(changes, wished, measures.past, measures.limits.largest_price_jump, ground.now)


def _told(table: pa.Table, skus: pa.Array, name: str) -> pa.Array:
    return one(table[name]).take(pc.index_in(skus, value_set=one(table["seller_sku"])))


def _judge(
    standing: pa.Table, after: pa.Array, prices: pa.Table, new: Mask, measures: Measures
) -> tuple[pa.Table, str]:
    """Return which prices the guards hold: ``seller_sku, note``; and what stops the whole."""
    skus = one(standing["seller_sku"])
    coming = pa.array(np.flatnonzero(new))
    nothing = {name: pa.nulls(len(coming), CHANGES.schema().field(name).type) for name in CHANGES.names}
    published = nothing | {
        "seller_sku": skus.take(coming),
        "field": pa.repeat(PUBLISH, len(coming)),
        "before": pa.repeat(pa.scalar(0, pa.int64()), len(coming)),
        "after": pa.repeat(pa.scalar(1, pa.int64()), len(coming)),
        "because": pa.repeat("", len(coming)),
        "after_text": pc.binary_join_element_wise('{"price":', after.take(coming).cast(pa.string()), "}", ""),
    }
    changes = pa.concat_tables([prices, pa.table(published, schema=CHANGES.schema())])
    overridden = skus.filter(pc.is_valid(standing["override"]))
    asked = pa.table([overridden, pa.repeat(PRICE, len(overridden))], schema=ASKED)
    guarded = guard(changes.combine_chunks(), measures.listings, measures.limits, asked=asked, prices=measures.basis)
    return guarded.held, guarded.stopped


def _fees(fees: pa.Table, skus: pa.Array) -> pa.Table:
    place = pc.index_in(skus, value_set=one(fees["seller_sku"]))
    return pa.table({name: one(fees[name]).take(place) for name in fees.column_names})


def at_skus(table: pa.Table, skus: pa.Array, name: str, nothing: int) -> pa.Array:
    """Return a column of numbers in the order of these seller SKUs."""
    return pc.fill_null(one(table[name]).take(pc.index_in(skus, value_set=one(table["seller_sku"]))), nothing)
