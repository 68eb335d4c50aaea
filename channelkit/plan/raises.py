"""Quantities that are not to be raised yet: Amazon's own fell, perhaps by an order that nobody has read.

Amazon takes an order's units off the quantity at once and tells of the order some minutes later. Whoever brings the
quantity back to the stock in between offers the same unit twice. So what fell since our last word, and what no known
order explains, is taken off what a plan sends until orders were read to after the fall was first seen. By then the
order is known, and held off the stock itself; what is still unexplained was a person's edit, and is corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import QUANTITY
from channelkit.model.columns import Mask, Numbers, mask, numbers, one

FALLS = pa.schema([("seller_sku", pa.string()), *((name, pa.int64()) for name in ("quantity", "seen_at", "units"))])
LAST_SENT = pa.schema([("seller_sku", pa.string()), ("after", pa.int64()), ("closed_at", pa.int64())])
KNOWN = pa.schema(
    [("seller_sku", pa.string()), ("units", pa.int64()), ("created_at", pa.int64()), ("held", pa.bool_())]
)
WAITING = pa.schema([("seller_sku", pa.string()), ("because", pa.string())])


@dataclass(frozen=True)
class Past:
    """What tells whether a quantity fell by itself.

    Arguments:
        shown: ``seller_sku, quantity`` as Amazon was last read.
        last_sent: the columns `LAST_SENT`: what we last brought a quantity to, and when it was seen so.
        known: the columns `KNOWN`: units of orders that were read, the merchant's own; ``held`` where they are
            off the salable stock already.
        falls: the columns `FALLS`: what was seen before, and how many units nothing explained.
        orders_read_until: all orders that Amazon touched before it are known, in milliseconds since 1970.
        wanted_before: ``seller_sku, wanted_quantity`` of the decision before this one; it stands in for what was
            never sent because it was there already.
        shown_since: ``seller_sku, changed_at``: when Amazon last changed each listing; None where scarce goods stay on
            offer while their quantity is corrected (see `channelkit.plan.pauses`).
    """

    shown: pa.Table
    last_sent: pa.Table
    known: pa.Table
    falls: pa.Table
    orders_read_until: int
    wanted_before: pa.Table | None = None
    shown_since: pa.Table | None = None


@dataclass(frozen=True)
class Settled:
    """A plan in which nothing is raised over a fall that is not explained.

    Arguments:
        changes: those that may go, with smaller quantities where some units may be sold.
        falls: the columns `FALLS`: all that are still not explained; they take the place of those before.
        waiting: the columns `WAITING`: changes that do not go, and why.
    """

    changes: pa.Table
    falls: pa.Table
    waiting: pa.Table


def settle(changes: pa.Table, past: Past, now: int, watched: pa.Table | None = None) -> Settled:
    """Return a plan in which no quantity stands at a stock that an unread order may have taken from.

    Orders that are known and not held (pending ones, where the store does not reserve for them) are taken off what is
    raised as well: Amazon has taken them off its own quantity.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        now: milliseconds since 1970.
        watched: ``seller_sku, quantity`` where nothing is to change, since Amazon shows what is wanted, but less than
            was wanted before: an unread order and a sale in the shop may have taken two of the same units.
    """
    changes = _with_watched(changes, watched)
    rows = np.flatnonzero(mask(pc.equal(changes["field"], QUANTITY)) & mask(pc.is_valid(changes["after"])))
    if not len(rows):
        return Settled(changes, _still_open(past, pa.array([], pa.string())), WAITING.empty_table())
    chosen = changes.take(pa.array(rows)).combine_chunks()
    skus, after = one(chosen["seller_sku"]), numbers(chosen["after"])
    shown, expected = _look_up(past.shown, "quantity", skus), numbers(chosen["before"])
    is_shown = mask(pc.is_valid(shown))
    there = np.where(is_shown, numbers(shown), expected)
    # A raise that is on its way counts as done: what is less than it brings the quantity down.
    height = np.maximum(there, expected)
    is_raise = after > height

    falls = _find_falls(past, skus, there, now)
    is_unread = (falls.seen_at >= past.orders_read_until) & is_shown
    unexplained = np.where(is_unread, falls.units + falls.carried, 0)
    pending = np.where(is_raise, _not_held(past.known, skus), 0)
    reduced = np.maximum(after - unexplained - pending, 0)
    # What is below that was sold elsewhere as well, and goes down.
    waits = is_raise & (reduced <= height) & (reduced >= there)

    is_open = unexplained > 0
    words = pc.if_else(pa.array(is_open), _UNREAD, _PENDING)
    waiting = pa.table([skus, words], schema=WAITING).filter(pa.array(waits))
    found = [pa.array(each, pa.int64()) for each in (there, falls.seen_at, unexplained)]
    open_falls = pa.table([skus, *found], schema=FALLS).filter(pa.array(is_open))
    chosen = _with(chosen, reduced, (reduced != after) & ~waits)
    kept = pa.concat_tables([_still_open(past, skus), open_falls]).combine_chunks()
    return Settled(_without_idle(_replaced(changes, rows, chosen, waits)), kept, waiting)


_UNREAD = "Amazon's quantity fell by itself: it waits until the orders of that time have been read."
_PENDING = "Amazon keeps units back for orders that are not paid yet."
_FEWER = " Fewer than that: Amazon's quantity fell by itself, perhaps by an order that was not read yet."


class _Falls(NamedTuple):
    """How far quantities are below our last word, without a known order's doing.

    Arguments:
        seen_at: since when each has been seen as low as it is.
        carried: what had fallen before our last word, while its orders are not read yet.
    """

    units: Numbers
    seen_at: Numbers
    carried: Numbers


def _find_falls(past: Past, skus: pa.Array, there: Numbers, now: int) -> _Falls:
    said, said_at = (_look_up(past.last_sent, name, skus) for name in ("after", "closed_at"))
    seen, at, lacking = (_look_up(past.falls, name, skus) for name in ("quantity", "seen_at", "units"))
    is_said, is_seen = mask(pc.is_valid(said)), mask(pc.is_valid(at))
    base, since = np.where(is_said, numbers(said), there), np.where(is_said, numbers(said_at), _NEVER)
    if past.wanted_before is not None:
        wanted = _look_up(past.wanted_before, "wanted_quantity", skus)
        base = np.where(~is_said & mask(pc.is_valid(wanted)), numbers(wanted), base)
    # A fall whose orders have been read is what there is: only what fell further is new.
    is_read = is_seen & (numbers(at) < past.orders_read_until)
    is_overtaken = is_seen & is_said & (since >= numbers(at))
    is_newer = is_read & ~is_overtaken
    base, since = np.where(is_newer, numbers(seen), base), np.where(is_newer, numbers(at), since)
    # While its orders are unread, a sighting counts with all that it lacked: what is wanted has moved on, it has not.
    is_waiting = is_seen & ~is_read & ~is_overtaken
    base = np.where(is_waiting, numbers(seen) + numbers(lacking), base)
    since = np.where(is_waiting, numbers(at), since)
    units = np.maximum(base - there - _explained(past.known, skus, since), 0)
    # What fell before our last word was taken off it, and stays off until its orders were read.
    is_carried = is_overtaken & ~is_read
    carried = np.where(is_carried, numbers(lacking), 0)
    # One that fell further since it was seen, or since our last word, is another, and is waited for anew.
    is_same = np.where(is_carried, units == 0, is_seen & ~is_overtaken & (numbers(seen) <= there))
    return _Falls(units, np.where(is_same, numbers(at), now), carried)


_NEVER = np.iinfo(np.int64).max


def _explained(known: pa.Table, skus: pa.Array, since: Numbers) -> Numbers:
    """Return the units of known orders that were made after a moment, for each SKU."""
    place = pc.index_in(one(known["seller_sku"]), value_set=skus)
    is_asked = mask(pc.is_valid(place))
    at = numbers(place)[is_asked]
    made, units = numbers(known["created_at"])[is_asked], numbers(known["units"])[is_asked]
    return _sums(at, np.where(made > since[at], units, 0), len(skus))


def _not_held(known: pa.Table, skus: pa.Array) -> Numbers:
    place = pc.index_in(one(known["seller_sku"]), value_set=skus)
    chosen = mask(pc.is_valid(place)) & ~mask(known["held"])
    return _sums(numbers(place)[chosen], numbers(known["units"])[chosen], len(skus))


def _with_watched(changes: pa.Table, watched: pa.Table | None) -> pa.Table:
    """Return changes with those that may turn out to be needed: from what Amazon shows to the same."""
    if watched is None or not watched.num_rows:
        return changes
    quantity = one(watched["quantity"])
    columns = {"seller_sku": one(watched["seller_sku"]), "before": quantity, "after": quantity}
    said = {"field": QUANTITY, "because": "Commerce's stock allows this many."}
    rows = [
        columns[name] if name in columns else pa.repeat(pa.scalar(said.get(name), kind), len(quantity))
        for name, kind in zip(changes.schema.names, changes.schema.types, strict=True)
    ]
    return pa.concat_tables([changes, pa.table(rows, schema=changes.schema)]).combine_chunks()


def _without_idle(changes: pa.Table) -> pa.Table:
    """Return changes without those of quantities that would change nothing."""
    is_same = pc.fill_null(pc.equal(changes["before"], changes["after"]), False)
    is_idle = pc.and_(pc.equal(changes["field"], QUANTITY), is_same)
    return changes.filter(pc.invert(is_idle)).combine_chunks() if pc.any(is_idle).as_py() else changes


def _sums(place: Numbers, units: Numbers, count: int) -> Numbers:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, place, units)
    return sums


def _still_open(past: Past, skus: pa.Array) -> pa.Table:
    """Return the falls of other listings whose orders were not read yet."""
    is_open = pc.greater_equal(past.falls["seen_at"], past.orders_read_until)
    is_other = pc.invert(pc.is_in(past.falls["seller_sku"], value_set=skus))
    return past.falls.select(FALLS.names).filter(pc.and_(is_open, is_other)).cast(FALLS)


def _with(chosen: pa.Table, after: Numbers, moved: Mask) -> pa.Table:
    if not moved.any():
        return chosen
    told = pc.binary_join_element_wise(one(chosen["because"]), _FEWER, "")
    because = pc.if_else(pa.array(moved), told, one(chosen["because"]))
    chosen = chosen.set_column(chosen.column_names.index("because"), "because", because)
    place = chosen.column_names.index("after")
    return chosen.set_column(place, "after", pc.if_else(pa.array(moved), pa.array(after), one(chosen["after"])))


def _replaced(changes: pa.Table, rows: Numbers, chosen: pa.Table, waits: Mask) -> pa.Table:
    """Return the changes in their order, with the quantities that were looked at as they are now."""
    if not waits.any() and chosen.equals(changes.take(pa.array(rows)).combine_chunks()):
        return changes
    others = np.ones(changes.num_rows, np.bool_)
    others[rows] = False
    order = np.concatenate([np.flatnonzero(others), rows[~waits]])
    kept = pa.concat_tables([changes.filter(pa.array(others)), chosen.filter(pa.array(~waits))])
    return kept.combine_chunks().take(pa.array(np.argsort(order, kind="stable")))


def _look_up(table: pa.Table, name: str, skus: pa.Array) -> pa.Array:
    return one(table[name]).take(pc.index_in(skus, value_set=one(table["seller_sku"])))
