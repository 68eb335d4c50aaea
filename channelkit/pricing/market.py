"""Whose price a rule starts from: the featured offer, or the lowest of those that qualify; whole columns at a time.

Rulings, where the reference is silent:

- An offer of our own account is never the lowest competitor. Where it is the featured one, the rule keeps its price:
  it does not go below itself. Where nobody else offers the item in its condition, there is no competitor.
- The featured offer is that of the listing's own condition; neither feedback nor condition policy is asked of it.
- A seller whose ratings are not known does not qualify where ratings are asked for.
- What is not above zero, or beyond every price, is no offer.
- Where nothing newer than the limit is known of an item, or of its own condition though something older is, not enough
  is known for a rule to act.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, numbers, one
from channelkit.pricing.arithmetic import ONE, share_of
from channelkit.pricing.conditions import FAMILIES, NEW, ladder
from channelkit.pricing.offers import FAMILY_OF, NEVER, PLACES, place_of, read_offers, word_of
from channelkit.pricing.rules import Competitor

_NONE = np.iinfo(np.int64).max
_PLACE = {word: place for place, word in enumerate(PLACES)}


@dataclass(frozen=True)
class Found:
    """What a rule starts from, a value for each of the rows that were asked about.

    Arguments:
        landed: with shipping, less points, in minor units; 0 where there is no competitor.
        worth: what our condition is worth of the competitor's, in millionths.
        word: which condition the competitor's offer has, a place in `channelkit.pricing.offers.PLACES`.
        own: the price, without shipping, of our own offer where it is the featured one; 0 elsewhere.
    """

    landed: Numbers
    worth: Numbers
    word: Numbers
    own: Numbers

    def condition(self, row: int) -> str:
        """Return the condition of the competitor's offer, in words."""
        return PLACES[int(self.word[row])].replace("_", " ")


