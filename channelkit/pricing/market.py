"""Whose price a rule starts from: the featured offer, or the lowest of those that qualify; whole columns at a time.

Rulings, where the reference is silent:

- An offer of our own account is never the lowest competitor. Where it is the featured one, the rule keeps its price:
  it does not go below itself. Where nobody else offers the item in its condition, there is no competitor.
- The featured offer is that of the listing's own condition; neither feedback nor condition policy is asked of it.
- A seller whose ratings are not known does not qualify where ratings are asked for.
- What is not above zero, or beyond every price, is no offer.
- Nothing newer than the limit is known of an item, or of its own condition, though something older is: the rule rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, flag, mask, numbers, one
from channelkit.pricing.arithmetic import LARGEST, ONE, share_of
from channelkit.pricing.conditions import FAMILIES, NEW, WORDS, family_of, ladder, offer_word
from channelkit.pricing.rules import Competitor

_WORDS = (*WORDS, *FAMILIES)
_WORD = {word: place for place, word in enumerate(_WORDS)}
_FAMILY = {family: place for place, family in enumerate(FAMILIES)}
_NONE = np.iinfo(np.int64).max
_NEVER = -1


@dataclass(frozen=True)
class Found:
    """What a rule starts from, a value for each of the asked rows.

    Arguments:
        landed: with shipping, less points, in minor units; 0 where there is no competitor.
        worth: what our condition is worth of the competitor's, in millionths.
        word: which condition the competitor's offer has, a place in `_WORDS`.
        own: the price, without shipping, of our own offer where it is the featured one; 0 elsewhere.
    """

    landed: Numbers
    worth: Numbers
    word: Numbers
    own: Numbers

    def condition(self, row: int) -> str:
        """Return the condition of the competitor's offer, in words."""
        return _WORDS[int(self.word[row])].replace("_", " ")


class Market:
    """What others offer, by item and condition.

    Arguments:
        rows, offers: columns of `channelkit.pricing.terms.PRICE_ROWS` and `channelkit.pricing.terms.OFFERS`.
        since: milliseconds since 1970; what was read before is not acted on.
    """

    def __init__(self, rows: pa.Table, offers: pa.Table, since: int) -> None:
        items = pc.unique(one(offers["asin"])).drop_null()
        self.item = _place(one(rows["asin"]), items)
        self._items, self._since = max(1, len(items)), since
        self._conditions = pc.fill_null(one(rows["condition"]), NEW)
        self._shipping = one(rows["shipping"])
        amounts = {name: numbers(offers[name]) for name in ("price", "shipping", "points")}
        sane = np.logical_and.reduce([(each >= 0) & (each <= LARGEST) for each in amounts.values()])
        sane &= amounts["price"] > 0
        landed = np.where(sane, amounts["price"] + amounts["shipping"] - amounts["points"], 0)
        self._told = _Offers(
            item=_place(one(offers["asin"]), items),
            **_words_of(offers),
            landed=landed,
            price=amounts["price"],
            shipping=amounts["shipping"],
            asked=np.where(mask(pc.is_valid(offers["asked_at"])), numbers(offers["asked_at"]), _NEVER),
            feedback=np.where(mask(pc.is_valid(offers["feedback"])), numbers(offers["feedback"]), -1),
            ratings=np.where(mask(pc.is_valid(offers["ratings"])), numbers(offers["ratings"]), -1),
            featured=flag(offers, "featured"),
            ours=flag(offers, "ours"),
        )
        is_fresh = (self._told.asked >= max(since, 0)) & (self._told.item >= 0)
        self._offers = self._told.only(is_fresh & (landed > 0) & (landed <= LARGEST))

    @cached_property
    def word(self) -> Numbers:
        """The condition of each row, a place in `_WORDS`; one that nobody knows counts as others of its family."""
        encoded = self._conditions.dictionary_encode()
        places = []
        for word in encoded.dictionary.to_pylist():
            family = family_of(word)
            fallback = family if family in FAMILIES and family != "new" else NEW
            places.append(_WORD[word if word in WORDS else fallback])
        return np.array(places, np.int64)[encoded.indices.to_numpy(zero_copy_only=False)] if places else _empty()

    @cached_property
    def family(self) -> Numbers:
        """The family of each row's condition, a place in `FAMILIES`."""
        return np.array([_FAMILY[family_of(word)] for word in _WORDS])[self.word]

    @cached_property
    def shipping(self) -> Numbers:
        """What we ask for shipping; where that is not known what our own offer for the item asks, or else nothing."""
        ours = self._told.only(self._told.ours & (self._told.item >= 0))
        table = np.full((self._items, len(FAMILIES)), _NONE)
        np.minimum.at(table, (ours.item, ours.family), np.clip(ours.shipping, 0, LARGEST))
        offered = np.where(self.item >= 0, table[np.maximum(self.item, 0), self.family], _NONE)
        known = mask(pc.is_valid(self._shipping))
        return np.where(known, numbers(self._shipping), np.where(offered == _NONE, 0, offered))

    @cached_property
    def asked(self) -> Numbers:
        """When each row's item was last asked about in its own condition, or else at all; -1 for never."""
        table = np.full((self._items, len(FAMILIES)), _NEVER)
        there = self._told.only(self._told.item >= 0)
        np.maximum.at(table, (there.item, there.family), there.asked)
        own = table[np.maximum(self.item, 0), self.family]
        newest = np.where(own == _NEVER, table.max(axis=1)[np.maximum(self.item, 0)], own)
        return np.where(self.item >= 0, newest, _NEVER)

    @property
    def is_known(self) -> Mask:
        """Of which rows enough is known, and recently enough, for a rule to act."""
        fresh: Mask = self.asked >= max(self._since, 0)
        return fresh

    def find(self, competitor: Competitor, rows: Numbers) -> Found:
        """Return what a rule starts from (PR-04 to PR-07).

        Arguments:
            rows: places of rows whose item is known.
        """
        if competitor.source == "featured":
            return self._featured(rows)
        return self._lowest(competitor, rows)

    def _featured(self, rows: Numbers) -> Found:
        item, family = self.item[rows], self.family[rows]
        offers = self._offers.only(self._offers.featured)
        best = _first(offers.item * len(FAMILIES) + offers.family, offers.landed)
        place = np.full(self._items * len(FAMILIES), -1)
        place[offers.item[best] * len(FAMILIES) + offers.family[best]] = best
        chosen = place[item * len(FAMILIES) + family]
        is_there = chosen >= 0
        others = np.zeros((self._items, len(FAMILIES)), np.bool_)
        strangers = self._offers.only(~self._offers.ours)
        others[strangers.item, strangers.family] = True
        if not len(offers.item):
            nothing = np.zeros(len(rows), np.int64)
            return Found(nothing, nothing + ONE, self.word[rows], nothing)
        ours = is_there & offers.ours[chosen]
        is_there &= ~ours | others[item, family]
        own = np.where(ours & is_there, offers.price[chosen], 0)
        landed = np.where(is_there, offers.landed[chosen], 0)
        return Found(landed, np.full(len(rows), ONE), offers.word[chosen], own)

    def _lowest(self, competitor: Competitor, rows: Numbers) -> Found:
        item, word = self.item[rows], self.word[rows]
        offers, least = self._offers, np.full((self._items, len(_WORDS)), _NONE)
        qualifies = ~offers.ours
        if competitor.feedback:
            qualifies &= offers.feedback >= competitor.feedback
        if competitor.ratings:
            qualifies &= offers.ratings >= competitor.ratings
        chosen = offers.only(qualifies)
        np.minimum.at(least, (chosen.item, chosen.word), chosen.landed)
        landed, found = np.full(len(rows), _NONE), word.copy()
        worth = np.full(len(rows), ONE)
        for ours in np.unique(word).tolist():
            here = np.flatnonzero(word == ours)
            for step in _steps(competitor, _WORDS[ours]):
                columns = np.array([_WORD[each] for each in step])
                prices = least[item[here]][:, columns]
                cheapest = prices.argmin(axis=1)
                landed[here] = prices[np.arange(len(here)), cheapest]
                found[here] = columns[cheapest]
                here = here[landed[here] == _NONE]
                if not len(here):
                    break
        if competitor.conditions == "variance":
            worth = _worth(competitor)[word, found]
        return Found(np.where(landed == _NONE, 0, landed), worth, found, np.zeros(len(rows), np.int64))


