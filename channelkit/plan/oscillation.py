"""Sellers who undercut each other: it is recognised by our own prices, and damped before it ends at the floor.

Where two programs each want to be a cent cheaper than the other, prices fall all day and nobody sells more. So once a
price was lowered often within a day, it is lowered more seldom, and it goes back up now and then, so that the other can
follow. A price that a rule raises always goes: only falling makes a war, and a floor that rose must not wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import PRICE
from channelkit.model.columns import Mask, Numbers, mask, numbers, one
from channelkit.plan.offers import Moves, change_rows, in_order, with_seller_sku
from channelkit.plan.raises import WAITING
from channelkit.pricing.terms import Damping

ACTIVE = "Active"

HOUR = 3_600_000
DAY = 24 * HOUR

WINDOW = 3 * DAY
"""Milliseconds of sent prices that are looked at; what lies further back is forgotten."""

SENT_PRICES = pa.schema([("seller_sku", pa.string()), *((name, pa.int64()) for name in ("before", "after", "at"))])
"""Prices that were sent, without those that a person saw to: minor units, and milliseconds since 1970."""

RALLIES = pa.schema(
    [
        ("seller_sku", pa.string()),
        *((name, pa.int64()) for name in ("falls", "since", "last_at", "rose_at", "highest")),
        ("last_rose", pa.bool_()),
    ]
)
"""Listings whose price was lowered again and again: how often within `WINDOW`, since when, when it last moved and when
it last rose (null: never), the highest price of the last day (null: it did not move), and whether it last moved up."""

TARGETS = pa.schema([("seller_sku", pa.string()), ("price", pa.int64())])
"""What each of these listings would cost if nobody else offered its item, in minor units."""


@dataclass(frozen=True)
class Rivalry:
    """What is known of prices that others' offers move.

    Arguments:
        rallies: the columns `RALLIES`.
        by_rivals: seller SKUs whose price a rule makes from a competitor's now.
        targets: the columns `TARGETS`, of the listings that `due` names; without one a price does not climb.
        largest_jump: share of its price by which one may rise at once.
    """

    rallies: pa.Table
    by_rivals: pa.Array
    targets: pa.Table = field(default_factory=TARGETS.empty_table)
    largest_jump: float = 0.5
    damping: Damping = field(default_factory=Damping)


@dataclass(frozen=True)
class Damped:
    """A plan without the falls that wait, and with prices that go back up.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        waiting: the columns `channelkit.plan.raises.WAITING`: prices that stay as they are, and why.
    """

    changes: pa.Table
    waiting: pa.Table


def find_rallies(sent: pa.Table, now: int, damping: Damping | None = None) -> pa.Table:
    """Return the columns `RALLIES` of listings whose price was lowered too often within one day.

    Arguments:
        sent: the columns `SENT_PRICES`, of the last `WINDOW`.
        now: milliseconds since 1970.
    """
    wanted = (damping or Damping()).falls
    if not wanted:
        return RALLIES.empty_table()
    sent = sent.sort_by([("seller_sku", "ascending"), ("at", "ascending")]).combine_chunks()
    falls = sent.filter(pc.less(sent["after"], sent["before"])).combine_chunks()
    at, skus = numbers(falls["at"]), one(falls["seller_sku"])
    last = len(at) - wanted + 1
    if last < 1:
        return RALLIES.empty_table()
    is_same = mask(pc.equal(skus.slice(0, last), skus.slice(wanted - 1)))
    is_war = is_same & (at[wanted - 1 :] - at[:last] <= DAY)
    warring = pc.unique(skus.slice(0, last).filter(pa.array(is_war, pa.bool_())))
    if not len(warring):
        return RALLIES.empty_table()
    moves = sent.filter(pc.is_in(sent["seller_sku"], value_set=warring))
    rises, fell = (pc.greater(moves["after"], moves["before"]), pc.less(moves["after"], moves["before"]))
    moves = moves.append_column("rises", rises).append_column("fell", fell.cast(pa.int64()))
    moves = moves.append_column("rose_at", pc.if_else(rises, moves["at"], pa.scalar(None, pa.int64())))
    is_late = pc.greater(moves["at"], now - DAY)
    top = pc.if_else(is_late, pc.max_element_wise(moves["before"], moves["after"]), pa.scalar(None, pa.int64()))
    moves = moves.append_column("top", top)
    found = moves.group_by("seller_sku", use_threads=False).aggregate(
        [("fell", "sum"), ("at", "min"), ("at", "max"), ("rose_at", "max"), ("top", "max"), ("rises", "last")]
    )
    names = ("seller_sku", "fell_sum", "at_min", "at_max", "rose_at_max", "top_max", "rises_last")
    return pa.table([one(found[name]) for name in names], schema=RALLIES).sort_by("seller_sku")


def due(rallies: pa.Table, now: int, damping: Damping | None = None) -> pa.Array:
    """Return the seller SKUs whose price may go back up now.

    Arguments:
        rallies: the columns `RALLIES`.
        now: milliseconds since 1970.
    """
    damping = damping or Damping()
    if not damping.climb:
        return pa.array([], pa.string())
    since = pc.coalesce(rallies["rose_at"], rallies["since"])
    is_due = pc.and_(
        pc.less_equal(since, now - damping.climb), pc.less_equal(rallies["last_at"], now - min(damping.rest, HOUR))
    )
    return one(rallies["seller_sku"].filter(is_due))


def damp(changes: pa.Table, decided: pa.Table, expected: pa.Table, rivalry: Rivalry, now: int) -> Damped:
    """Return a plan in which prices that are in a war fall seldom, and go back up now and then.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`.
        decided, expected: as for `channelkit.plan.offers.plan_offers`.
        now: milliseconds since 1970.
    """
    rallies = rivalry.rallies.filter(pc.is_in(rivalry.rallies["seller_sku"], value_set=rivalry.by_rivals))
    rallies = rallies.combine_chunks()
    if not rallies.num_rows:
        return Damped(changes, WAITING.empty_table())
    climbing = _climbs(decided, expected, rallies, rivalry, now)
    skus = one(changes["seller_sku"])
    is_price = mask(pc.equal(changes["field"], PRICE))
    place = pc.index_in(skus, value_set=one(rallies["seller_sku"]))
    rests = is_price & mask(pc.is_valid(place)) & _rests(changes, rallies, place, rivalry.damping, now)
    is_raised = is_price & mask(pc.is_in(skus, value_set=one(climbing["seller_sku"])))
    rests &= ~is_raised
    kept = changes.filter(pa.array(~(rests | is_raised), pa.bool_()))
    falls = one(rallies["falls"]).take(place).filter(pa.array(rests)).cast(pa.string())
    words = pc.binary_join_element_wise(_KEPT[0], falls, _KEPT[1], "")
    waiting = pa.table([skus.filter(pa.array(rests)), words], schema=WAITING)
    return Damped(in_order(pa.concat_tables([kept, climbing])) if climbing.num_rows else kept, waiting)


_KEPT = (
    "Its price stays for some hours: it was lowered ",
    " times in three days, and whoever undercuts it would only do so again.",
)
CLIMBS = "It was undercut again and again, and goes back up once so that the others can follow."


def _rests(changes: pa.Table, rallies: pa.Table, place: pa.Array, damping: Damping, now: int) -> Mask:
    """Tell which falls wait: all for some time after a move, but for a large one after another fall."""
    before, after = numbers(changes["before"]), numbers(changes["after"])
    moved = numbers(one(rallies["last_at"]).take(place))
    is_small = (before - after) * 100 <= before * damping.small
    rose = mask(one(rallies["last_rose"]).take(place))
    is_fall = mask(pc.less(changes["after"], changes["before"]))
    return is_fall & (moved > now - damping.rest) & (is_small | rose)


def _climbs(decided: pa.Table, expected: pa.Table, rallies: pa.Table, rivalry: Rivalry, now: int) -> pa.Table:
    """Return the changes that bring prices back up to where the war began, never above what they would be without."""
    decided = with_seller_sku(decided)
    skus = one(decided["seller_sku"])
    climbing = due(rallies, now, rivalry.damping)
    decided = decided.filter(pc.is_in(skus, value_set=climbing)).combine_chunks()
    skus = one(decided["seller_sku"])
    stands = _of(expected, "price", skus)
    target, highest = _of(rivalry.targets, "price", skus), _of(rallies, "highest", skus)
    there: Numbers = numbers(stands)
    jump = there + there * int(rivalry.largest_jump * 100) // 100
    height = np.minimum(np.minimum(numbers(target), numbers(highest)), jump)
    is_fresh = mask(pc.is_valid(decided["product_sku"])) & mask(pc.invert(decided["stale"]))
    # What is not on sale has nobody to wait for.
    may = is_fresh & mask(pc.equal(decided["tab"], ACTIVE)) & mask(decided["listed"]) & (there > 0)
    climbs = may & (height > there) & (height > numbers(decided["wanted_price"]))
    return change_rows(decided, climbs, PRICE, Moves(stands, pa.array(height, pa.int64())), CLIMBS)


def _of(table: pa.Table, name: str, skus: pa.Array) -> pa.Array:
    return one(table[name]).take(pc.index_in(skus, value_set=one(table["seller_sku"])))