class Market:
    """What others offer, by item and condition; asked about rows by their places.

    Arguments:
        rows, offers: columns of `channelkit.pricing.terms.PRICE_ROWS` and `channelkit.pricing.terms.OFFERS`.
        since: milliseconds since 1970; what was read before is not acted on.
    """

    def __init__(self, rows: pa.Table, offers: pa.Table, since: int) -> None:
        self._rows, self._since = rows, max(since, 0)
        self._items = pc.unique(one(offers["asin"])).drop_null()
        self._told = read_offers(offers, self._items)
        self._offers = self._told.only((self._told.asked >= self._since) & (self._told.landed > 0))

    def asked(self, rows: Numbers) -> Numbers:
        """Return when items were last asked about in the rows' own condition, or else at all; -1 for never."""
        item, family = self._item[rows], FAMILY_OF[self._word[rows]]
        own = self._asked[item, family]
        newest = np.where(own == NEVER, self._asked.max(axis=1)[item], own)
        return np.where(item < 0, NEVER, newest)

    def is_known(self, rows: Numbers) -> Mask:
        """Tell of which rows enough is known, and recently enough, for a rule to act."""
        fresh: Mask = self.asked(rows) >= self._since
        return fresh

    def shipping(self, rows: Numbers) -> Numbers:
        """Return what we ask for shipping; where that is not known, what our own offer asks, or nothing."""
        told = one(self._rows["shipping"]).take(pa.array(rows))
        offered = self._own_shipping[self._item[rows], FAMILY_OF[self._word[rows]]]
        offered = np.where((self._item[rows] < 0) | (offered == _NONE), 0, offered)
        return np.where(mask(pc.is_valid(told)), numbers(told), offered)

    def find(self, competitor: Competitor, rows: Numbers) -> Found:
        """Return what a rule starts from (PR-04 to PR-07).

        Arguments:
            rows: of which enough is known.
        """
        item, word = self._item[rows], self._word[rows]
        return self._featured(item, word) if competitor.source == "featured" else self._lowest(competitor, item, word)

    @cached_property
    def _item(self) -> Numbers:
        return place_of(one(self._rows["asin"]), self._items)

    @cached_property
    def _word(self) -> Numbers:
        return word_of(one(self._rows["condition"]))

    @cached_property
    def _asked(self) -> Numbers:
        table = self._table(len(FAMILIES), NEVER)
        np.maximum.at(table, (self._told.item, self._told.family), self._told.asked)
        return table

    @cached_property
    def _own_shipping(self) -> Numbers:
        table, ours = self._table(len(FAMILIES), _NONE), self._told.ours
        np.minimum.at(table, (self._told.item[ours], self._told.family[ours]), self._told.shipping[ours])
        return table

    def _featured(self, item: Numbers, word: Numbers) -> Found:
        offers, family = self._offers, FAMILY_OF[word]
        if not len(offers.item):
            nothing = np.zeros(len(item), np.int64)
            return Found(nothing, nothing + ONE, word, nothing)
        featured = np.flatnonzero(offers.featured)
        # Amazon features one of each condition; were there two, the lower one counts, which is laid down last.
        featured = featured[np.argsort(-offers.landed[featured], kind="stable")]
        best = self._table(len(FAMILIES), -1)
        best[offers.item[featured], offers.family[featured]] = featured
        has_others = self._table(len(FAMILIES), 0)
        has_others[offers.item[~offers.ours], offers.family[~offers.ours]] = 1
        chosen = best[item, family]
        is_ours = (chosen >= 0) & offers.ours[chosen]
        is_there = (chosen >= 0) & (~is_ours | (has_others[item, family] > 0))
        landed = np.where(is_there, offers.landed[chosen], 0)
        own = np.where(is_ours & is_there, offers.price[chosen], 0)
        return Found(landed, np.full(len(item), ONE), offers.word[chosen], own)

    def _lowest(self, competitor: Competitor, item: Numbers, word: Numbers) -> Found:
        offers, least = self._offers, self._table(len(PLACES), _NONE)
        qualifies = ~offers.ours
        if competitor.feedback:
            qualifies &= offers.feedback >= competitor.feedback
        if competitor.ratings:
            qualifies &= offers.ratings >= competitor.ratings
        np.minimum.at(least, (offers.item[qualifies], offers.word[qualifies]), offers.landed[qualifies])
        landed, found = np.full(len(item), _NONE), word.copy()
        for ours in np.unique(word).tolist():
            here = np.flatnonzero(word == ours)
            for step in _steps(competitor, PLACES[ours]):
                columns = np.array([_PLACE[each] for each in step])
                prices = least[item[here][:, None], columns]
                cheapest = prices.argmin(axis=1)
                landed[here] = prices[np.arange(len(here)), cheapest]
                found[here] = columns[cheapest]
                here = here[landed[here] == _NONE]
                if not len(here):
                    break
        is_adjusted = competitor.conditions == "variance"
        worth = _worth(competitor)[word, found] if is_adjusted else np.full(len(item), ONE)
        return Found(np.where(landed == _NONE, 0, landed), worth, found, np.zeros(len(item), np.int64))

    def _table(self, columns: int, value: int) -> Numbers:
        """Return a table with a line for each item; the last line is that of no item."""
        return np.full((len(self._items) + 1, columns), value, np.int64)


def _steps(competitor: Competitor, word: str) -> tuple[tuple[str, ...], ...]:
    """Return where a rule looks for competitors of a condition, step by step."""
    if competitor.conditions == "matching":
        return ((word,),)
    steps = ladder(word)
    if competitor.conditions == "all":
        return steps
    # Only conditions whose worth is known can be compared; ours needs one, too, unless they are the same.
    known = {NEW, *competitor.variances}
    rest = [tuple(each for each in step if each in known) for step in steps[1:]] if word in known else []
    return (steps[0], *(step for step in rest if step))


def _worth(competitor: Competitor) -> Numbers:
    """Return what each condition is worth of each other: 100 - (theirs - ours) percent, in millionths (P16)."""
    shares = np.array([share_of(competitor.variances.get(word, Decimal(100))) for word in PLACES])
    worth: Numbers = np.maximum(ONE - (shares[None, :] - shares[:, None]), 0)
    return worth
