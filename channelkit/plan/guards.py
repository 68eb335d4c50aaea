"""What does not go by itself: an outlier is held for a person while the rest goes; a sweeping plan is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.canaries import Canary
from channelkit.model.changes import PRICE, PUBLISH, QUANTITY
from channelkit.model.columns import Mask, mask, one
from channelkit.plan.canary import wait_notes, was_seen, without_prices
from channelkit.plan.price_guards import PriceBasis, price_notes

_SCALE = 10_000

NEVER_THERE = "NOT_FOUND"
"""Amazon's code for a listing that it does not show yet; what it refused for that may go once it does."""


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


def guard(
    changes: pa.Table,
    listings_count: int,
    limits: Limits,
    refused: pa.Table | None = None,
    *,
    asked: pa.Table | None = None,
    prices: PriceBasis | None = None,
    canary: Canary | None = None,
) -> Guarded:
    """Sort a plan into what goes and what is held, and say whether it is too much at once.

    Held: a price that moves further than the limit or that has nothing to be compared with, unless a person asked for
    that listing's price by name; a price of zero or less, always; what `channelkit.plan.price_guards.price_notes` has
    against a price; prices while others go first; what Amazon refused unchanged; and new listings that
    nobody asked for, where they are more than ten and more than the limit's share. A sweeping plan is judged twice: all
    of it, and its stock-outs alone. So a wrong price list does not keep stock-outs from leaving, and an inventory that
    suddenly reads empty does not empty the shop. New listings sweep nothing away, nor do prices that a person saw when
    a canary that passed went ahead of them.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        listings_count: how many listings the plan looked at.
        refused: ``seller_sku, field, after, note`` and perhaps ``after_text, code`` of changes that Amazon refused in
            the last 24 hours.
        asked: ``seller_sku, field`` of what a person asked for by name (`channelkit.plan.listings.asked_of`).
        prices: what prices are held against besides what is expected to stand there.
        canary: the store's newest.
    """
    is_asked = _price_is_asked(changes, asked)
    notes = pc.coalesce(_notes(changes, limits, asked), wait_notes(changes, canary, is_asked))
    if prices is not None:
        notes = pc.coalesce(price_notes(changes, prices, is_asked), notes)
    notes = pc.coalesce(_many_new(changes, listings_count, limits, asked), notes)
    notes = one(pc.coalesce(_refused_before(changes, refused), notes))
    is_held = pc.is_valid(notes)
    going = changes.filter(pc.invert(is_held)).combine_chunks()
    held = changes.append_column("note", notes).filter(is_held).combine_chunks()
    stock_outs = going.filter(pc.and_(pc.equal(going["field"], QUANTITY), pc.equal(going["after"], 0)))
    judged = without_prices(going) if was_seen(canary, going) else going
    stopped = _sweeps(judged, listings_count, limits)
    if not stopped:
        return Guarded(going, held, "", going)
    leaving = stock_outs.slice(0, 0) if _sweeps(stock_outs, listings_count, limits) else stock_outs
    return Guarded(going, held, stopped, leaving)


def jump_words(limits: Limits) -> tuple[str, str]:
    """Return why a price is held that moves too far, and one that has nothing to be compared with."""
    share = f"{limits.largest_price_jump:.0%}"
    return f"The price would move by more than {share}.", "Amazon shows no price to compare this one with."


def far_jumps(changes: pa.Table, limits: Limits) -> Mask:
    """Tell which changes are of a price that moves further than the limit, or that has nothing to be compared with."""
    return mask(pc.is_valid(_notes(changes, limits, None)))


