"""Scarce goods whose quantity is corrected: nothing is on offer meanwhile, so that nobody buys a unit twice.

A quantity that is sent is absolute. What somebody orders while it is on its way is overwritten by it, and is offered
once more until that order was read. Where few are left of what sells, they may well be sold before. While nothing is
on offer nobody can order, and a quantity may be raised from nothing without that danger. What sells slowly loses next
to nothing by a few minutes off offer, and what sells quickly is what would be sold twice.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import QUANTITY
from channelkit.model.columns import Numbers, mask, numbers, one
from channelkit.plan.raises import WAITING, Past

HOUR = 60 * 60_000
LATELY = 24 * HOUR
"""Milliseconds in which something was ordered that sells."""

FEW = 5
"""Units of what sells that are few; also twice as many as were ordered in the last hour are."""

LAST = 2
"""Units that are so few that even what did not sell lately may be sold twice."""

_PAUSED = (
    " Nothing is offered for some minutes: few are left, and whoever ordered while the quantity is on its way could not"
    " be told from others."
)
_STILL = "So few are left that nothing is offered until the orders of the time before were read."


def pause(changes: pa.Table, past: Past, now: int) -> tuple[pa.Table, pa.Table]:
    """Return a plan in which scarce goods are taken off offer before their quantity is corrected, and what waits.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`, as `channelkit.plan.raises.settle` left them.
        past: what Amazon shows and since when, and the orders that are known; all pass where it says not to pause.
        now: milliseconds since 1970.

    Returns:
        the plan, and the columns `WAITING`: changes that do not go yet, and why.
    """
    rows = np.flatnonzero(mask(pc.equal(changes["field"], QUANTITY)) & mask(pc.greater(changes["after"], 0)))
    # Where orders were not read for an hour nothing would tell when to offer the goods again.
    is_blind = past.orders_read_until < now - HOUR
    if past.shown_since is None or is_blind or not len(rows):
        return changes, WAITING.empty_table()
    skus, after = one(changes["seller_sku"]).take(rows), numbers(one(changes["after"]).take(rows))
    shown = one(past.shown["quantity"]).take(pc.index_in(skus, value_set=one(past.shown["seller_sku"])))
    place = pc.index_in(skus, value_set=one(past.shown_since["seller_sku"]))
    since = numbers(one(past.shown_since["changed_at"]).take(place))
    there = numbers(shown)
    sells = _ordered(past.known, skus, now - LATELY) > 0
    few = np.maximum(FEW, 2 * _ordered(past.known, skus, now - HOUR))
    is_scarce = mask(pc.is_valid(shown)) & np.where(sells, after <= few, after <= LAST)
    # Also where it shows what is wanted: something else is on its way, or nothing would have to be sent.
    pauses = is_scarce & (there > 0)
    waits = is_scarce & (there == 0) & (since >= past.orders_read_until)
    if not (pauses.any() or waits.any()):
        return changes, WAITING.empty_table()
    at = rows[pauses]
    sent, words = one(changes["after"]).to_numpy(zero_copy_only=False).copy(), changes["because"].to_pylist()
    sent[at] = 0
    for row in at:
        words[row] += _PAUSED
    is_null = mask(pc.is_null(changes["after"]))
    for name, column in (("after", pa.array(sent, pa.int64(), mask=is_null)), ("because", pa.array(words))):
        changes = changes.set_column(changes.column_names.index(name), changes.schema.field(name), column)
    kept = np.ones(changes.num_rows, np.bool_)
    kept[rows[waits]] = False
    # What already is on its way to nothing, or shows it, needs no second word.
    is_idle = pc.fill_null(pc.and_(pc.equal(changes["before"], 0), pc.equal(changes["after"], 0)), False)
    kept &= ~(mask(is_idle) & mask(pc.equal(changes["field"], QUANTITY)))
    waiting = pa.table([skus.filter(pa.array(waits)), pa.repeat(_STILL, int(waits.sum()))], schema=WAITING)
    return changes.filter(pa.array(kept)).combine_chunks(), waiting


def _ordered(known: pa.Table, skus: pa.Array, since: int) -> Numbers:
    """Return the units of each SKU that were ordered since a moment."""
    place = pc.index_in(one(known["seller_sku"]), value_set=skus)
    chosen = mask(pc.is_valid(place)) & mask(pc.greater_equal(known["created_at"], since))
    sums = np.zeros(len(skus), np.int64)
    np.add.at(sums, numbers(place)[chosen], numbers(known["units"])[chosen])
    return sums