@dataclass(frozen=True)
class _Offers:
    """Columns of offers; ``word`` and ``family`` are places."""

    item: Numbers
    word: Numbers
    family: Numbers
    landed: Numbers
    price: Numbers
    shipping: Numbers
    asked: Numbers
    feedback: Numbers
    ratings: Numbers
    featured: Mask
    ours: Mask

    def only(self, where: Mask) -> _Offers:
        return _Offers(*(getattr(self, name)[where] for name in self.__dataclass_fields__))


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
    shares = np.array([share_of(competitor.variances.get(word, Decimal(100))) for word in _WORDS])
    return np.maximum(ONE - (shares[None, :] - shares[:, None]), 0)


def _words_of(offers: pa.Table) -> dict[str, Numbers]:
    """Return conditions of offers as places of words and of families; each distinct pair is read once."""
    condition, sub = (pc.fill_null(one(offers[name]), "") for name in ("condition", "subcondition"))
    encoded = pc.binary_join_element_wise(condition, sub, "\x1f").dictionary_encode()
    words = [offer_word(*text.split("\x1f")) for text in encoded.dictionary.to_pylist()]
    # What is of no family that is compared is nobody's competitor.
    places = np.array([_WORD.get(word, _WORD["club"]) for word in words], np.int64)
    families = np.array([_FAMILY.get(family_of(word), _FAMILY["club"]) for word in words], np.int64)
    index = encoded.indices.to_numpy(zero_copy_only=False)
    return {"word": places[index] if len(places) else _empty(), "family": families[index] if len(places) else _empty()}


def _first(keys: Numbers, landed: Numbers) -> Numbers:
    """Return the places of the lowest of each key."""
    order = np.lexsort((landed, keys))
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = keys[order][1:] != keys[order][:-1]
    return order[is_first]


def _place(texts: pa.Array, known: pa.Array) -> Numbers:
    return pc.fill_null(pc.index_in(texts, value_set=known), -1).cast(pa.int64()).to_numpy(zero_copy_only=False)


def _empty() -> Numbers:
    return np.zeros(0, np.int64)
