"""What becomes of each price when some rules are tried: whether it moves, how far, and what would hold it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import CHANGES, PRICE, PUBLISH
from channelkit.model.columns import Mask, mask, one
from channelkit.plan.guards import Limits, guard
from channelkit.plan.listings import ASKED
from channelkit.plan.margins import keeps
from channelkit.plan.price_guards import PriceBasis
from channelkit.prices.trying import Ground
from channelkit.report.price_moves import FALLS, HELD, NEW, NONE, RISES, SAME, classify_moves

_WHOLES = ("before", "after", "competitor", "minimum", "cost", "units", "money", "margin_before", "margin_after")
MOVES = pa.schema(
    [
        *((name, pa.string()) for name in ("seller_sku", "product_sku", "asin", "tab", "part", "class")),
        ("listed", pa.bool_()),
        *((name, pa.int64()) for name in _WHOLES),
        *((name, pa.string()) for name in ("rule", "note", "guard")),
        *((name, pa.string()) for name in ("business", "sale")),
        ("list_price", pa.int64()),
    ]
)
"""Columns of a preview: ``part`` is what becomes of a price, ``class`` how far it moves, ``guard`` why it would wait.

Money is in minor units: ``before`` is expected on Amazon, ``after`` wanted by the rules; ``units`` were sold in 30
days, ``money`` is what these would bring more; ``margin_before`` and ``margin_after`` are what is left of one unit when
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
    """

    limits: Limits
    basis: PriceBasis | None
    listings: int
    fees: pa.Table
    sold: Sold


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
    held, stopped = _judge(standing, priced, moves, ~listed & wants, measures)
    guards = one(held["note"]).take(pc.index_in(skus, value_set=one(held["seller_sku"])))
    is_held = mask(pc.is_valid(guards))
    rises = moves & mask(pc.greater(after, before)) | (moves & mask(pc.is_null(before)))
    part = np.select([~wants, is_held, ~listed, rises, moves], [NONE, HELD, NEW, RISES, FALLS], SAME)
    units = at_skus(measures.sold.table, skus, "units", 0)
    columns = {name: one(standing[name]) for name in ("seller_sku", "product_sku", "asin", "tab", "listed", "before")}
    columns |= {name: one(priced[name]) for name in ("competitor", "minimum", "cost", "list_price", "business", "sale")}
    columns |= {name: pc.fill_null(one(priced[name]), "") for name in ("rule", "note")}
    fees = _fees(measures.fees, skus)
    margins = [_margin(each, fees, columns["cost"], ground) for each in (before, after)]
    columns |= {
        "part": pa.array(part.astype(object), pa.string()),
        "class": classify_moves(before, after),
        "after": after,
        "units": units,
        "money": pc.multiply(pc.subtract(after, before), units),
        "margin_before": margins[0],
        "margin_after": margins[1],
        "guard": pc.fill_null(guards, ""),
    }
    return pa.table({name: columns[name] for name in MOVES.names}, schema=MOVES), stopped


def _judge(standing: pa.Table, priced: pa.Table, moves: Mask, new: Mask, measures: Measures) -> tuple[pa.Table, str]:
    """Return which prices the guards hold: ``seller_sku, note``; and what stops the whole."""
    skus, after = one(standing["seller_sku"]), one(priced["price"])
    rows = pa.array(np.flatnonzero(moves))
    nothing = {name: pa.nulls(len(rows), CHANGES.schema().field(name).type) for name in CHANGES.names}
    prices = nothing | {
        "seller_sku": skus.take(rows),
        "field": pa.repeat(PRICE, len(rows)),
        "before": one(standing["before"]).take(rows),
        "after": after.take(rows),
        "because": pa.repeat("", len(rows)),
    }
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
    changes = pa.concat_tables([pa.table(each, schema=CHANGES.schema()) for each in (prices, published)])
    overridden = skus.filter(pc.is_valid(standing["override"]))
    asked = pa.table([overridden, pa.repeat(PRICE, len(overridden))], schema=ASKED)
    guarded = guard(changes.combine_chunks(), measures.listings, measures.limits, asked=asked, prices=measures.basis)
    return guarded.held, guarded.stopped


def _margin(price: pa.Array, fees: pa.Table, cost: pa.Array, ground: Ground) -> pa.Array:
    """Return what is left of one unit; null where cost or fees are not known."""
    left = pc.subtract(keeps(price, fees, ground.terms.vat), cost)
    return pc.if_else(pc.is_valid(fees["referral"]), left, pa.scalar(None, pa.int64())).combine_chunks()


def _fees(fees: pa.Table, skus: pa.Array) -> pa.Table:
    place = pc.index_in(skus, value_set=one(fees["seller_sku"]))
    return pa.table({name: one(fees[name]).take(place) for name in fees.column_names})


def at_skus(table: pa.Table, skus: pa.Array, name: str, nothing: int) -> pa.Array:
    """Return a column of numbers in the order of these seller SKUs."""
    return pc.fill_null(one(table[name]).take(pc.index_in(skus, value_set=one(table["seller_sku"]))), nothing)
