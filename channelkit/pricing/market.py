"""Whose price a rule starts from: the featured offer, or the lowest of those that qualify; whole columns at a time.

Rulings, where the reference is silent:

- An offer of our own account is never the lowest competitor. Where it is the featured one, the rule keeps its price:
  it does not go below itself. Where nobody else offers the item in its condition, there is no competitor.
- The featured offer is that of the listing's own condition; neither feedback nor condition policy is asked of it.
- A seller whose ratings are not known does not qualify where ratings are asked for.
- What is not above zero, or beyond every price, is no offer.
- What is doubted (`channelkit.pricing.doubts`) counts, until it is believed, with what its seller asked before, with
  shipping. Where that is not known it is no offer either: the next one that qualifies counts, or there is no
  competitor. It is still known, then, that somebody offers the item.
- Where nothing newer than the limit is known of an item, or of its own condition though something older is, not enough
  is known for a rule to act.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, numbers, one
from channelkit.pricing.arithmetic import ONE
from channelkit.pricing.competitors import qualify, steps_of, worth_of
from channelkit.pricing.conditions import FAMILIES
from channelkit.pricing.doubts import Doubt, find_doubts, pair, take_as_before
from channelkit.pricing.offers import FAMILY_OF, NEVER, PLACES, Offers, place_of, read_offers, word_of
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


@dataclass(frozen=True)
class Doubted:
    """Rows that would start from another price if an offer were not doubted.

    Arguments:
        row: their places among the rows that were asked about.
        landed: of that offer, in minor units.
        before: what its seller asked before, where the row starts from that; 0 where it starts from another offer, or
            from none.
        until: milliseconds since 1970; seen then, it is believed.
    """

    row: Numbers
    landed: Numbers
    before: Numbers
    until: Numbers


class Market:
    """What others offer, by item and condition; asked about rows by their places.

    Arguments:
        rows, offers: columns of `channelkit.pricing.terms.PRICE_ROWS` and `channelkit.pricing.terms.OFFERS`.
        since: milliseconds since 1970; what was read before is not acted on.
        base: what the price source says of each row, in minor units; it is asked for where offers may be doubted.
        doubt: when that is.
    """

    def __init__(
        self, rows: pa.Table, offers: pa.Table, since: int, base: Numbers | None = None, doubt: Doubt | None = None
    ) -> None:
        self._rows, self._since = rows, max(since, 0)
        self._items = pc.unique(one(offers["asin"])).drop_null()
        self._told = read_offers(offers, self._items)
        self._count, self._doubt = len(self._items), doubt or Doubt()
        self._item = place_of(one(rows["asin"]), self._items) if len(self._items) else np.full(rows.num_rows, NEVER)
        self._wary = np.zeros(0, np.int64)
        is_doubted = np.zeros(len(self._told.item), np.bool_)
        if base is not None:
            is_doubted = self._part_wary(base)
        is_one = (self._told.asked >= self._since) & (self._told.landed > 0)
        counts = take_as_before(self._told, is_doubted) if len(self._wary) else self._told.landed
        self._offers = replace(self._told, landed=counts).only(is_one & (counts > 0))
        # What they would be if nothing were doubted; looked at for the few rows for which something is.
        self._all = self._told.only(is_one) if len(self._wary) else self._offers
        self._doubted = self._told.only(is_one & is_doubted)

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
        return self._find(competitor, self._item[rows], self._word[rows], self._offers)

    def doubted(self, competitor: Competitor, rows: Numbers, found: Found) -> Doubted:
        """Return which rows would start from another price if an offer were not doubted, and until when it is.

        Arguments:
            rows: of which enough is known.
            found: what the rule starts from instead.
        """
        places = np.flatnonzero(np.isin(rows, self._wary)) if len(self._wary) else self._wary
        if not len(places):
            return Doubted(places, places, places, places)
        trusting = self._find(competitor, self._item[rows[places]], self._word[rows[places]], self._all)
        differs = trusting.landed != found.landed[places]
        places, trusted = places[differs], trusting.landed[differs]
        item, offers = self._item[rows[places]], self._doubted
        wanted, instead, word = (np.zeros(self._count + 1, np.int64) for _ in range(3))
        wanted[item], instead[item], word[item] = trusted, found.landed[places], found.word[places]
        qualifies = qualify(competitor, offers)
        is_before = qualifies & (offers.was > 0) & (offers.word == word[offers.item])
        is_before &= offers.was == instead[offers.item]
        is_wanted = qualifies & (offers.landed == wanted[offers.item])
        # The one whose earlier price counts; or else the one that would, of several the one that is believed last.
        order = np.lexsort((offers.since, is_wanted, is_before))
        chosen = np.zeros(self._count + 1, np.int64)
        chosen[offers.item[order]] = order
        its = chosen[item]
        before = np.where(is_before[its], offers.was[its], 0)
        return Doubted(places, offers.landed[its], before, offers.since[its] + self._doubt.seen_for)

    def _find(self, competitor: Competitor, item: Numbers, word: Numbers, offers: Offers) -> Found:
        if competitor.source == "featured":
            return self._featured(item, word, offers)
        return self._lowest(competitor, item, word, offers)

    def _part_wary(self, base: Numbers) -> Mask:
        """Give rows for which an offer is doubted an item of their own; return which offers are.

        Other listings of the item may have another source, by which the offer is none to be doubted.
        """
        told = self._told
        doubts = find_doubts(told, self._count, self._item, base, self._doubt)
        self._wary = np.unique(doubts.row)
        if not len(self._wary):
            return np.zeros(len(told.item), np.bool_)
        row, offer = pair(self._item[self._wary], told.item, np.arange(len(told.item)), self._count)
        self._told = told.with_copies(offer, self._count + row)
        self._item = self._item.copy()
        self._item[self._wary] = self._count + np.arange(len(self._wary))
        self._count += len(self._wary)
        doubted = np.searchsorted(self._wary, doubts.row) * len(told.item) + doubts.offer
        is_doubted = np.isin(row * len(told.item) + offer, doubted)
        return np.concatenate([np.zeros(len(told.item), np.bool_), is_doubted])

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

    def _featured(self, item: Numbers, word: Numbers, offers: Offers) -> Found:
        family = FAMILY_OF[word]
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

    def _lowest(self, competitor: Competitor, item: Numbers, word: Numbers, offers: Offers) -> Found:
        least = self._table(len(PLACES), _NONE)
        qualifies = qualify(competitor, offers)
        np.minimum.at(least, (offers.item[qualifies], offers.word[qualifies]), offers.landed[qualifies])
        landed, found = np.full(len(item), _NONE), word.copy()
        for ours in np.unique(word).tolist():
            here = np.flatnonzero(word == ours)
            for step in steps_of(competitor, PLACES[ours]):
                columns = np.array([_PLACE[each] for each in step])
                prices = least[item[here][:, None], columns]
                cheapest = prices.argmin(axis=1)
                landed[here] = prices[np.arange(len(here)), cheapest]
                found[here] = columns[cheapest]
                here = here[landed[here] == _NONE]
                if not len(here):
                    break
        is_adjusted = competitor.conditions == "variance"
        worth = worth_of(competitor)[word, found] if is_adjusted else np.full(len(item), ONE)
        return Found(np.where(landed == _NONE, 0, landed), worth, found, np.zeros(len(item), np.int64))

    def _table(self, columns: int, value: int) -> Numbers:
        """Return a table with a line for each item; the last line is that of no item."""
        return np.full((self._count + 1, columns), value, np.int64)