def _notes(changes: pa.Table, limits: Limits, asked: pa.Table | None) -> pa.Array:
    """Return for each price why it is held, or null."""
    field, before, after = (one(changes[name]) for name in ("field", "before", "after"))
    is_price = pc.equal(field, PRICE)
    jump = int(Decimal(str(limits.largest_price_jump)) * _SCALE)
    distance = pc.multiply(pc.abs(pc.subtract(after, before)), _SCALE)
    is_far = pc.greater(distance, pc.multiply(before, jump))
    is_new = pc.invert(pc.fill_null(pc.greater(before, 0), False))
    no_note = pa.scalar(None, pa.string())
    far, new = jump_words(limits)
    notes = pc.if_else(pc.and_(is_price, pc.fill_null(is_far, False)), far, no_note)
    notes = pc.if_else(pc.and_(is_price, is_new), new, notes)
    notes = pc.if_else(_is_asked(changes, asked), no_note, notes)
    return one(pc.if_else(pc.and_(is_price, pc.less_equal(after, 0)), "A price must be above zero.", notes))


def _many_new(changes: pa.Table, listings_count: int, limits: Limits, asked: pa.Table | None) -> pa.Array:
    """Return for each new listing that nobody asked for why it is held, or null."""
    by_itself = pc.and_(pc.equal(one(changes["field"]), PUBLISH), pc.invert(_is_asked(changes, asked)))
    count = pc.sum(by_itself).as_py() or 0
    if count <= max(limits.smallest_sweep, limits.largest_share * listings_count):
        return pa.nulls(changes.num_rows, pa.string())
    return pc.if_else(by_itself, "So many new listings at once wait for a person.", pa.scalar(None, pa.string()))


def _refused_before(changes: pa.Table, refused: pa.Table | None) -> pa.Array:
    """Return what Amazon said of each change that it refused before, or null."""
    if refused is not None and "code" in refused.column_names:
        refused = refused.filter(pc.fill_null(pc.not_equal(refused["code"], NEVER_THERE), True))
    if refused is None or not refused.num_rows:
        return pa.nulls(changes.num_rows, pa.string())
    keys, known = _keys(changes), _keys(refused)
    words = one(refused["note"]).take(pc.index_in(keys, value_set=known))
    told = pc.binary_join_element_wise("Amazon refused the same change in the last 24 hours: ", words, "")
    told = pc.fill_null(told, "Amazon refused the same change.")
    return pc.if_else(pc.is_in(keys, value_set=known), told, pa.scalar(None, pa.string()))


def _is_asked(changes: pa.Table, asked: pa.Table | None) -> pa.Array:
    if asked is None:
        return pa.repeat(False, changes.num_rows)
    keys = [
        pc.binary_join_element_wise(one(table["field"]), one(table["seller_sku"]), "\x1f") for table in (changes, asked)
    ]
    return pc.is_in(keys[0], value_set=keys[1])


def _price_is_asked(changes: pa.Table, asked: pa.Table | None) -> Mask:
    """Tell which changes are of listings whose price a person asked for: all else of their money follows from it."""
    if asked is None:
        return np.zeros(changes.num_rows, np.bool_)
    named = asked.filter(pc.equal(asked["field"], PRICE))
    return mask(pc.is_in(one(changes["seller_sku"]), value_set=one(named["seller_sku"])))


def _sweeps(changes: pa.Table, listings_count: int, limits: Limits) -> str:
    changes = changes.filter(pc.not_equal(changes["field"], PUBLISH))
    touched = pc.count_distinct(changes["seller_sku"]).as_py() if changes.num_rows else 0
    if touched < limits.smallest_sweep or touched <= limits.largest_share * listings_count:
        return ""
    return (
        f"{touched:,} of {listings_count:,} listings would change, "
        f"more than the {limits.largest_share:.0%} that may change at once."
    )


def _keys(changes: pa.Table) -> pa.Array:
    texts = one(changes["after_text"]) if "after_text" in changes.column_names else pa.nulls(changes.num_rows)
    parts = [one(changes[name]).cast(pa.string()) for name in ("field", "after", "seller_sku")]
    parts.append(pc.fill_null(texts.cast(pa.string()), ""))
    return pc.binary_join_element_wise(*parts, "\x1f", null_handling="replace", null_replacement="")
