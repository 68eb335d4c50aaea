"""Which offers are doubted: far below what is usual, and so new that they may be mistyped.

A rival who types 1.99 for 19.99 would throw our price to its floor at once, and the way back is long. So such an offer
is not acted on until it has been seen for some hours: until then it counts with what its seller asked before, or where
that is not known as if it were not there. So nothing moves while it is doubted, nor when it is mended.

It is compared with what its seller asked before. Of a seller who was not there, with the lowest offer of those who
were, since that is what the item goes for; in any case with our own price source, too: nobody mistypes to a price that
is like ours. What counts is the lowest of these, so that a rival who always asks far less than we do is not doubted
whenever he moves.

An answer of Amazon tells of the hours: an offer is believed once an answer shows it that long after the first one that
did. So a doubt ends by itself, and without new answers the rule rests before long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.arithmetic import LARGEST
from channelkit.pricing.conditions import FAMILIES
from channelkit.pricing.offers import NEVER, Offers

_BEYOND = LARGEST + 1


@dataclass(frozen=True)
class Doubt:
    """When an offer is doubted.

    Arguments:
        below: percent below what is usual beyond which it may be mistyped; 0 doubts none.
        seen_for: milliseconds for which it must have been seen.
    """

    below: int = 0
    seen_for: int = 0

    def is_far(self, landed: Numbers, usual: Numbers) -> Mask:
        """Tell which prices are more than so many percent below others."""
        far: Mask = landed * 100 < np.minimum(usual, _BEYOND) * (100 - self.below)
        return far


@dataclass(frozen=True)
class Doubts:
    """Offers that are doubted, each for one row.

    Arguments:
        row: places of rows.
        offer: places of offers.
    """

    row: Numbers
    offer: Numbers


def find_doubts(offers: Offers, items: int, item: Numbers, base: Numbers, doubt: Doubt) -> Doubts:
    """Return which offers are doubted for which rows; several listings of one item may differ in their source.

    Arguments:
        items: how many items there are.
        item: that of each row; negative for none.
        base: what the price source says of each row, in minor units; 0 for nothing.
    """
    nothing = Doubts(np.zeros(0, np.int64), np.zeros(0, np.int64))
    is_rivals = ~offers.ours & (offers.landed > 0)
    is_young = is_rivals & (offers.since != NEVER) & (offers.asked - offers.since < doubt.seen_for)
    if not doubt.below or not is_young.any():
        return nothing
    old = np.flatnonzero(is_rivals & ~is_young)
    lowest = np.full((items, len(FAMILIES)), _BEYOND, np.int64)
    np.minimum.at(lowest, (offers.item[old], offers.family[old]), offers.landed[old])
    young = np.flatnonzero(is_young)
    usual = np.where(offers.was[young] > 0, offers.was[young], lowest[offers.item[young], offers.family[young]])
    young = young[doubt.is_far(offers.landed[young], usual)]
    row, offer = pair(item, offers.item, young, items)
    is_far = doubt.is_far(offers.landed[offer], base[row])
    return Doubts(row[is_far], offer[is_far])


def take_as_before(offers: Offers, is_doubted: Mask) -> Numbers:
    """Return with what offers count: those that are doubted with what their seller asked before, in minor units.

    What counts as not there has 0: what that seller asked before is not known, or was beyond every price.
    """
    before = np.where(offers.was <= LARGEST, offers.was, 0)
    return np.where(is_doubted, before, offers.landed)


def pair(item: Numbers, of_offer: Numbers, offers: Numbers, items: int) -> tuple[Numbers, Numbers]:
    """Return each row with each of some offers for its item, row by row.

    Arguments:
        item: that of each row; negative for none.
        of_offer: the item of each offer.
        offers: places of those that are asked about.
        items: how many items there are.
    """
    has = np.zeros(items + 1, np.bool_)
    has[of_offer[offers]] = True
    rows = np.flatnonzero(has[item] & (item >= 0))
    ordered = offers[np.argsort(of_offer[offers], kind="stable")]
    begins, ends = (np.searchsorted(of_offer[ordered], item[rows], side) for side in ("left", "right"))
    counts = ends - begins
    place = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(rows, counts), ordered[np.repeat(begins, counts) + place]
