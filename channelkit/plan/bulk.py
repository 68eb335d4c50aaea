"""Which changes leave one by one, and which together in a bulk submission: pure, over whole columns.

A bulk submission (a feed) carries many, but Amazon may let it lie for half an hour. So whatever keeps from overselling
never waits for one, and a listing that is in one gets nothing else until it is through, but a stock-out.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import END, PUBLISH, QUANTITY
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import MERCHANT

FEW = 1_500
"""Listings whose changes go one by one in a cycle, at five calls a second; more go together."""

NEW = "new_new"


class _New(msgspec.Struct):
    """What of a new listing's terms tells whether it is simple."""

    condition: str = ""
    fulfillment: str = ""
    notes: str | None = None


@dataclass(frozen=True)
class Roads:
    """A plan's changes by how they leave, each in the plan's order.

    Arguments:
        one_by_one: in a call for each listing.
        by_feed: together, in bulk submissions.
        waiting: not now, because their listings are in a bulk submission that is under way.
    """

    one_by_one: pa.Table
    by_feed: pa.Table
    waiting: pa.Table


def split(changes: pa.Table, busy: pa.Array, limit: int | None = FEW) -> Roads:
    """Return which changes leave on which road.

    Stock-outs, endings and falling quantities go one by one, and with them whatever else changes of the same listings.
    All others go together where there are more than a cycle sends one by one. New listings go together only where they
    are simple: new things that the merchant ships.

    Arguments:
        changes: ``seller_sku, field, before, after, after_text``.
        busy: seller SKUs that are in a bulk submission which is under way.
        limit: listings whose changes go one by one; None where nothing may go together now.

    >>> rows = [("A", "price", 1, 2), ("B", "quantity", 5, 0), ("C", "price", 1, 2), ("D", "quantity", 1, 4)]
    >>> names = ("seller_sku", "field", "before", "after")
    >>> table = pa.table({name: list(column) for name, column in zip(names, zip(*rows), strict=True)})
    >>> table = table.append_column("after_text", pa.nulls(4, pa.string()))
    >>> roads = split(table, pa.array(["D"]), limit=2)
    >>> [road["seller_sku"].to_pylist() for road in (roads.one_by_one, roads.by_feed, roads.waiting)]
    [['B'], ['A', 'C'], ['D']]
    """
    changes = changes.combine_chunks()
    skus, field = one(changes["seller_sku"]), one(changes["field"])
    is_quantity, is_end = mask(pc.equal(field, QUANTITY)), mask(pc.equal(field, END))
    runs_out = is_quantity & mask(pc.equal(changes["after"], 0))
    falls = is_quantity & mask(pc.less(changes["after"], changes["before"]))
    is_busy = _among(skus, busy)
    # An ending takes everything away; nothing that is under way could make it wrong.
    waits = is_busy & ~(runs_out | is_end)
    is_urgent = _among(skus, skus.filter(pa.array(runs_out | falls | is_end, pa.bool_())))
    is_complex = _among(skus, skus.filter(pa.array(_is_complex(changes, field), pa.bool_())))
    can_be_fed = ~(is_busy | is_urgent | is_complex)
    is_fed = np.zeros(len(skus), np.bool_)
    if limit is not None and pc.count_distinct(skus.filter(pa.array(~waits, pa.bool_()))).as_py() > limit:
        is_fed = can_be_fed
    chosen = (~(waits | is_fed), is_fed, waits)
    return Roads(*(changes.filter(pa.array(each, pa.bool_())) for each in chosen))


def _is_complex(changes: pa.Table, field: pa.Array) -> Mask:
    """Tell which new listings go one by one however many there are: used ones, with notes, and what Amazon fulfils."""
    is_new = mask(pc.equal(field, PUBLISH))
    is_complex = np.zeros(len(is_new), np.bool_)
    places = np.flatnonzero(is_new)
    for place, text in zip(places, one(changes["after_text"]).take(pa.array(places)).to_pylist(), strict=True):
        is_complex[place] = not _is_simple(text)
    return is_complex


def _is_simple(text: str | None) -> bool:
    try:
        told = msgspec.json.decode(text or "", type=_New)
    except msgspec.DecodeError:
        # Whoever sends it one by one says what is wrong with it.
        return False
    return told.condition == NEW and told.fulfillment == MERCHANT and not told.notes


def _among(skus: pa.Array, chosen: pa.Array) -> Mask:
    return mask(pc.is_in(skus, value_set=one(chosen).cast(pa.string())))
