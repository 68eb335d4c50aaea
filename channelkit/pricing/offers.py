"""Offers as columns of numbers: items, conditions and families by place, landed prices, when they were read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, flag, mask, numbers, one
from channelkit.pricing.arithmetic import LARGEST
from channelkit.pricing.conditions import FAMILIES, NEW, WORDS, family_of, offer_word

PLACES = (*WORDS, *FAMILIES)
"""Every condition that an offer may have; of some only the family is known."""

NEVER = -1
"""When an item was asked about that never was."""

_WORD = {word: place for place, word in enumerate(PLACES)}
_FAMILY = {family: place for place, family in enumerate(FAMILIES)}
FAMILY_OF = np.array([_FAMILY[family_of(word)] for word in PLACES])
"""The family of each of `PLACES`, a place in `FAMILIES`."""


@dataclass(frozen=True)
class Offers:
    """Columns of offers.

    Arguments:
        item: a place among the items.
        word, family: places in `PLACES` and in `FAMILIES`.
        landed: price and shipping, less points; 0 for what is no offer: not above zero, or beyond every price.
        asked: milliseconds since 1970, or `NEVER`.
        since: from when on the seller asks about as little as now, or `NEVER`.
        was: what he asked before, with shipping; 0 where that is not known.
        feedback, ratings: -1 where they are not known.
    """

    item: Numbers
    word: Numbers
    family: Numbers
    landed: Numbers
    price: Numbers
    shipping: Numbers
    asked: Numbers
    since: Numbers
    was: Numbers
    feedback: Numbers
    ratings: Numbers
    featured: Mask
    ours: Mask

    def only(self, where: Mask) -> Offers:
        """Return some of them."""
        return self if bool(where.all()) else self._at(where)

    def with_copies(self, places: Numbers, items: Numbers) -> Offers:
        """Return them all, and after them copies of some, for other items.

        Arguments:
            places: those that are copied.
            items: the item of each copy.
        """
        copies = replace(self._at(places), item=items)
        return Offers(*(np.concatenate([getattr(each, name) for each in (self, copies)]) for name in self._names))

    def _at(self, places: Numbers | Mask) -> Offers:
        return Offers(*(getattr(self, name)[places] for name in self._names))

    @property
    def _names(self) -> list[str]:
        return list(self.__dataclass_fields__)


def read_offers(offers: pa.Table, items: pa.Array) -> Offers:
    """Return offers as columns; those of no item are left out.

    Arguments:
        offers: columns of `channelkit.pricing.terms.OFFERS`.
        items: ASINs, each once.
    """
    price, shipping, points = (numbers(offers[name]) for name in ("price", "shipping", "points"))
    sane = np.logical_and.reduce([(each >= 0) & (each <= LARGEST) for each in (price, shipping, points)])
    landed = np.where(sane & (price > 0), price + shipping - points, 0)
    word, family = _conditions(offers)
    found = Offers(
        item=place_of(one(offers["asin"]), items),
        word=word,
        family=family,
        landed=np.where((landed > 0) & (landed <= LARGEST), landed, 0),
        price=price,
        shipping=np.clip(shipping, 0, LARGEST),
        asked=_or_unknown(offers["asked_at"]),
        since=_or_unknown(offers["since"]),
        was=np.clip(numbers(offers["was"]), 0, LARGEST + 1),
        feedback=_or_unknown(offers["feedback"]),
        ratings=_or_unknown(offers["ratings"]),
        featured=flag(offers, "featured"),
        ours=flag(offers, "ours"),
    )
    return found.only(found.item >= 0)


def word_of(conditions: pa.Array) -> Numbers:
    """Return the condition of each row, a place in `PLACES`; one that nobody knows counts as others of its family.

    >>> [PLACES[place] for place in word_of(pa.array(["used_good", None, "used_bad", "odd"]))]
    ['used_good', 'new_new', 'used', 'new_new']
    """
    encoded = pc.fill_null(conditions, NEW).dictionary_encode()
    places = []
    for word in encoded.dictionary.to_pylist():
        family = family_of(word)
        fallback = family if family in FAMILIES and family != "new" else NEW
        places.append(_WORD[word if word in WORDS else fallback])
    return _spread(places, encoded)


def place_of(texts: pa.Array, known: pa.Array) -> Numbers:
    """Return where each text is among those that are known; -1 for nowhere."""
    return numbers(pc.fill_null(pc.index_in(texts, value_set=known), -1))


def _conditions(offers: pa.Table) -> tuple[Numbers, Numbers]:
    """Return the places of words and families; each distinct pair is read once."""
    condition, sub = (pc.fill_null(one(offers[name]), "") for name in ("condition", "subcondition"))
    encoded = pc.binary_join_element_wise(condition, sub, "\x1f").dictionary_encode()
    words = [offer_word(*text.split("\x1f")) for text in encoded.dictionary.to_pylist()]
    # What is of no family that is compared is nobody's competitor.
    word = _spread([_WORD.get(each, _WORD["club"]) for each in words], encoded)
    return word, FAMILY_OF[word]


def _spread(places: list[int], encoded: pa.DictionaryArray) -> Numbers:
    index = encoded.indices.to_numpy(zero_copy_only=False)
    return np.array(places, np.int64)[index] if places else np.zeros(0, np.int64)


def _or_unknown(column: pa.ChunkedArray) -> Numbers:
    return np.where(mask(pc.is_valid(column)), numbers(column), -1)
