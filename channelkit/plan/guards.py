"""What does not go by itself: an outlier is held for a person while the rest goes; a sweeping plan is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import PRICE, QUANTITY
from channelkit.model.columns import one

_SCALE = 10_000


@dataclass(frozen=True)
class Limits:
    """How far and how much may change at once.

    Arguments:
        largest_price_jump: share of the price that is expected to stand; 0.5 holds more than half up or down.
        largest_share: share of all listings; more than this is a sweeping plan.
        smallest_sweep: listings; a plan that touches fewer is never sweeping, so that small shops are not stopped.
    """

    largest_price_jump: float = 0.5
    largest_share: float = 0.3
    smallest_sweep: int = 10


@dataclass(frozen=True)
class Guarded:
    """A plan after the guards.

    Arguments:
        going: what no guard holds, in the order in which it leaves.
        held: what waits for a person; ``note`` says why.
        stopped: why nothing of ``going`` may leave without a person; empty where it may.
        leaving: what may leave although the plan is stopped: its stock-outs, unless they are sweeping themselves. All
            of ``going`` where nothing is stopped.
    """

    going: pa.Table
    held: pa.Table
    stopped: str
    leaving: pa.Table


def guard(changes: pa.Table, listings_count: int, limits: Limits, refused: pa.Table | None = None) -> Guarded:
    """Sort a plan into what goes and what is held, and say whether it is too much at once.

    Held: a price that moves further than the limit or that has nothing to be compared with, a price of zero or less,
    and what Amazon refused unchanged. A sweeping plan is judged twice: all of it, and its stock-outs alone. So a wrong
    price list does not keep stock-outs from leaving, and an inventory that suddenly reads empty does not empty the
    shop.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        listings_count: how many listings the plan looked at.
        refused: ``seller_sku, field, after, note`` of changes that Amazon refused in the last 24 hours.
    """
    notes = _notes(changes, limits, refused)
    is_held = pc.is_valid(notes)
    going = changes.filter(pc.invert(is_held)).combine_chunks()
    held = changes.append_column("note", notes).filter(is_held).combine_chunks()
    stock_outs = going.filter(pc.and_(pc.equal(going["field"], QUANTITY), pc.equal(going["after"], 0)))
    stopped = _sweeps(going, listings_count, limits)
    if not stopped:
        return Guarded(going, held, "", going)
    leaving = stock_outs.slice(0, 0) if _sweeps(stock_outs, listings_count, limits) else stock_outs
    return Guarded(going, held, stopped, leaving)


def _notes(changes: pa.Table, limits: Limits, refused: pa.Table | None) -> pa.Array:
    """Return for each change why it is held, or null."""
    field, before, after = (one(changes[name]) for name in ("field", "before", "after"))
    is_price = pc.equal(field, PRICE)
    jump = int(Decimal(str(limits.largest_price_jump)) * _SCALE)
    distance = pc.multiply(pc.abs(pc.subtract(after, before)), _SCALE)
    is_far = pc.greater(distance, pc.multiply(before, jump))
    is_new = pc.invert(pc.fill_null(pc.greater(before, 0), False))
    share = f"{limits.largest_price_jump:.0%}"
    no_note = pa.scalar(None, pa.string())
    notes = pc.if_else(
        pc.and_(is_price, pc.fill_null(is_far, False)), f"The price would move by more than {share}.", no_note
    )
    notes = pc.if_else(pc.and_(is_price, is_new), "Amazon shows no price to compare this one with.", notes)
    notes = pc.if_else(pc.and_(is_price, pc.less_equal(after, 0)), "A price must be above zero.", notes)
    if refused is None or not refused.num_rows:
        return notes
    keys, known = _keys(changes), _keys(refused)
    words = one(refused["note"]).take(pc.index_in(keys, value_set=known))
    told = pc.binary_join_element_wise("Amazon refused the same change in the last 24 hours: ", words, "")
    return pc.if_else(pc.is_in(keys, value_set=known), pc.fill_null(told, "Amazon refused the same change."), notes)


def _sweeps(changes: pa.Table, listings_count: int, limits: Limits) -> str:
    touched = pc.count_distinct(changes["seller_sku"]).as_py() if changes.num_rows else 0
    if touched < limits.smallest_sweep or touched <= limits.largest_share * listings_count:
        return ""
    return (
        f"{touched:,} of {listings_count:,} listings would change, "
        f"more than the {limits.largest_share:.0%} that may change at once."
    )


def _keys(changes: pa.Table) -> pa.Array:
    parts = [one(changes[name]).cast(pa.string()) for name in ("field", "after", "seller_sku")]
    return pc.binary_join_element_wise(*parts, "\x1f")
